package io.tabellion.notify;

import io.tabellion.approval.ApprovalRequest;
import io.tabellion.approval.Ledger;
import io.tabellion.audit.AuditReader;
import io.tabellion.audit.StoredEntry;
import io.tabellion.audit.follow.CursorFile;
import io.tabellion.audit.follow.Work;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Reads the log onward and gives outboxes what they want. An entry counts as read once each notice
 * of it is on disk, so that none is lost; after a crash some are told twice, with the same id.
 *
 * <p>Of the follower's thread.
 */
final class Telling implements Work {
  private static final System.Logger LOG = System.getLogger(Telling.class.getName());
  private static final int MOST_UNKNOWN = 1_000;

  /** Without a step for so long, no entry is about one. */
  private static final Duration QUIET = Duration.ofMinutes(1);

  /** After so many entries without a notice the cursor is written all the same. */
  private static final int FAR = 100_000;

  private final AuditReader log;
  private final CursorFile cursor;
  private final Ledger ledger;
  private final Notices notices;
  private final List<Outbox> outboxes;
  private final Set<String> unknown = new HashSet<>();
  private AuditReader.@Nullable Feed feed;
  private long at;
  private long written;
  private boolean told;
  private final LongSupplier nanos;
  private final int slice;
  private long stepsSeen = -1;

  /** When all was read for the first time since the last step was seen; null before. */
  private @Nullable Long readAll;

  /** When all was read the last time. */
  private long readLast;

  /**
   * @param from how many entries are read already
   * @param nanos {@link System#nanoTime}
   * @param slice entries that are read at a time
   */
  Telling(
      AuditReader log,
      CursorFile cursor,
      long from,
      Ledger ledger,
      Notices notices,
      List<Outbox> outboxes,
      LongSupplier nanos,
      int slice) {
    this.log = log;
    this.cursor = cursor;
    this.at = from;
    this.written = from;
    this.ledger = ledger;
    this.notices = notices;
    this.outboxes = List.copyOf(outboxes);
    this.nanos = nanos;
    this.slice = slice;
  }

  @Override
  public long begin() {
    return at;
  }

  @Override
  public long take(long from, long size) throws IOException {
    if (isQuiet()) {
      at = size;
      return at;
    }
    AuditReader.Feed reading = feed == null ? log.feed() : feed;
    feed = reading;
    for (StoredEntry entry : reading.read(from, (int) Math.min(slice, size - from))) {
      Notice notice = notices.of(entry).orElse(null);
      if (notice != null) {
        tell(notice);
      }
      at = entry.index() + 1;
    }
    if (at == size) {
      readLast = nanos.getAsLong();
      readAll = readAll == null ? Long.valueOf(readLast) : readAll;
    }
    return at;
  }

  /**
   * Whether what was not read cannot be about a step: none was made for a minute after all was
   * read, and then all was read once more. A step is counted before its entry is appended, and a
   * minute suffices for that.
   */
  private boolean isQuiet() {
    long now = ledger.steps();
    if (now != stepsSeen) {
      stepsSeen = now;
      readAll = null;
    }
    return readAll != null && readLast - readAll > QUIET.toNanos();
  }

  private void tell(Notice notice) throws IOException {
    Set<String> named = named(notice);
    for (Outbox outbox : outboxes) {
      Endpoint endpoint = outbox.endpoint();
      if ((named == null || named.contains(endpoint.name())) && endpoint.wants(notice)) {
        outbox.add(notice);
        told = true;
      }
    }
  }

  /**
   * The webhooks that the rules name; null if one of them names none, or it is not known what they
   * name, so that all are told.
   */
  private @Nullable Set<String> named(Notice notice) {
    ApprovalRequest request = ledger.find(notice.request()).orElse(null);
    if (request == null
        || request.terms().isEmpty()
        || request.terms().stream().anyMatch(terms -> terms.channels().isEmpty())) {
      return null;
    }
    Set<String> named = new TreeSet<>();
    request.terms().forEach(terms -> named.addAll(terms.channels()));
    for (String name : named) {
      boolean known = outboxes.stream().anyMatch(outbox -> outbox.endpoint().name().equals(name));
      if (!known && unknown.size() < MOST_UNKNOWN && unknown.add(name)) {
        LOG.log(
            Level.WARNING,
            "approval.notify: {0}: no such webhook (expected: a name of notifications.webhooks)",
            name);
      }
    }
    return named;
  }

  @Override
  public long rest(long now) throws IOException {
    if (at != written && (told || at - written >= FAR)) {
      cursor.write(at);
      written = at;
      told = false;
    }
    return now;
  }

  @Override
  public void end(@Nullable Throwable failure) {
    try {
      if (at != written) {
        cursor.write(at);
      }
    } catch (IOException e) {
      LOG.log(
          Level.WARNING,
          "notifications: their place in the log was not saved: {0}",
          e.getMessage());
    }
    AuditReader.Feed reading = feed;
    if (reading != null) {
      reading.close();
    }
  }
}
