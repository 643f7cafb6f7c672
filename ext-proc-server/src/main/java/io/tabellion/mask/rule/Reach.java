package io.tabellion.mask.rule;

import io.tabellion.mask.rule.MaskRule.Where;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How far the selectors of a plan reach at one place of a tree: where each stands, which rules have
 * selected the place or something above it, and whether what is found just here is allowed.
 *
 * <p>Immutable.
 */
public final class Reach {
  private final List<MaskRule> rules;
  private final List<Selector> selectors;
  private final long[] places;

  /** By rule; behind the rules stands what is allowed, which is so here and not below. */
  private final boolean[] within;

  private Reach(
      List<MaskRule> rules, List<Selector> selectors, long[] places, boolean[] withinAbove) {
    this.rules = rules;
    this.selectors = selectors;
    this.places = places;
    this.within = withinAbove;
    for (int i = 0; i < places.length; i++) {
      within[i] = (i < rules.size() && within[i]) || selectors.get(i).selects(places[i]);
    }
  }

  /** At the root of a tree. */
  public static Reach root(Plan plan) {
    return root(plan.selecting(), plan.selectors());
  }

  /** At the root of a tree, of these rules, which all select. */
  public static Reach root(List<MaskRule> rules) {
    return root(rules, rules.stream().map(Reach::selector).toList());
  }

  private static Reach root(List<MaskRule> rules, List<Selector> selectors) {
    long[] places = selectors.stream().mapToLong(Selector::start).toArray();
    return new Reach(rules, selectors, places, new boolean[places.length]);
  }

  /** One level down, at a member of this name. */
  public Reach step(String name) {
    long[] next = new long[places.length];
    boolean same = true;
    for (int i = 0; i < places.length; i++) {
      next[i] = places[i] == 0 ? 0 : selectors.get(i).step(places[i], name);
      same &= next[i] == places[i];
    }
    return same ? this : new Reach(rules, selectors, next, within.clone());
  }

  /** One level down, at an item of this number. */
  public Reach step(int item) {
    return changes() ? step(Integer.toString(item)) : this;
  }

  /** One level down, at a member or item that is not known: what may be selected is. */
  Reach stepAny() {
    long[] next = new long[places.length];
    for (int i = 0; i < places.length; i++) {
      next[i] = places[i] == 0 ? 0 : selectors.get(i).stepAny(places[i]);
    }
    return new Reach(rules, selectors, next, within.clone());
  }

  /**
   * Both at once: what either selects is selected.
   *
   * @param repeats whether the same stands in both places, so that what is allowed there is here
   */
  public Reach and(Reach other, boolean repeats) {
    long[] both = places.clone();
    boolean[] either = within.clone();
    int some = repeats ? both.length : rules.size();
    for (int i = 0; i < some; i++) {
      both[i] |= other.places[i];
      either[i] |= other.within[i];
    }
    return new Reach(rules, selectors, both, either);
  }

  /** Whether something may be otherwise further down. */
  private boolean changes() {
    for (int i = 0; i < places.length; i++) {
      if (goesOn(i) || (i >= rules.size() && within[i])) {
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
    return isWithin(0, rules.size());
  }

  /** Whether what a detector finds in the value here is let be. */
  public boolean allows() {
    return isWithin(rules.size(), within.length);
  }

  private boolean isWithin(int from, int to) {
    for (int i = from; i < to; i++) {
      if (within[i]) {
        return true;
      }
    }
    return false;
  }

  /** Whether some rule wants the whole value here. */
  boolean isWhole() {
    for (int i = 0; i < rules.size(); i++) {
      if (within[i] && rules.get(i).detect().isEmpty()) {
        return true;
      }
    }
    return false;
  }

  /** Tells which rules want the whole value here. */
  public void whole(Plan.RuleVisitor visitor) {
    for (int i = 0; i < rules.size(); i++) {
      MaskRule rule = rules.get(i);
      if (within[i] && rule.detect().isEmpty()) {
        visitor.masked(rule.otherwise(), rule);
      }
    }
  }

  /** Whether a rule may select something further down. */
  public boolean goesOn() {
    return below() != null;
  }

  /** Returns a rule that selects further down, null if none does: for both legs before one. */
  public @Nullable MaskRule below() {
    MaskRule below = null;
    for (int i = 0; i < rules.size(); i++) {
      if (goesOn(i) && (below == null || below.where() != Where.BOTH)) {
        below = rules.get(i);
      }
    }
    return below;
  }

  private boolean goesOn(int selector) {
    return places[selector] != 0 && selectors.get(selector).goesOn(places[selector]);
  }

  private static Selector selector(MaskRule rule) {
    Selector selector = rule.select();
    if (selector == null) {
      throw new IllegalStateException("select: none (expected: a rule that selects)");
    }
    return selector;
  }
}
