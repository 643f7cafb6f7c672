package io.tabellion.mask.find;

import io.tabellion.jsonrpc.Json;
import io.tabellion.mask.edit.Edits;
import io.tabellion.mask.edit.Marks;
import io.tabellion.mask.edit.Span;
import io.tabellion.mask.rule.MaskRule;
import io.tabellion.mask.rule.MaskRule.Where;
import io.tabellion.mask.rule.Operator;
import io.tabellion.mask.rule.Plan;
import io.tabellion.mask.rule.Reach;
import io.tabellion.mask.stream.Sequel;
import io.tabellion.mask.text.Inside;
import io.tabellion.mask.text.Lenient;
import io.tabellion.mask.text.NestedJson;
import io.tabellion.mask.text.Piece;
import io.tabellion.pace.Turns;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The walk over one tree that finds what is to be masked: names and values in their order, JSON and
 * base64 within texts.
 *
 * <p>What rules select is marked as it is met. What detectors look for is handed to those who read
 * more than one value at once: {@link Lines}, {@link Seam}, {@link Continuation}. Not thread-safe:
 * it reads one tree, once.
 */
public final class Survey implements Envelope.Walk {
  /** Names of members that are base64 (ImageContent, AudioContent, BlobResourceContents). */
  private static final Set<String> BLOBS = Set.of("blob", "data");

  /** Names of members whose texts are words of the protocol: nothing goes on in them. */
  private static final Set<String> KINDS = Set.of("level", "mimeType", "role", "type");

  /** What a value costs beside its text, in bytes that are scanned. */
  private static final int VALUE = 256;

  private static final int TOLD = 16;

  private final Plan plan;
  private final Sites sites = new Sites();
  private final Marks marks = new Marks();
  private final Findings findings;
  private final Lines lines;
  private final @Nullable Continuation continuation;

  /** Whether what is met now is masked in the record alone. */
  private boolean recordOnly;

  /** What it has to do with structured content. */
  private Counterpart counterpart = Counterpart.NONE;

  /** How deep in texts we are: JSON, and base64. */
  private int depth;

  private boolean decoded;

  private int values;

  private Survey(Plan plan, @Nullable Sequel sequel) {
    this.plan = plan;
    this.findings = new Findings(plan, marks, sequel);
    this.lines = new Lines(findings, plan.detects());
    this.continuation =
        sequel == null || !plan.detects() ? null : new Continuation(plan, sequel, marks, findings);
  }

  /**
   * What was found: where to mask what is sent, where to mask what is kept.
   *
   * @param split sites where a value goes on of which a part went out with the message before, and
   *     what was found there
   */
  public record Found(
      Edits sent, Edits kept, Map<Integer, Inside> insides, Map<Integer, Set<String>> split) {}

  /** Walks over a message that goes on from none. */
  public static Found of(Json tree, Plan plan) {
    return of(tree, plan, null);
  }

  /**
   * Walks over a message.
   *
   * @param sequel what the message goes on from, null if from nothing
   */
  public static Found of(Json tree, Plan plan, @Nullable Sequel sequel) {
    Survey survey = new Survey(plan, sequel);
    Envelope.walk(tree, Reach.root(plan), survey);
    survey.lines.end();
    if (survey.continuation != null) {
      survey.continuation.end();
    }
    Marks marks = survey.marks;
    return new Found(marks.sent(), marks.kept(), survey.sites.insides(), marks.split());
  }

  @Override
  public void name(String name, Reach reach, boolean protocols) {
    recordOnly = protocols;
    name(name, reach);
    recordOnly = false;
  }

  @Override
  public void value(@Nullable String name, Json value, Reach reach, boolean protocols) {
    recordOnly = protocols;
    value(name, value, reach);
    recordOnly = false;
  }

  // The tree.

  private void value(@Nullable String name, Json value, Reach reach) {
    worked();
    switch (value) {
      case Json.Obj object -> object(object, reach);
      case Json.Array array -> array(name, array, reach);
      case Json.Text text -> text(name, text.value(), reach);
      case Json.Num number -> number(number.lexeme(), reach);
      case Json.Literal _ -> whole(sites.next(), 0, reach);
    }
  }

  private void worked() {
    if (++values % TOLD == 0) {
      Turns.step(TOLD * VALUE);
    }
  }

  private void object(Json.Obj object, Reach reach) {
    lines.next();
    Json structured = object.get("structuredContent");
    boolean both = structured != null && object.get("content") != null;
    Repeats repeats = both && reach.goesOn() ? new Repeats() : null;
    object
        .members()
        .forEach((name, member) -> {
          name(name, reach);
          Reach below = reach.step(name);
          switch (name) {
            case "structuredContent" -> within(counterpart.within(repeats), name, member, below);
            case "content" -> {
              if (structured == null && counterpart.structured() != null) {
                // Blocks within blocks repeat what their outermost stand beside.
                value(name, member, below);
              } else {
                Reach other = reach.step("structuredContent");
                within(counterpart.beside(other, structured, repeats), name, member, below);
              }
            }
            default -> value(name, member, below);
          }
        });
    if (repeats != null) {
      repeats.find(this::add);
    }
  }

  private void within(Counterpart inner, @Nullable String name, Json value, Reach reach) {
    Counterpart outer = counterpart;
    counterpart = inner;
    value(name, value, reach);
    counterpart = outer;
  }

  private void array(@Nullable String name, Json.Array array, Reach reach) {
    boolean around = lines.open(array);
    Seam seam = new Seam(findings, sites, recordOnly);
    for (int i = 0; i < array.items().size(); i++) {
      Json item = array.items().get(i);
      if (i > 0 && name != null && (item instanceof Json.Text || item instanceof Json.Num)) {
        lines.again(name);
      }
      int site = sites.upcoming();
      value(name, item, reach.step(i));
      if (plan.detects()) {
        seam.next(item, site, reach.step(i));
      }
    }
    seam.end();
    lines.close(around);
  }

  private void name(String name, Reach reach) {
    lines.name(new Origin(sites.next(), reach, false, recordOnly), name);
  }

  private void number(String lexeme, Reach reach) {
    int site = sites.next();
    whole(site, lexeme.length(), reach);
    counterpart.value(lexeme, reach);
    lines.number(origin(site, reach), lexeme);
  }

  private void text(@Nullable String name, String text, Reach reach) {
    int site = sites.next();
    whole(site, text.length(), reach);
    counterpart.value(text, reach);
    if (Lenient.isLikeJson(text) && tree(site, text, reach)) {
      return;
    }
    Piece.Kind kind = name != null && BLOBS.contains(name) ? Piece.Kind.BLOB : Piece.Kind.ANY;
    List<Piece> pieces = decoded ? List.of() : Piece.in(text, kind);
    pieces(site, pieces, reach);
    boolean data = kind == Piece.Kind.BLOB && !pieces.isEmpty() && pieces.getFirst().isAllOf(text);
    if (!Piece.isBinary(text, kind, pieces)) {
      Origin origin = origin(site, reach);
      if (!data) {
        lines.text(origin, text);
      }
      if (!recordOnly && (name == null || !KINDS.contains(name))) {
        said(origin, text);
      }
    }
  }

  /** A text that the other side is told, and that is no word of the protocol. */
  private void said(Origin origin, String text) {
    counterpart.text(origin.site(), text);
    if (continuation != null && !decoded && !text.isEmpty()) {
      continuation.text(origin, text);
    }
  }

  private Origin origin(int site, Reach reach) {
    return new Origin(site, reach, counterpart.typed(), recordOnly);
  }

  /** Reads a text as JSON; false if it is none, or too deep in others. */
  private boolean tree(int site, String text, Reach outer) {
    Json tree = NestedJson.read(text, depth);
    boolean same = tree != null && plan.allows() && tree.equals(counterpart.structured());
    Reach reach = counterpart.reach(outer, same);
    if (tree == null) {
      withhold(site, text, reach);
      return false;
    }
    depth++;
    within(counterpart.inText(), null, tree, reach);
    depth--;
    sites.tree(site, tree);
    return true;
  }

  private void withhold(int site, String text, Reach reach) {
    MaskRule below = reach.below();
    if (below != null) {
      Operator operator = Operator.Replace.NAMED;
      add(
          site,
          new Span(0, text.length(), Span.WITHHELD, operator, false, below.rule()),
          below.where());
    }
  }

  private void pieces(int site, List<Piece> pieces, Reach reach) {
    if (pieces.isEmpty()) {
      return;
    }
    decoded = true;
    for (Piece piece : pieces) {
      lines.next();
      text(null, piece.text(), reach);
    }
    decoded = false;
    sites.pieces(site, pieces);
  }

  private void whole(int site, int length, Reach reach) {
    boolean typed = counterpart.typed();
    reach.whole((operator, rule) ->
        add(site, new Span(0, length, Span.SELECTED, operator, typed, rule.rule()), rule.where()));
  }

  private void add(int site, Span span, Where where) {
    marks.add(site, span, recordOnly ? Where.RECORD : where);
  }
}
