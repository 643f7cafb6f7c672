package io.tabellion.audit;

import io.tabellion.audit.merkle.Hash;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * What a leaf says, read from its bytes (docs/audit-format.md §4). For searching and showing; what
 * proves something is the bytes.
 *
 * @param log origin
 * @param at wall clock, microseconds
 * @param mono nanoseconds since the log was opened
 * @param n counter of the writer within {@code boot}, from 1
 * @param prev leaf hash of this writer's entry before; zero for its first
 * @param content null if the entry has none
 */
public record Leaf(
    String log,
    EntryId id,
    EntryKind kind,
    Instant at,
    long mono,
    String writer,
    String boot,
    long n,
    Hash prev,
    Facts facts,
    @Nullable ContentMark content) {

  /**
   * What a leaf says of its content.
   *
   * @param size bytes of the content
   * @param stored SHA-256 of the stored frame
   * @param commitment HMAC-SHA256 under the content's salt, hex
   */
  public record ContentMark(String type, long size, Hash stored, String commitment) {}
}
