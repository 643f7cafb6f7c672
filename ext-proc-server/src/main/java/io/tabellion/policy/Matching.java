package io.tabellion.policy;

/** What is found by what a message is about: a rule or a limit. */
interface Matching {
  Match match();

  /** Whether it refuses, so that one form of a URI is enough for it to match. */
  boolean refuses();
}
