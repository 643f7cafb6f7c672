package io.tabellion.policy;

/**
 * Whether a pattern matches what may not be known in full. Ordered: the least of several counts.
 */
enum Fit {
  NO,
  MAYBE,
  YES;

  static Fit of(boolean fits) {
    return fits ? YES : NO;
  }

  Fit and(Fit other) {
    return compareTo(other) < 0 ? this : other;
  }
}
