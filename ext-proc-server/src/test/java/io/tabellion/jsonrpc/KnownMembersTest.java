package io.tabellion.jsonrpc;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Tag("unit")
class KnownMembersTest {
  private final KnownMembers known = KnownMembers.of("params", "name", "task", "mimeType");

  /** Row 2. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "Name",
        "NAME",
        "name\u0000",
        "\u0000name",
        "na\u0000me",
        "param\u017f",
        "PARAM\u017f",
        "tas\u212a",
        "\uff4e\uff41\uff4d\uff45",
        "na\u200bme",
        "name\ufeff",
        "name\ufe0f",
        "na\u00adme",
        "mimetype",
        "\u24dd\u24d0\u24dc\u24d4"
      })
  void findsNamesThatALenientReaderTakesForKnownOnes(String name) {
    assertThat(known.isLookalike(name)).isTrue();
    assertThat(known.check(Json.Obj.EMPTY.with(name, Json.Num.of(1)), "#/params"))
        .isEqualTo(
            Parsed.Malformed.message("#/params", "no member that only looks like a known one"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"name", "params", "names", "nam", "n\u00e4me", "mime_type", "", "\u0430"})
  void leavesOtherNamesAlone(String name) {
    assertThat(known.isLookalike(name)).isFalse();
    assertThat(known.check(Json.Obj.EMPTY.with(name, Json.Num.of(1)), "#")).isNull();
  }

  @Test
  void knowsNamesByteByByte() {
    assertThat(known.has("name")).isTrue();
    assertThat(known.has("Name")).isFalse();
    assertThat(known.and(KnownMembers.of("uri")).isLookalike("URI")).isTrue();
    assertThat(known.and(KnownMembers.of("uri")).isLookalike("Task")).isTrue();
  }
}
