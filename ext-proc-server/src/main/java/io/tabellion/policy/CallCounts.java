package io.tabellion.policy;

import io.tabellion.policy.Rule.Calls;
import io.tabellion.policy.Rule.Limit;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The calls of late, for limits: exact times, so that in no stretch of time are there more than a
 * limit says. It is this process's memory: other replicas count for themselves, and a restart
 * forgets; a new policy file does not.
 *
 * <p>Thread-safe. Of more than {@value #MOST} counts at a time the calls of new ones are refused.
 */
public final class CallCounts {
  static final int MOST = 100_000;

  /** Guarded by this. */
  private final Map<String, Window> windows = new HashMap<>();

  /** The times of calls that count together, oldest first, in milliseconds. */
  private record Window(Deque<Long> times, long perMillis) {
    void forget(long now) {
      while (!times.isEmpty() && times.getFirst() <= now - perMillis) {
        times.removeFirst();
      }
    }
  }

  /**
   * Counts a call for all limits, if none of those that are enforced is reached; else for none.
   *
   * @return the limits that are reached
   */
  synchronized List<Limit> count(List<Limit> limits, Question question) {
    long now = question.setting().now().toEpochMilli();
    List<Limit> reached = limits.stream().filter(limit -> reached(limit, question, now)).toList();
    if (reached.stream().noneMatch(limit -> limit.mode() == Mode.ENFORCE)) {
      limits.forEach(limit -> add(limit, question, now));
    }
    return reached;
  }

  private boolean reached(Limit limit, Question question, long now) {
    Calls calls = calls(limit);
    Window window = windows.get(key(limit, calls, question));
    if (window == null) {
      return windows.size() >= MOST && !madeRoom(now);
    }
    window.forget(now);
    return window.times.size() >= calls.most();
  }

  private void add(Limit limit, Question question, long now) {
    Calls calls = calls(limit);
    Window window =
        windows.computeIfAbsent(
            key(limit, calls, question),
            key -> new Window(new ArrayDeque<>(), calls.per().toMillis()));
    if (window.times.size() < calls.most()) {
      window.times.addLast(now);
    }
  }

  private boolean madeRoom(long now) {
    for (Iterator<Window> all = windows.values().iterator(); all.hasNext(); ) {
      Window window = all.next();
      window.forget(now);
      if (window.times.isEmpty()) {
        all.remove();
      }
    }
    return windows.size() < MOST;
  }

  private static Calls calls(Limit limit) {
    Calls calls = limit.calls();
    if (calls == null) {
      throw new IllegalArgumentException("calls: none (expected: a limit of calls)");
    }
    return calls;
  }

  /** Lengths before texts, so that no name can pass for another's end. */
  private static String key(Limit limit, Calls calls, Question question) {
    return limit.id().text()
        + "/"
        + calls.per().toMillis()
        + calls.by().stream().map(part -> part(part, question)).collect(Collectors.joining());
  }

  private static String part(Calls.Part part, Question question) {
    @Nullable String text =
        switch (part) {
          case PRINCIPAL -> question.setting().caller().principal();
          case SERVER -> question.setting().server();
          case TOOL -> question.target().tool();
        };
    return "/" + part + (text == null ? "-" : text.length() + ":" + text);
  }
}
