package io.tabellion.mask;

import static io.tabellion.mask.Masks.KEYS;
import static io.tabellion.mask.Masks.found;
import static io.tabellion.mask.Masks.json;
import static io.tabellion.mask.Masks.plan;
import static io.tabellion.mask.Masks.selected;
import static io.tabellion.mask.Masks.text;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.tabellion.jsonrpc.Json;
import io.tabellion.jsonrpc.JsonWriter;
import io.tabellion.mask.rule.MaskRule;
import io.tabellion.mask.rule.MaskRule.Where;
import io.tabellion.mask.rule.Operator;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Random;
import java.util.SequencedMap;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What holds of every tree, tried on trees made at random from a few words and values. */
@Tag("unit")
final class PropertiesTest {
  private static final int TREES = 3000;
  private static final List<String> VALUES =
      List.of("jane@example.com", "4111 1111 1111 1111", "4111111111111111", "ssn 078-05-1120");
  private static final List<String> WORDS =
      List.of(
          "a",
          "text",
          "type",
          "content",
          "structuredContent",
          "é\uD83D\uDE00",
          "",
          "/",
          "~",
          "x\"\\y\n");

  private final Random random = new Random(20261124);

  private Json tree(int depth) {
    int kind = random.nextInt(depth == 0 ? 4 : 8);
    return switch (kind) {
      case 0 -> Json.Literal.of(random.nextBoolean());
      case 1 -> random.nextBoolean() ? Json.Literal.NULL : new Json.Num("4111111111111111");
      case 2, 3 -> new Json.Text(words());
      case 4 -> new Json.Text(JsonWriter.toText(tree(depth - 1)));
      case 5 -> array(depth - 1);
      default -> object(depth - 1);
    };
  }

  private Json object(int depth) {
    SequencedMap<String, Json> members = new LinkedHashMap<>();
    for (int i = random.nextInt(4); i > 0; i--) {
      members.put(random.nextInt(4) == 0 ? words() : pick(WORDS), tree(depth));
    }
    return new Json.Obj(members);
  }

  private Json array(int depth) {
    List<Json> items = new ArrayList<>();
    for (int i = random.nextInt(4); i > 0; i--) {
      items.add(
          random.nextInt(3) == 0
              ? Json.Obj.EMPTY
                  .with("type", new Json.Text("text"))
                  .with("text", new Json.Text(words()))
              : tree(depth));
    }
    return new Json.Array(items);
  }

  private String words() {
    StringBuilder words = new StringBuilder();
    for (int i = random.nextInt(4); i > 0; i--) {
      words.append(random.nextInt(3) == 0 ? pick(VALUES) : pick(WORDS)).append(' ');
    }
    String text = words.toString();
    return random.nextInt(6) == 0
        ? Base64.getEncoder().encodeToString(text.repeat(3).getBytes(UTF_8))
        : text;
  }

  private String pick(List<String> list) {
    return list.get(random.nextInt(list.size()));
  }

  private Json message() {
    return Json.Obj.EMPTY
        .with("jsonrpc", new Json.Text("2.0"))
        .with("id", Json.Num.of(1))
        .with("result", object(4));
  }

  private static Masked mask(Json tree, MaskRule... rules) {
    return new Masker(KEYS, null).mask(tree, tree, plan(rules));
  }

  private static boolean sameShape(Json a, Json b) {
    return switch (a) {
      case Json.Obj x ->
          b instanceof Json.Obj y
              && sameShape(List.copyOf(x.members().values()), List.copyOf(y.members().values()));
      case Json.Array x -> b instanceof Json.Array y && sameShape(x.items(), y.items());
      case Json.Text _ -> b instanceof Json.Text;
      case Json.Num _ -> b instanceof Json.Num;
      case Json.Literal x ->
          b instanceof Json.Literal y && (x == Json.Literal.NULL) == (y == Json.Literal.NULL);
    };
  }

  private static boolean sameShape(List<Json> a, List<Json> b) {
    boolean same = a.size() == b.size();
    for (int i = 0; same && i < a.size(); i++) {
      same = sameShape(a.get(i), b.get(i));
    }
    return same;
  }

  private static final List<Operator> OPERATORS =
      List.of(
          new Operator.Redact(),
          Operator.Replace.NAMED,
          new Operator.KeepLast(4),
          new Operator.Hash(),
          new Operator.Pseudonym(),
          new Operator.Token(),
          new Operator.FormatPreserving());

  @Test
  void whatIsMaskedIsJsonOfTheSameShapeWithoutTheValues() {
    int changed = 0;
    for (int i = 0; i < TREES; i++) {
      Json tree = message();
      Operator operator = OPERATORS.get(i % OPERATORS.size());
      String masked = text(mask(tree, found(operator, Where.BOTH)).forwarded());
      assertThat(sameShape(tree, json(masked))).as(masked).isTrue();
      assertThat(masked)
          .doesNotContain("jane@example.com", "4111 1111 1111 1111", "4111111111111111");
      changed += masked.equals(JsonWriter.toText(tree)) ? 0 : 1;
    }
    assertThat(changed).isGreaterThan(TREES / 4);
  }

  @Test
  void maskingWhatIsMaskedChangesNothing() {
    for (int i = 0; i < TREES; i++) {
      Json tree = message();
      MaskRule rule = found(OPERATORS.get(1 + i % 5), Where.BOTH);
      Masked once = mask(tree, rule);
      Masked twice = mask(json(text(once.forwarded())), rule);
      assertThat(text(twice.forwarded())).isEqualTo(text(once.forwarded()));
      assertThat(twice.places()).isEmpty();
    }
  }

  @Test
  void theSameTreeIsMaskedToTheSameBytes() {
    for (int i = 0; i < 300; i++) {
      Json tree = message();
      MaskRule rule = found(OPERATORS.get(i % OPERATORS.size()), Where.BOTH);
      assertThat(text(mask(tree, rule).forwarded()))
          .isEqualTo(text(mask(json(JsonWriter.toText(tree)), rule).forwarded()));
    }
  }

  /** What is sent can be masked no further by the rules that were for the record alone. */
  @Test
  void theRecordNeverShowsMoreThanWhatIsSent() {
    for (int i = 0; i < TREES; i++) {
      Json tree = message();
      MaskRule both =
          new MaskRule(
              "b",
              null,
              java.util.Set.of(i % 2 == 0 ? "EMAIL" : "CARD"),
              0,
              java.util.Map.of(),
              Operator.Replace.NAMED,
              Where.BOTH);
      MaskRule record =
          i % 3 == 0
              ? selected("/result/**/text", new Operator.KeepLast(4), Where.RECORD)
              : found(new Operator.KeepLast(4), Where.RECORD);
      Masked masked = mask(tree, both, record);
      String value = i % 2 == 0 ? "jane@example.com" : "4111 1111 1111 1111";
      assertThat(text(masked.forwarded())).doesNotContain(value);
      assertThat(text(masked.recorded())).doesNotContain(value);
      if (i % 3 != 0) {
        assertThat(text(masked.recorded())).doesNotContain("jane@example.com", "4111111111111111");
      }
      for (String all : VALUES) {
        if (!text(masked.forwarded()).contains(all)) {
          assertThat(text(masked.recorded())).doesNotContain(all);
        }
      }
    }
  }

  @Test
  void hostileTextsTakeLinearTime() {
    for (String hostile :
        List.of(
            "[".repeat(1_000_000),
            "{\"a\":".repeat(200_000),
            "A".repeat(2_000_000),
            "data:;base64,".repeat(100_000),
            "\\u0041".repeat(300_000),
            "\u200B".repeat(1_000_000),
            "QUFB\n".repeat(300_000))) {
      Json tree = Json.Obj.EMPTY.with("result", new Json.Text(hostile));
      long begin = System.nanoTime();
      mask(
          tree,
          found(Operator.Replace.NAMED, Where.BOTH),
          selected("/**/x/**/y", new Operator.Redact(), Where.BOTH));
      assertThat(System.nanoTime() - begin).isLessThan(10_000_000_000L);
    }
  }
}
