package io.tabellion.testing;

import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.function.Executable;

/**
 * Tests that share one running system and come in order. If a step fails, each step after it fails
 * too and names the step that it waited for.
 *
 * <p>Belongs to the thread of the tests: JUnit runs the tests of one factory one after another.
 */
public final class Story {
  private final List<DynamicTest> steps = new ArrayList<>();
  private int passed;

  /** Adds the next step, with a name that says what holds. */
  public Story then(String name, Executable step) {
    int before = steps.size();
    steps.add(
        dynamicTest(
            name,
            () -> {
              if (passed < before) {
                throw new AssertionError(
                    "not tried: the step before it did not pass: "
                        + steps.get(passed).getDisplayName());
              }
              step.execute();
              passed = before + 1;
            }));
    return this;
  }

  /** All steps, for a method with {@code @TestFactory}. */
  public Stream<DynamicTest> steps() {
    return List.copyOf(steps).stream();
  }
}
