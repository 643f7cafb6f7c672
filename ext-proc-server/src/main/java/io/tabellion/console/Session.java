package io.tabellion.console;

import io.tabellion.trail.Reader;
import java.time.Instant;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * Somebody who is signed in, in one browser.
 *
 * <p>Thread-safe.
 */
final class Session {
  private final Reader reader;
  private final Instant began;
  private final String formToken = Secrets.next();
  private final AtomicReference<@Nullable Notice> notice = new AtomicReference<>();
  private volatile Instant seen;
  private volatile boolean over;

  Session(Reader reader, Instant now) {
    this.reader = reader;
    this.began = now;
    this.seen = now;
  }

  /** Something to be said once, on the next page. */
  record Notice(boolean good, String text) {}

  Reader reader() {
    return reader;
  }

  /** Each form of the session must have it (CSRF). */
  String formToken() {
    return formToken;
  }

  Instant began() {
    return began;
  }

  /** When its last request came. */
  Instant seen() {
    return seen;
  }

  void seen(Instant now) {
    seen = now;
  }

  /** Whether it was ended: what streams to the browser ends then. */
  boolean over() {
    return over;
  }

  void end() {
    over = true;
  }

  void say(Notice next) {
    notice.set(next);
  }

  /** Returns what is to be said, once. */
  @Nullable Notice takeNotice() {
    return notice.getAndSet(null);
  }
}
