package io.tabellion.schema;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import io.tabellion.jsonrpc.Json;
import io.tabellion.jsonrpc.JsonReader;
import io.tabellion.jsonrpc.Limits;
import io.tabellion.jsonrpc.Reading;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@Tag("unit")
final class ArgumentSchemaTest {
  private static final Violation TOO_MUCH_WORK =
      new Violation("arguments", "such that can be checked with less work");

  private static final String ORDER =
      """
      {
        "$schema": "http://json-schema.org/draft-07/schema#",
        "type": "object",
        "properties": {
          "force": {"type": "boolean"},
          "amount": {"type": "integer", "minimum": 1},
          "price": {"type": "number", "multipleOf": 0.01},
          "code": {"type": "string", "pattern": "^[A-Z]{2}\\\\d+$", "maxLength": 8},
          "kind": {"enum": ["small", "large"]},
          "tags": {"type": "array", "items": {"type": "string"}, "uniqueItems": true},
          "note": {"anyOf": [{"type": "string"}, {"type": "null"}]},
          "to": {"$ref": "#/definitions/address"},
          "free": {"type": "object"},
          "any": {}
        },
        "required": ["amount"],
        "additionalProperties": false,
        "definitions": {
          "address": {
            "type": "object",
            "properties": {"city": {"type": "string"}, "next": {"$ref": "#/definitions/address"}}
          }
        }
      }
      """;

  @ParameterizedTest
  @CsvSource(
      delimiter = '¦',
      quoteCharacter = '~',
      textBlock =
          """
          {"amount":"777"}                     ¦ arguments/amount (expected: an integer)
          {"amount":" 777 "}                   ¦ arguments/amount (expected: an integer)
          {"amount":[777]}                     ¦ arguments/amount (expected: an integer)
          {"amount":777.5}                     ¦ arguments/amount (expected: an integer)
          {"amount":null}                      ¦ arguments/amount (expected: an integer)
          {"amount":true}                      ¦ arguments/amount (expected: an integer)
          {"amount":0}                         ¦ arguments/amount (expected: at least 1)
          {"amount":1e-999999999999}           ¦ arguments/amount (expected: an integer, and at least 1)
          {"amount":0e999999999999}            ¦ arguments/amount (expected: at least 1)
          {"amount":1,"code":1000E2147483647}  ¦ arguments/code (expected: a string)
          {"amount":1,"code":0.001E-2147483647} ¦ arguments/code (expected: a string)
          {"amount":1,"force":"yes"}           ¦ arguments/force (expected: true or false)
          {"amount":1,"force":1}               ¦ arguments/force (expected: true or false)
          {"amount":1,"price":1.005}           ¦ arguments/price (expected: a multiple of 0.01)
          {"amount":1,"code":"xx1"}            ¦ arguments/code (expected: a string that matches "^[A-Z]{2}\\\\d+$")
          {"amount":1,"kind":"SMALL"}          ¦ arguments/kind (expected: one of "small", "large")
          {"amount":1,"tags":"a"}              ¦ arguments/tags (expected: an array)
          {"amount":1,"tags":["a",7]}          ¦ arguments/tags/1 (expected: a string)
          {"amount":1,"tags":["a","a"]}        ¦ arguments/tags (expected: items that all differ)
          {"amount":1,"note":5}                ¦ arguments/note (expected: a string, or null)
          {"amount":1,"to":{"city":5}}         ¦ arguments/to/city (expected: a string)
          {"amount":1,"to":{"next":{"next":{"city":5}}}} ¦ arguments/to/next/next/city (expected: a string)
          {}                                   ¦ arguments (expected: all of "amount")
          {"amount":1,"secret-4711":2}         ¦ arguments (expected: no others than force, amount, price, code, kind, tags, note, to, free, any)
          {"Amount":777}                       ¦ arguments/amount (expected: this name, spelt exactly so, and no other of the same letters)
          {"amount":1,"AMOUNT":777}            ¦ arguments/amount (expected: this name, spelt exactly so, and no other of the same letters)
          {"amount":1,"ﬀorce":true}            ¦ arguments (expected: no others than force, amount, price, code, kind, tags, note, to, free, any)
          {"amount":1,"tagſ":[]}               ¦ arguments/tags (expected: this name, spelt exactly so, and no other of the same letters)
          {"amount":1,"to":{"City":"x"}}       ¦ arguments/to/city (expected: this name, spelt exactly so, and no other of the same letters)
          {"amount":1,"to":{"next":{"CITY":1}}} ¦ arguments/to/next/city (expected: this name, spelt exactly so, and no other of the same letters)
          """)
  void whatIsNotAsTheSchemaHasItIsToldWithoutItsValue(String arguments, String first) {
    List<Violation> violations = ArgumentSchema.compile(json(ORDER)).check(json(arguments));
    assertThat(violations).isNotEmpty();
    assertThat(violations.getFirst().words()).isEqualTo(first);
    assertThat(violations.toString()).doesNotContain("777", "4711", "xx1");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"amount\":777}",
        "{\"amount\":777.0}",
        "{\"amount\":7.77e2}",
        "{\"amount\":1e400}",
        "{\"amount\":1e999999999999}",
        "{\"amount\":123456789012345678901234567890}",
        "{\"amount\":1,\"price\":19.99}",
        "{\"amount\":1,\"price\":0.29}",
        "{\"amount\":1,\"code\":\"AB12\"}",
        "{\"amount\":1,\"note\":null}",
        "{\"amount\":1,\"free\":{\"A\":1,\"a\":2}}",
        "{\"amount\":1,\"any\":[{\"x\":null}]}",
        "{\"amount\":1,\"to\":{\"city\":\"x\",\"other\":1}}",
      })
  void whatIsAsTheSchemaHasItIsFound(String arguments) {
    assertThat(ArgumentSchema.compile(json(ORDER)).check(json(arguments))).isEmpty();
  }

  @Test
  void aSchemaOfOneDocumentMayCallItselfWhateverItLikes() {
    ArgumentSchema schema =
        ArgumentSchema.compile(
            json(
                """
                {"$id": "https://example.com/a", "$defs": {"n": {"$id": "n", "type": "integer"}},
                 "properties": {"x": {"$ref": "https://example.com/a#/$defs/n"}, "y": {"$ref": "#/$defs/n"}}}
                """));
    assertThat(schema.check(json("{\"x\":1,\"y\":2}"))).isEmpty();
    assertThat(schema.check(json("{\"x\":\"1\"}"))).hasSize(1);
    assertThat(schema.check(json("{\"y\":\"1\"}"))).hasSize(1);
    assertThat(schema.unchecked()).isEmpty();
  }

  @Test
  void namesAndValuesThatAreSpeltLikeKeywordsAreNone() {
    ArgumentSchema schema =
        ArgumentSchema.compile(
            json(
                """
                {"properties": {
                  "type": {"type": "string"}, "pattern": {"type": "string"}, "enum": {"type": "string"},
                  "const": {"enum": [{"id": "a"}, {"$id": "b", "$ref": "c"}]},
                  "default": {"default": {"type": "String", "pattern": 7, "$ref": "#/nowhere"}}}}
                """));
    assertThat(schema.unchecked()).isEmpty();
    assertThat(schema.check(json("{\"type\":\"a\",\"pattern\":\"(\",\"enum\":\"b\"}"))).isEmpty();
    assertThat(schema.check(json("{\"const\":{\"id\":\"a\"}}"))).isEmpty();
    assertThat(schema.check(json("{\"const\":{\"$id\":\"b\",\"$ref\":\"c\"}}"))).isEmpty();
    assertThat(schema.check(json("{\"const\":{\"id\":\"c\"}}"))).hasSize(1);
    assertThat(schema.check(json("{\"pattern\":7}"))).hasSize(1);
  }

  @ParameterizedTest
  @CsvSource({
    "Nullable<int>, Nullable<int>",
    "Nullable<int>, Nullable%3Cint%3E",
    "a b, a b",
    "a b, a%20b",
    "ü, ü",
    "ü, %C3%BC",
    "a+b, a+b",
    "a/b, a~1b",
    "%41, %2541",
  })
  void referencesMayBeEscaped(String name, String reference) {
    ArgumentSchema schema =
        ArgumentSchema.compile(
            json(
                """
                {"$defs": {"%s": {"type": "string"}}, "properties": {"x": {"$ref": "#/$defs/%s"}}}
                """
                    .formatted(name, reference)));
    assertThat(schema.unchecked()).isEmpty();
    assertThat(schema.check(json("{\"x\":7}"))).hasSize(1);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '¦',
      quoteCharacter = '~',
      textBlock =
          """
          {"maximum":100}   ¦ 500.%s1
          {"maximum":1e350} ¦ 1e401
          {"minimum":1e-390} ¦ 1e-500
          """)
  void numbersOfAnySizeAreCompared(String bounds, String number) {
    ArgumentSchema schema = ArgumentSchema.compile(json("{\"properties\":{\"x\":" + bounds + "}}"));
    assertThat(schema.check(json("{\"x\":" + number.formatted("0".repeat(450)) + "}"))).hasSize(1);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '¦',
      quoteCharacter = '~',
      textBlock =
          """
          {"x":{"$ref":"%%%"},"y":{"type":"integer"}}                         ¦ {"x":1}   ¦ $ref at /properties/x/$ref
          {"x":{"pattern":"^[\\\\ud83d\\\\ude00]$"},"y":{"type":"integer"}} ¦ {"x":"c"} ¦ pattern at /properties/x/pattern
          {"x":{"$ref":"http://127.0.0.1:9/x.json"},"y":{"type":"integer"}}   ¦ {"x":1}  ¦ $ref at /properties/x/$ref
          {"x":{"$ref":"file:///etc/passwd"},"y":{"type":"integer"}}          ¦ {"x":1}  ¦ $ref at /properties/x/$ref
          {"x":{"$ref":"#/nowhere"},"y":{"type":"integer"}}                   ¦ {"x":1}  ¦ $ref at /properties/x/$ref
          {"x":{"$ref":"https://json-schema.org/draft/2020-12/schema"},"y":{"type":"integer"}} ¦ {"x":1} ¦ $ref at /properties/x/$ref
          {"x":{"pattern":"(?=a)b"},"y":{"type":"integer"}}                   ¦ {"x":"c"} ¦ pattern at /properties/x/pattern
          {"x":{"pattern":"(a)\\\\1"},"y":{"type":"integer"}}                 ¦ {"x":"c"} ¦ pattern at /properties/x/pattern
          {"x":{"pattern":"((a{1000}){1000}){1000}"},"y":{"type":"integer"}}  ¦ {"x":"c"} ¦ pattern at /properties/x/pattern
          {"x":{"pattern":7},"y":{"type":"integer"}}                          ¦ {"x":"c"} ¦ pattern at /properties/x/pattern
          {"x":{"type":"String"},"y":{"type":"integer"}}                      ¦ {"x":"c"} ¦ type at /properties/x/type
          {"x":{"multipleOf":0},"y":{"type":"integer"}}                       ¦ {"x":1}   ¦ multipleOf at /properties/x/multipleOf
          {"x":{"maxLength":99999999999},"y":{"type":"integer"}}              ¦ {"x":"c"} ¦ maxLength at /properties/x/maxLength
          {"x":{"required":true},"y":{"type":"integer"}}                      ¦ {"x":{}}  ¦ required at /properties/x/required
          {"x":{"patternProperties":{"(?=a)b":{}},"additionalProperties":false},"y":{"type":"integer"}} ¦ {"x":{"c":1}} ¦ patternProperties at /properties/x/patternProperties
          {"x":5,"y":{"type":"integer"}}                                      ¦ {"x":1}   ¦ ~~
          """)
  void whatCannotBeUnderstoodTakesNoToolAway(String properties, String arguments, String note) {
    ArgumentSchema schema =
        ArgumentSchema.compile(json("{\"type\":\"object\",\"properties\":" + properties + "}"));
    assertThat(schema.check(json(arguments))).isEmpty();
    assertThat(schema.check(json("{\"y\":\"1\"}"))).hasSize(1);
    if (!note.isEmpty()) {
      assertThat(schema.unchecked()).containsExactly(note);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"$ref\":\"#\"}",
        "{\"allOf\":[{\"$ref\":\"#\"}],\"type\":\"object\"}",
        "{\"$dynamicRef\":\"#\"}",
        "{\"$schema\":\"https://json-schema.org/draft/2019-09/schema\",\"$recursiveRef\":\"#\"}",
        "{\"$ref\":\"#/$defs/a\",\"$defs\":{\"a\":{\"$ref\":\"#/$defs/b\"},\"b\":{\"$ref\":\"#/$defs/a\"}}}",
        "{\"properties\":{\"x\":{\"$ref\":\"#\"}}}",
        "{\"$schema\":\"http://example.com/unknown\",\"type\":\"object\"}",
        "{\"$schema\":\"%%%\",\"type\":\"object\"}",
        "{\"$anchor\":\"a b\",\"type\":\"object\"}",
        "{\"$id\":\"%%%\",\"type\":\"object\"}",
        "{\"$ref\":\"%%%\",\"type\":\"object\"}",
      })
  void strangeReferencesEnd(String schema) {
    ArgumentSchema compiled;
    try {
      compiled = ArgumentSchema.compile(json(schema));
    } catch (IllegalArgumentException e) {
      assertThat(e).hasMessage("not understood");
      return;
    }
    assertThat(compiled.check(json("{\"x\":{\"x\":{}}}"))).isEmpty();
  }

  // No shape of a schema and its arguments takes for ever.

  @Test
  void alternativesThatDoubleTheWorkAtEachLevelAreCounted() {
    String schema =
        """
        {"$ref": "#/$defs/n", "$defs": {"n": {"anyOf": [
          {"properties": {"a": {"$ref": "#/$defs/n"}, "op": {"const": "x"}}, "required": ["op"]},
          {"properties": {"a": {"$ref": "#/$defs/n"}, "op": {"const": "y"}}, "required": ["op"]}]}}}
        """;
    String deep = "{\"a\":".repeat(60) + "{}" + "}".repeat(60);
    assertThat(violations(schema, deep)).containsExactly(TOO_MUCH_WORK);
  }

  @Test
  void aPatternThatRepeatsARepetitionIsDecided() {
    String schema = "{\"properties\":{\"x\":{\"type\":\"string\",\"pattern\":\"^(a+)+$\"}}}";
    assertThat(violations(schema, "{\"x\":\"" + "a".repeat(200_000) + "!\"}")).hasSize(1);
  }

  @Test
  void aPatternOverALongTextIsCounted() {
    String schema =
        "{\"properties\":{\"x\":{\"type\":\"string\",\"pattern\":\"(.*){20}(.*){20}x\"}}}";
    assertThat(violations(schema, "{\"x\":\"" + "a".repeat(2_000_000) + "!\"}"))
        .containsExactly(TOO_MUCH_WORK);
  }

  @Test
  void textsOfOneHashCodeAreToldApartInTime() {
    String schema = "{\"properties\":{\"x\":{\"uniqueItems\":true}}}";
    StringBuilder items = new StringBuilder("{\"x\":[0");
    for (int i = 0; i < 1 << 14; i++) {
      items.append(",\"");
      for (int bit = 0; bit < 14; bit++) {
        items.append((i >> bit & 1) == 0 ? "Aa" : "BB");
      }
      items.append('"');
    }
    assertThat(violations(schema, items + "]}")).isEmpty();
  }

  @Test
  void membersThatNoSchemaNamesAreCounted() {
    String schema =
        "{\"properties\":{\"x\":{\"items\":{\"properties\":{\"a\":{}},\"unevaluatedProperties\":false}}}}";
    assertThat(violations(schema, objects(50_000))).containsExactly(TOO_MUCH_WORK);
    assertThat(violations(schema, objects(500))).isEmpty();
  }

  @Test
  void manyPropertiesForManyItemsAreDecided() {
    String schema =
        "{\"properties\":{\"x\":{\"items\":{\"properties\":{"
            + IntStream.range(0, 15_000)
                .mapToObj(i -> "\"p" + i + "\":true")
                .collect(Collectors.joining(","))
            + "}}}}}";
    assertThat(violations(schema, objects(50_000))).isEmpty();
  }

  @Test
  void comparisonsWithALongConstantAreCounted() {
    String schema =
        "{\"properties\":{\"x\":{\"items\":{\"allOf\":["
            + "{\"$ref\":\"#/$defs/c\"},".repeat(3_000)
            + "{}]}}},\"$defs\":{\"c\":{\"const\":["
            + "1,".repeat(9_000)
            + "1]}}}";
    String equal = "{\"x\":[" + ("[" + "1,".repeat(9_000) + "1],").repeat(10) + "1]}";
    assertThat(violations(schema, equal)).containsExactly(TOO_MUCH_WORK);
  }

  @Test
  void aLongListOfNumbersIsDecided() {
    String schema =
        "{\"properties\":{\"x\":{\"type\":\"array\",\"items\":{\"type\":\"integer\"}}}}";
    assertThat(violations(schema, "{\"x\":[" + "1,".repeat(300_000) + "1]}")).isEmpty();
  }

  private static List<Violation> violations(String schema, String arguments) {
    return ArgumentSchema.compile(json(schema)).check(json(arguments));
  }

  /** That many and one more in a list. */
  private static String objects(int count) {
    return "{\"x\":[" + "{\"a\":1},".repeat(count) + "{\"a\":1}]}";
  }

  @Test
  void aSchemaThatIsTooLargeOrTooDeepOrNoneIsNotUsed() {
    assertThatThrownBy(() -> ArgumentSchema.compile(null)).hasMessage("no object");
    assertThatThrownBy(
            () -> ArgumentSchema.compile(json("{\"enum\":[" + "1,".repeat(20_000) + "1]}")))
        .hasMessage("more than 20,000 values");
    assertThatThrownBy(
            () -> ArgumentSchema.compile(json("{\"not\":".repeat(200) + "{}" + "}".repeat(200))))
        .hasMessage("nested deeper than 128");
  }

  static Json.Obj json(String text) {
    Limits limits = new Limits(512, 10_000_000, 1 << 20, 1 << 10, 1);
    if (new JsonReader(limits).read(ByteString.copyFromUtf8(text))
        instanceof Reading.Document(Json.Obj object)) {
      return object;
    }
    throw new IllegalArgumentException(text);
  }
}
