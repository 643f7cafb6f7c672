package io.tabellion.session;

import io.tabellion.secret.KeyedHash;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What belongs together where there is no session: the trace that the client claims, else all of
 * one caller and client without a pause of 30 minutes. Clients of one caller are told apart by what
 * they say they are and where they call from; two that are alike in all of that are taken for one.
 *
 * <p>Thread-safe.
 */
public final class Conversations {
  private static final Duration PAUSE = Duration.ofMinutes(30);

  /** W3C Trace Context §3.2: version, trace id, parent id, flags. */
  private static final Pattern TRACEPARENT =
      Pattern.compile("[0-9a-f]{2}-([0-9a-f]{32})-[0-9a-f]{16}-[0-9a-f]{2}(-.*)?");

  private final KeyedHash hash;
  private final Map<String, Span> running = new ConcurrentHashMap<>();

  public Conversations(KeyedHash hash) {
    this.hash = hash;
  }

  private record Span(Instant first, Instant last) {}

  /**
   * Returns the CONVERSATION fact of a message.
   *
   * @param owner the OWNER fact: a trace of somebody else is another conversation
   * @param trace the trace id, null if there is none
   * @param client what tells it from other clients of this caller
   */
  public String of(String owner, @Nullable String trace, String client, Instant now) {
    if (trace != null) {
      return hash.of("conversation", "trace\n" + owner + "\n" + trace);
    }
    String who = owner + "\n" + client;
    Span span = running.merge(who, new Span(now, now), Conversations::join);
    return hash.of("conversation", "pause\n" + span.first() + "\n" + who);
  }

  /** Returns the trace id of a {@code traceparent} header, null if it is none. */
  public static @Nullable String trace(@Nullable String traceparent) {
    if (traceparent == null) {
      return null;
    }
    Matcher matcher = TRACEPARENT.matcher(traceparent);
    return matcher.matches() ? matcher.group(1) : null;
  }

  /** Forgets conversations that are over. */
  public void tidy(Instant now) {
    running.values().removeIf(span -> span.last().plus(PAUSE).isBefore(now));
  }

  private static Span join(Span running, Span next) {
    return next.last().isAfter(running.last().plus(PAUSE))
        ? next
        : new Span(running.first(), next.last());
  }
}
