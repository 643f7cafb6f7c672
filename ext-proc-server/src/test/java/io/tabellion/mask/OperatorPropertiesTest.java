package io.tabellion.mask;

import static io.tabellion.mask.Masks.KEYS;
import static io.tabellion.mask.Masks.json;
import static io.tabellion.mask.Masks.plan;
import static io.tabellion.mask.Masks.quoted;
import static io.tabellion.mask.Masks.selected;
import static io.tabellion.mask.Masks.text;
import static org.assertj.core.api.Assertions.assertThat;

import io.tabellion.jsonrpc.Json;
import io.tabellion.jsonrpc.JsonWriter;
import io.tabellion.mask.made.Form;
import io.tabellion.mask.rule.MaskRule;
import io.tabellion.mask.rule.MaskRule.Where;
import io.tabellion.mask.rule.Operator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What holds of each operator whatever it masks, tried on values made at random. */
@Tag("unit")
final class OperatorPropertiesTest {
  private static final int VALUES = 300;
  private static final String SIGNS =
      "abcxyzABCXYZ0123456789 .-_/@\"\\\n\t<&'é\u00A0ßЖ日本\u0E01\u0E34\u0939\u093F\u200B\uFF14";

  private final Random random = new Random(20261124);

  static List<Operator> operators() {
    return List.of(
        new Operator.Redact(),
        Operator.Replace.NAMED,
        new Operator.Replace("#"),
        new Operator.KeepLast(1),
        new Operator.KeepLast(8),
        new Operator.Hash(),
        new Operator.Pseudonym(),
        new Operator.Token(),
        new Operator.FormatPreserving());
  }

  private String signs(int most) {
    StringBuilder text = new StringBuilder();
    for (int i = random.nextInt(most); i >= 0; i--) {
      if (random.nextInt(20) == 0) {
        text.appendCodePoint(0x1F600 + random.nextInt(40));
      } else {
        text.append(SIGNS.charAt(random.nextInt(SIGNS.length())));
      }
    }
    return text.toString();
  }

  /** A text of which the first half is shown by no operator, and is in no mask. */
  private String words() {
    return "Ω" + signs(30) + "ΩΩ" + "wq7 ЖzZ".repeat(6);
  }

  private String digits(int most) {
    StringBuilder digits = new StringBuilder().append((char) ('1' + random.nextInt(9)));
    for (int i = random.nextInt(most); i > 0; i--) {
      digits.append((char) ('0' + random.nextInt(10)));
    }
    return digits.toString();
  }

  /** What stands at a place of a result once it is masked. */
  private static Json masked(String result, MaskRule rule, Object... place) {
    Json tree = json(Masks.result(result));
    Masked masked = new Masker(KEYS, null).mask(tree, tree, plan(rule));
    Masked again = new Masker(KEYS, null).mask(tree, tree, plan(rule));
    assertThat(again.forwarded()).as("the same each time").isEqualTo(masked.forwarded());
    assertThat(masked.recorded()).isEqualTo(masked.forwarded());
    return part(part(json(text(masked.forwarded())), "result"), place);
  }

  private static Json part(Json tree, Object... place) {
    Json part = tree;
    for (Object step : place) {
      part =
          switch (part) {
            case Json.Obj object -> object.get(step.toString());
            case Json.Array array -> array.items().get((Integer) step);
            case Json.Text(String text) -> part(json(text), step);
            case Json.Num _, Json.Literal _ -> null;
          };
      if (part == null) {
        throw new AssertionError(step + ": nothing there");
      }
    }
    return part;
  }

  private static String textOf(Json value) {
    if (value instanceof Json.Text(String text)) {
      return text;
    }
    throw new AssertionError(value + " (expected: a text)");
  }

  private static MaskRule at(String place, Operator operator) {
    return selected("/result" + place, operator, Where.BOTH);
  }

  @ParameterizedTest
  @MethodSource("operators")
  void aTextStaysATextAndLosesWhatItSaid(Operator operator) {
    for (int i = 0; i < VALUES; i++) {
      String value = words();
      Json text = masked("{\"a\":" + quoted(value) + ",\"b\":1}", at("/a", operator), "a");
      assertThat(textOf(text)).doesNotContain("Ω");
    }
  }

  @ParameterizedTest
  @MethodSource("operators")
  void noTextIsShownWhole(Operator operator) {
    for (int i = 0; i < VALUES; i++) {
      String value = signs(12);
      Json text = masked("{\"a\":" + quoted(value) + "}", at("/a", operator), "a");
      if (!value.isBlank()) {
        assertThat(textOf(text)).isNotEqualTo(value);
      }
    }
  }

  @ParameterizedTest
  @MethodSource("operators")
  void aNumberStaysANumberAndIsAnotherOne(Operator operator) {
    for (int i = 0; i < VALUES; i++) {
      String value = digits(i % 40 + 1);
      Json number = masked("{\"a\":" + value + "}", at("/a", operator), "a");
      assertThat(number).isInstanceOf(Json.Num.class).isNotEqualTo(new Json.Num(value));
    }
    for (String lexeme : List.of("-17", "1.5", "2e9", "-0.25E-3")) {
      assertThat(masked("{\"a\":" + lexeme + "}", at("/a", operator), "a"))
          .isEqualTo(new Json.Num("0"));
    }
  }

  @ParameterizedTest
  @MethodSource("operators")
  void jsonInATextStaysJsonOfTheSameTypes(Operator operator) {
    for (int i = 0; i < VALUES; i++) {
      String inner =
          "{\"t\":"
              + quoted(words())
              + ",\"n\":"
              + digits(20)
              + ",\"l\":[true,null,"
              + quoted(words())
              + "]}";
      String twice = quoted("{\"in\":" + quoted(inner) + "}");
      String message = "{\"content\":[{\"type\":\"text\",\"text\":" + twice + "}]}";
      MaskRule rule = at("/content/0/text/in/*", operator);
      Json text = masked(message, rule, "content", 0, "text");
      assertThat(textOf(text)).doesNotContain("Ω");
      assertThat(part(text, "in", "t")).isInstanceOf(Json.Text.class);
      assertThat(part(text, "in", "n")).isInstanceOf(Json.Num.class);
      assertThat(part(text, "in", "l", 0)).isEqualTo(Json.Literal.FALSE);
      assertThat(part(text, "in", "l", 1)).isEqualTo(Json.Literal.NULL);
      assertThat(part(text, "in", "l", 2)).isInstanceOf(Json.Text.class);
    }
  }

  @ParameterizedTest
  @MethodSource("operators")
  void namesAndValuesInStructuredContentLoseWhatIsFound(Operator operator) {
    MaskRule found = Masks.found(operator, Where.BOTH);
    for (int i = 0; i < VALUES; i++) {
      String mail = "jane.of." + "abcdefgh".charAt(i % 8) + "@example.org";
      String card = "4" + "%015d".formatted(Math.abs(random.nextLong() % 1_000_000_000_000_000L));
      Json content =
          masked(
              "{\"structuredContent\":{"
                  + quoted(mail)
                  + ":{\"card\":"
                  + card
                  + "},"
                  + quoted("x " + mail)
                  + ":"
                  + quoted("of " + card + " and " + mail)
                  + "}}",
              found,
              "structuredContent");
      assertThat(JsonWriter.toText(content)).doesNotContain(mail, card);
      List<Json> values =
          content instanceof Json.Obj object ? List.copyOf(object.members().values()) : List.of();
      assertThat(values).hasSize(2);
      assertThat(part(values.getFirst(), "card")).isInstanceOf(Json.Num.class);
      assertThat(values.getLast()).isInstanceOf(Json.Text.class);
    }
  }

  @Test
  void formsArePreservedSignForSignAndValuesStayApart() {
    Map<String, String> seen = new HashMap<>();
    String forms = "abyzAZ0189 -./@";
    for (int i = 0; i < 3000; i++) {
      StringBuilder value = new StringBuilder();
      for (int n = 6 + random.nextInt(40); n > 0; n--) {
        value.append(forms.charAt(random.nextInt(forms.length())));
      }
      String text = value.toString();
      String other = new Form(KEYS.forms()).of("X", text);
      if (other == null) {
        continue;
      }
      assertThat(other).hasSameSizeAs(text).isNotEqualTo(text);
      for (int at = 0; at < text.length(); at++) {
        assertThat(kind(other.charAt(at))).as(text).isEqualTo(kind(text.charAt(at)));
      }
      assertThat(seen.put(other, text)).isIn(null, text);
    }
    assertThat(seen).hasSizeGreaterThan(2000);
  }

  /** The class of a letter or digit; what stands between them itself. */
  private static char kind(char c) {
    return Character.isDigit(c)
        ? '0'
        : Character.isUpperCase(c) ? 'A' : Character.isLowerCase(c) ? 'a' : c;
  }

  @ParameterizedTest
  @ValueSource(strings = {"1000000", "9999999", "12345678901234567890", "4111111111111111"})
  void numbersKeepTheirLengthAndBeginWithNoZero(String number) {
    String other = new Form(KEYS.forms()).ofNumber("X", number);
    assertThat(other).isNotNull().hasSameSizeAs(number).matches("[1-9][0-9]*").isNotEqualTo(number);
  }

  @Test
  void aWholeDomainIsPermuted() {
    var form = new Form(KEYS.forms());
    Set<String> seen = new HashSet<>();
    for (int n = 0; n < 20_000; n++) {
      assertThat(seen.add(form.of("X", "%06d".formatted(n * 50)))).isTrue();
    }
  }

  @Test
  void whatHasTooFewValuesHasNoForm() {
    var form = new Form(KEYS.forms());
    assertThat(form.of("X", "abcd")).isNull();
    assertThat(form.of("X", "abcde")).matches("[a-z]{5}");
    assertThat(form.of("X", "AB-1234")).matches("[A-Z]{2}-[0-9]{4}");
    assertThat(form.of("X", "é12345678")).isNull();
    assertThat(form.of("X", "-----------")).isNull();
    assertThat(form.of("X", "a".repeat(257))).isNull();
    assertThat(form.ofNumber("X", "123456")).isNull();
    assertThat(form.ofNumber("X", "0")).isNull();
  }
}
