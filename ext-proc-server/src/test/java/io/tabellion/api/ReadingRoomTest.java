package io.tabellion.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.grpc.Context;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
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
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ReadingRoomTest {
  @TempDir Path directory;
  private final ReadingRoom room = new ReadingRoom(1, Duration.ofSeconds(60));

  @AfterEach
  void close() {
    room.close();
  }

  @Test
  void readsOnPlatformThreadsOfItsOwn() throws Exception {
    List<Thread> threads = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      threads.add(room.read(_ -> Thread.currentThread()));
    }
    assertThat(threads)
        .allSatisfy(thread -> {
          assertThat(thread.isVirtual()).isFalse();
          assertThat(thread).isSameAs(threads.getFirst()).isNotSameAs(Thread.currentThread());
        });
  }

  @Test
  void aSearchThatTakesTooLongIsStoppedWithWordsOnWhatToDo() throws Exception {
    try (ReadingRoom impatient = new ReadingRoom(1, Duration.ZERO);
        SearchIndex index = many()) {
      assertThatThrownBy(() -> impatient.read(stop -> index.search(slow(), all(), stop)))
          .isInstanceOfSatisfying(
              ApiException.class, e -> assertThat(e.code()).isEqualTo(ApiException.Code.TOO_LONG))
          .hasMessageContaining("a narrower question");
      assertThat(impatient.<List<Long>>read(() -> false, stop -> index.search(slow(), all(), stop)))
          .hasSize(20_000);
    }
  }

  @Test
  void aSearchEndsWithItsCall() throws Exception {
    try (SearchIndex index = many()) {
      Context.CancellableContext call = Context.current().withCancellation();
      Context before = call.attach();
      try {
        assertThatThrownBy(() ->
                room.read(stop -> {
                  call.cancel(null);
                  return index.search(slow(), all(), stop);
                }))
            .isInstanceOfSatisfying(
                StatusRuntimeException.class,
                e -> assertThat(e.getStatus().getCode()).isEqualTo(Status.Code.CANCELLED));
      } finally {
        call.detach(before);
      }
    }
  }

  @Test
  void failuresOfReadingAreItsCallers() {
    assertThatThrownBy(() ->
            room.read(_ -> {
              throw ApiException.invalid("id", "no entry id", "a UUID");
            }))
        .isInstanceOf(ApiException.class);
    assertThatThrownBy(() ->
            room.read(_ -> {
              throw new AssertionError("ours");
            }))
        .isInstanceOf(AssertionError.class);
  }

  private SearchIndex many() {
    ManualClock clock = new ManualClock(Instant.parse("2026-11-24T06:00:00Z"));
    MemoryAuditLog log = new MemoryAuditLog(clock);
    for (int i = 0; i < 20_000; i++) {
      log.append(Samples.intent(clock, "caller-" + i % 300, "echo", null));
    }
    return SearchIndex.open(directory, log, Samples.HASH);
  }

  /** Looks at rows, one by one. */
  private static Query slow() {
    return new Query(null, null, Map.of(Query.Field.SUBJECT, List.of("cal*")), "");
  }

  private static Page all() {
    return Page.first(Page.Order.NEWEST_FIRST, 20_000, 50_000);
  }
}
