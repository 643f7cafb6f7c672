package io.tabellion.audit;

import java.util.List;

/**
 * Where entries go: the log, or room of it that was set aside.
 *
 * <p>Thread-safe.
 */
@FunctionalInterface
public interface Appender {

  /**
   * Appends entries that belong together in one group, in order, and returns when they are durable
   * (P1, P2). Blocks its caller.
   *
   * @return one receipt an entry, in order
   * @throws AuditUnavailableException if they could not be made durable; the caller must refuse
   *     what it was about to release
   */
  List<Receipt> append(List<Entry> entries) throws InterruptedException;
}
