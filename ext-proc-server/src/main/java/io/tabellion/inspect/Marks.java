package io.tabellion.inspect;

import io.tabellion.audit.EntryId;
import io.tabellion.audit.Receipt;
import org.jspecify.annotations.Nullable;

/**
 * What goes back to Envoy as dynamic metadata under {@code io.tabellion}: its access log names the
 * entry, and the two guards let nothing pass without.
 *
 * @param entry id of the entry that covers the message; {@link #NOT_ENTERED} where there is none
 * @param decision the DECISION fact, null if none was taken
 * @param rule ids of the rules that fired, joined by commas; null if none
 */
public record Marks(String entry, @Nullable String decision, @Nullable String rule) {
  /** Instead of an id, for our own refusals that could not be, or are not to be, entered. */
  public static final String NOT_ENTERED = "none";

  /** Marks of a message whose entry is durable. */
  static Marks of(Receipt receipt, @Nullable String decision, @Nullable String rule) {
    return new Marks(receipt.id().toString(), decision, rule);
  }

  /** Marks of an answer of Envoy's own, which is not ours to withhold. */
  public static Marks ofEnvoyReply(EntryId entry) {
    return new Marks(entry.toString(), "refused", null);
  }

  /** Marks of a refusal of ours without an entry. */
  public static Marks unrecorded() {
    return new Marks(NOT_ENTERED, "refused", null);
  }
}
