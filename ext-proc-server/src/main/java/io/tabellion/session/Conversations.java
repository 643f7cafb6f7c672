package io.tabellion.session;

import io.tabellion.audit.Fact;
import io.tabellion.audit.Facts;
import io.tabellion.secret.KeyedHash;
import io.tabellion.state.Change;
import io.tabellion.state.Changes;
import io.tabellion.state.Key;
import io.tabellion.state.Kind;
import io.tabellion.state.SharedState;
import io.tabellion.state.StaleException;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
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
  public static final Duration PAUSE = Duration.ofMinutes(30);

  /** W3C Trace Context §3.2: version, trace id, parent id, flags. */
  private static final Pattern TRACEPARENT =
      Pattern.compile("[0-9a-f]{2}-([0-9a-f]{32})-[0-9a-f]{16}-[0-9a-f]{2}(-.*)?");

  private static final int MOST = 1_000_000;

  private static final Kind<Span> RUNNING =
      new Kind<>("conversation", MOST, Kind.Full.FORGETS_OLDEST, Span::isOver);

  /** An address with a port, which is another for each connection. */
  private static final Pattern PORT = Pattern.compile("^([^:]+|\\[[^\\]]*\\]):[0-9]+$");

  private final KeyedHash hash;

  public Conversations(KeyedHash hash) {
    this.hash = hash;
  }

  /**
   * A conversation that goes on.
   *
   * @param id the CONVERSATION fact
   */
  private record Span(String id, Instant last) {
    boolean isOver(Instant now) {
      return last.plus(PAUSE).isBefore(now);
    }
  }

  /**
   * A message more.
   *
   * @param id of the conversation that it was found to belong to
   */
  private record Said(Key<Span> key, String id, Instant now) implements Change<Span> {
    @Override
    public Span made(@Nullable Span running) {
      if (running != null && !running.isOver(now) && !running.id().equals(id)) {
        throw new StaleException(RUNNING.word());
      }
      return new Span(id, now);
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
    Key<Span> key = Key.of(RUNNING, owner, client);
    Span running = changes.read(key);
    String id =
        running == null || running.isOver(now)
            ? hash.of("conversation", "pause\n" + now + "\n" + who)
            : running.id();
    changes.add(new Said(key, id, now));
    return id;
  }

  /**
   * Remembers a conversation of the past, where none is remembered.
   *
   * @param asked facts of the entry of its newest request
   * @param at when that was
   */
  public static void recall(Facts asked, Instant at, SharedState state) {
    String owner = asked.text(Fact.OWNER);
    String id = asked.text(Fact.CONVERSATION);
    boolean other = asked.text(Fact.SESSION) != null || asked.text(Fact.CLAIMED_TRACE) != null;
    if (owner != null && id != null && !other) {
      String client =
          client(
              asked.text(Fact.CLAIMED_CLIENT),
              asked.text(Fact.CLAIMED_USER_AGENT),
              asked.text(Fact.SOURCE));
      state.remember(Key.of(RUNNING, owner, client), new Span(id, at));
    }
  }

  /**
   * What tells clients of one caller apart.
   *
   * @param name that the client says it has; null if none
   * @param agent its {@code User-Agent}; null if none
   * @param address that it calls from, with or without a port; null if that is not known
   */
  public static String client(
      @Nullable String name, @Nullable String agent, @Nullable String address) {
    String host = address == null ? null : PORT.matcher(address).replaceFirst("$1");
    return Stream.of(
            Optional.ofNullable(name), Optional.ofNullable(agent), Optional.ofNullable(host))
        .map(text -> text.map(known -> known.length() + ":" + known).orElse("-"))
        .collect(Collectors.joining());
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
