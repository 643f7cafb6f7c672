package io.tabellion.pin;

import io.tabellion.jsonrpc.Json;
import io.tabellion.pin.Change.Grade;
import io.tabellion.pin.Change.What;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What is known of one tool of one server.
 *
 * @param caller digest of the principal that it is about; empty where it is about all callers
 * @param definitions that callers may use, the first that was accepted first: a server may show one
 *     tool differently in lists of different revisions; empty while none was accepted
 * @param pending one that waits for an operator
 * @param onChange what becomes of the tool while there is one
 */
public record Pin(
    String server,
    String tool,
    String caller,
    List<Definition> definitions,
    @Nullable Definition pending,
    OnChange onChange) {

  public Pin {
    definitions = List.copyOf(definitions);
  }

  /** The definition that was accepted first; null while none was. */
  public @Nullable Definition accepted() {
    return definitions.isEmpty() ? null : definitions.getFirst();
  }

  /** The definition, of those that are known, that a server gave in this form. */
  public Optional<Definition> known(Json.Obj given) {
    String digest = NormalForm.digest(given);
    return Stream.concat(definitions.stream(), Stream.ofNullable(pending))
        .filter(known ->
            known.digest().equals(digest) || known.digest().equals(Canonical.digest(given)))
        .findFirst();
  }

  /** Whether the tool is hidden and its calls are refused. */
  public boolean quarantined() {
    return definitions.isEmpty() || (pending != null && onChange == OnChange.QUARANTINE);
  }

  /** Whether a definition is shown that nobody accepted. */
  public boolean alerts() {
    return !quarantined() && pending != null;
  }

  /**
   * The definition that callers see in lists of the revision; the accepted one of another where
   * none is known of this one. Empty while the tool is quarantined without one.
   */
  public Optional<Definition> shown(String revision) {
    if (alerts()) {
      return Optional.ofNullable(pending);
    }
    return definitions.stream()
        .filter(definition -> definition.revisions().contains(revision))
        .findFirst()
        .or(() -> definitions.stream().findFirst());
  }

  /**
   * How the definition that waits differs from the accepted one that is nearest to it, the gravest
   * first; empty if none waits, or none is accepted.
   */
  public List<Change> changes() {
    Definition now = pending;
    if (now == null || definitions.isEmpty()) {
      return List.of();
    }
    return definitions.stream()
        .map(before -> changes(before, now))
        .min(Comparator.comparingInt(List::size))
        .orElse(List.of());
  }

  private static List<Change> changes(Definition before, Definition after) {
    if (before.tree() == null || after.tree() == null) {
      return List.of(new Change(Grade.NOTABLE, What.UNKNOWN, "", null, null));
    }
    List<Change> changes = Difference.between(before.tree(), after.tree());
    return changes.isEmpty()
        ? List.of(new Change(Grade.NOTABLE, What.MASKED, "", null, null))
        : changes;
  }

  /** What becomes of a tool whose definition is not the accepted one. */
  public enum OnChange {
    /** Hidden, and its calls are refused. */
    QUARANTINE,
    /** Shown as it is now; the change is entered, counted and logged. */
    ALERT
  }
}
