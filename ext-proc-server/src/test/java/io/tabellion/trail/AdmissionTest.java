package io.tabellion.trail;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tabellion.testing.ManualClock;
import io.tabellion.trail.TrailException.Code;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("unit")
class AdmissionTest {
  private final ManualClock clock = new ManualClock(Instant.parse("2026-11-24T06:00:00Z"));
  private final Admission admission = new Admission("calls", 2, 5, Duration.ofSeconds(5), clock);

  @Test
  void oneReaderTakesSoManyPlacesAndLeavesRoomForOthers() {
    List<Visit> visits = new ArrayList<>(List.of(enter("ann"), enter("ann")));
    assertRefused("ann", Code.EXHAUSTED, "ann: 3 calls at once (expected: at most 2");
    visits.add(enter("bob"));
    visits.removeFirst().close();
    visits.add(enter("ann"));
    visits.forEach(Visit::close);
  }

  @Test
  void allReadersTogetherTakeSoManyPlaces() {
    List<String> names = List.of("a", "b", "c", "d", "e");
    List<Visit> visits = names.stream().map(this::enter).toList();
    assertRefused("f", Code.EXHAUSTED, "calls: too many at once (expected: at most 5");
    visits.getFirst().close();
    visits.getFirst().close();
    enter("f");
    assertRefused("g", Code.EXHAUSTED, "calls: too many at once");
  }

  @Test
  void whoExpiredIsNobodyAndTakesNoPlace() {
    Reader reader = new Reader("ann", Role.ADMIN, clock.instant().plusSeconds(1));
    admission.enter(reader, () -> false).close();
    clock.advance(Duration.ofSeconds(1));
    for (int i = 0; i < 6; i++) {
      assertThatThrownBy(() -> admission.enter(reader, () -> false))
          .isInstanceOfSatisfying(
              TrailException.class, e -> assertThat(e.code()).isEqualTo(Code.UNAUTHENTICATED))
          .hasMessage("token of ann: expired (expected: a newer one)");
    }
    enter("bob").close();
  }

  private Visit enter(String name) {
    return admission.enter(new Reader(name, Role.AUDITOR, Instant.MAX), () -> false);
  }

  private void assertRefused(String name, Code code, String message) {
    assertThatThrownBy(() -> enter(name))
        .isInstanceOfSatisfying(TrailException.class, e -> assertThat(e.code()).isEqualTo(code))
        .hasMessageStartingWith(message);
  }
}
