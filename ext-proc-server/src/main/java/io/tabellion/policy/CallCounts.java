package io.tabellion.policy;

import io.tabellion.policy.Rule.Calls;
import io.tabellion.policy.Rule.Limit;
import io.tabellion.state.Change;
import io.tabellion.state.Changes;
import io.tabellion.state.Key;
import io.tabellion.state.Kind;
import io.tabellion.state.StaleException;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The calls of late, for limits: exact times, so that in no stretch of time are there more than a
 * limit says. They are remembered in the {@link io.tabellion.state.SharedState}, and after a
 * restart found in the log. A call counts once its entry is appended.
 *
 * <p>Immutable and thread-safe. Of more than {@value #MOST} counts at a time the calls of new ones
 * are refused.
 */
enum CallCounts {
  /** Of the policy in force, and of those before it. */
  IN_FORCE("policy"),

  /** Of a candidate, which judges the same calls and may let others through. */
  OF_CANDIDATE("candidate");

  static final int MOST = 100_000;

  static final Kind<CallWindow> KIND =
      new Kind<>("calls", MOST, Kind.Full.TAKES_NO_MORE, CallWindow::isOver);

  private final String whose;

  CallCounts(String whose) {
    this.whose = whose;
  }

  /**
   * Counts a call for all limits, if none of those that are enforced is reached; else for none.
   *
   * @return the limits that are reached
   */
  List<Limit> count(List<Limit> limits, Question question, Changes changes) {
    Instant now = question.setting().now();
    List<Limit> reached =
        limits.stream().filter(limit -> reached(limit, question, now, changes)).toList();
    if (reached.stream().noneMatch(limit -> limit.mode() == Mode.ENFORCE)) {
      for (Limit limit : limits) {
        if (!reached.contains(limit)) {
          changes.add(new OneMore(key(limit, question), calls(limit), now));
        }
      }
    }
    return reached;
  }

  /** Counts a call of the past for all limits. */
  void recount(List<Limit> limits, Question question, Changes changes) {
    Instant at = question.setting().now();
    for (Limit limit : limits) {
      changes.add(new Again(key(limit, question), calls(limit), at));
    }
  }

  private boolean reached(Limit limit, Question question, Instant now, Changes changes) {
    CallWindow window = changes.read(key(limit, question));
    if (window == null) {
      return calls(limit).most() == 0 || !changes.hasRoom(KIND);
    }
    return window.at(now).count() >= calls(limit).most();
  }

  /** A call that went on before: no more are remembered than a limit allows. */
  private record Again(Key<CallWindow> key, Calls calls, Instant at) implements Change<CallWindow> {

    @Override
    public CallWindow made(@Nullable CallWindow before) {
      CallWindow window = before == null ? CallWindow.of(calls.per()) : before.at(at);
      return window.count() >= calls.most() ? window.withoutOldest().with(at) : window.with(at);
    }

    @Override
    public @Nullable CallWindow undone(@Nullable CallWindow window) {
      return window == null ? null : window.without(at);
    }
  }

  /** One more call, unless the limit is reached by now. */
  private record OneMore(Key<CallWindow> key, Calls calls, Instant now)
      implements Change<CallWindow> {

    @Override
    public CallWindow made(@Nullable CallWindow before) {
      CallWindow window = before == null ? CallWindow.of(calls.per()) : before.at(now);
      if (window.count() >= calls.most()) {
        throw new StaleException(KIND.word());
      }
      return window.with(now);
    }

    @Override
    public @Nullable CallWindow undone(@Nullable CallWindow window) {
      return window == null ? null : window.without(now);
    }
  }

  private static Calls calls(Limit limit) {
    Calls calls = limit.calls();
    if (calls == null) {
      throw new IllegalArgumentException("calls: none (expected: a limit of calls)");
    }
    return calls;
  }

  private Key<CallWindow> key(Limit limit, Question question) {
    Calls calls = calls(limit);
    String[] parts = new String[3 + calls.by().size()];
    parts[0] = whose;
    parts[1] = limit.id().text();
    parts[2] = Long.toString(calls.per().toMillis());
    int next = 3;
    for (Calls.Part part : calls.by()) {
      parts[next++] = part + "=" + part(part, question);
    }
    return Key.of(KIND, parts);
  }

  private static String part(Calls.Part part, Question question) {
    String text =
        switch (part) {
          case PRINCIPAL -> question.setting().caller().principal();
          case SERVER -> question.setting().server();
          case TOOL -> question.target().tool();
        };
    return text == null ? "-" : "+" + text;
  }
}
