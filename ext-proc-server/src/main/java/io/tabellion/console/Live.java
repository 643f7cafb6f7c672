package io.tabellion.console;

import com.sun.net.httpserver.HttpExchange;
import io.tabellion.approval.ApprovalRequest;
import io.tabellion.trail.Trail;
import io.tabellion.trail.Visit;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Tells a browser which requests changed, as server-sent events (HTML Standard §9.2): the page then
 * asks for itself anew. Nothing of a call is in them.
 *
 * <pre>
 * event: approval
 * data: {"id": "apr-3f0c7be1a2d4", "state": "pending", "version": 0}
 * </pre>
 *
 * <p>Confined to the thread of its request.
 */
final class Live {
  private static final long BEAT_NANOS = TimeUnit.SECONDS.toNanos(15);

  /** A change that was made while the page was. */
  private static final Duration MARGIN = Duration.ofSeconds(10);

  private final HttpExchange exchange;
  private final Sessions sessions;
  private final Session session;
  private boolean gone;
  private long sent = System.nanoTime();

  Live(HttpExchange exchange, Sessions sessions, Session session) {
    this.exchange = exchange;
    this.sessions = sessions;
    this.session = session;
  }

  /**
   * Sends until the browser is gone, or the session is over.
   *
   * @param since when the page was made that follows; what changed since then comes first
   */
  void send(Trail trail, String since) throws IOException, InterruptedException {
    try (Visit visit = trail.enterToFollow(session.reader(), this::isGone)) {
      exchange.getResponseHeaders().set("content-type", "text/event-stream");
      exchange.sendResponseHeaders(200, 0);
      write("retry: 2000\n\n");
      trail
          .approvals()
          .watch(visit, moment(since), shown -> write(event(shown.answer().request())));
    } catch (UncheckedIOException _) {
      gone = true;
    }
  }

  private static @Nullable Instant moment(String text) {
    try {
      return Instant.parse(text).minus(MARGIN);
    } catch (DateTimeParseException _) {
      return null;
    }
  }

  private static String event(ApprovalRequest request) {
    return "event: approval\ndata: {\"id\": \"%s\", \"state\": \"%s\", \"version\": %d}\n\n"
        .formatted(request.id(), request.state().word(), request.version());
  }

  /** Asked once a second by the thread that sends: a browser that left is noticed by a write. */
  private boolean isGone() {
    if (!gone && System.nanoTime() - sent > BEAT_NANOS) {
      try {
        write(": still here\n\n");
      } catch (UncheckedIOException _) {
        gone = true;
      }
    }
    return gone || sessions.isOver(session);
  }

  private void write(String text) {
    try {
      OutputStream out = exchange.getResponseBody();
      out.write(text.getBytes(StandardCharsets.UTF_8));
      out.flush();
      sent = System.nanoTime();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
