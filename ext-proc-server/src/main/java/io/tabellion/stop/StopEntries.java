package io.tabellion.stop;

import io.tabellion.audit.Entry;
import io.tabellion.audit.EntryId;
import io.tabellion.audit.EntryKind;
import io.tabellion.audit.Fact;
import io.tabellion.audit.Facts;
import io.tabellion.audit.Leaf;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Stops as entries tell of them: enough to make them again (docs/audit-format.md).
 *
 * <p>Pure and thread-safe.
 */
public final class StopEntries {
  private StopEntries() {}

  /**
   * The entry that sets a stop.
   *
   * @param detail where it comes from, if from another log; else null
   */
  public static Entry set(Stop stop, @Nullable String detail, InstantSource clock) {
    Instant until = stop.until();
    return entry(
        EntryKind.STOP_SET,
        about(stop)
            .put(Fact.UNTIL, until == null ? null : until.toString())
            .put(Fact.STOP_REASON, stop.reason())
            .put(Fact.READER, stop.by())
            .put(Fact.DETAIL, detail),
        clock);
  }

  /**
   * The entry that lifts a stop.
   *
   * @param by who lifts it
   * @param refused messages that it refused
   */
  public static Entry lifted(Stop stop, String by, long refused, InstantSource clock) {
    return entry(EntryKind.STOP_LIFTED, counted(about(stop), refused).put(Fact.READER, by), clock);
  }

  /** The entry that a stop ended by its time. */
  static Entry ended(Stop stop, long refused, InstantSource clock) {
    return entry(EntryKind.STOP_ENDED, counted(about(stop), refused), clock);
  }

  private static Facts.Builder about(Stop stop) {
    return Facts.builder().put(Fact.STOP, stop.id()).put(Fact.STOPPED, stop.selector().lines());
  }

  private static Facts.Builder counted(Facts.Builder facts, long refused) {
    return facts.put(Fact.COUNTERS, List.of("refused=" + refused));
  }

  private static Entry entry(EntryKind kind, Facts.Builder facts, InstantSource clock) {
    return new Entry(EntryId.next(clock), kind, facts.build(), null);
  }

  /**
   * Reads the stop that an entry sets.
   *
   * @throws IllegalArgumentException if it says what this version does not know: then nobody can
   *     say what is stopped
   */
  static Stop read(Leaf leaf) {
    Facts facts = leaf.facts();
    String id = facts.text(Fact.STOP);
    String until = facts.text(Fact.UNTIL);
    if (leaf.kind() != EntryKind.STOP_SET || id == null) {
      throw new IllegalArgumentException("kind: not a stop (expected: stop.set with its id)");
    }
    try {
      return new Stop(
          id,
          Selector.parse(facts.texts(Fact.STOPPED)),
          orEmpty(facts.text(Fact.STOP_REASON)),
          orEmpty(facts.text(Fact.READER)),
          leaf.at(),
          until == null ? null : Instant.parse(until));
    } catch (DateTimeException e) {
      throw new IllegalArgumentException("until: not a time (expected: RFC 3339)", e);
    }
  }

  private static String orEmpty(@Nullable String text) {
    return text == null ? "" : text;
  }
}
