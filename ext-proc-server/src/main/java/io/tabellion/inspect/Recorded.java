package io.tabellion.inspect;

import io.tabellion.audit.Entry;
import io.tabellion.audit.EntryId;
import io.tabellion.audit.Receipt;
import java.util.List;

/**
 * The receipts of entries that belong together: the ticket to a reply. Only appending makes one.
 *
 * <p>Immutable and thread-safe.
 */
public final class Recorded {
  private final List<Receipt> receipts;

  private Recorded(List<Receipt> receipts) {
    this.receipts = receipts;
  }

  /** Appends in one group, and returns when all are durable; nothing is appended of nothing. */
  static Recorded append(Appender log, List<Entry> entries) throws InterruptedException {
    return new Recorded(entries.isEmpty() ? List.of() : log.append(entries));
  }

  /** Where entries go: the log, or room of it that was set aside. */
  interface Appender {
    List<Receipt> append(List<Entry> entries) throws InterruptedException;
  }

  /** The id of an entry, by its place among those that were appended together. */
  EntryId id(int place) {
    return receipts.get(place).id();
  }

  /** The receipt of the first entry, which names the message to Envoy. */
  Receipt first() {
    return receipts.getFirst();
  }
}
