package io.tabellion.api;

import io.grpc.stub.ServerCallStreamObserver;
import io.tabellion.audit.AuditReader;
import io.tabellion.audit.index.Query;
import io.tabellion.audit.index.SearchIndex;
import io.tabellion.audit.v1.TailEntriesRequest;
import io.tabellion.audit.v1.TailEntriesResponse;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The tails that are running.
 *
 * <p>Thread-safe.
 */
final class Tails implements AutoCloseable {
  /** Tails of one reader at one time. */
  static final int EACH = 16;

  private static final int MOST = 64;

  private final AuditReader reader;
  private final SearchIndex index;
  private final Accesses accesses;
  private final Queries queries;
  private final ReadingRoom room;
  private final InstantSource clock;
  private final Duration heartbeat;
  private final Seats seats = new Seats("tails", EACH);
  private final Set<Tail> running = ConcurrentHashMap.newKeySet();

  Tails(
      AuditReader reader,
      SearchIndex index,
      Accesses accesses,
      Queries queries,
      ReadingRoom room,
      InstantSource clock,
      Duration heartbeat) {
    this.reader = reader;
    this.index = index;
    this.accesses = accesses;
    this.queries = queries;
    this.room = room;
    this.clock = clock;
    this.heartbeat = heartbeat;
  }

  /** Begins a tail, on a thread of its own; called by gRPC before the call's events arrive. */
  void begin(
      Reader who,
      TailEntriesRequest request,
      ServerCallStreamObserver<TailEntriesResponse> observer) {
    try {
      seats.take(who);
      try {
        start(new Tail(this, who, query(request, observer), from(request), observer));
      } catch (RuntimeException | InterruptedException e) {
        seats.leave(who);
        throw e;
      }
    } catch (RuntimeException | InterruptedException e) {
      observer.onError(Errors.of(e));
    }
  }

  private void start(Tail tail) {
    if (running.size() >= MOST) {
      throw ApiException.of(
          ApiException.Code.EXHAUSTED,
          "tails: too many at once (expected: at most " + MOST + "; ask again later)");
    }
    running.add(tail);
    tail.start();
  }

  private Query query(
      TailEntriesRequest request, ServerCallStreamObserver<TailEntriesResponse> observer)
      throws InterruptedException {
    if (request.getFilter().hasFrom() || request.getFilter().hasUntil()) {
      throw ApiException.invalid(
          request.getFilter().hasFrom() ? "filter.from" : "filter.until",
          "a tail has no time range",
          "from_index, or a search");
    }
    return room.read(observer::isCancelled, _ -> queries.toQuery(request.getFilter()));
  }

  private long from(TailEntriesRequest request) {
    long size = reader.size();
    if (!request.hasFromIndex()) {
      return size;
    }
    if (request.getFromIndex() < 0 || request.getFromIndex() > size) {
      throw ApiException.invalid("from_index", "beyond the log", "0 to " + size);
    }
    return request.getFromIndex();
  }

  void ended(Tail tail) {
    running.remove(tail);
    seats.leave(tail.who());
  }

  AuditReader reader() {
    return reader;
  }

  SearchIndex index() {
    return index;
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
