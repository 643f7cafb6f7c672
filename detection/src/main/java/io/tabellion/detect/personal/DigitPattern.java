package io.tabellion.detect.personal;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A regular expression over digits, as libphonenumber's metadata has them, matched with one look-up
 * a digit: digits, sets of digits, groups, alternatives, {@code ?} and counts. A national plan has
 * up to 1,400 characters; {@code java.util.regex} tries its alternatives one after another.
 *
 * <p>The automaton of Glushkov (1961): its states are sets of places in the expression. Those that
 * numbers lead to are made when they are first met, and kept. Thread-safe.
 */
final class DigitPattern {
  private static final int DIGITS = 10;
  private static final int ALL = (1 << DIGITS) - 1;

  /** Digits that each place takes, a bit each. */
  private final List<Integer> places = new ArrayList<>();

  /** Places that may come behind each place. */
  private final List<BitSet> follow = new ArrayList<>();

  private final BitSet last;
  private final Map<BitSet, State> states = new HashMap<>(); // guarded by this
  private final State start;

  private DigitPattern(String expression) {
    Part whole = new Parser(expression).whole();
    last = whole.last;
    start = new State(new BitSet(), whole.empty);
    for (int digit = 0; digit < DIGITS; digit++) {
      start.next[digit] = state(taking(whole.first, digit));
    }
  }

  /**
   * Reads an expression.
   *
   * @throws IllegalArgumentException if something else than named above stands in it
   */
  static DigitPattern of(String expression) {
    return new DigitPattern(expression);
  }

  /** Returns whether the digits match as a whole. */
  boolean matches(DigitString digits) {
    State state = start;
    for (int i = 0; i < digits.length(); i++) {
      state = step(state, digits.at(i));
      if (state.dead) {
        return false;
      }
    }
    return state.accepts;
  }

  /** Returns where a match begins. */
  State start() {
    return start;
  }

  /** The places that the digits so far may have led to. The same places are the same object. */
  static final class State {
    private final BitSet places;
    final boolean accepts;
    final boolean dead;

    /** By digit; null where no number led so far. Written more than once with the same. */
    private final @Nullable State[] next = new State[DIGITS];

    private State(BitSet places, boolean accepts) {
      this.places = places;
      this.accepts = accepts;
      this.dead = places.isEmpty();
    }
  }

  /** Returns where a digit leads to. */
  State step(State state, int digit) {
    State next = state.next[digit];
    if (next == null) {
      BitSet behind = new BitSet();
      state.places.stream().forEach(place -> behind.or(follow.get(place)));
      next = state(taking(behind, digit));
      state.next[digit] = next;
    }
    return next;
  }

  private synchronized State state(BitSet places) {
    return states.computeIfAbsent(places, set -> new State(set, set.intersects(last)));
  }

  private BitSet taking(BitSet all, int digit) {
    BitSet taking = new BitSet();
    all.stream().filter(place -> (places.get(place) >> digit & 1) != 0).forEach(taking::set);
    return taking;
  }

  /**
   * A part of the expression.
   *
   * @param first places that it may begin with
   * @param last places that it may end with
   * @param empty whether no digit matches too
   */
  private record Part(BitSet first, BitSet last, boolean empty) {
    static final Part NONE = new Part(new BitSet(), new BitSet(), true);
  }

  /** Reads an expression from left to right; what is counted is read as often. Confined. */
  private final class Parser {
    private final String expression;
    private int at;

    Parser(String expression) {
      this.expression = expression;
    }

    Part whole() {
      Part whole = alternatives();
      if (at < expression.length()) {
        throw unexpected("the end");
      }
      return whole;
    }

    private Part alternatives() {
      Part all = sequence();
      while (next('|')) {
        Part other = sequence();
        all =
            new Part(
                union(all.first, other.first),
                union(all.last, other.last),
                all.empty || other.empty);
      }
      return all;
    }

    private Part sequence() {
      Part all = Part.NONE;
      while (at < expression.length() && "|)".indexOf(expression.charAt(at)) < 0) {
        all = then(all, counted());
      }
      return all;
    }

    private Part counted() {
      int start = at;
      Part once = item();
      if (next('?')) {
        return new Part(once.first, once.last, true);
      }
      if (!next('{')) {
        return once;
      }
      int least = number();
      int most = next(',') ? number() : least;
      expect('}');
      int end = at;
      Part all = Part.NONE;
      for (int i = 0; i < most; i++) {
        at = start;
        Part again = i == 0 ? once : item();
        all = then(all, i < least ? again : new Part(again.first, again.last, true));
      }
      at = end;
      return all;
    }

    private Part item() {
      if (next('(')) {
        if (next('?')) {
          expect(':');
        }
        Part group = alternatives();
        expect(')');
        return group;
      }
      return next('[') ? place(set()) : next('\\') ? place(any()) : place(1 << digit());
    }

    private int any() {
      expect('d');
      return ALL;
    }

    private int set() {
      int set = 0;
      while (!next(']')) {
        if (next('\\')) {
          set |= any();
        } else {
          int from = digit();
          int to = next('-') ? digit() : from;
          for (int digit = from; digit <= to; digit++) {
            set |= 1 << digit;
          }
        }
      }
      return set;
    }

    private int number() {
      int number = digit();
      while (at < expression.length() && Character.isDigit(expression.charAt(at))) {
        number = number * DIGITS + digit();
      }
      return number;
    }

    private int digit() {
      int digit = at < expression.length() ? expression.charAt(at) - '0' : -1;
      if (digit < 0 || digit >= DIGITS) {
        throw unexpected("a digit");
      }
      at++;
      return digit;
    }

    private boolean next(char sign) {
      boolean here = at < expression.length() && expression.charAt(at) == sign;
      at += here ? 1 : 0;
      return here;
    }

    private void expect(char sign) {
      if (!next(sign)) {
        throw unexpected("" + sign);
      }
    }

    private IllegalArgumentException unexpected(String wanted) {
      return new IllegalArgumentException(
          "expression: character %d of %s (expected: %s)".formatted(at, expression, wanted));
    }

    private Part place(int digits) {
      BitSet alone = new BitSet();
      alone.set(places.size());
      places.add(digits);
      follow.add(new BitSet());
      return new Part(alone, alone, false);
    }

    private Part then(Part one, Part other) {
      one.last.stream().forEach(place -> follow.get(place).or(other.first));
      return new Part(
          one.empty ? union(one.first, other.first) : one.first,
          other.empty ? union(one.last, other.last) : other.last,
          one.empty && other.empty);
    }

    private static BitSet union(BitSet one, BitSet other) {
      BitSet both = (BitSet) one.clone();
      both.or(other);
      return both;
    }
  }
}
