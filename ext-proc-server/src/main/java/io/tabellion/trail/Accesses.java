package io.tabellion.trail;

import com.google.protobuf.ByteString;
import io.tabellion.audit.AuditLog;
import io.tabellion.audit.Entry;
import io.tabellion.audit.EntryId;
import io.tabellion.audit.EntryKind;
import io.tabellion.audit.Fact;
import io.tabellion.audit.Facts;
import io.tabellion.pin.Pins;
import io.tabellion.state.Changes;
import io.tabellion.stop.Stop;
import io.tabellion.stop.StopEntries;
import io.tabellion.stop.Stops;
import java.time.InstantSource;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Writes down who reads the trail, who decides about pins, and who stops. What came back is
 * durable; only with it may an answer leave.
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
  Recorded read(Permit permit, String query, List<String> contents) throws InterruptedException {
    Reader reader = permit.reader();
    Facts facts =
        Facts.builder()
            .put(Fact.READER, reader.name())
            .put(Fact.QUERY, query.length() > LONGEST ? query.substring(0, LONGEST) : query)
            .put(Fact.ENTRIES, contents)
            .put(Fact.DETAIL, "role=" + reader.words())
            .build();
    return append(permit, EntryKind.ACCESS_READ, facts, null);
  }

  /**
   * Records that the reader accepts a definition, with the change of the pins.
   *
   * @param about the tool and the definition
   * @param json the definition; null where only its digest is known
   * @throws io.tabellion.audit.AuditUnavailableException if it cannot be recorded; nothing changed
   * @throws io.tabellion.state.StaleException if the pins changed since; nothing was recorded
   */
  Recorded accepted(
      Permit permit, Facts about, @Nullable ByteString json, Pins pins, Changes changes)
      throws InterruptedException {
    Facts facts = about.toBuilder().put(Fact.READER, permit.reader().name()).build();
    Entry entry = entry(EntryKind.PIN_ACCEPTED, facts, json);
    return Recorded.in(log, permit, entry, pins, changes);
  }

  /**
   * Records that the reader sets a stop, with the change that puts it in force.
   *
   * @throws io.tabellion.audit.AuditUnavailableException if it cannot be recorded; nothing changed
   * @throws io.tabellion.state.StaleException if another has its id
   */
  Recorded set(Permit permit, Stop stop, Stops stops, Changes changes) throws InterruptedException {
    return Recorded.in(log, permit, StopEntries.set(stop, null, clock), stops, changes);
  }

  /**
   * Records that the reader lifts a stop, with the change that ends it.
   *
   * @param refused messages that it refused
   * @throws io.tabellion.audit.AuditUnavailableException if it cannot be recorded; nothing changed
   * @throws io.tabellion.state.StaleException if it refused more since, or is not in force any more
   */
  Recorded lifted(Permit permit, Stop stop, long refused, Stops stops, Changes changes)
      throws InterruptedException {
    Entry entry = StopEntries.lifted(stop, permit.reader().name(), refused, clock);
    return Recorded.in(log, permit, entry, stops, changes);
  }

  private Recorded append(Permit permit, EntryKind kind, Facts facts, @Nullable ByteString json)
      throws InterruptedException {
    return Recorded.in(log, permit, entry(kind, facts, json));
  }

  private Entry entry(EntryKind kind, Facts facts, @Nullable ByteString json) {
    Entry.Content content = json == null ? null : new Entry.Content("application/json", json);
    return new Entry(EntryId.next(clock), kind, facts, content);
  }
}
