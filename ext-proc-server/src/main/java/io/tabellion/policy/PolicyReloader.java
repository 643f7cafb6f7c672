package io.tabellion.policy;

import com.google.protobuf.ByteString;
import io.tabellion.audit.AuditLog;
import io.tabellion.audit.AuditUnavailableException;
import io.tabellion.audit.Entry;
import io.tabellion.audit.EntryId;
import io.tabellion.audit.EntryKind;
import io.tabellion.audit.Fact;
import io.tabellion.audit.Facts;
import io.tabellion.yaml.YamlException;
import io.tabellion.yaml.YamlReader;
import java.lang.System.Logger.Level;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Keeps the policy that is in force: the last good one of a file that may change.
 *
 * <p>The file, and each file that it names, is read once a second by its path, so a swapped
 * symbolic link (a Kubernetes ConfigMap) is a change like any other. A change is taken once two
 * looks in a row see the same bytes, so that a file that is still being written is not taken for a
 * shorter policy; and only if what the policy was read from are those bytes. A policy is in force
 * only after its {@code policy.loaded} entry is durable (P8); a file that is refused is an entry
 * too, once, and the policy before it stays.
 *
 * <p>Thread-safe: {@link #get} never blocks. One thread looks at the file.
 */
public final class PolicyReloader implements Supplier<Policy>, AutoCloseable {
  private static final System.Logger LOG = System.getLogger(PolicyReloader.class.getName());
  private static final Duration EVERY = Duration.ofSeconds(1);

  /** Stands in the place of a digest where there is no file to read. */
  private static final String UNREADABLE = "unreadable";

  private final Path file;
  private final AuditLog log;
  private final InstantSource clock;
  private final CallCounts counts;
  private final ScheduledExecutorService timer =
      Executors.newSingleThreadScheduledExecutor(Thread.ofPlatform().name("policy").factory());

  private volatile Policy current;

  /** Digest of what was judged last, and of what the last look saw; owned by the looking thread. */
  private String judged;

  private String seen;

  /** The files that were named in what was judged last; owned by the looking thread. */
  private NamedFiles named;

  private PolicyReloader(
      Path file,
      AuditLog log,
      InstantSource clock,
      PolicyFile first,
      NamedFiles named,
      CallCounts counts) {
    this.counts = counts;
    this.named = named;
    this.file = file;
    this.log = log;
    this.clock = clock;
    this.current = first.policy();
    this.judged = current.digest();
    this.seen = judged;
  }

  /**
   * Loads the file for the first time and records it. On a full disk the log admits no call before
   * that is recorded.
   *
   * @throws YamlException if the file cannot be used
   * @throws AuditUnavailableException if the entry could not be made durable for another reason
   */
  public static PolicyReloader load(Path file, AuditLog log, InstantSource clock)
      throws InterruptedException {
    CallCounts counts = new CallCounts();
    NamedFiles named = new NamedFiles(file);
    PolicyFile first = PolicyFile.read(file, YamlReader.bytes(file), counts, named);
    PolicyReloader reloader = new PolicyReloader(file, log, clock, first, named, counts);
    log.appendFirst(List.of(reloader.loaded(first, "start")));
    return reloader;
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

  @Override
  public void close() {
    timer.shutdownNow();
  }

  /** Looks at the files once. */
  void look() throws InterruptedException {
    String before = seen;
    try {
      ByteString bytes = YamlReader.bytes(file);
      seen = named.again().digest(bytes);
      if (seen.equals(before) && !seen.equals(judged)) {
        take(bytes);
      }
    } catch (YamlException unreadable) {
      seen = UNREADABLE;
      if (seen.equals(before) && !seen.equals(judged)) {
        refuse(unreadable, null);
      }
    }
  }

  private void take(ByteString bytes) throws InterruptedException {
    NamedFiles files = new NamedFiles(file);
    try {
      PolicyFile next = PolicyFile.read(file, bytes, counts, files);
      if (areThoseSeen(files, bytes)) {
        recordLoaded(next, "changed");
        current = next.policy();
        judged = seen;
        LOG.log(Level.INFO, "policy: {0} in force", next.title());
      }
    } catch (YamlException bad) {
      if (areThoseSeen(files, bytes)) {
        refuse(bad, seen);
      }
    }
  }

  /** Whether two looks saw what was read; if not, from now on looks are for these files. */
  private boolean areThoseSeen(NamedFiles files, ByteString bytes) {
    String read = files.digest(bytes);
    boolean same = read.equals(seen);
    named = files;
    seen = read;
    return same;
  }

  private void refuse(YamlException bad, @Nullable String digest) throws InterruptedException {
    LOG.log(Level.WARNING, "policy: refused, the one before stays\n{0}", bad.getMessage());
    log.append(
        List.of(
            entry(
                facts("refused")
                    .put(Fact.DECISION, "refused")
                    .put(Fact.POLICY, digest)
                    .put(Fact.DETAIL, "problems: " + bad.problems().size())
                    .build(),
                null)));
    judged = seen;
  }

  private void recordLoaded(PolicyFile next, String reason) throws InterruptedException {
    log.append(List.of(loaded(next, reason)));
  }

  private Entry loaded(PolicyFile next, String reason) {
    next.notes().forEach(note -> LOG.log(Level.WARNING, "policy: {0}", note));
    return entry(
        facts(reason)
            .put(Fact.DECISION, "allowed")
            .put(Fact.POLICY, next.policy().digest())
            .put(Fact.POLICY_FILES, next.files())
            .put(Fact.DETAIL, next.title())
            .putAll(next.remarks())
            .build(),
        new Entry.Content("application/yaml", next.bytes()));
  }

  private static Facts.Builder facts(String reason) {
    return Facts.builder().put(Fact.REASON, reason);
  }

  private Entry entry(Facts facts, Entry.@Nullable Content content) {
    return new Entry(EntryId.next(clock), EntryKind.POLICY_LOADED, facts, content);
  }

  private void lookSafely() {
    try {
      look();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (AuditUnavailableException e) {
      LOG.log(Level.WARNING, "policy: not changed, the log is {0}", e.code());
    } catch (RuntimeException e) {
      LOG.log(Level.ERROR, "policy: not changed", e);
    }
  }
}
