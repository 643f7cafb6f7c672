package io.tabellion.pin;

import io.tabellion.jsonrpc.Json;
import java.time.Instant;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * A tool's definition as a server gave it.
 *
 * @param digest SHA-256 of its normal form, hex
 * @param seen when it was seen first
 * @param suspicions what looks wrong in its texts
 * @param tree the definition as it is kept (masked); null where a file gave the digest only
 * @param parts to compare it with lists of other revisions; null where they are not known
 * @param revisions of MCP in whose lists it was seen
 */
public record Definition(
    String digest,
    Instant seen,
    Set<Suspicion> suspicions,
    Json.@Nullable Obj tree,
    @Nullable Parts parts,
    Set<String> revisions) {

  public Definition {
    suspicions = Set.copyOf(suspicions);
    revisions = Set.copyOf(revisions);
  }

  /** The same, seen in a list of this revision too. */
  Definition in(String revision) {
    Set<String> more = new TreeSet<>(revisions);
    more.add(revision);
    return new Definition(digest, seen, suspicions, tree, parts, more);
  }

  /** What this and another one of the same digest tell together. */
  Definition and(Definition other) {
    Set<String> more = new TreeSet<>(revisions);
    more.addAll(other.revisions);
    Definition whole = tree == null && other.tree != null ? other.as(digest) : this;
    return whole.revisions.equals(more)
        ? whole
        : new Definition(digest, whole.seen, whole.suspicions, whole.tree, whole.parts, more);
  }

  /** The same by the digest that a file has for it. */
  Definition as(String other) {
    return new Definition(other, seen, suspicions, tree, parts, revisions);
  }

  /** Whether nothing of the definition was masked where it is kept. */
  public boolean isUnmasked() {
    return tree != null
        && (NormalForm.digest(tree).equals(digest) || Canonical.digest(tree).equals(digest));
  }
}
