package io.tabellion.interop;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.modelcontextprotocol.json.McpJsonDefaults;
import io.modelcontextprotocol.json.TypeRef;
import io.tabellion.jsonrpc.Json;
import io.tabellion.jsonrpc.JsonReader;
import io.tabellion.jsonrpc.JsonWriter;
import io.tabellion.jsonrpc.Limits;
import io.tabellion.jsonrpc.Reading;
import io.tabellion.mask.Masker;
import io.tabellion.mask.made.MaskKeys;
import io.tabellion.mask.rule.MaskRule;
import io.tabellion.mask.rule.MaskRule.Where;
import io.tabellion.mask.rule.Masking;
import io.tabellion.mask.rule.Operator;
import io.tabellion.mask.rule.OutputSchema;
import io.tabellion.mask.rule.Selector;
import io.tabellion.secret.HmacKeyedHash;
import io.tabellion.secret.SecretBytes;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;

/**
 * Masked answers meet the relaxed schema of their tool, by the validator of the MCP SDK, for
 * answers and schemas made at random that went together before.
 */
@Tag("unit")
@TestInstance(Lifecycle.PER_CLASS)
final class OutputSchemaTest {
  private static final int PAIRS = 1000;
  private static final List<String> NAMES = List.of("a", "b", "ssn", "items", "mail");
  private static final List<String> TEXTS =
      List.of("jane@example.com", "open", "514-69-0360", "4111 1111 1111 1111", "x");
  private static final List<String> PLACES =
      List.of(
          "/**", "/a", "/*", "/**/ssn", "/items/*", "/items/1/**", "/b/a", "/a/**/mail", "/none");

  private final Random random = new Random(20261124);
  private final List<Pair> pairs = new ArrayList<>();
  private int schemas;
  private final Masker masker =
      new Masker(
          new MaskKeys(
              new HmacKeyedHash(
                  SecretBytes.copyOf("0123456789abcdef0123456789abcdef".getBytes(UTF_8))),
              "tests",
              1),
          null);

  private <T> T pick(List<T> list) {
    return list.get(random.nextInt(list.size()));
  }

  private boolean sometimes() {
    return random.nextInt(3) == 0;
  }

  private Json value(int depth) {
    return switch (random.nextInt(depth == 0 ? 4 : 7)) {
      case 0, 1 -> new Json.Text(pick(TEXTS));
      case 2 -> new Json.Num(pick(List.of("3", "4111111111111111", "17", "1.5")));
      case 3 -> pick(List.of(Json.Literal.TRUE, Json.Literal.FALSE, Json.Literal.NULL));
      case 4 -> array(depth - 1);
      default -> object(depth - 1);
    };
  }

  private Json.Array array(int depth) {
    List<Json> items = new ArrayList<>();
    for (int i = random.nextInt(4); i > 0; i--) {
      items.add(value(depth));
    }
    return new Json.Array(items);
  }

  private Json.Obj object(int depth) {
    LinkedHashMap<String, Json> members = new LinkedHashMap<>();
    for (int i = random.nextInt(4); i > 0; i--) {
      members.put(pick(NAMES), value(depth));
    }
    return new Json.Obj(members);
  }

  // A schema that fits a value, and says more of it than its type.

  private Json.Obj schema(Json value) {
    Json.Obj schema =
        switch (value) {
          case Json.Obj object -> ofObject(object);
          case Json.Array array -> ofArray(array);
          case Json.Text text -> ofText(text);
          case Json.Num number -> ofNumber(number);
          case Json.Literal literal -> type(literal == Json.Literal.NULL ? "null" : "boolean");
        };
    Json.Obj said = sometimes() ? said(schema, value) : schema;
    return sometimes() ? combined(said, value) : said;
  }

  private static Json.Obj type(String type) {
    return Json.Obj.EMPTY.with("type", new Json.Text(type));
  }

  private static Json.Array list(Json... items) {
    return new Json.Array(List.of(items));
  }

  private Json.Obj said(Json.Obj schema, Json value) {
    return sometimes()
        ? schema.with("const", value)
        : schema.with("enum", list(value, new Json.Text("other"), Json.Literal.TRUE));
  }

  private Json.Obj combined(Json.Obj schema, Json value) {
    Json.Obj never = Json.Obj.EMPTY.with("const", new Json.Text("never"));
    return switch (random.nextInt(6)) {
      case 0 -> Json.Obj.EMPTY.with("oneOf", list(schema, never));
      case 1 -> Json.Obj.EMPTY.with("anyOf", list(never, schema));
      case 2 -> Json.Obj.EMPTY.with("allOf", list(schema, Json.Obj.EMPTY));
      case 3 -> schema.with("not", never);
      case 4 ->
          schema
              .with("if", Json.Obj.EMPTY.with("const", value))
              .with("else", Json.Obj.EMPTY.with("type", new Json.Text("null")));
      default -> schema.with("$ref", new Json.Text("#/$defs/said")); // of all values, see below
    };
  }

  private Json.Obj ofText(Json.Text text) {
    Json.Obj schema = type("string");
    if (sometimes()) {
      schema = schema.with("maxLength", Json.Num.of(text.value().length()));
      schema = schema.with("minLength", Json.Num.of(text.value().length()));
    }
    return sometimes() ? schema.with("pattern", new Json.Text("^(jane|open|514|4111|x)")) : schema;
  }

  private Json.Obj ofNumber(Json.Num number) {
    Json.Obj schema = type("number");
    return sometimes() ? schema.with("minimum", number).with("maximum", number) : schema;
  }

  private Json.Obj ofArray(Json.Array array) {
    Json.Obj schema = type("array").with("minItems", Json.Num.of(array.items().size()));
    if (!array.items().isEmpty() && sometimes()) {
      return schema.with("prefixItems", schemas(array));
    }
    if (!array.items().isEmpty() && sometimes()) {
      return schema.with("contains", schema(array.items().getFirst()));
    }
    Json.Array each = schemas(array);
    return each.items().isEmpty()
        ? schema
        : schema.with("items", Json.Obj.EMPTY.with("anyOf", each));
  }

  private Json.Array schemas(Json.Array array) {
    List<Json> schemas = new ArrayList<>();
    array.items().forEach(item -> schemas.add(schema(item)));
    return new Json.Array(schemas);
  }

  private Json.Obj ofObject(Json.Obj object) {
    Json.Obj properties = Json.Obj.EMPTY;
    List<Json> required = new ArrayList<>();
    List<Json> others = new ArrayList<>();
    for (Map.Entry<String, Json> member : object.members().entrySet()) {
      required.add(new Json.Text(member.getKey()));
      if (sometimes()) {
        others.add(schema(member.getValue()));
      } else {
        properties = properties.with(member.getKey(), schema(member.getValue()));
      }
    }
    Json.Obj schema =
        type("object").with("properties", properties).with("required", new Json.Array(required));
    return others.isEmpty()
        ? schema.with("additionalProperties", Json.Literal.FALSE)
        : schema.with("additionalProperties", Json.Obj.EMPTY.with("anyOf", new Json.Array(others)));
  }

  // The rules.

  private MaskRule rule() {
    Operator operator =
        pick(
            List.of(
                Operator.Replace.NAMED,
                new Operator.Redact(),
                new Operator.KeepLast(4),
                new Operator.Pseudonym(),
                new Operator.FormatPreserving()));
    boolean finds = random.nextBoolean();
    Selector selector =
        finds && random.nextBoolean()
            ? null
            : Selector.parse("/result/structuredContent" + pick(PLACES));
    return new MaskRule(
        "r", selector, finds ? Set.of("ALL") : Set.of(), 0.5, Map.of(), operator, Where.BOTH);
  }

  private static Json read(ByteString bytes) {
    if (new JsonReader(Limits.DEFAULT).read(bytes) instanceof Reading.Document(Json tree)) {
      return tree;
    }
    throw new AssertionError(bytes.toStringUtf8());
  }

  private Json masked(Json content, MaskRule rule) {
    Json message =
        Json.Obj.EMPTY
            .with("jsonrpc", new Json.Text("2.0"))
            .with("id", Json.Num.of(1))
            .with("result", Json.Obj.EMPTY.with("structuredContent", content));
    ByteString sent = masker.mask(message, message, new Masking(List.of(rule))).forwarded();
    if (sent != null
        && read(sent) instanceof Json.Obj reply
        && reply.get("result") instanceof Json.Obj result
        && result.get("structuredContent") instanceof Json.Obj shown) {
      return shown;
    }
    throw new AssertionError("no structured content");
  }

  /** With a name of its own: the SDK keeps schemas by their names, or else by their hash codes. */
  private boolean fits(Json.Obj schema, Json content) throws IOException {
    var mapper = McpJsonDefaults.getMapper();
    Json.Obj named = schema.with("$id", new Json.Text("https://schema.invalid/" + schemas++));
    Map<String, Object> tree =
        mapper.readValue(JsonWriter.toText(named), new TypeRef<Map<String, Object>>() {});
    Object value = mapper.readValue(JsonWriter.toText(content), Object.class);
    return McpJsonDefaults.getSchemaValidator().validate(tree, value).valid();
  }

  /** A schema and an answer that fits it, before a rule masks and after. */
  private record Pair(MaskRule rule, Json.Obj schema, Json relaxed, Json.Obj content, Json masked) {
    @Override
    public String toString() {
      return "%s\n%s\n%s\n%s\n%s".formatted(rule, schema, relaxed, content, masked);
    }
  }

  @BeforeAll
  void makePairs() throws IOException {
    for (int i = 0; i < PAIRS; i++) {
      Json.Obj content = object(3);
      Json.Obj schema =
          schema(content)
              .with(
                  "$defs",
                  Json.Obj.EMPTY.with(
                      "said",
                      Json.Obj.EMPTY.with(
                          "not", Json.Obj.EMPTY.with("const", new Json.Text("never")))));
      if (fits(schema, content)) {
        pairs.add(pair(schema, content));
      }
    }
  }

  private Pair pair(Json.Obj schema, Json.Obj content) {
    MaskRule rule = rule();
    Json.Obj tool =
        OutputSchema.relaxed(Json.Obj.EMPTY.with("outputSchema", schema), List.of(rule));
    Json relaxed = Objects.requireNonNull(tool.get("outputSchema"));
    return new Pair(rule, schema, relaxed, content, masked(content, rule));
  }

  @Test
  void enoughAnswersFitTheirSchemasBeforeMasking() {
    assertThat(pairs).hasSizeGreaterThan(PAIRS / 2);
  }

  @Test
  void aRelaxedSchemaIsAnObject() {
    assertThat(pairs).extracting(Pair::relaxed).allMatch(Json.Obj.class::isInstance);
  }

  @Test
  void whatFitsBeforeMaskingFitsTheRelaxedSchemaBehindIt() throws IOException {
    for (Pair pair : pairs) {
      if (pair.relaxed() instanceof Json.Obj relaxed) {
        assertThat(fits(relaxed, pair.masked())).as(pair::toString).isTrue();
      }
    }
  }

  @Test
  void masksWouldHaveBrokenSchemasThatAreNotRelaxed() throws IOException {
    int needed = 0;
    for (Pair pair : pairs) {
      needed += fits(pair.schema(), pair.masked()) ? 0 : 1;
    }
    assertThat(needed).isGreaterThan(30);
  }

  @Test
  void relaxedSchemasStillSayWhichValuesThereAre() {
    assertThat(pairs)
        .filteredOn(pair -> JsonWriter.toText(pair.relaxed()).contains("\"enum\""))
        .hasSizeGreaterThan(20);
  }
}
