package io.tabellion.audit;

import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

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

  /**
   * Appends as {@link #append} does, for a caller that must not wait: the future ends when the
   * entries are durable, or with an {@link AuditUnavailableException}. It ends on the thread that
   * made them durable, which everybody waits for: what follows from it is done elsewhere.
   *
   * @return null if room for them would have to be waited for; nothing is appended then
   * @throws AuditUnavailableException as {@link #append}, as far as that is known at once
   */
  default @Nullable CompletableFuture<List<Receipt>> tryAppend(List<Entry> entries) {
    return null;
  }
}
