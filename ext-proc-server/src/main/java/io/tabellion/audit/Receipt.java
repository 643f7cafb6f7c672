package io.tabellion.audit;

/**
 * Proof to the caller of {@link AuditLog#append} that the entry is durable and that a signature on
 * disk covers it. Only the log makes receipts that mean something.
 *
 * @param index of the leaf in the tree
 */
public record Receipt(EntryId id, long index) {}
