package io.tabellion.mask;

import static io.tabellion.mask.Masks.quoted;
import static io.tabellion.mask.Masks.result;
import static io.tabellion.mask.Masks.selected;
import static io.tabellion.mask.Masks.sent;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.tabellion.detect.Detectors;
import io.tabellion.jsonrpc.Json;
import io.tabellion.mask.rule.MaskRule;
import io.tabellion.mask.rule.MaskRule.Where;
import io.tabellion.mask.rule.Masking;
import io.tabellion.mask.rule.Operator;
import io.tabellion.mask.rule.Plan;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Ways past masking that were tried by hand and once led through. */
@Tag("unit")
final class AttacksTest {
  private static final String ADDRESS = "jane@example.com";
  private static final String CARD = "4556737586899855";
  private static final String LINE =
      "MIIEvQIBADANBgkqhkiG9w0BAQEFAASCBKcwggSjAgEAAoIBAQC7VJTUt9Us8cKj";

  private static final MaskRule SALARY =
      selected("/result/**/salary", Operator.Replace.NAMED, Where.BOTH);

  @ParameterizedTest
  @MethodSource
  void aValueInDisguise(String name, String disguised) {
    assertThat(sent(result(quoted("to " + disguised + " now"))))
        .as(name)
        .isEqualTo(result("\"to [EMAIL] now\""));
  }

  static Stream<Arguments> aValueInDisguise() {
    return Stream.of(
        Arguments.of("controls", between("\u0001")),
        Arguments.of("NUL", between("\0")),
        Arguments.of("DEL", between("\u007f")),
        Arguments.of("combining marks", between("\u0301")),
        Arguments.of("keycaps", between("\u20e3")),
        Arguments.of("private use", between("\ue000")),
        Arguments.of("private use of plane 15", between(Character.toString(0xF0000))),
        Arguments.of("braille blank", between("\u2800")),
        Arguments.of("object replacement", between("\ufffc")),
        Arguments.of("colours of a terminal", "jane\u001b[1;31m@example\u001b[0m.com"),
        Arguments.of("HTML, decimal", each("&#%d;")),
        Arguments.of("HTML, hexadecimal", each("&#x%x;")),
        Arguments.of("HTML, capitals", each("&#X%04X;")),
        Arguments.of("hexadecimal escapes", each("\\x%02x")));
  }

  private static String between(String sign) {
    return String.join(sign, ADDRESS.split(""));
  }

  private static String each(String format) {
    return ADDRESS.chars().mapToObj(format::formatted).collect(Collectors.joining());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        CARD + ".0",
        CARD + ".00",
        CARD + "e0",
        CARD + "E+0",
        CARD + "0e-1",
        "4.556737586899855e15",
        "0.4556737586899855E16",
        "-" + CARD + ".0",
      })
  void aNumberHoweverItIsWritten(String number) {
    assertThat(sent(result("{\"card\":" + number + "}"))).isEqualTo(result("{\"card\":0}"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "1e999999999",
        "1e99999999999999999999",
        "4.5567375868998551e15",
        CARD + "e1",
      })
  void aNumberThatIsNone(String number) {
    assertThat(sent(result("{\"card\":" + number + "}")))
        .isEqualTo(result("{\"card\":" + number + "}"));
  }

  @ParameterizedTest
  @ValueSource(strings = {" ", "\n", "\r\n\t", "  \n  "})
  void aBlobInLines(String between) {
    String base64 = Base64.getEncoder().encodeToString(ADDRESS.getBytes(UTF_8));
    String laidOut = base64.substring(0, 8) + between + base64.substring(8);

    String sent = sent(result("{\"blob\":" + quoted(laidOut) + "}"));

    assertThat(sent).isEqualTo(result("{\"blob\":\"" + base64("[EMAIL]") + "\"}"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"\0", "\u001b", "\u0007"})
  void aBlobWithControlCharacters(String control) {
    String sent = sent(result("{\"blob\":\"" + base64(control + ADDRESS) + "\"}"));

    assertThat(sent).isEqualTo(result("{\"blob\":\"" + base64(control + "[EMAIL]") + "\"}"));
  }

  @Test
  void aDataUriInCapitals() {
    String sent = sent(result("\"DATA:text/plain;BASE64," + base64(ADDRESS) + "\""));

    assertThat(sent).isEqualTo(result("\"DATA:text/plain;BASE64," + base64("[EMAIL]") + "\""));
  }

  private static String base64(String text) {
    return Base64.getEncoder().encodeToString(text.getBytes(UTF_8));
  }

  /** Readers that are not strict take these; ours does not, and so cannot select in them. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "[ // c\n{\"salary\":7}]",
        "/* c */{\"salary\":7}",
        "// c\n /* d */ {\"salary\":7,}",
        "\u00a0{\"salary\":7}",
        "\u200b{\"salary\":7}",
        "[NaN,{\"salary\":7}]",
        "[Infinity,{\"salary\":7}]",
        "[undefined,{\"salary\":7}]",
        "[+1,{\"salary\":7}]",
        "[.5,{\"salary\":7}]",
        "[,{\"salary\":7}]",
      })
  void whatALenientReaderTakesIsWithheld(String text) {
    String message = result("{\"text\":" + quoted(text) + "}");

    assertThat(sent(message, SALARY)).isEqualTo(result("{\"text\":\"[WITHHELD]\"}"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"[+] done", "[. ok", "[INFO] up", "// a comment", "\"so\" and \"so\""})
  void proseIsNot(String text) {
    String message = result("{\"text\":" + quoted(text) + "}");

    assertThat(sent(message, SALARY)).isEqualTo(message);
  }

  @Test
  void aStringOfJsonInAString() {
    String inner = quoted("{\"salary\":7}");

    assertThat(sent(result(quoted(inner)), SALARY))
        .isEqualTo(result(quoted(quoted("{\"salary\":0}"))));
  }

  @ParameterizedTest
  @ValueSource(ints = {4, 5, 9})
  void whatIsTooDeepToSelectInIsWithheld(int depth) {
    String text = "{\"salary\":\"S3CR\"}";
    for (int i = 0; i < depth; i++) {
      text = "{\"a\":" + quoted(text) + "}";
    }

    assertThat(sent(result(text), SALARY)).doesNotContain("S3CR").contains("WITHHELD");
  }

  /** What was found in base64 must not be shown for what was found in its decoded form. */
  @ParameterizedTest
  @MethodSource("operators")
  void aLoginWithAnAddressInIt(Operator operator) {
    String password = "correct-horse-battery-staple-with-many-words-9Xq";
    String login = base64("jane.roe@example.org:" + password);

    String sent = masked(result(quoted("Authorization: Basic " + login)), operator);

    String shown = sent.replaceAll(".*Basic ([^\"]*).*", "$1");
    assertThat(shown).isNotEmpty().doesNotContain(base64(password).substring(4, 20));
    assertThat(login.substring(24, 80)).isNotIn(shown);
    assertThat(sent).doesNotContain(login.substring(40, 80));
  }

  static Stream<Operator> operators() {
    return Stream.of(
        Operator.Replace.NAMED,
        new Operator.Hash(),
        new Operator.Pseudonym(),
        new Operator.Token(),
        new Operator.KeepLast(4));
  }

  @ParameterizedTest
  @ValueSource(ints = {64_400, 64_800, 65_200, 65_400})
  void aKeyInLinesIsReadInOne(int before) {
    String lines = key().stream().map(Masks::quoted).collect(Collectors.joining(","));
    String filler = quoted("y z ".repeat(before / 4));

    String sent = masked(result("{\"a\":" + filler + ",\"k\":[" + lines + "]}"));

    assertThat(sent).contains("[PRIVATE_KEY]").doesNotContain(LINE.substring(3));
  }

  @ParameterizedTest
  @ValueSource(ints = {7_900, 8_000, 8_100, 8_180})
  void aKeyInBlocksIsReadInOne(int last) {
    List<String> blocks = new ArrayList<>(Collections.nCopies(7, "y z ".repeat(2_048)));
    blocks.add("y z ".repeat(last / 4));
    blocks.addAll(key());
    String content =
        blocks.stream()
            .map(text -> "{\"type\":\"text\",\"text\":" + quoted(text) + "}")
            .collect(Collectors.joining(","));

    String sent = masked(result("{\"content\":[" + content + "]}"));

    assertThat(sent).contains("[PRIVATE_KEY]").doesNotContain(LINE.substring(3));
  }

  @Test
  void aKeyThatBeginsInAName() {
    String key = String.join("\n", key());
    int cut = key.length() - 100;
    String member = quoted(key.substring(0, cut)) + ":" + quoted(key.substring(cut));

    String sent = masked(result("{" + member + "}"));

    assertThat(sent).doesNotContain(LINE.substring(3, 40));
  }

  @Test
  void aNameBeforeAValueStays() {
    assertThat(masked(result("{\"password\":\"Vq7wTz81xKp9\"}"))).contains("\"password\":\"[");
  }

  /** The name of an array stands before each item as its context; a long one must not add up. */
  @Test
  void aLongNameOverManyItemsIsNotReadAgainWhole() {
    String message = result("{\"" + "n".repeat(8_000) + "\":[" + "1,".repeat(5_000) + "1]}");
    AtomicLong read = new AtomicLong();
    Plan plan =
        Plan.of(
            new Masking(List.of(Masks.found(Operator.Replace.NAMED, Where.BOTH))), counting(read));

    Json tree = Masks.json(message);
    new Masker(Masks.KEYS, null).mask(tree, tree, plan);

    assertThat(read.get()).isBetween(10_000L, 500_000L);
  }

  private static Plan.Names counting(AtomicLong read) {
    return new Plan.Names() {
      @Override
      public Set<String> select(String nameOrGroup) {
        return Set.of("ANY");
      }

      @Override
      public Plan.Scan scan(Set<String> names) {
        return text -> {
          read.addAndGet(text.length());
          return List.of();
        };
      }
    };
  }

  /** Encryption that keeps the form is slow; a server must not make us do it without end. */
  @Test
  void soManyValuesKeepTheirForm() {
    int all = Rewrite.MOST_FORMS + 5;
    String cards = String.join(",", Collections.nCopies(all, quoted(CARD)));

    String sent =
        sent(result("[" + cards + "]"), Masks.found(new Operator.FormatPreserving(), Where.BOTH));

    assertThat(sent).doesNotContain(CARD);
    assertThat(sent.split("\\[CARD\\]", -1)).hasSize(5 + 1);
  }

  private static List<String> key() {
    List<String> lines = new ArrayList<>();
    lines.add("-----BEGIN PRIVATE KEY-----");
    IntStream.range(0, 24).forEach(i -> lines.add((char) ('a' + i) + LINE.substring(1)));
    lines.add("-----END PRIVATE KEY-----");
    return lines;
  }

  private static String masked(String json) {
    return masked(json, Operator.Replace.NAMED);
  }

  /** By the detectors that come with the product. */
  private static String masked(String json, Operator operator) {
    Detectors all = Detectors.builtIn();
    MaskRule rule =
        new MaskRule("all", null, Set.copyOf(all.names()), 0.6, Map.of(), operator, Where.BOTH);
    Json tree = Masks.json(json);
    Masking masking = new Masking(List.of(rule), all);
    return Masks.text(new Masker(Masks.KEYS, null).mask(tree, tree, masking).forwarded());
  }
}
