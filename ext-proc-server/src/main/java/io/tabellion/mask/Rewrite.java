package io.tabellion.mask;

import io.tabellion.jsonrpc.Json;
import io.tabellion.jsonrpc.JsonWriter;
import io.tabellion.mask.edit.Edits;
import io.tabellion.mask.edit.Span;
import io.tabellion.mask.edit.Spans;
import io.tabellion.mask.made.Replacements;
import io.tabellion.mask.rule.Operator;
import io.tabellion.mask.text.Inside;
import io.tabellion.mask.text.Piece;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The walk over one tree that replaces what a {@link Survey} found, for one leg. What has nothing
 * to replace stays the same object.
 *
 * <p>Not thread-safe: it writes one tree, once.
 */
final class Rewrite {
  /** Values that keep their form, at most: each costs as much as a hundred others. */
  static final int MOST_FORMS = 10_000;

  private final Edits edits;
  private final Edits names;
  private final Map<Integer, Inside> insides;
  private final Replacements replacements;
  private final Witness witness;

  /** Names and numbers from the root to here; as they were, and as they may be told. */
  private final List<Object> path = new ArrayList<>();

  private final List<Object> told = new ArrayList<>();
  private final Original original = new Original();

  /** The detector that was named last, and what stands in the place of what it finds. */
  private String namedDetector = "";

  private String named = "";
  private int sites;

  /** Values that were to keep their form so far. */
  private int forms;

  /** Names and values that became others so far. */
  private int changes;

  /** Characters that were added so far. */
  private int grown;

  private Rewrite(
      Edits edits,
      Edits names,
      Map<Integer, Inside> insides,
      Replacements replacements,
      Witness witness) {
    this.edits = edits;
    this.names = names;
    this.insides = insides;
    this.replacements = replacements;
    this.witness = witness;
  }

  /** Is told what was replaced. */
  interface Witness {
    /**
     * Something was replaced.
     *
     * @param site number of the name or value
     * @param detector what was found
     * @param place names and numbers from the root, as they may be told
     * @param exact the same as they were
     * @param original what stood there; made into a string only by who needs it
     */
    void replaced(
        int site, String detector, List<Object> place, List<Object> exact, Original original);
  }

  /** Characters of a text that were replaced: all of them, or a part. Made anew for nobody. */
  static final class Original {
    private String text = "";
    private int start;
    private int end;

    private Original of(String whole, int from, int to) {
      text = whole;
      start = from;
      end = to;
      return this;
    }

    String value() {
      return text.substring(start, end);
    }
  }

  static Json of(
      Json tree,
      Edits edits,
      Map<Integer, Inside> insides,
      Replacements replacements,
      Witness witness) {
    return of(tree, edits, edits, insides, replacements, witness);
  }

  /**
   * @param names what is replaced in names of members, where that is not the same as in values
   */
  static Json of(
      Json tree,
      Edits edits,
      Edits names,
      Map<Integer, Inside> insides,
      Replacements replacements,
      Witness witness) {
    return edits.isEmpty()
        ? tree
        : new Rewrite(edits, names, insides, replacements, witness).value(tree);
  }

  private Json value(Json value) {
    return switch (value) {
      case Json.Obj object -> object(object);
      case Json.Array array -> array(array);
      case Json.Text(String text) -> {
        String masked = text(text);
        yield masked.equals(text) ? value : changed(new Json.Text(masked));
      }
      case Json.Num number -> number(number);
      case Json.Literal literal -> literal(literal);
    };
  }

  private Json array(Json.Array array) {
    List<Json> items = new ArrayList<>(array.items().size());
    int before = changes;
    for (Json item : array.items()) {
      path.add(items.size());
      told.add("*");
      items.add(value(item));
      path.removeLast();
      told.removeLast();
    }
    return changes == before ? array : new Json.Array(items);
  }

  private Json object(Json.Obj object) {
    int first = sites;
    List<String> names = new ArrayList<>(object.members().size());
    List<Json> values = new ArrayList<>(object.members().size());
    int before = changes;
    for (Map.Entry<String, Json> member : object.members().entrySet()) {
      String name = name(member.getKey());
      path.add(member.getKey());
      told.add(name);
      values.add(value(member.getValue()));
      path.removeLast();
      told.removeLast();
      names.add(name);
    }
    if (changes == before) {
      return object;
    }
    List<String> apart = apart(new ArrayList<>(object.members().keySet()), names);
    SequencedMap<String, Json> members = new LinkedHashMap<>();
    for (int i = 0; i < values.size(); i++) {
      members.put(apart.get(i), values.get(i));
    }
    if (members.size() != object.members().size()) {
      throw new IllegalStateException("names: equal, from site " + first + " (expected: apart)");
    }
    return new Json.Obj(members);
  }

  /** Numbers masked names that would be equal to another name; names that stayed go first. */
  private static List<String> apart(List<String> originals, List<String> names) {
    Set<String> taken = new HashSet<>();
    for (int i = 0; i < names.size(); i++) {
      if (names.get(i).equals(originals.get(i))) {
        taken.add(names.get(i));
      }
    }
    Map<String, Integer> numbers = new HashMap<>();
    List<String> apart = new ArrayList<>(names.size());
    for (int i = 0; i < names.size(); i++) {
      String name = names.get(i);
      while (!name.equals(originals.get(i)) && !taken.add(name)) {
        name = names.get(i) + "~" + numbers.merge(names.get(i), 2, (n, _) -> n + 1);
      }
      apart.add(name);
    }
    return apart;
  }

  private String name(String name) {
    int site = sites++;
    Spans spans = names.at(site);
    path.add(name);
    told.add("~");
    String masked = spans.isEmpty() ? name : replaced(site, name, spans, Map.of());
    path.removeLast();
    told.removeLast();
    return masked.equals(name) ? name : changed(masked);
  }

  private <T> T changed(T other) {
    changes++;
    return other;
  }

  private String text(String text) {
    int site = sites++;
    Spans spans = edits.at(site);
    Inside inside = insides.get(site);
    if (inside == null) {
      return spans.isEmpty() ? text : replaced(site, text, spans, Map.of());
    }
    if (spans.size() == 1
        && spans.getFirst().start() == 0
        && spans.getFirst().end() == text.length()) {
      sites = inside.next();
      return replaced(site, text, spans, Map.of());
    }
    return switch (inside) {
      case Inside.Tree(Json tree, int _) -> {
        int before = changes;
        Json masked = value(tree);
        yield changes == before ? text : JsonWriter.toText(masked);
      }
      case Inside.Pieces(List<Piece> pieces, int _) -> pieces(site, text, spans, pieces);
    };
  }

  private String pieces(int site, String text, Spans spans, List<Piece> pieces) {
    List<Span> changed = new ArrayList<>();
    Map<Integer, String> encoded = new HashMap<>();
    for (Piece piece : pieces) {
      String masked = text(piece.text());
      if (!masked.equals(piece.text())) {
        encoded.put(piece.start(), piece.with(masked));
        changed.add(new Span(piece.start(), piece.end(), Span.PIECE, new Operator.Redact(), false));
      }
    }
    Spans all = changed.isEmpty() ? spans : spans.with(changed);
    return all.isEmpty() ? text : replaced(site, text, all, encoded);
  }

  private String replaced(int site, String text, Spans spans, Map<Integer, String> encoded) {
    StringBuilder masked = new StringBuilder(text.length());
    int at = 0;
    for (int i = 0; i < spans.size(); i++) {
      int start = spans.start(i);
      int end = spans.end(i);
      Span like = spans.like(i);
      masked.append(text, at, start);
      at = end;
      if (like.detector().equals(Span.PIECE)) {
        masked.append(encoded.getOrDefault(start, ""));
      } else {
        masked.append(replaced(site, start, end, like, text));
      }
    }
    return masked.append(text, at, text.length()).toString();
  }

  private String replaced(int site, int start, int end, Span like, String text) {
    int length = end - start;
    String masked = grown > Masker.MOST_GROWTH ? "" : made(start, end, like, text);
    grown += Math.max(0, masked.length() - length);
    if (masked.length() != length || !text.startsWith(masked, start)) {
      Original what = original.of(text, start, end);
      witness.replaced(site, like.detector(), told, path, what);
    }
    return masked;
  }

  private String made(int start, int end, Span like, String text) {
    if (!Replacements.isNamed(start, end, like, text)) {
      return replacements.text(within(like.at(start, end)), text);
    }
    if (!like.detector().equals(namedDetector)) {
      namedDetector = like.detector();
      named = Operator.Replace.NAMED.by(namedDetector);
    }
    return named;
  }

  private Span within(Span span) {
    return span.operator() instanceof Operator.FormatPreserving && ++forms > MOST_FORMS
        ? span.with(Operator.Replace.NAMED)
        : span;
  }

  private Json number(Json.Num number) {
    int site = sites++;
    Span span = least(site);
    if (span == null) {
      return number;
    }
    Json.Num masked = replacements.number(within(span), number);
    if (masked.equals(number)) {
      return number;
    }
    String lexeme = number.lexeme();
    witness.replaced(site, span.detector(), told, path, original.of(lexeme, 0, lexeme.length()));
    return changed(masked);
  }

  private Json literal(Json.Literal literal) {
    int site = sites++;
    Span span = least(site);
    Json masked = span == null ? literal : Replacements.literal(literal);
    if (span == null || masked.equals(literal)) {
      return literal;
    }
    String text = literal.text();
    witness.replaced(site, span.detector(), told, path, original.of(text, 0, text.length()));
    return changed(masked);
  }

  /** All spans of what is masked whole, as one. */
  private @Nullable Span least(int site) {
    Span least = null;
    for (Span span : edits.at(site)) {
      least = least == null ? span : least.and(span);
    }
    return least;
  }
}
