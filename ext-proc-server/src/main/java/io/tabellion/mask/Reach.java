package io.tabellion.mask;

import io.tabellion.mask.MaskRule.Where;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How far the selectors of a plan reach at one place of a tree: where each stands, and which have
 * selected the place or something above it.
 *
 * <p>Immutable.
 */
final class Reach {
  private final List<MaskRule> rules;
  private final long[] places;
  private final boolean[] within;

  private Reach(List<MaskRule> rules, long[] places, boolean[] within) {
    this.rules = rules;
    this.places = places;
    this.within = within;
    for (int i = 0; i < places.length; i++) {
      within[i] |= selector(i).selects(places[i]);
    }
  }

  /** At the root of a tree. */
  static Reach root(Plan plan) {
    return root(plan.selecting());
  }

  /** At the root of a tree, of these rules, which all select. */
  static Reach root(List<MaskRule> rules) {
    long[] places = new long[rules.size()];
    for (int i = 0; i < places.length; i++) {
      Selector selector = rules.get(i).select();
      places[i] = selector == null ? 0 : selector.start();
    }
    return new Reach(rules, places, new boolean[places.length]);
  }

  /** One level down, at a member of this name. */
  Reach step(String name) {
    long[] next = new long[places.length];
    boolean same = true;
    for (int i = 0; i < places.length; i++) {
      next[i] = places[i] == 0 ? 0 : selector(i).step(places[i], name);
      same &= next[i] == places[i];
    }
    return same ? this : new Reach(rules, next, within.clone());
  }

  /** One level down, at an item of this number. */
  Reach step(int item) {
    return goesOn() ? step(Integer.toString(item)) : this;
  }

  /** One level down, at a member or item that is not known: what may be selected is. */
  Reach stepAny() {
    long[] next = new long[places.length];
    for (int i = 0; i < places.length; i++) {
      next[i] = places[i] == 0 ? 0 : selector(i).stepAny(places[i]);
    }
    return new Reach(rules, next, within.clone());
  }

  /** Both at once: what either selects is selected. */
  Reach and(Reach other) {
    long[] both = places.clone();
    boolean[] either = within.clone();
    for (int i = 0; i < both.length; i++) {
      both[i] |= other.places[i];
      either[i] |= other.within[i];
    }
    return new Reach(rules, both, either);
  }

  /** Whether something further down could be selected by a rule. */
  boolean goesOn() {
    for (int i = 0; i < places.length; i++) {
      if (goesOn(i)) {
        return true;
      }
    }
    return false;
  }

  boolean within(int rule) {
    return within[rule];
  }

  /** Whether some rule has selected the place or something above it. */
  boolean isWithin() {
    for (boolean selected : within) {
      if (selected) {
        return true;
      }
    }
    return false;
  }

  /** Whether some rule wants the whole value here. */
  boolean isWhole() {
    for (int i = 0; i < within.length; i++) {
      if (within[i] && rules.get(i).detect().isEmpty()) {
        return true;
      }
    }
    return false;
  }

  /** Tells which rules want the whole value here. */
  void whole(Plan.Verdict verdict) {
    for (int i = 0; i < within.length; i++) {
      MaskRule rule = rules.get(i);
      if (within[i] && rule.detect().isEmpty()) {
        verdict.masked(rule.otherwise(), rule.where());
      }
    }
  }

  /** Returns where a rule selects further down, null if none does: in both legs before one. */
  @Nullable Where below() {
    Where where = null;
    for (int i = 0; i < places.length; i++) {
      if (goesOn(i) && where != Where.BOTH) {
        where = rules.get(i).where();
      }
    }
    return where;
  }

  private boolean goesOn(int rule) {
    return places[rule] != 0 && selector(rule).goesOn(places[rule]);
  }

  private Selector selector(int rule) {
    Selector selector = rules.get(rule).select();
    if (selector == null) {
      throw new IllegalStateException("select: none (expected: a rule that selects)");
    }
    return selector;
  }
}
