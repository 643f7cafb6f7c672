package io.tabellion.audit;

import com.google.errorprone.annotations.RestrictedApi;
import com.google.protobuf.ByteString;
import org.jspecify.annotations.Nullable;

/**
 * One thing that happened, as the log is given it.
 *
 * @param id made before the append
 * @param facts what stands in the leaf, for ever
 * @param content what was said, masked; encrypted beside the leaf, erasable; null if nothing
 */
public record Entry(EntryId id, EntryKind kind, Facts facts, @Nullable Content content) {

  /**
   * What was said.
   *
   * @param mediaType of the bytes, e.g. {@code application/json}
   */
  public record Content(String mediaType, ByteString bytes) {
    @RestrictedApi(
        explanation =
            "What is kept for ever goes through the masker first (P4): Exchange.entry takes what is"
                + " masked.",
        allowedOnPath =
            ".*/io/tabellion/(inspect/(Entries|Committed)|policy/LoadEntries|trail/Accesses"
                + "|approval/ApprovalEntries"
                + "|audit/(Opening|Vault))\\.java|.*/src/test/java/.*|.*/io/tabellion/bench/.*")
    public Content {}
  }
}
