package io.tabellion.detect.personal;

import io.tabellion.detect.personal.DigitPattern.State;
import io.tabellion.detect.personal.PhonePlans.Region;
import io.tabellion.detect.personal.PhonePlans.Shape;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * All regions of one calling code in one automaton: one look-up a digit, however many regions and
 * kinds of numbers there are.
 *
 * <p>Its states are made when numbers first lead to them, {@value #MOST} at most; what leads
 * further is not known to it. Thread-safe.
 */
final class PlanAutomaton {
  /** Most states. */
  static final int MOST = 1024;

  private static final VarHandle ENTRY = MethodHandles.arrayElementVarHandle(int[].class);

  /** A row of the table has so many entries, as a power of two: by digit, and {@link #LENGTHS}. */
  private static final int SHIFT = 4;

  /** Entry with a bit for each length of numbers that are whole in the state. */
  private static final int LENGTHS = 10;

  private static final int UNKNOWN = 0;
  private static final int START = 1;

  /** No number leads on from it. */
  private static final int DEAD = 2;

  private static final int FIRST_ROOM = 16;

  /** Grows by being replaced; entries are written once, and what they lead to before them. */
  private volatile int[] table = new int[FIRST_ROOM << SHIFT];

  // Guarded by this.
  private final List<List<Progress>> states = new ArrayList<>();
  private final Map<List<Progress>, Integer> known = new HashMap<>();

  /** How far a number is in a region. */
  private record Progress(Region region, State all, List<Kind> kinds) {}

  /** How far it is in one kind of the region's numbers. */
  private record Kind(Shape shape, State at) {}

  PlanAutomaton(List<Region> regions) {
    List<Progress> start = new ArrayList<>();
    for (Region region : regions) {
      List<Kind> kinds =
          region.kinds().stream().map(kind -> new Kind(kind, kind.digits().start())).toList();
      start.add(new Progress(region, region.all().digits().start(), kinds));
    }
    states.add(List.of()); // unknown
    int first = state(start);
    int dead = state(List.of());
    if (first != START || dead != DEAD) {
      throw new IllegalStateException("plan: no region (expected: one or more)");
    }
  }

  /** Whether a number is one. */
  enum Answer {
    YES,
    NO,
    /** Not known here. */
    UNKNOWN
  }

  /** Returns whether the digits are a number of the plan. */
  Answer has(DigitString number) {
    int[] entries = table;
    int state = START;
    for (int i = 0; i < number.length(); i++) {
      int next = (int) ENTRY.getAcquire(entries, (state << SHIFT) + number.at(i));
      if (next == UNKNOWN) {
        next = step(state, number.at(i));
        entries = table;
        if (next == UNKNOWN) {
          return Answer.UNKNOWN;
        }
      }
      if (next == DEAD) {
        return Answer.NO;
      }
      state = next;
    }
    int lengths = entries[(state << SHIFT) + LENGTHS];
    return (lengths >>> number.length() & 1) != 0 ? Answer.YES : Answer.NO;
  }

  private synchronized int step(int state, int digit) {
    List<Progress> behind = new ArrayList<>();
    for (Progress progress : states.get(state)) {
      State all = progress.region.all().digits().step(progress.all, digit);
      List<Kind> kinds = new ArrayList<>();
      for (Kind kind : all.dead ? List.<Kind>of() : progress.kinds) {
        State at = kind.shape.digits().step(kind.at, digit);
        if (!at.dead) {
          kinds.add(new Kind(kind.shape, at));
        }
      }
      if (!kinds.isEmpty()) {
        behind.add(new Progress(progress.region, all, kinds));
      }
    }
    int next = state(behind);
    if (next != UNKNOWN) {
      ENTRY.setRelease(table, (state << SHIFT) + digit, next);
    }
    return next;
  }

  /** Returns the number of a state; that of none if there are too many. */
  private synchronized int state(List<Progress> progress) {
    Integer number = known.get(progress);
    if (number != null || states.size() == MOST) {
      return number == null ? UNKNOWN : number;
    }
    int next = states.size();
    states.add(progress);
    known.put(progress, next);
    int[] entries = table;
    if (entries.length == next << SHIFT) {
      entries = Arrays.copyOf(entries, 2 * entries.length);
    }
    entries[(next << SHIFT) + LENGTHS] = lengths(progress);
    table = entries;
    return next;
  }

  private static int lengths(List<Progress> progress) {
    long lengths = 0;
    for (Progress region : progress) {
      for (Kind kind : region.kinds) {
        boolean whole = region.all.accepts && kind.at.accepts;
        lengths |= whole ? region.region.all().lengths() & kind.shape.lengths() : 0;
      }
    }
    return (int) lengths;
  }
}
