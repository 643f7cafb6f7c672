package io.tabellion.policy;

/** Whether a rule, or a whole file, counts. */
enum Mode {
  /** It does. */
  ENFORCE,
  /** It is looked at and recorded, and changes nothing. */
  SHADOW,
  /** As if it were not there. */
  OFF
}
