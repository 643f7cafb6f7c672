package io.tabellion.audit;

import com.google.errorprone.annotations.RestrictedApi;

/**
 * Proof to the caller of {@link AuditLog#append} that the entry is durable and that a signature on
 * disk covers it. Only the log makes receipts; the build refuses others.
 *
 * @param index of the leaf in the tree
 */
public record Receipt(EntryId id, long index) {
  @RestrictedApi(
      explanation = "A receipt says that the entry is durable, which only the log's writer knows.",
      allowedOnPath = ".*/io/tabellion/audit/Writer\\.java|.*/src/test/java/.*")
  public Receipt {}
}
