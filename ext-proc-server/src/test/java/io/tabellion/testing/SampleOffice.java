package io.tabellion.testing;

import io.tabellion.approval.ApprovalSettings;
import io.tabellion.approval.Grant;
import io.tabellion.approval.Office;
import io.tabellion.audit.AuditLog;
import io.tabellion.audit.Entry;
import io.tabellion.audit.EntryId;
import io.tabellion.audit.EntryKind;
import io.tabellion.audit.Facts;
import io.tabellion.state.MemoryState;
import java.time.InstantSource;

/** Approvals for tests that are about something else. */
public final class SampleOffice {
  private SampleOffice() {}

  /** An office without requests. */
  public static Office of(AuditLog log, InstantSource clock) {
    return Office.of(new MemoryState(clock), log, clock, ApprovalSettings.DEFAULTS, said -> said);
  }

  /** A grant that nobody can contest. */
  public static Grant grant(InstantSource clock) {
    return new Grant(
        "apr-000000000000",
        null,
        (_, _) -> new Entry(EntryId.next(clock), EntryKind.APPROVAL_CONSUMED, Facts.NONE, null));
  }
}
