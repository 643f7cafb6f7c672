package io.tabellion.policy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@Tag("unit")
class GlobTest {

  @ParameterizedTest
  @CsvSource({
    "get_*, get_user, true",
    "get_*, get_, true",
    "get_*, xget_user, false",
    "*, '', true",
    "**, anything/at all, true",
    "?, '', false",
    "?, a, true",
    "?, ab, false",
    "a*b*c, aXbYbZc, true",
    "a*b*c, aXbYbZ, false",
    "*_admin, x_admin, true",
    "*_admin, x_admin_, false",
    "crm-??, crm-eu, true",
    "Get, get, false",
    "a.c, abc, false",
    "tools/call, tools/call, true",
    "tools/*, tools/a/b, true",
    "Get Weather, Get Weather, true",
    "greet (*), greet (structured), true",
    "\u67E5\u8BE2*, \u67E5\u8BE2\u5929\u6C14, true",
    "? search, \uD83D\uDD0D search, true",
    "a\\*, a*, true",
    "a\\*, ab, false",
    "a\\?, a?, true",
    "a\\?, ab, false",
    "\\[a\\]\\{b\\}, [a]{b}, true",
    "a\\\\b, a\\b, true",
    "*\\**, x*y, true",
    "*\\**, xy, false",
    "\\*, *, true",
    "\\*, x, false",
  })
  void matchesWholeNames(String pattern, String name, boolean matches) {
    assertThat(new Glob(pattern).matches(name)).isEqualTo(matches);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "[ab]", "{a,b}", "a\\", "a\\d", "a\tb", "a\u0001", "a\uE000"})
  void refusesOtherPatternLanguages(String pattern) {
    assertThatThrownBy(() -> new Glob(pattern)).isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void aHostileNameDoesNotCostMoreThanLengthTimesLength() {
    Glob glob = new Glob("*a".repeat(60) + "b");
    Assertions.assertTimeout(
        Duration.ofSeconds(5), () -> assertThat(glob.matches("a".repeat(100_000))).isFalse());
  }

  @ParameterizedTest
  @CsvSource({
    "a, a, true",
    "a, b, false",
    "a*, *b, true",
    "a*, b*, false",
    "*, ?, true",
    "a?c, ab?, true",
    "a?c, ab, false",
    "*x*, y*, true",
    "ab*, a, false",
    "a*, a, true",
    "**, a?b*, true",
    "get_*, *_user, true",
    "get_*, set_*, false",
    "a*b, ?c, false",
    "a*c, ??, true",
    "a\\*, a?, true",
    "a\\*, ab, false",
    "a\\*, a\\?, false",
    "a\\*, a*, true",
  })
  void saysWhetherANameMatchesBoth(String one, String other, boolean meet) {
    assertThat(new Glob(one).meets(new Glob(other))).isEqualTo(meet);
    assertThat(new Glob(other).meets(new Glob(one))).isEqualTo(meet);
  }
}
