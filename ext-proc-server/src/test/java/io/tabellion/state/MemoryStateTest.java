package io.tabellion.state;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tabellion.audit.Appender;
import io.tabellion.audit.AuditUnavailableException;
import io.tabellion.audit.AuditUnavailableException.Code;
import io.tabellion.audit.Entry;
import io.tabellion.audit.EntryId;
import io.tabellion.audit.EntryKind;
import io.tabellion.audit.Facts;
import io.tabellion.audit.Receipt;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Changes are made with their entries, or not at all. */
@Tag("unit")
final class MemoryStateTest {
  private static final Kind<String> WORDS = Kind.lasting("word");
  private static final Kind<Instant> TIMES =
      new Kind<>("time", 2, Kind.Full.TAKES_NO_MORE, Instant::isBefore);

  private Instant now = Instant.EPOCH;
  private final MemoryState state = new MemoryState(() -> now);
  private final List<Entry> appended = new ArrayList<>();
  private final Appender log =
      entries -> {
        appended.addAll(entries);
        return List.of();
      };
  private final List<Entry> entry =
      List.of(
          new Entry(EntryId.next(InstantSource.system()), EntryKind.CALL_INTENT, Facts.NONE, null));

  /** A record is one word, and becomes another. */
  private record From(Key<String> key, @Nullable String before, @Nullable String after)
      implements Change<String> {
    @Override
    public @Nullable String made(@Nullable String now) {
      if (!String.valueOf(before).equals(String.valueOf(now))) {
        throw new StaleException("word");
      }
      return after;
    }

    @Override
    public @Nullable String undone(@Nullable String now) {
      return before;
    }
  }

  @Test
  void aChangeThatDoesNotFitChangesNothingAndAppendsNothing() throws Exception {
    state.commit(List.of(new From(Key.of(WORDS, "a"), null, "one")), log, List.of());

    List<Change<?>> changes =
        List.of(
            new From(Key.of(WORDS, "b"), null, "new"),
            new From(Key.of(WORDS, "a"), "one", "two"),
            new From(Key.of(WORDS, "a"), "other", "three"));
    assertThatThrownBy(() -> state.commit(changes, log, entry))
        .isInstanceOf(StaleException.class)
        .hasMessage("word: changed by another (expected: as it was read)");

    assertThat(state.read(Key.of(WORDS, "a"))).isEqualTo("one");
    assertThat(state.read(Key.of(WORDS, "b"))).isNull();
    assertThat(appended).isEmpty();
  }

  @Test
  void aLogThatTakesNothingChangesNothing() throws Exception {
    state.commit(List.of(new From(Key.of(WORDS, "a"), null, "one")), log, List.of());
    Appender full =
        _ -> {
          assertThat(state.read(Key.of(WORDS, "a"))).isNull();
          throw new AuditUnavailableException(Code.FAILED, "full");
        };

    List<Change<?>> changes =
        List.of(
            new From(Key.of(WORDS, "a"), "one", "two"),
            new From(Key.of(WORDS, "a"), "two", null),
            new From(Key.of(WORDS, "b"), null, "new"));
    assertThatThrownBy(() -> state.commit(changes, full, entry))
        .isInstanceOf(AuditUnavailableException.class);

    assertThat(state.read(Key.of(WORDS, "a"))).isEqualTo("one");
    assertThat(state.read(Key.of(WORDS, "b"))).isNull();
  }

  /** A log that has no room ready, is down, fails by a mistake of ours, or fails later. */
  @Test
  void withoutWaitingNothingIsChangedEitherWhereNothingIsAppended() {
    Key<String> key = Key.of(WORDS, "a");
    List<Change<?>> changes = List.of(new From(key, null, "one"));

    assertThat(state.tryCommit(changes, log, entry)).isNull();
    assertThat(state.read(key)).isNull();

    for (Throwable why :
        List.of(
            new AuditUnavailableException(Code.FAILED, "down"),
            new IllegalStateException("a mistake"),
            new StackOverflowError())) {
      assertThatThrownBy(() -> state.tryCommit(changes, later(why, null), entry)).isSameAs(why);
      assertThat(state.read(key)).isNull();
    }

    CompletableFuture<List<Receipt>> end = new CompletableFuture<>();
    var committed = state.tryCommit(changes, later(null, end), entry);
    assertThat(state.read(key)).isEqualTo("one");
    end.completeExceptionally(new AuditUnavailableException(Code.FAILED, "down"));
    assertThat(committed).isCompletedExceptionally();
    assertThat(state.read(key)).isNull();
  }

  /** Appends without waiting, with this end, or fails at once. */
  private static Appender later(
      @Nullable Throwable why, @Nullable CompletableFuture<List<Receipt>> end) {
    return new Appender() {
      @Override
      public List<Receipt> append(List<Entry> entries) {
        throw new AssertionError("append (expected: tryAppend)");
      }

      @Override
      public @Nullable CompletableFuture<List<Receipt>> tryAppend(List<Entry> entries) {
        if (why instanceof RuntimeException e) {
          throw e;
        }
        if (why instanceof Error e) {
          throw e;
        }
        return end;
      }
    };
  }

  @Test
  void whatADraftChangesIsReadInItAndNowhereElse() {
    Changes changes = new Changes(state);
    changes.add(new From(Key.of(WORDS, "a"), null, "one"));
    changes.add(new From(Key.of(WORDS, "a"), "one", "two"));

    assertThat(changes.read(Key.of(WORDS, "a"))).isEqualTo("two");
    assertThat(state.read(Key.of(WORDS, "a"))).isNull();
    changes.dropBehind(0);
    assertThat(changes.read(Key.of(WORDS, "a"))).isNull();
    assertThat(changes.list()).isEmpty();
  }

  @Test
  void namesOfSeveralPartsAreNotTakenForOthers() {
    assertThat(Key.of(WORDS, "a", "b")).isNotEqualTo(Key.of(WORDS, "ab"));
    assertThat(Key.of(WORDS, "a1:b")).isNotEqualTo(Key.of(WORDS, "a", "b"));
    assertThat(Key.of(WORDS, "1:a", "")).isNotEqualTo(Key.of(WORDS, "1", ":a"));
    assertThat(Key.of(WORDS, "a")).isNotEqualTo(Key.of(TIMES, "a"));
  }

  @Test
  void aFullKindMakesRoomByWhatIsOver() throws Exception {
    put(Key.of(TIMES, "a"), Instant.EPOCH.plusSeconds(1));
    put(Key.of(TIMES, "b"), Instant.EPOCH.plusSeconds(9));
    assertThat(state.hasRoom(TIMES)).isFalse();
    assertThatThrownBy(() -> put(Key.of(TIMES, "c"), Instant.EPOCH))
        .isInstanceOf(StaleException.class);

    now = Instant.EPOCH.plusSeconds(2);

    assertThat(state.hasRoom(TIMES)).isTrue();
    put(Key.of(TIMES, "c"), Instant.EPOCH.plusSeconds(9));
    assertThat(state.read(Key.of(TIMES, "a"))).isNull();
    assertThat(state.count(TIMES)).isEqualTo(2);
  }

  @Test
  void ofANewestKindTheOldestIsForgotten() throws Exception {
    Kind<Instant> newest = Kind.newest("new", 2);
    put(Key.of(newest, "a"), now);
    put(Key.of(newest, "b"), now);
    put(Key.of(newest, "a"), now.plusSeconds(1));
    put(Key.of(newest, "c"), now);

    assertThat(state.read(Key.of(newest, "a"))).isNull();
    assertThat(state.read(Key.of(newest, "b"))).isNotNull();
    assertThat(state.count(newest)).isEqualTo(2);
  }

  private void put(Key<Instant> key, Instant value) throws InterruptedException {
    state.commit(List.of(new Put(key, value)), log, List.of());
  }

  private record Put(Key<Instant> key, Instant value) implements Change<Instant> {
    @Override
    public Instant made(@Nullable Instant now) {
      return value;
    }

    @Override
    public @Nullable Instant undone(@Nullable Instant now) {
      return null;
    }
  }

  /** Many threads decide on what they read, and each number is taken once. */
  @Test
  void ofManyThatReadTheSameOneGetsIt() throws Exception {
    AtomicInteger anew = new AtomicInteger();
    put("0");
    List<Future<Void>> done = new ArrayList<>();
    try (ExecutorService threads = Executors.newFixedThreadPool(8)) {
      for (int i = 0; i < 8; i++) {
        done.add(threads.submit(() -> countTo(250, anew)));
      }
    }
    for (Future<Void> one : done) {
      one.get();
    }

    assertThat(state.read(Key.of(WORDS, "n"))).isEqualTo("2000");
    assertThat(appended).hasSize(2000);
  }

  private void put(String word) throws InterruptedException {
    state.commit(List.of(new From(Key.of(WORDS, "n"), null, word)), log, List.of());
  }

  private Void countTo(int most, AtomicInteger anew) throws InterruptedException {
    Appender safe =
        entries -> {
          synchronized (appended) {
            appended.addAll(entries);
          }
          return List.of();
        };
    for (int done = 0; done < most; ) {
      String read = String.valueOf(state.read(Key.of(WORDS, "n")));
      String next = Integer.toString(Integer.parseInt(read) + 1);
      try {
        state.commit(List.of(new From(Key.of(WORDS, "n"), read, next)), safe, entry);
        done++;
      } catch (StaleException e) {
        anew.incrementAndGet();
      }
    }
    return null;
  }
}
