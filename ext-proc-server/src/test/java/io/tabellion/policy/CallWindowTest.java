package io.tabellion.policy;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** A window counts as a plain list of times does, and never changes. */
@Tag("unit")
final class CallWindowTest {
  private static final Duration PER = Duration.ofSeconds(10);

  @Test
  void itCountsAsAListOfTimes() {
    Random random = new Random(7);
    CallWindow window = CallWindow.of(PER);
    List<Instant> times = new ArrayList<>();
    Instant now = Instant.EPOCH;
    for (int i = 0; i < 5_000; i++) {
      now = now.plusMillis(random.nextInt(900));
      Instant time = now;
      times.removeIf(called -> !called.isAfter(time.minus(PER)));
      CallWindow before = window;
      window = window.at(now);
      assertThat(window.count()).isEqualTo(times.size());
      assertThat(window.isOver(now)).isEqualTo(times.isEmpty());
      window = window.with(now);
      times.add(now);
      assertThat(before.at(now).count()).isEqualTo(times.size() - 1);
    }
  }

  @Test
  void aCallThatDidNotHappenIsTakenBack() {
    CallWindow two = CallWindow.of(PER).with(Instant.EPOCH).with(Instant.EPOCH.plusSeconds(1));

    CallWindow one = Objects.requireNonNull(two.without(Instant.EPOCH));

    assertThat(one.count()).isEqualTo(1);
    assertThat(one.at(Instant.EPOCH.plusSeconds(10)).count()).isEqualTo(1);
    assertThat(one.at(Instant.EPOCH.plusSeconds(11)).count()).isZero();
    assertThat(one.without(Instant.EPOCH.plusSeconds(1))).isNull();
    CallWindow both = two.without(Instant.EPOCH.plusSeconds(5));
    assertThat(Objects.requireNonNull(both).count()).isEqualTo(2);
  }
}
