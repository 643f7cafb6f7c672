package io.tabellion.mask.rule;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@Tag("unit")
final class SelectorTest {

  private static boolean selects(String selector, List<String> path) {
    Selector parsed = Selector.parse(selector);
    long places = parsed.start();
    for (String name : path) {
      places = parsed.step(places, name);
    }
    return parsed.selects(places);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "/a|a|true",
        "/a|b|false",
        "/a|a/b|false",
        "/a/b|a/b|true",
        "/a/*|a/b|true",
        "/a/*|a|false",
        "/a/*|a/b/c|false",
        "/a/**|a|true",
        "/a/**|a/b/c|true",
        "/**/ssn|ssn|true",
        "/**/ssn|a/b/ssn|true",
        "/**/ssn|a/ssn/b|false",
        "/**/a/**/b|x/a/y/a/b|true",
        "/**/a/*/b|a/a/x/b|true",
        "/items/0|items/0|true",
        "/items/0|items/1|false",
        "/a~1b|a~1b|true",
        "/~0|~|true",
        "/~2|*|true",
        "/~2|x|false",
      })
  void selectsWhatItSays(String selector, String path, boolean expected) {
    List<String> names = List.of(path.split("/")).stream().map(n -> n.replace("~1", "/")).toList();
    assertThat(selects(selector, names)).isEqualTo(expected);
  }

  @Test
  void anEmptyNameIsAName() {
    assertThat(selects("/", List.of(""))).isTrue();
    assertThat(selects("/a//b", List.of("a", "", "b"))).isTrue();
  }

  @Test
  void hostileTreesCostNoMoreThanTheirDepth() {
    String selector = "/**/a".repeat(15) + "/**/b";
    Selector parsed = Selector.parse(selector);
    long places = parsed.start();
    for (int i = 0; i < 2_000_000; i++) {
      places = parsed.step(places, "a");
    }
    assertThat(parsed.selects(parsed.step(places, "b"))).isTrue();
    assertThat(parsed.selects(parsed.step(places, "a"))).isFalse();
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "a", "/a~", "/a~3", "/a*", "/***", "/*a/b"})
  void anythingElseIsRefused(String text) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Selector.parse(text))
        .withMessageContaining("expected");
  }

  @Test
  void thirtyTwoStepsAreTheMost() {
    Selector.parse("/a".repeat(32));
    assertThatIllegalArgumentException().isThrownBy(() -> Selector.parse("/a".repeat(33)));
    assertThatIllegalArgumentException().isThrownBy(() -> Selector.parse("/" + "a".repeat(1024)));
  }
}
