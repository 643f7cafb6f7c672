package io.tabellion.bench.calls;

import java.io.IOException;
import java.nio.channels.Selector;

/**
 * A closed loop: each client keeps one connection and one call in flight. A latency is from before
 * the write of a call. Who is slow gets fewer calls.
 *
 * <p>Not thread-safe.
 */
final class ClosedLoop extends LoadClient {
  private final int clients;
  private long until;

  ClosedLoop(Target target, long firstId, int clients) {
    super(target, firstId);
    this.clients = clients;
  }

  @Override
  void begin(Selector selector, long start, long until) throws IOException {
    this.until = until;
    for (int i = 0; i < clients; i++) {
      send(connect(selector), System.nanoTime());
    }
  }

  @Override
  void callsAreDue(Selector selector) {}

  @Override
  void free(Connection connection) throws IOException {
    long now = System.nanoTime();
    if (now < until) {
      send(connection, now);
    } else {
      close(connection);
    }
  }

  @Override
  void lost(Connection connection, Selector selector) throws IOException {
    if (System.nanoTime() < until) {
      send(connect(selector), System.nanoTime());
    }
  }

  @Override
  boolean ended() {
    return connections() == 0;
  }

  @Override
  int unanswered() {
    return connections();
  }

  @Override
  boolean counts(long begun, long now, long from, long until) {
    return now >= from && now < until;
  }
}
