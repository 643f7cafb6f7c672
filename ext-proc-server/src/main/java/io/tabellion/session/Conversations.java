package io.tabellion.session;

import io.tabellion.secret.KeyedHash;
import io.tabellion.state.Change;
import io.tabellion.state.Changes;
import io.tabellion.state.Key;
import io.tabellion.state.Kind;
import io.tabellion.state.StaleException;
import java.time.Duration;
import java.time.Instant;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What belongs together where there is no session: the trace that the client claims, else all of
 * one caller and client without a pause of 30 minutes. Clients of one caller are told apart by what
 * they say they are and where they call from; two that are alike in all of that are taken for one.
 *
 * <p>Immutable and thread-safe: when each was begun and spoken last are records of the {@link
 * io.tabellion.state.SharedState}.
 */
public final class Conversations {
  private static final Duration PAUSE = Duration.ofMinutes(30);

  /** W3C Trace Context §3.2: version, trace id, parent id, flags. */
  private static final Pattern TRACEPARENT =
      Pattern.compile("[0-9a-f]{2}-([0-9a-f]{32})-[0-9a-f]{16}-[0-9a-f]{2}(-.*)?");

  private static final int MOST = 1_000_000;

  private static final Kind<Span> RUNNING =
      new Kind<>("conversation", MOST, Kind.Full.FORGETS_OLDEST, Span::isOver);

  private final KeyedHash hash;

  public Conversations(KeyedHash hash) {
    this.hash = hash;
  }

  private record Span(Instant first, Instant last) {
    boolean isOver(Instant now) {
      return last.plus(PAUSE).isBefore(now);
    }

    Span with(Instant now) {
      return now.isAfter(last.plus(PAUSE)) ? new Span(now, now) : new Span(first, now);
    }
  }

  /** A message more, in the conversation that began at that time. */
  private record Said(Key<Span> key, Instant first, Instant now) implements Change<Span> {
    @Override
    public Span made(@Nullable Span running) {
      Span next = running == null ? new Span(now, now) : running.with(now);
      if (!next.first().equals(first)) {
        throw new StaleException(RUNNING.word());
      }
      return next;
    }

    /** A message that could not be recorded was said all the same. */
    @Override
    public @Nullable Span undone(@Nullable Span running) {
      return running;
    }
  }

  /**
   * Returns the CONVERSATION fact of a message.
   *
   * @param owner the OWNER fact: a trace of somebody else is another conversation
   * @param trace the trace id, null if there is none
   * @param client what tells it from other clients of this caller
   * @param changes where the message is added to the conversation
   */
  public String of(
      String owner, @Nullable String trace, String client, Instant now, Changes changes) {
    if (trace != null) {
      return hash.of("conversation", "trace\n" + owner + "\n" + trace);
    }
    String who = owner + "\n" + client;
    Key<Span> key = RUNNING.of(owner, client);
    Span running = changes.read(key);
    Instant first = running == null ? now : running.with(now).first();
    changes.add(new Said(key, first, now));
    return hash.of("conversation", "pause\n" + first + "\n" + who);
  }

  /** Returns the trace id of a {@code traceparent} header, null if it is none. */
  public static @Nullable String trace(@Nullable String traceparent) {
    if (traceparent == null) {
      return null;
    }
    Matcher matcher = TRACEPARENT.matcher(traceparent);
    return matcher.matches() ? matcher.group(1) : null;
  }
}
