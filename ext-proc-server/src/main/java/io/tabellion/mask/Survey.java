package io.tabellion.mask;

import com.google.protobuf.ByteString;
import io.tabellion.detect.Finding;
import io.tabellion.jsonrpc.Json;
import io.tabellion.jsonrpc.JsonReader;
import io.tabellion.jsonrpc.Limits;
import io.tabellion.jsonrpc.Reading;
import io.tabellion.mask.Document.Kind;
import io.tabellion.mask.Document.Slot;
import io.tabellion.mask.MaskRule.Where;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The walk over one tree that finds what is to be masked: names and values in their order, JSON and
 * base64 within texts, texts that stand side by side.
 *
 * <p>Names and values are numbered as they are met; {@link Rewrite} meets them in the same order.
 * Not thread-safe: it reads one tree, once.
 */
final class Survey {
  /** JSON in a text in JSON in a text in JSON in a text. */
  static final int DEPTH = 3;

  private static final JsonReader READER = new JsonReader(Limits.DEFAULT);
  private static final Operator WITHHOLD = new Operator.Replace("[{detector}]");

  /** Of a long text that may go on in the next one, so much of both ends is looked at. */
  private static final int EDGE = 4096;

  /** Detectors read no more before a value, in bytes. */
  private static final int CONTEXT = 80;

  /** Longer numbers are of nothing that is written with a fraction or an exponent. */
  private static final int LONGEST_NUMBER = 64;

  /** Names of members that are base64 (ImageContent, AudioContent, BlobResourceContents). */
  private static final Set<String> BLOBS = Set.of("blob", "data");

  /** What the protocol compares between messages: masked in the record alone. */
  private static final Set<String> HANDLES = Set.of("progressToken", "requestId");

  /** Names of members whose texts are words of the protocol: nothing goes on in them. */
  private static final Set<String> KINDS = Set.of("level", "mimeType", "role", "type");

  /** Methods whose params have the name of what is called: the record's to mask. */
  private static final Set<String> NAMED = Set.of("tools/call", "prompts/get");

  private final Plan plan;
  private final Document document = new Document();
  private final Document seams = new Document();

  /** Ends of texts of messages before, and the beginnings of those of this one. */
  private final Document continued = new Document();

  private final @Nullable Sequel sequel;
  private final List<Join> joins = new ArrayList<>(0);
  private final Map<Integer, Set<String>> split = new HashMap<>();

  /** What was found to begin in messages before, and goes on. */
  private @Nullable Finding leaked;

  /** How many of its characters stand there. */
  private int leakedLength;

  /** What was whole there, and only seems to go on. */
  private @Nullable Finding ended;

  private final Edits sent = new Edits();
  private final Edits kept = new Edits();
  private final Map<Integer, Inside> insides = new HashMap<>();
  private int sites;

  /** Whether what is met now is masked in the record alone. */
  private boolean recordOnly;

  /** Whether a schema may stand over what is met now. */
  private boolean typed;

  /** Whether what is met now is lines of one text, which are read together. */
  private boolean lines;

  /** How deep in texts we are: JSON, and base64. */
  private int depth;

  private boolean decoded;

  /** How far selectors reach in the structured content that texts met now repeat. */
  private @Nullable Reach repeated;

  /** The structured content beside them; null if there is none. */
  private @Nullable Json structured;

  /** Takes what rules select in the structured content that is met now; null outside of one. */
  private @Nullable Repeats selected;

  /** Takes the texts that stand beside structured content; null for others. */
  private @Nullable Repeats beside;

  private Survey(Plan plan, @Nullable Sequel sequel) {
    this.plan = plan;
    this.sequel = sequel;
  }

  /** A tail with the beginning of a text behind it. */
  private record Join(Tails.Tail tail, char next) {}

  /**
   * What was found: where to mask what is sent, where to mask what is kept.
   *
   * @param split sites where a value goes on of which a part went out with the message before, and
   *     what was found there
   */
  record Found(
      Edits sent, Edits kept, Map<Integer, Inside> insides, Map<Integer, Set<String>> split) {}

  static Found of(Json tree, Plan plan) {
    return of(tree, plan, null);
  }

  /**
   * @param sequel what the message goes on from, null if from nothing
   */
  static Found of(Json tree, Plan plan, @Nullable Sequel sequel) {
    Survey survey = new Survey(plan, sequel);
    survey.messages(tree);
    survey.flush(survey.document, false);
    survey.flush(survey.continued, true);
    return new Found(survey.sent, survey.kept, survey.insides, survey.split);
  }

  // The envelope.

  private void messages(Json tree) {
    Reach root = Reach.root(plan);
    if (tree instanceof Json.Array batch) {
      batch.items().forEach(message -> message(message, root));
    } else {
      message(tree, root);
    }
  }

  private void message(Json tree, Reach root) {
    if (!(tree instanceof Json.Obj message) || message.get("jsonrpc") == null) {
      value(null, tree, root);
      return;
    }
    message
        .members()
        .forEach((name, value) -> {
          recordOnly = true;
          name(name, root);
          recordOnly = false;
          switch (name) {
            case "jsonrpc", "method", "id" -> inRecordOnly(true, name, value, root.step(name));
            case "params" -> {
              boolean named = NAMED.contains(String.valueOf(message.text("method")));
              params(value, root.step(name), named);
            }
            default -> value(name, value, root.step(name));
          }
        });
  }

  private void params(Json value, Reach reach, boolean named) {
    if (!(value instanceof Json.Obj params)) {
      value("params", value, reach);
      return;
    }
    params
        .members()
        .forEach((name, member) -> {
          name(name, reach);
          if (name.equals("_meta") && member instanceof Json.Obj meta) {
            Reach below = reach.step(name);
            meta.members()
                .forEach((key, entry) -> {
                  name(key, below);
                  inRecordOnly(HANDLES.contains(key), key, entry, below.step(key));
                });
          } else {
            boolean handle = HANDLES.contains(name) || (named && name.equals("name"));
            inRecordOnly(handle, name, member, reach.step(name));
          }
        });
  }

  private void inRecordOnly(boolean only, String name, Json value, Reach reach) {
    recordOnly = only;
    value(name, value, reach);
    recordOnly = false;
  }

  // The tree.

  private void value(@Nullable String name, Json value, Reach reach) {
    switch (value) {
      case Json.Obj object -> object(object, reach);
      case Json.Array array -> array(name, array, reach);
      case Json.Text text -> text(name, text.value(), reach);
      case Json.Num number -> number(number.lexeme(), reach);
      case Json.Literal _ -> whole(sites++, 0, reach);
    }
  }

  private void object(Json.Obj object, Reach reach) {
    line();
    Json beside = object.get("structuredContent");
    Repeats repeats =
        beside != null && object.get("content") != null && reach.goesOn() ? new Repeats() : null;
    object
        .members()
        .forEach((name, member) -> {
          name(name, reach);
          switch (name) {
            case "structuredContent" -> structured(member, reach.step(name), repeats);
            case "content" -> {
              if (beside == null && structured != null) {
                // Blocks within blocks repeat what their outermost stand beside.
                value(name, member, reach.step(name));
              } else {
                content(member, reach, beside, repeats);
              }
            }
            default -> value(name, member, reach.step(name));
          }
        });
    if (repeats != null) {
      repeats.find((site, from, to, operator, where) ->
          add(site, new Span(from, to, Span.SELECTED, operator, false), where));
    }
  }

  private void structured(Json value, Reach reach, @Nullable Repeats repeats) {
    boolean outside = typed;
    Repeats outer = selected;
    typed = true;
    selected = repeats == null ? outer : repeats;
    value("structuredContent", value, reach);
    typed = outside;
    selected = outer;
  }

  /** The texts that repeat what stands in the object's structured content, if it has some. */
  private void content(Json value, Reach reach, @Nullable Json content, @Nullable Repeats repeats) {
    Reach outer = repeated;
    Json outside = structured;
    Repeats before = beside;
    repeated = reach.step("structuredContent");
    structured = content;
    beside = repeats;
    value("content", value, reach.step("content"));
    repeated = outer;
    structured = outside;
    beside = before;
  }

  private void array(@Nullable String name, Json.Array array, Reach reach) {
    line();
    boolean before = lines;
    lines |= isLines(array);
    String context = name == null || lines ? null : context(name);
    Seam seam = new Seam();
    for (int i = 0; i < array.items().size(); i++) {
      Json item = array.items().get(i);
      if (i > 0 && context != null && (item instanceof Json.Text || item instanceof Json.Num)) {
        document.append(context);
        document.append(": ");
      }
      int site = sites;
      value(name, item, reach.step(i));
      seam.next(item, site, reach.step(i));
    }
    seam.end();
    lines = before;
  }

  /** As much of a name as is read before a value: it stands before each item again. */
  private static String context(String name) {
    return name.substring(Math.max(0, name.length() - CONTEXT));
  }

  /** Whether a text stands in an array line by line, as PEM may. */
  private static boolean isLines(Json.Array array) {
    return array.items().stream()
        .anyMatch(item -> item instanceof Json.Text(String text) && text.startsWith("-----BEGIN"));
  }

  private void name(String name, Reach reach) {
    int site = sites++;
    if (plan.detects()) {
      document.append(site, Kind.NAME, name, 0, name.length(), reach, false, recordOnly);
      document.append(": ");
    }
  }

  private void number(String lexeme, Reach reach) {
    int site = sites++;
    whole(site, lexeme.length(), reach);
    select(lexeme, reach);
    read(site, Kind.NUMBER, digits(lexeme), reach);
  }

  /** The digits of a whole number that is written with a fraction or an exponent. */
  private static String digits(String lexeme) {
    boolean plain = lexeme.chars().noneMatch(c -> c == '.' || c == 'e' || c == 'E');
    if (plain || lexeme.length() > LONGEST_NUMBER) {
      return lexeme;
    }
    try {
      BigDecimal number = new BigDecimal(lexeme).stripTrailingZeros();
      boolean whole = number.scale() <= 0 && number.precision() - number.scale() < LONGEST_NUMBER;
      return whole ? number.toPlainString() : lexeme;
    } catch (NumberFormatException _) {
      return lexeme;
    }
  }

  private void text(@Nullable String name, String text, Reach reach) {
    int site = sites++;
    whole(site, text.length(), reach);
    select(text, reach);
    if (Lenient.isLikeJson(text) && tree(site, text, reach)) {
      return;
    }
    Piece.Kind kind = name != null && BLOBS.contains(name) ? Piece.Kind.BLOB : Piece.Kind.ANY;
    pieces(site, text, kind, reach);
    if (!Piece.isBinary(text, kind)) {
      read(site, Kind.TEXT, text, reach);
      if (beside != null && !recordOnly && !isKind(name)) {
        beside.text(site, text);
      }
      goOn(name, site, text, reach);
    }
  }

  /** Whether the member's text is a word of the protocol. */
  private static boolean isKind(@Nullable String name) {
    return name != null && KINDS.contains(name);
  }

  /** A value of structured content, which texts beside it may repeat. */
  private void select(String value, Reach reach) {
    Repeats into = selected;
    if (into != null) {
      reach.whole((operator, where) -> into.value(value, operator, where));
    }
  }

  private void read(int site, Kind kind, String text, Reach reach) {
    if (plan.detects()) {
      document.append(site, kind, text, 0, text.length(), reach, typed, recordOnly);
      line();
    }
  }

  /** Reads the beginning of a text together with what it may go on from. */
  private void goOn(@Nullable String name, int site, String text, Reach reach) {
    boolean said = !recordOnly && !decoded && !text.isEmpty();
    if (sequel == null || !said || !plan.detects() || isKind(name)) {
      return;
    }
    int number = sequel.add(site, text);
    for (Cut cut : sequel.known(site)) {
      again(cut, sequel, reach);
    }
    int end = sequel.isUnsure(number) ? Rest.end(text) : 0;
    if (end > 0) {
      again(new Cut(site, 0, end, Span.CUT, 1), sequel, reach);
    }
    for (Tails.Tail tail : sequel.before(number)) {
      joins.add(new Join(tail, text.charAt(0)));
      String before = tail.text();
      int length = Math.min(text.length(), Tails.LONGEST);
      continued.append(-joins.size(), Kind.TEXT, before, 0, before.length(), reach, false, false);
      continued.append(site, Kind.TEXT, text, 0, length, reach, typed, false);
      continued.append('\n');
    }
  }

  /** Masks what goes on from a message that is not there. */
  private void again(Cut cut, Sequel into, Reach reach) {
    into.cut(cut);
    split.computeIfAbsent(cut.site(), _ -> new HashSet<>()).add(cut.detector());
    if (cut.detector().equals(Span.CUT)) {
      Where where = plan.detecting(reach);
      if (where != null) {
        add(cut.site(), new Span(cut.from(), cut.to(), Span.CUT, WITHHOLD, typed), where);
      }
    } else {
      Finding found = new Finding(cut.detector(), cut.from(), cut.to(), cut.score());
      plan.judge(
          found,
          reach,
          (operator, where) ->
              add(
                  cut.site(),
                  new Span(cut.from(), cut.to(), cut.detector(), operator, typed),
                  where));
    }
  }

  private void line() {
    if (plan.detects()) {
      if (document.isFull() && !lines) {
        flush(document, false);
      }
      document.append('\n');
    }
  }

  /** Reads a text as JSON; false if it is none, or too deep in others. */
  private boolean tree(int site, String text, Reach outer) {
    Reach reach = repeated == null ? outer : outer.and(repeated, false);
    if (depth == DEPTH || !(read(text) instanceof Reading.Document(Json tree))) {
      withhold(site, text, reach);
      return false;
    }
    if (repeated != null && plan.allows() && tree.equals(structured)) {
      reach = outer.and(repeated, true);
    }
    boolean before = typed;
    Reach outside = repeated;
    typed |= repeated != null && structured != null;
    repeated = null;
    depth++;
    value(null, tree, reach);
    depth--;
    repeated = outside;
    typed = before;
    insides.put(site, new Inside.Tree(tree, sites));
    return true;
  }

  static Reading read(String text) {
    return READER.read(ByteString.copyFromUtf8(text));
  }

  private void withhold(int site, String text, Reach reach) {
    Where where = reach.below();
    if (where != null) {
      add(site, new Span(0, text.length(), Span.WITHHELD, WITHHOLD, false), where);
    }
  }

  private void pieces(int site, String text, Piece.Kind kind, Reach reach) {
    List<Piece> pieces = decoded ? List.of() : Piece.in(text, kind);
    if (pieces.isEmpty()) {
      return;
    }
    decoded = true;
    for (Piece piece : pieces) {
      line();
      text(null, piece.text(), reach);
    }
    decoded = false;
    insides.put(site, new Inside.Pieces(pieces, sites));
  }

  // What was found.

  private void whole(int site, int length, Reach reach) {
    reach.whole(
        (operator, where) -> add(site, new Span(0, length, Span.SELECTED, operator, typed), where));
  }

  private void add(int site, Span span, Where where) {
    kept.add(site, span);
    if (where == Where.BOTH && !recordOnly) {
      sent.add(site, span);
    }
  }

  private void flush(Document read, boolean across) {
    Plan.Scan record = plan.recordScan();
    if (record == null || read.isEmpty()) {
      read.clear();
      return;
    }
    String text = read.text();
    Disguise disguise = Disguise.of(text);
    read.scan(
        record,
        text,
        disguise,
        across,
        (slot, from, to, finding) -> {
          boolean both = plan.scansOnce();
          hit(slot, from, to, finding, both ? Where.BOTH : Where.RECORD);
        });
    Plan.Scan forward = plan.forwardScan();
    if (forward != null && !plan.scansOnce()) {
      read.scan(
          forward,
          text,
          disguise,
          across,
          (slot, from, to, finding) -> hit(slot, from, to, finding, Where.BOTH));
    }
    read.clear();
  }

  /**
   * Notes a finding.
   *
   * @param legs whether the scan was for what is sent too
   */
  private void hit(Slot slot, int from, int to, Finding finding, Where legs) {
    if (slot.site() < 0) {
      // The tail comes first; what is found goes on in the site that comes next.
      begun(joins.get(-1 - slot.site()), from, finding);
      return;
    }
    if (finding.equals(ended)) {
      return;
    }
    if (slot.kind() != Kind.NAME && slot.reach().allows()) {
      return;
    }
    boolean goesOn = finding.equals(leaked);
    if (goesOn) {
      split.computeIfAbsent(slot.site(), _ -> new HashSet<>()).add(finding.detector());
    }
    if (sequel != null) {
      int length = goesOn ? leakedLength + to : to - from;
      sequel.ended(slot.site(), to, finding.detector(), length);
      if (goesOn) {
        sequel.cut(new Cut(slot.site(), from, to, finding.detector(), finding.score()));
      }
    }
    plan.judge(
        finding,
        slot.reach(),
        (operator, where) -> {
          Span span = new Span(from, to, finding.detector(), operator, slot.typed());
          kept.add(slot.site(), span);
          if (where == Where.BOTH && legs == Where.BOTH && !slot.kept()) {
            sent.add(slot.site(), span);
          }
        });
  }

  /** Something was found that begins in a tail. */
  private void begun(Join join, int from, Finding finding) {
    int length = join.tail.text().length() - from;
    boolean whole = join.tail.ends(finding.detector(), length, join.next);
    leaked = whole ? null : finding;
    ended = whole ? finding : null;
    leakedLength = length;
  }

  /** Texts of content blocks that stand side by side, read as one text. */
  private final class Seam {
    private record Block(int site, String text, Reach reach) {}

    private final List<Block> run = new ArrayList<>(0);

    void next(Json item, int site, Reach reach) {
      Block block = plan.detects() ? block(item, site, reach) : null;
      if (block == null) {
        end();
      } else {
        run.add(block);
      }
    }

    /** The text of a block that begins at this site; null if it is another block, or JSON. */
    private @Nullable Block block(Json item, int site, Reach reach) {
      if (!(item instanceof Json.Obj object)) {
        return null;
      }
      if (object.get("content") instanceof Json.Obj content && object.get("role") != null) {
        return block(content, member(object, site, "content"), reach.step("content"));
      }
      String text = "text".equals(object.text("type")) ? object.text("text") : null;
      if (text == null) {
        return null;
      }
      int at = member(object, site, "text");
      return insides.get(at) instanceof Inside.Tree
          ? null
          : new Block(at, text, reach.step("text"));
    }

    void end() {
      if (run.size() > 1) {
        joined("");
        joined(" ");
      }
      run.clear();
    }

    private void joined(String between) {
      for (int i = 0; i < run.size(); i++) {
        Block block = run.get(i);
        String text = block.text;
        if (text.length() <= 2 * EDGE) {
          edge(block, 0, text.length());
        } else {
          edge(block, 0, EDGE);
          seams.append('\n');
          edge(block, text.length() - EDGE, text.length());
        }
        if (seams.isFull()) {
          flush(seams, true);
          again(i, between);
        }
        seams.append(between);
      }
      flush(seams, true);
    }

    /** Begins the next text with the end of the one before. */
    private void again(int last, String between) {
      int first = last;
      int length = run.get(last).text.length();
      while (first > 0 && length < EDGE) {
        first--;
        length += run.get(first).text.length();
      }
      for (int i = first; i <= last; i++) {
        Block block = run.get(i);
        edge(block, Math.max(0, block.text.length() - EDGE), block.text.length());
        if (i < last) {
          seams.append(between);
        }
      }
    }

    private void edge(Block block, int from, int to) {
      seams.append(block.site, Kind.TEXT, block.text, from, to, block.reach, false, recordOnly);
    }
  }

  /** Number of the first site behind a value that begins at this one. */
  private int after(int site, Json value) {
    return switch (value) {
      case Json.Obj object -> {
        int at = site;
        for (Json member : object.members().values()) {
          at = after(at + 1, member);
        }
        yield at;
      }
      case Json.Array array -> {
        int at = site;
        for (Json item : array.items()) {
          at = after(at, item);
        }
        yield at;
      }
      case Json.Text _, Json.Num _, Json.Literal _ -> {
        Inside inside = insides.get(site);
        yield inside == null ? site + 1 : inside.next();
      }
    };
  }

  /** Number of the member's value in an object that begins at this site. */
  private int member(Json.Obj object, int site, String name) {
    int at = site;
    for (Map.Entry<String, Json> member : object.members().entrySet()) {
      at++;
      if (member.getKey().equals(name)) {
        return at;
      }
      at = after(at, member.getValue());
    }
    throw new IllegalArgumentException("member: none (expected: one of the object)");
  }
}
