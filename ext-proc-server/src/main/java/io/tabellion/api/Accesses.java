package io.tabellion.api;

import io.tabellion.audit.AuditLog;
import io.tabellion.audit.Entry;
import io.tabellion.audit.EntryId;
import io.tabellion.audit.EntryKind;
import io.tabellion.audit.Fact;
import io.tabellion.audit.Facts;
import java.time.InstantSource;
import java.util.List;
import java.util.Locale;

/**
 * Writes down who reads the trail. What {@link #record} returned from is durable; only then may the
 * answer leave.
 *
 * <p>Thread-safe. Blocks its caller.
 */
final class Accesses {
  private static final int LONGEST = 4096;

  private final AuditLog log;
  private final InstantSource clock;

  Accesses(AuditLog log, InstantSource clock) {
    this.log = log;
    this.clock = clock;
  }

  /**
   * Records one page of reading.
   *
   * @param query what was asked, never words that were searched for
   * @param contents ids of the entries whose content is shown
   * @throws io.tabellion.audit.AuditUnavailableException if it cannot be recorded
   */
  void record(Reader reader, String query, List<String> contents) throws InterruptedException {
    Facts facts =
        Facts.builder()
            .put(Fact.READER, reader.name())
            .put(Fact.QUERY, query.length() > LONGEST ? query.substring(0, LONGEST) : query)
            .put(Fact.ENTRIES, contents)
            .put(Fact.DETAIL, "role=" + reader.role().name().toLowerCase(Locale.ROOT))
            .build();
    log.append(List.of(new Entry(EntryId.next(clock), EntryKind.ACCESS_READ, facts, null)));
  }
}
