package io.tabellion.inspect;

import io.tabellion.audit.AuditLog;
import io.tabellion.audit.Entry;
import io.tabellion.audit.Receipt;
import java.util.List;

/**
 * The receipts of entries that belong together: the ticket to a reply. Only appending makes one.
 *
 * <p>Immutable and thread-safe.
 */
final class Recorded {
  private final List<Receipt> receipts;

  private Recorded(List<Receipt> receipts) {
    this.receipts = receipts;
  }

  /** Appends in one group, and returns when all are durable; nothing is appended of nothing. */
  static Recorded append(AuditLog log, List<Entry> entries) throws InterruptedException {
    return new Recorded(entries.isEmpty() ? List.of() : log.append(entries));
  }

  /** The receipt of the first entry, which names the message to Envoy. */
  Receipt first() {
    return receipts.getFirst();
  }

  List<Receipt> receipts() {
    return receipts;
  }
}
