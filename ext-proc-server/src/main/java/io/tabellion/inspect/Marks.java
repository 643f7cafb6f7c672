package io.tabellion.inspect;

import io.tabellion.audit.Disposition;
import io.tabellion.audit.EntryId;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What goes back to Envoy as dynamic metadata under {@code io.tabellion}: its access log names the
 * entry, and the two guards let nothing pass without.
 *
 * <p>Immutable and thread-safe.
 */
public sealed interface Marks {
  /** Instead of an id, for our own refusals that could not be, or are not to be, entered. */
  String NOT_ENTERED = "none";

  /** Id of the entry that covers the message; {@link #NOT_ENTERED} where there is none. */
  String entry();

  /** The DECISION fact, null if none was taken. */
  @Nullable Disposition decision();

  /** Ids of the rules that fired, joined by commas; null if none. */
  @Nullable String rule();

  /** Marks of a refusal of ours without an entry. */
  static Marks unrecorded() {
    return new Unproved(NOT_ENTERED);
  }

  /** Marks of an answer of Envoy's own, which is not ours to withhold. */
  static Marks ofEnvoyReply(EntryId entry) {
    return new Unproved(entry.toString());
  }

  /** Marks of a message whose entry is durable: only what was appended gives them. */
  final class Durable implements Marks {
    private final String entry;
    private final @Nullable Disposition decision;
    private final List<String> rules;

    private Durable(String entry, @Nullable Disposition decision, List<String> rules) {
      this.entry = entry;
      this.decision = decision;
      this.rules = rules;
    }

    /** Of the first of the entries, which names the message to Envoy. */
    static Durable of(Recorded recorded, @Nullable Disposition decision, List<String> rules) {
      return new Durable(recorded.first().id().toString(), decision, List.copyOf(rules));
    }

    @Override
    public String entry() {
      return entry;
    }

    @Override
    public @Nullable Disposition decision() {
      return decision;
    }

    @Override
    public @Nullable String rule() {
      return rules.isEmpty() ? null : String.join(",", rules);
    }
  }

  /**
   * Marks without a durable entry: they let nothing of others on.
   *
   * @param entry an id that an entry will have, or {@link #NOT_ENTERED}
   */
  record Unproved(String entry) implements Marks {
    @Override
    public Disposition decision() {
      return Disposition.REFUSED;
    }

    @Override
    public @Nullable String rule() {
      return null;
    }
  }
}
