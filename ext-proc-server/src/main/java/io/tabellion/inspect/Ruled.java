package io.tabellion.inspect;

import io.tabellion.jsonrpc.Json;
import org.jspecify.annotations.Nullable;

/**
 * One message and what is to become of it.
 *
 * @param sent what goes on, in its place if it does not itself; null if nothing does
 * @param kept what is recorded; null if nothing can be
 */
record Ruled(Verdict verdict, @Nullable Json sent, @Nullable Json kept) {

  /** The message itself goes on and is kept. */
  static Ruled whole(Verdict verdict, Json tree) {
    return new Ruled(verdict, verdict.allows() ? tree : null, tree);
  }

  /** There is no message, or none that could be read. */
  static Ruled nothing(Verdict verdict) {
    return new Ruled(verdict, null, null);
  }
}
