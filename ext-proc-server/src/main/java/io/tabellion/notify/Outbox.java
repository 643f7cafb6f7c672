package io.tabellion.notify;

import com.google.protobuf.ByteString;
import io.tabellion.metrics.Counter;
import io.tabellion.metrics.Metrics;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashSet;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.function.DoubleSupplier;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The letters to one endpoint. A virtual thread of its own sends them one after another: the oldest
 * that is due, and of one request each only when the one before it is delivered or given up.
 *
 * <p>Thread-safe.
 */
final class Outbox implements AutoCloseable {
  /** Letters that may wait. One more, and the oldest is given up. */
  static final int MOST = 2_000;

  private static final System.Logger LOG = System.getLogger(Outbox.class.getName());
  private static final long LOOK_MILLIS = 500;
  private static final Duration LONGEST_PAUSE = Duration.ofMinutes(1);
  private static final int MOST_DOUBLED = 6;

  private final Endpoint endpoint;
  private final Spool spool;
  private final Courier courier;
  private final Function<Notice, @Nullable ByteString> calls;
  private final InstantSource clock;
  private final DoubleSupplier jitter;
  private final Metrics metrics;
  private final Thread thread;

  // Guarded by this.

  /** By entry. Its size is read without the lock. */
  private final NavigableMap<Long, Letter> letters = new ConcurrentSkipListMap<>();

  private boolean closed;
  private volatile boolean gone; // read without the lock
  private boolean buried; // whether one was given up since the last that was delivered
  private int failures; // in a row, for which the endpoint is to blame
  private Instant rest = Instant.MIN; // nothing is sent before

  /**
   * Takes over what waits on disk.
   *
   * @param calls gives the masked call of a notice, where the endpoint is to see it
   * @param jitter 0 to 1, anew each time
   */
  Outbox(
      Endpoint endpoint,
      Spool spool,
      Courier courier,
      Function<Notice, @Nullable ByteString> calls,
      InstantSource clock,
      DoubleSupplier jitter,
      Metrics metrics)
      throws IOException {
    this.endpoint = endpoint;
    this.spool = spool;
    this.courier = courier;
    this.calls = calls;
    this.clock = clock;
    this.jitter = jitter;
    this.metrics = metrics;
    for (Letter letter : spool.load(clock.instant())) {
      letters.put(letter.notice().entry(), letter.anew());
    }
    thread = Thread.ofVirtual().name("notify-" + endpoint.name()).unstarted(this::run);
  }

  void start() {
    thread.start();
  }

  Endpoint endpoint() {
    return endpoint;
  }

  /** How many wait. */
  int waiting() {
    return letters.size();
  }

  /** Whether the receiver said that it wants nothing any more. */
  boolean gone() {
    return gone;
  }

  /**
   * Takes a notice, durably; one that it has already is left as it is.
   *
   * @throws IOException if it cannot be kept
   */
  synchronized void add(Notice notice) throws IOException {
    if (letters.containsKey(notice.entry())) {
      return;
    }
    Letter letter = new Letter(notice, 0, clock.instant(), "");
    spool.add(letter);
    letters.put(notice.entry(), letter);
    if (letters.size() > MOST) {
      bury(letters.firstEntry().getValue(), "more than " + MOST + " wait");
    }
    notifyAll();
  }

  @Override
  public void close() {
    synchronized (this) {
      closed = true;
    }
    thread.interrupt();
    try {
      thread.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void run() {
    try {
      while (true) {
        Letter letter = next();
        Courier.Answer answer = sent(letter.notice());
        settle(letter, answer);
      }
    } catch (InterruptedException _) {
      // Closed: what waits stays on disk.
    }
  }

  /** A failure of ours is told of, and does not end the thread. */
  private Courier.Answer sent(Notice notice) throws InterruptedException {
    try {
      return courier.send(endpoint, notice, calls.apply(notice));
    } catch (RuntimeException e) {
      LOG.log(Level.ERROR, "webhook " + endpoint.name() + ": an attempt failed", e);
      return new Courier.Answer(Courier.Result.DOWN, "internal error", null);
    }
  }

  /** Waits for a letter that is due. */
  private synchronized Letter next() throws InterruptedException {
    while (true) {
      if (closed) {
        throw new InterruptedException("closed");
      }
      Instant now = clock.instant();
      Optional<Letter> due = gone || rests(now) ? Optional.empty() : due(now);
      if (due.isPresent()) {
        return due.get();
      }
      wait(LOOK_MILLIS); // the clock is not ours: it is looked at again
    }
  }

  /** Not where the clock went back, so that it would rest for days. */
  private boolean rests(Instant now) {
    return now.isBefore(rest) && !rest.isAfter(now.plus(Courier.LONGEST_PAUSE));
  }

  private Optional<Letter> due(Instant now) {
    for (Letter letter : letters.values()) {
      if (letter.isLate(now)) {
        bury(letter, "expired" + (letter.why().isEmpty() ? "" : ", before: " + letter.why()));
      }
    }
    Set<String> seen = new HashSet<>();
    for (Letter letter : letters.values()) {
      if (seen.add(letter.notice().request()) && letter.isDue(now)) {
        return Optional.of(letter);
      }
    }
    return Optional.empty();
  }

  private synchronized void settle(Letter letter, Courier.Answer answer) {
    Instant now = clock.instant();
    switch (answer.result()) {
      case DELIVERED -> delivered(letter, now);
      case GONE -> {
        gone = true;
        LOG.log(
            Level.ERROR,
            "webhook {0}: the receiver answered 410: it is told nothing until a restart",
            endpoint.name());
      }
      case REFUSED -> failed(letter, answer, now);
      case DOWN -> {
        failures++;
        Duration pause = answer.pause();
        rest = now.plus(pause == null ? backoff() : pause);
        failed(letter, answer, now);
      }
    }
  }

  /** 1, 2, 4 … 60 s: so that a receiver that hangs is not asked for each letter in turn. */
  private Duration backoff() {
    Duration doubled = Duration.ofSeconds(1L << Math.min(failures - 1, MOST_DOUBLED));
    return doubled.compareTo(LONGEST_PAUSE) > 0 ? LONGEST_PAUSE : doubled;
  }

  /** A receiver that is back gets what waited at once. */
  private void delivered(Letter letter, Instant now) {
    kept(() -> spool.remove(letter));
    letters.remove(letter.notice().entry());
    metrics.increment(Counter.NOTIFICATIONS_DELIVERED);
    if (failures > 0) {
      LOG.log(Level.INFO, "webhook {0}: delivers again", endpoint.name());
      letters.replaceAll((_, waits) -> waits.due(now));
    }
    failures = 0;
    rest = Instant.MIN;
    buried = false;
  }

  private void failed(Letter letter, Courier.Answer answer, Instant now) {
    if (letters.containsKey(letter.notice().entry())) { // or too many came meanwhile
      later(letter.failed(now, answer.why(), jitter.getAsDouble()));
    }
    metrics.increment(Counter.NOTIFICATION_FAILURES);
  }

  private void later(Letter next) {
    if (next.attempts() == 1 && failures <= 1) {
      LOG.log(
          Level.WARNING,
          "webhook {0}: not delivered: {1}; it is tried again",
          endpoint.name(),
          next.why());
    }
    if (next.isSpent()) {
      bury(next, next.why());
    } else {
      letters.put(next.notice().entry(), next);
      kept(() -> spool.update(next));
    }
  }

  private void bury(Letter letter, String why) {
    kept(() -> spool.bury(new Letter(letter.notice(), letter.attempts(), Instant.MAX, why)));
    letters.remove(letter.notice().entry());
    metrics.increment(Counter.NOTIFICATIONS_UNDELIVERED);
    if (!buried) {
      buried = true;
      LOG.log(
          Level.ERROR,
          "webhook {0}: a notification was given up: {1}. ./tabellion approvals undelivered lists them",
          endpoint.name(),
          why);
    }
  }

  private interface Keeping {
    void keep() throws IOException;
  }

  /** What cannot be noted on disk is done again after a restart, at worst. */
  private void kept(Keeping keeping) {
    try {
      keeping.keep();
    } catch (IOException e) {
      LOG.log(Level.WARNING, "webhook {0}: its folder: {1}", endpoint.name(), e.getMessage());
    }
  }
}
