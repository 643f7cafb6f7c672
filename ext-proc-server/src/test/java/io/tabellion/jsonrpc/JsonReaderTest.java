package io.tabellion.jsonrpc;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_16LE;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

@Tag("unit")
class JsonReaderTest {
  private static final int NOT_JSON = Parsed.Malformed.NOT_JSON;
  private static final int NOT_A_MESSAGE = Parsed.Malformed.NOT_A_MESSAGE;

  private final JsonReader reader = new JsonReader(Limits.DEFAULT);

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{}",
        "[]",
        "null",
        "true",
        "false",
        "\"\"",
        "0",
        "-0",
        "1e5",
        "1E+2",
        "1.50",
        "-0.0e-0",
        "9007199254740993",
        "1e400",
        "[1,[2,[3]],{\"a\":{\"b\":[]}}]",
        "{\"\":1,\" \":2}",
        "\"\u00e9\u20ac\ud83d\ude00\"",
        "\"\u007f\"",
        "{\"a\":1,\"A\":2}"
      })
  void acceptsAndKeepsAsWritten(String json) {
    assertThat(JsonWriter.toText(accepted(json))).isEqualTo(json.replace("\u007f", "\\u007f"));
  }

  @Test
  void skipsWhiteSpaceOfTheGrammarOnly() {
    assertThat(accepted(" \t\r\n{ \"a\" : [ 1 , 2 ] } \n")).isEqualTo(accepted("{\"a\":[1,2]}"));
    assertRefused("\u000b{}", NOT_JSON);
    assertRefused("\u000c{}", NOT_JSON);
    assertRefused("\u00a0{}", NOT_JSON);
  }

  /** Row 3: what is judged is the decoded string. */
  @Test
  void decodesEscapesInNamesAndValues() {
    Json json =
        accepted("{\"m\\u0065thod\":\"\\u0074ools\\/call\\ud83d\\ude00\\b\\f\\n\\r\\t\\\\\\\"\"}");
    assertThat(json)
        .isEqualTo(
            Json.Obj.EMPTY.with("method", new Json.Text("tools/call\ud83d\ude00\b\f\n\r\t\\\"")));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        " ",
        "{",
        "}",
        "[",
        "]",
        "[1,]",
        "[,1]",
        "[1 2]",
        "[1;2]",
        "{\"a\":1,}",
        "{,}",
        "{\"a\"}",
        "{\"a\":}",
        "{\"a\" 1}",
        "{a:1}",
        "{'a':1}",
        "{1:1}",
        "'a'",
        "\"a",
        "\"\\",
        "\"\\x\"",
        "\"\\u\"",
        "\"\\u12\"",
        "\"\\u12g4\"",
        "\"\\U0041\"",
        "\"a\nb\"",
        "\"\t\"",
        "\"\u0000\"",
        "\"\u001f\"",
        "{}{}",
        "{} x",
        "[]]",
        "1 2",
        "{}\u0000",
        "//c\n{}",
        "/**/{}",
        "{}//",
        "# c\n1",
        "truE",
        "tru",
        "nul",
        "True",
        "undefined",
        "{}\u2028,junk",
        "{}\u0085junk"
      })
  void refusesWhatIsNoJson(String json) {
    assertRefused(json, NOT_JSON);
  }

  /** Row 13. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "NaN",
        "-NaN",
        "Infinity",
        "-Infinity",
        "01",
        "-01",
        "00",
        "+1",
        ".5",
        "-.5",
        "1.",
        "1.e5",
        "1e",
        "1e+",
        "1E-",
        "0x10",
        "1_000",
        "1f",
        "-",
        "--1",
        "0e",
        "1.2.3",
        "\u0661",
        "1e5.5"
      })
  void refusesNumbersOutsideTheGrammar(String number) {
    assertRefused(number, NOT_JSON);
    assertRefused("{\"a\":[" + number + "]}", NOT_JSON);
  }

  /** Row 4: byte order marks, other encodings, ill-formed UTF-8. */
  @ParameterizedTest
  @MethodSource
  void refusesAllButUtf8(byte[] bytes) {
    assertRefused(ByteString.copyFrom(bytes), NOT_JSON);
  }

  static Stream<byte[]> refusesAllButUtf8() {
    List<byte[]> cases = new ArrayList<>();
    cases.add("\ufeff{}".getBytes(UTF_8));
    cases.add("\ufeff{}".getBytes(UTF_16LE));
    cases.add("{\"a\":1}".getBytes(UTF_16LE));
    // {"a":1} in code page 037
    cases.add(hex("c07f817f7af1d0"));
    for (String broken :
        List.of(
            "80",
            "bf",
            "c0af",
            "c1bf",
            "c2",
            "c220",
            "e0",
            "e080af",
            "e09f80",
            "e2",
            "e282",
            "e28220",
            "eda080",
            "edbfbf",
            "f0",
            "f08080af",
            "f08f8080",
            "f09f98",
            "f09f9820",
            "f4908080",
            "f5808080",
            "f8888080af",
            "fe",
            "ff",
            "c3c3a9",
            "e282acac")) {
      cases.add(concat("\"".getBytes(UTF_8), hex(broken), "\"".getBytes(UTF_8)));
      cases.add(
          concat("\"long enough for eight\\n".getBytes(UTF_8), hex(broken), "\"".getBytes(UTF_8)));
      cases.add(concat("{\"".getBytes(UTF_8), hex(broken), "\":1}".getBytes(UTF_8)));
    }
    return cases.stream();
  }

  /** Row 4: a surrogate that has no partner is no character. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "\\ud800",
        "\\uDFFF",
        "\\ud83d\\ud83d",
        "\\ude00\\ud83d",
        "\\ud83dx",
        "\\ud83d\\n",
        "\\ud83d\\u0041",
        "a\\ud83d"
      })
  void refusesLoneSurrogates(String escapes) {
    assertRefused("\"" + escapes + "\"", NOT_A_MESSAGE);
    assertRefused("{\"" + escapes + "\":1}", NOT_A_MESSAGE);
  }

  /** Row 1. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"a\":1,\"a\":1}",
        "{\"a\":1,\"\\u0061\":2}",
        "[{\"x\":[{\"b\":{},\"c\":0,\"b\":[]}]}]",
        "{\"\":1,\"\":2}",
        "{\"\u00e9\":1,\"\\u00e9\":2}"
      })
  void refusesDuplicateMembersAtAnyDepth(String json) {
    assertRefused(json, NOT_A_MESSAGE);
  }

  @Test
  void namesOnlyTheByteWhereADuplicateStands() {
    assertThat(reader.read(utf8("{\"secret\":1,\"secret\":2}")))
        .isEqualTo(
            new Parsed.Malformed(NOT_A_MESSAGE, "byte 12", "a member name that is not there yet"));
  }

  /** Row 12. */
  @Test
  void refusesWhatIsNestedTooDeep() {
    JsonReader reader = new JsonReader(Limits.DEFAULT.with(64, 500_000));
    assertThat(reader.read(utf8("[".repeat(64) + "]".repeat(64))))
        .isInstanceOf(Reading.Document.class);
    assertThat(reader.read(utf8("{\"a\":".repeat(64) + "1" + "}".repeat(64))))
        .isInstanceOf(Reading.Document.class);
    for (String deep :
        List.of("[".repeat(65) + "]".repeat(65), "{\"a\":".repeat(65) + "1" + "}".repeat(65))) {
      assertThat(reader.read(utf8(deep)))
          .isInstanceOfSatisfying(
              Parsed.Malformed.class,
              malformed ->
                  assertThat(malformed.expected()).isEqualTo("at most 64 levels (limits.depth)"));
    }
    assertRefused("[".repeat(2_000), NOT_A_MESSAGE);
    assertRefused("[".repeat(4_000_000), NOT_A_MESSAGE);
  }

  /** Row 12. */
  @Test
  void refusesNumbersNamesAndTreesOverTheLimits() {
    JsonReader small = new JsonReader(new Limits(64, 10, 4, 5, 1));
    assertThat(small.read(utf8("{\"abcd\":[12345,-1.25,1,2,3,4,5,6]}")))
        .isInstanceOf(Reading.Document.class);
    assertThat(small.read(utf8("123456"))).isInstanceOf(Parsed.Malformed.class);
    assertThat(small.read(utf8("{\"abcde\":1}"))).isInstanceOf(Parsed.Malformed.class);
    assertThat(small.read(utf8("[1,2,3,4,5,6,7,8,9]"))).isInstanceOf(Reading.Document.class);
    assertThat(small.read(utf8("[1,2,3,4,5,6,7,8,9,10]"))).isInstanceOf(Parsed.Malformed.class);
    assertRefused("1" + "0".repeat(1_000_000), NOT_A_MESSAGE);
    assertRefused("[" + "0,".repeat(1_100_000) + "0]", NOT_A_MESSAGE);
  }

  @Test
  void refusesLimitsThatWouldBreakTheReader() {
    assertThatThrownBy(() -> new Limits(0, 1, 1, 1, 1))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> new Limits(513, 1, 1, 1, 1))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> new Limits(64, 0, 1, 1, 1))
        .isInstanceOf(IllegalArgumentException.class);
    assertThat(new JsonReader(new Limits(512, 1_000, 9, 9, 9)).read(utf8("[".repeat(513))))
        .isInstanceOf(Parsed.Malformed.class);
  }

  /** Row 12: names whose String hashes are all equal. */
  @Test
  void takesLinearTimeForNamesWhoseHashesCollide() {
    StringBuilder json = new StringBuilder("{");
    for (int i = 0; i < 1 << 16; i++) {
      StringBuilder name = new StringBuilder();
      for (int bit = 0; bit < 16; bit++) {
        name.append((i >> bit & 1) == 0 ? "Aa" : "BB");
      }
      json.append(i == 0 ? "" : ",").append('"').append(name).append("\":1");
    }
    ByteString body = utf8(json.append('}').toString());
    Assertions.assertTimeout(
        Duration.ofSeconds(5),
        () -> assertThat(reader.read(body)).isInstanceOf(Reading.Document.class));
  }

  @Test
  void everyTruncationOfADocumentIsMalformed() {
    byte[] whole =
        "{\"a\":[1.5e-3,\"\u00e9\\u00e9\ud83d\ude00\\ud83d\\ude00\",true,null],\"long name of a member\":{}}"
            .getBytes(UTF_8);
    assertThat(reader.read(ByteString.copyFrom(whole))).isInstanceOf(Reading.Document.class);
    for (int length = 0; length < whole.length; length++) {
      assertThat(reader.read(ByteString.copyFrom(whole, 0, length)))
          .as("length %d", length)
          .isInstanceOf(Parsed.Malformed.class);
    }
  }

  @Test
  void findsTheEndOfAStringAtAnyOffset() {
    for (int length = 0; length < 40; length++) {
      String text = "\u0080".repeat(length % 3) + "x".repeat(length);
      assertThat(accepted("\"" + text + "\"")).isEqualTo(new Json.Text(text));
      assertRefused("\"" + text + "\n\"", NOT_JSON);
      assertRefused("\"" + text, NOT_JSON);
      assertThat(accepted("\"" + text + "\\n" + text + "\""))
          .isEqualTo(new Json.Text(text + "\n" + text));
    }
  }

  /** Never an exception; and what is accepted is written and read again as the same tree. */
  @Test
  void mutatedBytesAreReadOrRefused() {
    Random random = new Random(20261124);
    byte[] seed =
        "{\"jsonrpc\":\"2.0\",\"id\":7,\"params\":{\"n\":-1.5e+3,\"s\":\"\\u00e9\u20ac\",\"l\":[true,null,[]]}}"
            .getBytes(UTF_8);
    int accepted = 0;
    for (int round = 0; round < 200_000; round++) {
      byte[] bytes = seed.clone();
      for (int i = random.nextInt(4); i >= 0; i--) {
        bytes[random.nextInt(bytes.length)] = (byte) random.nextInt(256);
      }
      if (reader.read(ByteString.copyFrom(bytes)) instanceof Reading.Document(Json value)) {
        accepted++;
        assertThat(reader.read(JsonWriter.write(value))).isEqualTo(new Reading.Document(value));
      }
    }
    assertThat(accepted).isBetween(1_000, 199_000);
  }

  private Json accepted(String json) {
    Reading reading = reader.read(utf8(json));
    assertThat(reading).as(json).isInstanceOf(Reading.Document.class);
    return ((Reading.Document) reading).value();
  }

  private void assertRefused(String json, int code) {
    assertRefused(utf8(json), code);
  }

  private void assertRefused(ByteString json, int code) {
    Reading reading = reader.read(json);
    assertThat(reading).isInstanceOf(Parsed.Malformed.class);
    assertThat(((Parsed.Malformed) reading).code()).as("%s", reading).isEqualTo(code);
  }

  private static ByteString utf8(String text) {
    return ByteString.copyFromUtf8(text);
  }

  private static byte[] hex(String digits) {
    return HexFormat.of().parseHex(digits);
  }

  private static byte[] concat(byte[]... parts) {
    StringBuilder all = new StringBuilder();
    for (byte[] part : parts) {
      all.append(new String(part, ISO_8859_1));
    }
    return all.toString().getBytes(ISO_8859_1);
  }
}
