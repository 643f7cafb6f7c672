package io.tabellion.trail;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tabellion.audit.index.Page;
import io.tabellion.audit.index.Query;
import io.tabellion.audit.index.SearchIndex;
import io.tabellion.testing.ManualClock;
import io.tabellion.testing.MemoryAuditLog;
import io.tabellion.testing.Samples;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Tag("unit")
class ReadingRoomTest {
  @TempDir Path directory;
  private final ManualClock clock = new ManualClock(Instant.parse("2026-11-24T06:00:00Z"));
  private final MemoryAuditLog log = new MemoryAuditLog(clock);

  @SuppressWarnings("NullAway.Init") // by JUnit, before each test
  private SearchIndex index;

  @SuppressWarnings("NullAway.Init") // by JUnit, before each test
  private ReadingRoom room;

  @BeforeEach
  void open() {
    for (int i = 0; i < 20_000; i++) {
      log.append(Samples.intent(clock, "caller-" + i % 300, "echo", null));
    }
    index = SearchIndex.open(directory, log, Samples.HASH);
    room = new ReadingRoom(log, index, 1);
  }

  @AfterEach
  void close() {
    room.close();
    index.close();
  }

  @Test
  void readsOnPlatformThreadsOfItsOwn() throws Exception {
    List<Thread> threads = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      threads.add(room.read(permit(Duration.ofSeconds(60)), _ -> Thread.currentThread()));
    }
    assertThat(threads)
        .allSatisfy(thread -> {
          assertThat(thread.isVirtual()).isFalse();
          assertThat(thread).isSameAs(threads.getFirst()).isNotSameAs(Thread.currentThread());
        });
  }

  @Test
  void aSearchThatTakesTooLongIsStoppedWithWordsOnWhatToDo() throws Exception {
    assertThatThrownBy(() -> room.read(permit(Duration.ZERO), ReadingRoomTest::searched))
        .isInstanceOfSatisfying(
            TrailException.class, e -> assertThat(e.code()).isEqualTo(TrailException.Code.TOO_LONG))
        .hasMessageContaining("a narrower question");
    assertThat(room.read(permit(null), ReadingRoomTest::searched)).hasSize(20_000);
  }

  @Test
  void aSearchEndsWithItsVisit() {
    AtomicBoolean gone = new AtomicBoolean();
    Permit permit = permit(Duration.ofSeconds(60), gone::get);
    assertThatThrownBy(() ->
            room.read(
                permit,
                open -> {
                  gone.set(true);
                  return searched(open);
                }))
        .isInstanceOfSatisfying(
            TrailException.class,
            e -> assertThat(e.code()).isEqualTo(TrailException.Code.CANCELLED));
  }

  @Test
  void whoIsGoneIsNotReadFor() {
    Permit permit = permit(Duration.ofSeconds(60), () -> true);
    assertThatThrownBy(() ->
            room.read(
                permit,
                _ -> {
                  throw new AssertionError("read");
                }))
        .isInstanceOfSatisfying(
            TrailException.class,
            e -> assertThat(e.code()).isEqualTo(TrailException.Code.CANCELLED));
  }

  @Test
  void failuresOfReadingAreItsCallers() {
    Permit permit = permit(Duration.ofSeconds(60));
    assertThatThrownBy(() ->
            room.read(
                permit,
                _ -> {
                  throw TrailException.invalid("id", "no entry id", "a UUID");
                }))
        .isInstanceOf(TrailException.class);
    assertThatThrownBy(() ->
            room.read(
                permit,
                _ -> {
                  throw new AssertionError("ours");
                }))
        .isInstanceOf(AssertionError.class);
  }

  private Permit permit(@Nullable Duration longest) {
    return permit(longest, () -> false);
  }

  private Permit permit(@Nullable Duration longest, BooleanSupplier gone) {
    var admission = new Admission("calls", 1, 1, longest, clock);
    return admission.enter(new Reader("ann", Role.AUDITOR, Instant.MAX), gone).permit(Right.READ);
  }

  private static List<Long> searched(ReadingRoom.Open open) {
    return open.index().search(slow(), all(), open.stop());
  }

  /** Looks at rows, one by one. */
  private static Query slow() {
    return new Query(null, null, Map.of(Query.Field.SUBJECT, List.of("cal*")), "");
  }

  private static Page all() {
    return Page.first(Page.Order.NEWEST_FIRST, 20_000, 50_000);
  }
}
