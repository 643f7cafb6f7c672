package io.tabellion.mask.stream;

import java.util.Collection;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What of a session's streams is remembered, so that a message that a server sends again shows no
 * more than the first time: by keyed digest of the message what was masked because a value went on
 * in it; by keyed digest of an event's id what kinds of messages its stream had, for something may
 * go on behind them. Nothing that was said is in it.
 *
 * <p>What is not known counts as open: then what could be the rest of a value is masked where a
 * stream begins. Bounded: {@value #MOST} of each, the oldest are forgotten first. Thread-safe.
 */
public final class Deliveries {
  /** Messages with cuts, messages without, ids, streams: of so many something is remembered. */
  public static final int MOST = 256;

  private static final Set<Talk> ANY = Set.copyOf(EnumSet.allOf(Talk.class));

  /** In the place of a stream's number, for an id that several have. */
  private static final long SEVERAL = -1;

  private final Map<Long, Set<Cut>> cut = bounded(); // guarded by this
  private final Map<Long, Boolean> whole = bounded(); // guarded by this
  private final Map<Long, Long> ids = bounded(); // guarded by this
  private final Map<Long, Opened> streams = bounded(); // guarded by this

  /** What may go on on the next stream that the client listens to. */
  private final Set<Talk> unheard = EnumSet.noneOf(Talk.class); // guarded by this

  private long count; // guarded by this
  private boolean forgot; // guarded by this

  /**
   * @param fromStart whether nothing of the session went on before
   */
  public Deliveries(boolean fromStart) {
    if (!fromStart) {
      unheard.addAll(ANY);
    }
  }

  /**
   * The kinds of messages that a stream had, and those that go on from it.
   *
   * @param listened whether the client listens to it, rather than waits for an answer
   * @param talks guarded by the deliveries
   */
  record Opened(long stream, boolean listened, Set<Talk> talks) {}

  /** A stream that goes on from nothing: the answer to a request. */
  public synchronized Tails answering() {
    return begin(Set.of(), false);
  }

  /** A stream that the client listens to, and that may go on from those before it. */
  public synchronized Tails listening() {
    return begin(unheard, true);
  }

  /**
   * A stream that goes on behind an event.
   *
   * @param id keyed digest of the event's id, in hex
   */
  public synchronized Tails resuming(String id) {
    Long stream = ids.get(key(id));
    Opened opened = stream == null ? null : streams.get(stream);
    return opened == null || forgot
        ? begin(ANY, true)
        : new Tails(
            this, new Opened(opened.stream, true, opened.talks), Set.copyOf(opened.talks), false);
  }

  private Tails begin(Set<Talk> unsure, boolean listened) {
    Set<Talk> talks = EnumSet.noneOf(Talk.class);
    talks.addAll(unsure);
    return new Tails(this, new Opened(count++, listened, talks), Set.copyOf(unsure), false);
  }

  /** For a message that may be one that went on before: it is masked as then. */
  public synchronized Tails again() {
    return new Tails(this, new Opened(SEVERAL, false, EnumSet.noneOf(Talk.class)), Set.of(), true);
  }

  /** An event of a stream went on; a client may resume behind it. */
  synchronized void passed(String id, Opened opened) {
    streams.put(opened.stream, opened);
    Long before = ids.putIfAbsent(key(id), opened.stream);
    if (before != null && before != opened.stream) {
      ids.put(key(id), SEVERAL);
    }
  }

  /** What was masked of a message when it went on; null if it is not known. */
  synchronized @Nullable Set<Cut> cuts(String digest) {
    Set<Cut> cuts = cut.get(key(digest));
    return cuts != null ? cuts : whole.containsKey(key(digest)) ? Set.of() : null;
  }

  /**
   * A message went on; what was masked of it adds up.
   *
   * @param talk its kind, null if it has no texts
   */
  synchronized void went(String digest, Collection<Cut> cuts, @Nullable Talk talk, Opened opened) {
    if (cuts.isEmpty()) {
      whole.put(key(digest), true);
    } else {
      Set<Cut> all = new LinkedHashSet<>(cut.getOrDefault(key(digest), Set.of()));
      all.addAll(cuts);
      cut.put(key(digest), Set.copyOf(all));
      forgets();
    }
    if (talk != null) {
      opened.talks.add(talk);
      if (opened.listened) {
        unheard.add(talk);
      }
    }
  }

  /** Once a message with cuts is forgotten, no event is known to have nothing behind it. */
  private void forgets() {
    if (cut.size() == MOST) {
      forgot = true;
      unheard.addAll(ANY);
    }
  }

  /** 64 bits of a digest that nobody without its key can choose. */
  private static long key(String digest) {
    return Long.parseUnsignedLong(digest, 0, Long.SIZE / 4, 16);
  }

  private static <V> Map<Long, V> bounded() {
    return new LinkedHashMap<>() {
      @Override
      protected boolean removeEldestEntry(Map.Entry<Long, V> eldest) {
        return size() > MOST;
      }
    };
  }
}
