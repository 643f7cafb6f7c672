package io.tabellion.policy;

import io.tabellion.audit.AuditLog;
import io.tabellion.audit.AuditUnavailableException;
import io.tabellion.metrics.Gauge;
import io.tabellion.metrics.Metrics;
import io.tabellion.metrics.Reload;
import io.tabellion.yaml.Problem;
import io.tabellion.yaml.YamlException;
import java.lang.System.Logger.Level;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Keeps the policy that is in force: the last good one of a file that may change; and a candidate
 * of another file, if there is one.
 *
 * <p>The files are looked at once a second ({@link PolicyWatch}). A policy is in force only after
 * its {@code policy.loaded} entry is durable (P8); a file that is refused is an entry too, once,
 * and the policy before it stays.
 *
 * <p>Thread-safe: {@link #get} never blocks. One thread looks at the files.
 */
public final class PolicyReloader implements Supplier<Policy>, AutoCloseable {
  private static final System.Logger LOG = System.getLogger(PolicyReloader.class.getName());
  private static final Duration EVERY = Duration.ofSeconds(1);

  private final AuditLog log;
  private final LoadEntries entries;
  private final PolicyWatch watch;
  private final Changes changes = new Changes();
  private final InstantSource clock;
  private final Reload reload;
  private final @Nullable CandidateFile candidate;
  private final ScheduledExecutorService timer =
      Executors.newSingleThreadScheduledExecutor(Thread.ofPlatform().name("policy").factory());

  /** Of the file, without the candidate; owned by the looking thread. */
  private Policy inForce;

  /** What {@link #current} is compared with; owned by the looking thread. */
  private @Nullable Policy compared;

  private volatile Policy current;

  /** Name and version of what is in force, for people. */
  private volatile String title;

  private PolicyReloader(
      PolicyWatch watch,
      @Nullable CandidateFile candidate,
      AuditLog log,
      LoadEntries entries,
      PolicyFile first,
      InstantSource clock,
      Reload reload) {
    this.watch = watch;
    this.candidate = candidate;
    this.log = log;
    this.entries = entries;
    this.inForce = first.policy();
    this.current = first.policy();
    this.title = first.title();
    this.clock = clock;
    this.reload = reload;
  }

  /** The same without a candidate. */
  static PolicyReloader load(Path file, AuditLog log, InstantSource clock)
      throws InterruptedException {
    return load(file, null, log, clock);
  }

  /** The same without metrics. */
  public static PolicyReloader load(
      Path file, @Nullable Path candidate, AuditLog log, InstantSource clock)
      throws InterruptedException {
    return load(file, candidate, log, clock, new Metrics());
  }

  /**
   * Loads the file for the first time and records it. On a full disk the log admits no call before
   * that is recorded.
   *
   * @param candidate file of a policy that judges the same without effect, and need not be there;
   *     null for none
   * @param metrics where it is counted how often the files were read again
   * @throws YamlException if the file cannot be used
   * @throws AuditUnavailableException if the entry could not be made durable for another reason
   */
  public static PolicyReloader load(
      Path file, @Nullable Path candidate, AuditLog log, InstantSource clock, Metrics metrics)
      throws InterruptedException {
    PolicyWatch watch = new PolicyWatch(file, CallCounts.IN_FORCE);
    LoadEntries entries = new LoadEntries(clock);
    PolicyFile first = watch.first();
    tell(first.notes());
    log.appendFirst(List.of(entries.loaded(first, LoadReason.START)));
    Reload reload = metrics.reload("policy", clock.instant());
    CandidateFile other =
        candidate == null
            ? null
            : new CandidateFile(
                candidate,
                log,
                entries,
                clock,
                metrics.reload("policy-candidate", clock.instant()));
    PolicyReloader reloader = new PolicyReloader(watch, other, log, entries, first, clock, reload);
    if (other != null) {
      other.first();
      reloader.compare();
    }
    return reloader;
  }

  private static void tell(List<Problem> notes) {
    notes.forEach(note -> LOG.log(Level.WARNING, "policy: {0}", note));
  }

  /** Starts to look at the files. */
  public void start() {
    long millis = EVERY.toMillis();
    var _ = timer.scheduleWithFixedDelay(this::lookSafely, millis, millis, TimeUnit.MILLISECONDS);
  }

  /** The policy in force. */
  @Override
  public Policy get() {
    return current;
  }

  /** Name and version of the policy in force, for people. */
  public String title() {
    return title;
  }

  /** Which policy is in force, and which candidate is compared with it. */
  public Gauge info() {
    return new Gauge(
        "policy_info",
        "1 for the policy in force, and for the candidate if there is one.",
        List.of("policy", "title", "digest"),
        () -> {
          Map<List<String>, Double> info = new HashMap<>();
          info.put(List.of("in-force", title, current.digest()), 1.0);
          if (candidate != null) {
            candidate.info().ifPresent(labels -> info.put(labels, 1.0));
          }
          return info;
        });
  }

  @Override
  public void close() {
    timer.shutdownNow();
  }

  /** Looks at the files once. */
  void look() throws InterruptedException {
    watch.look(changes);
    if (candidate != null) {
      candidate.look();
      compare();
    }
  }

  /** What becomes of changes of the policy in force. */
  private final class Changes implements PolicyWatch.Taker {
    @Override
    public void take(PolicyFile next) throws InterruptedException {
      tell(next.notes());
      log.append(List.of(entries.loaded(next, LoadReason.CHANGED)));
      inForce = next.policy();
      current = beside(inForce, compared);
      title = next.title();
      reload.taken(clock.instant());
      LOG.log(Level.INFO, "policy: {0} in force", next.title());
    }

    @Override
    public void refuse(YamlException bad, @Nullable String digest) throws InterruptedException {
      reload.refused();
      LOG.log(Level.WARNING, "policy: refused, the one before stays\n{0}", bad.getMessage());
      log.append(List.of(entries.refused(bad, digest, LoadReason.REFUSED)));
    }
  }

  /** Compares with the candidate that there is now. */
  private void compare() {
    Policy now = candidate == null ? null : candidate.policy();
    if (!Objects.equals(now, compared)) {
      compared = now;
      current = beside(inForce, now);
    }
  }

  private static Policy beside(Policy policy, @Nullable Policy candidate) {
    return candidate == null ? policy : new ComparedPolicy(policy, candidate);
  }

  private void lookSafely() {
    safely("policy", () -> watch.look(changes));
    if (candidate != null) {
      safely("policy candidate", candidate::look);
      compare();
    }
  }

  /** Something that an interrupt ends. */
  private interface Look {
    void once() throws InterruptedException;
  }

  private static void safely(String what, Look look) {
    try {
      look.once();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (AuditUnavailableException e) {
      LOG.log(Level.WARNING, "{0}: not changed, the log is {1}", what, e.code());
    } catch (RuntimeException e) {
      LOG.log(Level.ERROR, what + ": not changed", e);
    }
  }
}
