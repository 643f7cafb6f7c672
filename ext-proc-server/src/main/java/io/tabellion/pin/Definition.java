package io.tabellion.pin;

import io.tabellion.jsonrpc.Json;
import java.time.Instant;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A tool's definition as a server gave it.
 *
 * @param digest SHA-256 of its canonical form, hex
 * @param seen when it was seen first
 * @param suspicions what looks wrong in its texts
 * @param tree the definition as it is kept (masked); null where a file gave the digest only
 */
public record Definition(
    String digest, Instant seen, Set<Suspicion> suspicions, Json.@Nullable Obj tree) {

  public Definition {
    suspicions = Set.copyOf(suspicions);
  }

  /** Whether nothing of the definition was masked where it is kept. */
  public boolean isUnmasked() {
    return tree != null && Canonical.digest(tree).equals(digest);
  }
}
