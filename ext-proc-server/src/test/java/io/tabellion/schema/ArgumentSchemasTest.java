package io.tabellion.schema;

import static org.assertj.core.api.Assertions.assertThat;

import io.tabellion.jsonrpc.Json;
import io.tabellion.schema.ArgumentSchemas.Found;
import java.util.Objects;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("unit")
final class ArgumentSchemasTest {
  private static final Json.Obj GIVEN = definition("\"jane@example.com\"");
  private static final Json.Obj KEPT = definition("\"[EMAIL]\"");

  private final ArgumentSchemas schemas = new ArgumentSchemas();

  @Test
  void ofAMaskedDefinitionTypesAndNamesAreChecked() {
    Found found = schemas.of("d", KEPT, () -> false);
    assertThat(check(found, "{\"to\":\"jane@example.com\"}")).isTrue();
    assertThat(check(found, "{\"to\":5}")).isFalse();
    assertThat(check(found, "{\"To\":\"x\"}")).isFalse();
    assertThat(found.extent()).isEqualTo("partly");
  }

  @Test
  void onceTheServerShowsItAllIsChecked() {
    schemas.of("d", KEPT, () -> false);
    Found found = schemas.learn("d", GIVEN);
    assertThat(found.extent()).isNull();
    assertThat(schemas.of("d", KEPT, () -> false)).isSameAs(found);
    assertThat(check(found, "{\"to\":\"jane@example.com\"}")).isTrue();
    assertThat(check(found, "{\"to\":\"joe@example.com\"}")).isFalse();
  }

  @Test
  void whatIsKeptWholeIsCheckedWholly() {
    assertThat(schemas.of("d", GIVEN, () -> true).extent()).isNull();
    assertThat(schemas.of("e", null, () -> false).extent()).isEqualTo("unknown");
  }

  @Test
  void aFloodOfDefinitionsDoesNotFillTheMemory() {
    String many = "\"" + "x".repeat(1 << 20) + "\"";
    for (int i = 0; i < 100; i++) {
      schemas.learn("d" + i, definition(many));
    }
    assertThat(schemas.of("d99", null, () -> false).schema()).isNotNull();
    assertThat(schemas.of("d0", null, () -> false).schema()).isNull();
  }

  private static boolean check(Found found, String arguments) {
    return Objects.requireNonNull(found.schema())
        .check(ArgumentSchemaTest.json(arguments))
        .isEmpty();
  }

  private static Json.Obj definition(String choice) {
    return ArgumentSchemaTest.json(
        "{\"name\":\"mail\",\"inputSchema\":{\"type\":\"object\",\"properties\":{\"to\":{\"type\":\"string\",\"enum\":["
            + choice
            + "]}},\"required\":[\"to\"]}}");
  }
}
