package io.tabellion.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("unit")
final class StoryTest {
  private final List<String> tried = new ArrayList<>();

  @Test
  void stepsComeInOrder() throws Throwable {
    Story story = new Story().then("one", () -> tried.add("1")).then("two", () -> tried.add("2"));
    for (DynamicTest step : story.steps().toList()) {
      step.getExecutable().execute();
    }
    assertThat(tried).containsExactly("1", "2");
  }

  @Test
  void nothingIsTriedAfterAStepThatFailed() {
    Story story =
        new Story()
            .then("one", () -> tried.add("1"))
            .then("two", () -> assertThat(tried).isEmpty())
            .then("three", () -> tried.add("3"))
            .then("four", () -> tried.add("4"));
    List<DynamicTest> steps = story.steps().toList();
    assertThatCode(() -> steps.get(0).getExecutable().execute()).doesNotThrowAnyException();
    assertThatThrownBy(() -> steps.get(1).getExecutable().execute()).hasMessageContaining("empty");
    for (DynamicTest later : steps.subList(2, 4)) {
      assertThatThrownBy(() -> later.getExecutable().execute())
          .hasMessage("not tried: the step before it did not pass: two");
    }
    assertThat(tried).containsExactly("1");
  }

  @Test
  void aStepIsNotTriedAlone() {
    Story story = new Story().then("one", () -> tried.add("1")).then("two", () -> tried.add("2"));
    DynamicTest second = story.steps().toList().getLast();
    assertThatThrownBy(() -> second.getExecutable().execute()).hasMessageEndingWith(": one");
    assertThat(tried).isEmpty();
  }
}
