package io.tabellion.reread;

import io.tabellion.metrics.Metrics;
import io.tabellion.metrics.Reload;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/**
 * Looks at files once a second, and has them read again when they changed.
 *
 * <p>Files are looked at by their paths and by what is in them, so a symbolic link that leads
 * elsewhere (as Kubernetes changes a Secret) is a change like any other. A change is taken once two
 * looks in a row see the same, so that a file that is still being written is left alone. What
 * cannot be used changes nothing: a log line and a metric say so, once.
 *
 * <p>Thread-safe. One thread looks.
 */
public final class Rereader implements AutoCloseable {
  private static final System.Logger LOG = System.getLogger(Rereader.class.getName());
  private static final Duration EVERY = Duration.ofSeconds(1);

  /** Longer files are none of ours. */
  private static final long LARGEST = 1L << 20;

  private final Metrics metrics;
  private final InstantSource clock;
  private final List<Watched> all = new CopyOnWriteArrayList<>();
  private final ScheduledExecutorService timer =
      Executors.newSingleThreadScheduledExecutor(
          Thread.ofPlatform().name("reread").daemon().factory());

  public Rereader(Metrics metrics, InstantSource clock) {
    this.metrics = metrics;
    this.clock = clock;
  }

  /** Reads files again. */
  public interface Reading {
    /**
     * Reads all of them, and uses what they say from now on.
     *
     * @throws IOException if they cannot be read; what was read before stays
     * @throws IllegalArgumentException if they cannot be used; the message says what is wrong, and
     *     nothing of what is in them
     */
    void again() throws IOException;
  }

  /**
   * Looks at these files from now on.
   *
   * @param name what they are, in metrics and log lines
   */
  public void watch(String name, List<Path> files, Reading reading) {
    all.add(new Watched(name, files, reading, metrics.reload(name, clock.instant())));
  }

  /** Begins to look. */
  public void start() {
    long millis = EVERY.toMillis();
    var _ = timer.scheduleWithFixedDelay(this::look, millis, millis, TimeUnit.MILLISECONDS);
  }

  /** Looks at all files once. */
  public void look() {
    all.forEach(Watched::look);
  }

  @Override
  public void close() {
    timer.shutdownNow();
  }

  /** Files that belong together. Belongs to the thread that looks. */
  private final class Watched {
    private final String name;
    private final List<Path> files;
    private final Reading reading;
    private final Reload reload;
    private String judged;
    private String seen;

    Watched(String name, List<Path> files, Reading reading, Reload reload) {
      this.name = name;
      this.files = List.copyOf(files);
      this.reading = reading;
      this.reload = reload;
      this.judged = digest();
      this.seen = judged;
    }

    void look() {
      String before = seen;
      seen = digest();
      if (seen.equals(before) && !seen.equals(judged)) {
        judged = seen;
        take();
      }
    }

    private void take() {
      try {
        reading.again();
        reload.taken(clock.instant());
        LOG.log(Level.INFO, "{0}: read again, the files changed", name);
      } catch (IOException | RuntimeException e) {
        reload.refused();
        LOG.log(
            Level.WARNING,
            "{0}: the files changed and cannot be used; what was read before stays: {1}",
            name,
            e.getMessage());
      }
    }

    private String digest() {
      MessageDigest digest = sha256();
      files.forEach(file -> digest.update(state(file)));
      return HexFormat.of().formatHex(digest.digest());
    }

    /** The mode is looked at too: a file that others may read is refused until that is mended. */
    private static byte[] state(Path file) {
      try {
        if (Files.size(file) > LARGEST) {
          return "large".getBytes(StandardCharsets.US_ASCII);
        }
        MessageDigest digest = sha256();
        String mode = PosixFilePermissions.toString(Files.getPosixFilePermissions(file));
        digest.update(mode.getBytes(StandardCharsets.US_ASCII));
        digest.update(Files.readAllBytes(file));
        return digest.digest();
      } catch (IOException e) {
        return e.getClass().getName().getBytes(StandardCharsets.US_ASCII);
      }
    }

    private static MessageDigest sha256() {
      try {
        return MessageDigest.getInstance("SHA-256");
      } catch (NoSuchAlgorithmException e) {
        throw new IllegalStateException("SHA-256 (expected: in every JDK)", e);
      }
    }
  }
}
