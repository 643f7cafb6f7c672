package io.tabellion.mask.proof;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.List;

/**
 * Digests of places (docs/audit-format.md §4.2): of the root 32 zero bytes, of each level below
 * {@code SHA-256(digest of the level above ‖ name or number in UTF-8)}. So a place costs what is
 * new in it against the place before, however long its names are.
 *
 * <p>Not thread-safe: it belongs to one walk.
 */
final class Places {
  private static final byte[] ROOT = new byte[32];

  private final MessageDigest sha256 = sha256();
  private final List<Object> steps = new ArrayList<>();
  private final List<byte[]> digests = new ArrayList<>(List.of(ROOT));
  private long work;

  /** Returns the digest of a place, which the caller does not change. */
  byte[] digest(List<Object> place) {
    int same = 0;
    int most = Math.min(steps.size(), place.size());
    while (same < most && steps.get(same).equals(place.get(same))) {
      same++;
    }
    steps.subList(same, steps.size()).clear();
    digests.subList(same + 1, digests.size()).clear();
    for (Object step : place.subList(same, place.size())) {
      byte[] name = step.toString().getBytes(StandardCharsets.UTF_8);
      work += name.length;
      sha256.update(digests.getLast());
      digests.add(sha256.digest(name));
      steps.add(step);
    }
    return digests.getLast();
  }

  /** Bytes of names that were hashed so far. */
  long work() {
    return work;
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("SHA-256: missing (every Java platform has it)", e);
    }
  }
}
