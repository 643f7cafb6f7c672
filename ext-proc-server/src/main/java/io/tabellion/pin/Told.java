package io.tabellion.pin;

import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What happened to the pin of a tool, as its entry tells it: what a {@link Book} is made of.
 *
 * @param caller whose pin it is, where each has its own; else empty
 * @param tool its name; what stands for it where only the seal is known
 * @param seal of the name; null where the name itself is known
 * @param definition that it is about
 * @param replaced digests of definitions that are not accepted any more by what an operator
 *     accepts; null where that is not told
 */
record Told(
    What what,
    String server,
    String caller,
    String tool,
    @Nullable Seal seal,
    Definition definition,
    @Nullable Set<String> replaced) {
  /** What happened. */
  enum What {
    /** The definition is accepted as it was shown. */
    ACCEPTED_AS_SHOWN,
    /** It is not accepted, and waits for an operator. */
    WAITS,
    /** An accepted one was shown again. */
    RESTORED,
    /** An operator accepted it. */
    ACCEPTED
  }
}
