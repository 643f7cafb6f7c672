package io.tabellion.policy;

import io.tabellion.audit.AuditLog;
import io.tabellion.audit.AuditUnavailableException;
import io.tabellion.audit.Entry;
import io.tabellion.metrics.Reload;
import io.tabellion.yaml.YamlException;
import java.lang.System.Logger.Level;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The file of a candidate policy. While it is there and good, the policy in it judges what the
 * policy in force judges, without effect. One that is bad or gone ends that, and is no reason not
 * to start. Each of this is an entry, durable before it is so.
 *
 * <p>Belongs to the thread that looks, but for {@link #policy}.
 */
final class CandidateFile implements PolicyWatch.Taker {
  private static final System.Logger LOG = System.getLogger(CandidateFile.class.getName());

  private final Path file;
  private final AuditLog log;
  private final LoadEntries entries;
  private final PolicyWatch watch;
  private final InstantSource clock;
  private final Reload reload;
  private volatile @Nullable Policy policy;
  private volatile String title = "";

  CandidateFile(Path file, AuditLog log, LoadEntries entries, InstantSource clock, Reload reload) {
    this.clock = clock;
    this.reload = reload;
    this.file = file;
    this.log = log;
    this.entries = entries;
    this.watch = new PolicyWatch(file, CallCounts.OF_CANDIDATE);
  }

  /** The candidate; null if there is none now. */
  @Nullable Policy policy() {
    return policy;
  }

  /** What it is in metrics; empty if there is none now. */
  Optional<List<String>> info() {
    Policy now = policy;
    return now == null ? Optional.empty() : Optional.of(List.of("candidate", title, now.digest()));
  }

  /** Reads the file for the first time, after the policy was. */
  void first() throws InterruptedException {
    try {
      PolicyFile found = watch.first();
      log.appendFirst(List.of(entries.compared(found, LoadReason.CANDIDATE)));
      compare(found);
    } catch (YamlException bad) {
      firstRefused(bad);
    } catch (AuditUnavailableException e) {
      later(e);
    }
  }

  private void firstRefused(YamlException bad) throws InterruptedException {
    if (isMissing(watch.digest())) {
      LOG.log(Level.INFO, "policy candidate: none; {0} is read once it is there", file);
      return;
    }
    tell(bad);
    reload.refused();
    try {
      log.appendFirst(List.of(entries.refused(bad, watch.digest(), LoadReason.CANDIDATE_REFUSED)));
    } catch (AuditUnavailableException e) {
      later(e);
    }
  }

  private void later(AuditUnavailableException e) {
    LOG.log(Level.WARNING, "policy candidate: read again later, the log is {0}", e.code());
    watch.again();
  }

  /** Looks at the file once. */
  void look() throws InterruptedException {
    watch.look(this);
  }

  @Override
  public void take(PolicyFile next) throws InterruptedException {
    append(entries.compared(next, LoadReason.CANDIDATE));
    compare(next);
    reload.taken(clock.instant());
  }

  private void compare(PolicyFile found) {
    found.notes().forEach(note -> LOG.log(Level.WARNING, "policy candidate: {0}", note));
    title = found.title();
    policy = found.policy();
    LOG.log(
        Level.INFO,
        "policy candidate: {0} judges every message, without effect; entries say where it would"
            + " have decided otherwise",
        found.title());
  }

  @Override
  public void refuse(YamlException bad, @Nullable String digest) throws InterruptedException {
    Policy before = policy;
    if (!isMissing(digest)) {
      tell(bad);
      reload.refused();
      append(entries.refused(bad, digest, LoadReason.CANDIDATE_REFUSED));
    } else if (before != null) {
      append(entries.removed(before.digest(), LoadReason.CANDIDATE_REMOVED));
      LOG.log(Level.INFO, "policy candidate: {0} is gone; none is compared", file);
    }
    policy = null;
  }

  private boolean isMissing(@Nullable String digest) {
    return digest == null && Files.notExists(file);
  }

  private static void tell(YamlException bad) {
    LOG.log(
        Level.WARNING,
        "policy candidate: refused, none is compared; traffic is not concerned\n{0}",
        bad.getMessage());
  }

  private void append(Entry entry) throws InterruptedException {
    log.append(List.of(entry));
  }
}
