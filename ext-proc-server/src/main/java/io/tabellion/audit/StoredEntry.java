package io.tabellion.audit;

import com.google.protobuf.ByteString;
import java.util.function.Supplier;

/**
 * A durable entry.
 *
 * <p>Immutable and thread-safe.
 *
 * @param index of the leaf in the tree
 * @param bytes the leaf, exactly as hashed
 * @param leaf what the bytes say
 * @param content reads and decrypts when asked, each time anew; throws {@link
 *     AuditDamagedException} if what is stored does not match the leaf
 */
public record StoredEntry(
    long index, ByteString bytes, Leaf leaf, Supplier<StoredContent> content) {}
