package io.tabellion.trail;

import io.tabellion.audit.follow.Follower;
import io.tabellion.audit.index.Query;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Follows the trail: tails, each with an {@code access.read} at its beginning and one at its end.
 *
 * <p>Thread-safe.
 */
public final class FollowEntries implements AutoCloseable {
  private final ReadingRoom room;
  private final Filters filters;
  private final Accesses accesses;
  private final InstantSource clock;
  private final Duration heartbeat;
  private final Set<Tail> running = ConcurrentHashMap.newKeySet();

  FollowEntries(
      ReadingRoom room,
      Filters filters,
      Accesses accesses,
      InstantSource clock,
      Duration heartbeat) {
    this.room = room;
    this.filters = filters;
    this.accesses = accesses;
    this.clock = clock;
    this.heartbeat = heartbeat;
  }

  /**
   * What is asked.
   *
   * @param filter without a range of time
   * @param from first index that is wanted; empty for what comes from now on
   */
  public record Question(Filter filter, OptionalLong from) {}

  /**
   * What a tail sends.
   *
   * @param entry the next one; null in a heartbeat
   * @param next where to resume
   */
  public record Step(@Nullable EntryView entry, long next) {}

  /**
   * Begins a tail, on a thread of its own; it closes the visit when it ends.
   *
   * @throws TrailException if the question is not as documented; the visit is then closed
   */
  public void begin(Visit visit, Question question, Outlet outlet) throws InterruptedException {
    try {
      Permit permit = visit.permit(Right.READ);
      Query query = query(permit, question.filter());
      Tail tail = new Tail(this, permit, query, from(permit, question.from()), outlet);
      running.add(tail);
      tail.start();
    } catch (RuntimeException | InterruptedException e) {
      visit.close();
      throw e;
    }
  }

  private Query query(Permit permit, Filter filter) throws InterruptedException {
    if (filter.from() != null || filter.until() != null) {
      throw TrailException.invalid(
          filter.from() != null ? "filter.from" : "filter.until",
          "a tail has no time range",
          "from_index, or a search");
    }
    return room.read(permit, open -> filters.toQuery(filter, open.index()));
  }

  private long from(Permit permit, OptionalLong asked) {
    long size = room.size(permit);
    long from = asked.orElse(size);
    if (from < 0 || from > size) {
      throw TrailException.invalid("from_index", "beyond the log", "0 to " + size);
    }
    return from;
  }

  void ended(Tail tail) {
    running.remove(tail);
    tail.visit().close();
  }

  /** The tails that are under way. */
  List<Follower> followers() {
    return running.stream().map(Tail::follower).toList();
  }

  ReadingRoom room() {
    return room;
  }

  Accesses accesses() {
    return accesses;
  }

  InstantSource clock() {
    return clock;
  }

  Duration heartbeat() {
    return heartbeat;
  }

  /** Ends all tails, each with its entry: the server goes down. */
  @Override
  public void close() {
    try {
      for (Tail tail : running) {
        tail.stop();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
