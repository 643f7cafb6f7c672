package io.tabellion.state;

import io.tabellion.audit.Appender;
import io.tabellion.audit.AuditUnavailableException;
import io.tabellion.audit.Entry;
import io.tabellion.audit.Receipt;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.BiPredicate;
import org.jspecify.annotations.Nullable;

/**
 * The memory of the one process that writes a log.
 *
 * <p>Thread-safe. Its monitor is held for look-ups and assignments, never while entries are
 * written.
 */
public final class MemoryState implements SharedState {
  private final InstantSource clock;

  /** How often what is over is looked for. */
  private static final Duration TIDY = Duration.ofMinutes(1);

  private Instant tidied = Instant.EPOCH; // guarded by this

  /** Records by the word of their kind and their names, oldest first; guarded by this. */
  private final Map<String, Records> kinds = new HashMap<>();

  public MemoryState(InstantSource clock) {
    this.clock = clock;
  }

  /** All records of a kind. */
  private record Records(Kind<?> kind, Map<String, Object> named) {

    boolean isFull() {
      return named.size() >= kind.most();
    }

    void tidy(Instant now) {
      tidy(kind, now);
    }

    private <V> void tidy(Kind<V> of, Instant now) {
      BiPredicate<V, Instant> over = of.over();
      if (over != null) {
        named.values().removeIf(value -> over.test(held(value), now));
      }
    }

    void forgetOldest() {
      Iterator<Object> oldest = named.values().iterator();
      oldest.next();
      oldest.remove();
    }
  }

  @Override
  public synchronized <V> @Nullable V read(Key<V> key) {
    Records records = kinds.get(key.word());
    Object value = records == null ? null : records.named.get(key.name());
    return value == null ? null : held(value);
  }

  @Override
  public synchronized <V> List<V> all(Kind<V> kind) {
    Records records = kinds.get(kind.word());
    return records == null
        ? List.of()
        : records.named.values().stream().<V>map(MemoryState::held).toList();
  }

  /** What a record of a kind holds is what its changes put there. */
  @SuppressWarnings({"unchecked", "TypeParameterUnusedInFormals"})
  private static <V> V held(Object value) {
    return (V) value;
  }

  @Override
  public synchronized boolean hasRoom(Kind<?> kind) {
    Records records = kinds.get(kind.word());
    if (records == null || !records.isFull() || kind.full() == Kind.Full.FORGETS_OLDEST) {
      return true;
    }
    records.tidy(clock.instant());
    return !records.isFull();
  }

  @Override
  public List<Receipt> commit(List<Change<?>> changes, Appender log, List<Entry> entries)
      throws InterruptedException {
    make(changes);
    try {
      return entries.isEmpty() ? List.of() : log.append(entries);
    } catch (AuditUnavailableException e) {
      undo(changes);
      throw e;
    }
  }

  @Override
  public @Nullable CompletableFuture<List<Receipt>> tryCommit(
      List<Change<?>> changes, Appender log, List<Entry> entries) {
    make(changes);
    CompletableFuture<List<Receipt>> appended = null;
    try {
      appended =
          entries.isEmpty() ? CompletableFuture.completedFuture(List.of()) : log.tryAppend(entries);
    } finally {
      if (appended == null) { // nothing is under way, whatever the reason
        undo(changes);
      }
    }
    return appended == null
        ? null
        : appended.whenComplete((_, failure) -> {
          if (failure != null) {
            undo(changes);
          }
        });
  }

  @Override
  public synchronized void make(List<Change<?>> changes) {
    int made = 0;
    try {
      for (Change<?> change : changes) {
        make(change);
        made++;
      }
    } catch (StaleException e) {
      undo(changes.subList(0, made));
      throw e;
    }
  }

  private <V> void make(Change<V> change) {
    put(change.key(), change.made(read(change.key())));
  }

  /** The last first, so that several of one record end where they began. */
  private synchronized void undo(List<Change<?>> changes) {
    for (Change<?> change : new ArrayList<>(changes).reversed()) {
      undo(change);
    }
  }

  private <V> void undo(Change<V> change) {
    put(change.key(), change.undone(read(change.key())));
  }

  private synchronized <V> void put(Key<V> key, @Nullable V value) {
    if (value == null) {
      forget(key);
      return;
    }
    Kind<V> kind = key.kind();
    Records records =
        kinds.computeIfAbsent(key.word(), _ -> new Records(kind, new LinkedHashMap<>()));
    boolean more = !records.named.containsKey(key.name());
    if (more && records.isFull() && !hasRoom(kind)) {
      throw new StaleException(key.word());
    }
    if (more && records.isFull()) {
      records.forgetOldest();
    }
    records.named.put(key.name(), value);
  }

  @Override
  public synchronized <V> void remember(Key<V> key, V value) {
    if (read(key) == null) {
      put(key, value);
    }
  }

  @Override
  public synchronized void forget(Key<?> key) {
    Records records = kinds.get(key.word());
    if (records != null) {
      records.named.remove(key.name());
    }
  }

  @Override
  public synchronized void tidy(Instant now) {
    if (now.isBefore(tidied.plus(TIDY))) {
      return;
    }
    tidied = now;
    kinds.values().forEach(records -> records.tidy(now));
  }

  /** How many records of a kind there are. */
  public synchronized int count(Kind<?> kind) {
    Records records = kinds.get(kind.word());
    return records == null ? 0 : records.named.size();
  }
}
