package io.tabellion.pin;

import io.tabellion.jsonrpc.Json;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * One definition that a list shows: its digest once, the rest when it is asked for.
 *
 * <p>Not thread-safe: it belongs to one walk.
 */
final class Shown {
  private final Json.Obj definition;
  private final String revision;
  private final String digest;
  private @Nullable String exact;
  private @Nullable Parts parts;
  private @Nullable Parts plain;
  private @Nullable Set<Suspicion> suspicions;

  Shown(Json.Obj definition, String revision) {
    this.definition = definition;
    this.revision = revision;
    this.digest = NormalForm.digest(definition);
  }

  Json.Obj definition() {
    return definition;
  }

  String revision() {
    return revision;
  }

  String digest() {
    return digest;
  }

  Set<Suspicion> suspicions() {
    Set<Suspicion> made = suspicions == null ? Suspicion.of(definition) : suspicions;
    suspicions = made;
    return made;
  }

  Parts parts() {
    Parts made = parts == null ? Parts.of(definition) : parts;
    parts = made;
    return made;
  }

  /** Whether it is that one; files of old, and of people, may have the digest as it is written. */
  boolean is(Definition other) {
    return other.digest().equals(digest) || other.digest().equals(exact());
  }

  private String exact() {
    String made = exact == null ? Canonical.digest(definition) : exact;
    exact = made;
    return made;
  }

  @Nullable Definition among(List<Definition> definitions) {
    for (Definition known : definitions) {
      if (known.digest().equals(digest)) {
        return known;
      }
    }
    return definitions.stream().filter(this::is).findFirst().orElse(null);
  }

  /**
   * Whether it differs from an accepted one only as lists of different revisions may, and no other
   * is accepted for its revision. It must not look worse, either.
   */
  boolean isOfAnotherRevision(List<Definition> accepted) {
    if (revision.isEmpty() || accepted.stream().anyMatch(d -> d.revisions().contains(revision))) {
      return false;
    }
    return accepted.stream()
        .anyMatch(other ->
            other.parts() != null
                && agreesWith(other.parts())
                && other.suspicions().containsAll(suspicions()));
  }

  private boolean agreesWith(Parts other) {
    return other.agreesWith(other.plain() ? plain() : parts());
  }

  private Parts plain() {
    Parts made = plain == null ? Parts.plainOf(definition) : plain;
    plain = made;
    return made;
  }
}
