package io.tabellion.bench.policy;

import com.google.protobuf.ByteString;
import io.tabellion.jsonrpc.Json;
import io.tabellion.jsonrpc.JsonReader;
import io.tabellion.jsonrpc.Limits;
import io.tabellion.jsonrpc.Reading;
import io.tabellion.schema.ArgumentSchema;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** Checks arguments against an {@code inputSchema}, and compiles one. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.SampleTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 3, time = 2)
@Measurement(iterations = 5, time = 2)
@Fork(1)
public class SchemaBenchmark {
  /** Arguments like those of {@link JudgeBenchmark}; an order with a list of nested objects. */
  @Param({"few", "nested"})
  public String shape = "few";

  private Json.Obj schema = Json.Obj.EMPTY;
  private Json.Obj arguments = Json.Obj.EMPTY;
  private @Nullable ArgumentSchema compiled;

  /** Reads schema and arguments. */
  @Setup
  public void prepare() {
    boolean nested = shape.equals("nested");
    schema = object(nested ? orderSchema() : sqlSchema());
    arguments = object(nested ? order() : sql());
    compiled = ArgumentSchema.compile(schema);
    if (!check().isEmpty()) {
      throw new IllegalStateException("arguments: do not fit (expected: they do)");
    }
  }

  /** A check of arguments that fit. */
  @Benchmark
  public List<?> check() {
    return Objects.requireNonNull(compiled).check(arguments);
  }

  /** Compiles the schema, which is done once for each definition. */
  @Benchmark
  public ArgumentSchema compile() {
    return ArgumentSchema.compile(schema);
  }

  private static String sqlSchema() {
    return """
    {"type": "object", "additionalProperties": false, "required": ["sql"], "properties": {
      "sql": {"type": "string", "maxLength": 10000}, "limit": {"type": "integer", "minimum": 1},
      "options": {"type": "array", "items": {"enum": ["explain", "read-only", "verbose"]}}}}
    """;
  }

  private static String sql() {
    return """
    {"sql": "SELECT name, city FROM customers WHERE id = 4711", "limit": 100,
     "options": ["explain", "read-only"]}
    """;
  }

  private static String orderSchema() {
    return """
    {"type": "object", "required": ["customer", "items"], "$defs": {"address": {"type": "object",
       "properties": {"street": {"type": "string"}, "zip": {"type": "string",
         "pattern": "^[0-9A-Z -]{3,10}$"}, "country": {"type": "string", "minLength": 2}}}},
     "properties": {"customer": {"type": "object", "properties": {"id": {"type": "integer"},
         "name": {"type": "string"}, "ship": {"$ref": "#/$defs/address"},
         "bill": {"$ref": "#/$defs/address"}}},
       "items": {"type": "array", "items": {"type": "object", "required": ["sku", "count"],
         "properties": {"sku": {"type": "string"}, "count": {"type": "integer", "minimum": 1},
           "price": {"anyOf": [{"type": "number"}, {"type": "null"}]},
           "tags": {"type": "array", "items": {"type": "string"}}}}}}}
    """;
  }

  private static String order() {
    StringBuilder items = new StringBuilder();
    for (int i = 0; i < 20; i++) {
      items.append(i == 0 ? "" : ", ");
      items.append(
          "{\"sku\": \"A-%d\", \"count\": %d, \"price\": %d.5, \"tags\": [\"new\", \"gift\"]}"
              .formatted(i, i + 1, i));
    }
    String address = "{\"street\": \"1 Main St\", \"zip\": \"10115\", \"country\": \"DE\"}";
    return """
    {"customer": {"id": 7, "name": "Ann", "ship": %s, "bill": %s}, "items": [%s]}
    """
        .formatted(address, address, items);
  }

  private static Json.Obj object(String text) {
    if (new JsonReader(Limits.DEFAULT).read(ByteString.copyFromUtf8(text))
        instanceof Reading.Document(Json.Obj object)) {
      return object;
    }
    throw new IllegalStateException("no JSON object");
  }
}
