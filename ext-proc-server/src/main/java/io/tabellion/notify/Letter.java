package io.tabellion.notify;

import com.google.protobuf.ByteString;
import io.tabellion.jsonrpc.Json;
import io.tabellion.jsonrpc.JsonReader;
import io.tabellion.jsonrpc.JsonWriter;
import io.tabellion.jsonrpc.Limits;
import io.tabellion.jsonrpc.Reading;
import java.time.Duration;
import java.time.Instant;
import java.util.List;

/**
 * A notice on its way to one endpoint.
 *
 * <p>Immutable and thread-safe.
 *
 * @param attempts that failed
 * @param next when it may be tried again
 * @param why the last attempt failed; empty before
 */
record Letter(Notice notice, int attempts, Instant next, String why) {

  /** After each failed attempt: how long until the next. After the last there is none. */
  static final List<Duration> SCHEDULE =
      List.of(
          Duration.ofSeconds(5),
          Duration.ofMinutes(5),
          Duration.ofMinutes(30),
          Duration.ofHours(2),
          Duration.ofHours(5),
          Duration.ofHours(10));

  /** The most that is added to a wait, as a part of it. */
  private static final double JITTER = 0.2;

  /** The longest wait that there is. */
  private static final Duration LONGEST = Duration.ofHours(12);

  /**
   * Whether it may be tried now: also where the clock went back, so that it would wait for days.
   */
  boolean isDue(Instant now) {
    return !next.isAfter(now) || next.isAfter(now.plus(LONGEST));
  }

  /** Whether no attempt is left. */
  boolean isSpent() {
    return attempts > SCHEDULE.size();
  }

  /** Whether it would tell of a request that nobody can decide any more. */
  boolean isLate(Instant now) {
    Instant expires = notice.expires();
    return notice.step().asks() && expires != null && !now.isBefore(expires);
  }

  /**
   * The same after a failed attempt.
   *
   * @param jitter 0 to 1: how much of a fifth is added to the wait
   */
  Letter failed(Instant now, String reason, double jitter) {
    int failed = attempts + 1;
    if (failed > SCHEDULE.size()) {
      return new Letter(notice, failed, Instant.MAX, reason);
    }
    long millis = SCHEDULE.get(failed - 1).toMillis();
    Instant then = now.plusMillis(millis + (long) (millis * JITTER * jitter));
    return new Letter(notice, failed, then, reason);
  }

  /** The same with all attempts, where none was left. */
  Letter anew() {
    return isSpent() ? new Letter(notice, 0, next, why) : this;
  }

  /** The same, due now. */
  Letter due(Instant now) {
    return new Letter(notice, attempts, now, why);
  }

  /** As a file keeps it. */
  ByteString kept() {
    return JsonWriter.write(
        Json.Obj.EMPTY
            .with("attempts", Json.Num.of(attempts))
            .with("next", new Json.Text(next.equals(Instant.MAX) ? "" : next.toString()))
            .with("why", new Json.Text(why))
            .with("notice", notice.kept()));
  }

  /**
   * Reads it again. One that was given up is due at once: somebody put its file back.
   *
   * @throws IllegalArgumentException if it is not as {@link #kept} wrote it
   */
  static Letter of(ByteString kept, Instant now) {
    if (new JsonReader(Limits.DEFAULT).read(kept) instanceof Reading.Document(Json.Obj object)
        && object.get("attempts") instanceof Json.Num(var attempts)) {
      Json.Obj notice = object.object("notice");
      String next = object.text("next");
      String why = object.text("why");
      if (notice != null && next != null && why != null) {
        Instant then = next.isEmpty() ? now : Instant.parse(next);
        return new Letter(Notice.of(notice), Integer.parseInt(attempts), then, why);
      }
    }
    throw new IllegalArgumentException("notification: unreadable (expected: as it was written)");
  }
}
