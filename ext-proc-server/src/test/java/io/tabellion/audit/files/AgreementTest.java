package io.tabellion.audit.files;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.tabellion.audit.AuditDamagedException;
import io.tabellion.audit.Entry;
import io.tabellion.audit.EntryId;
import io.tabellion.audit.EntryKind;
import io.tabellion.audit.Facts;
import io.tabellion.audit.verify.Report;
import io.tabellion.audit.verify.Verification;
import io.tabellion.durable.Disk;
import io.tabellion.metrics.Metrics;
import io.tabellion.testing.ManualClock;
import io.tabellion.testing.SimulatedDisk;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestReporter;
import org.junit.jupiter.api.io.TempDir;

/**
 * The verifier and the start of the server share no code, and must agree on what a log is: on what
 * power cuts leave at every write, on copies whose files were taken one after another while the log
 * was written, and on damage.
 */
@Tag("unit")
class AgreementTest {
  private static final LogSettings SETTINGS =
      LogSettings.of(Path.of("/log"), "audit.example/test", "0.1.0").withSegments(3 << 17, 1 << 17);

  private final ManualClock clock = new ManualClock(Instant.parse("2026-11-24T07:00:00Z"));
  private final Random random = new Random(7);
  private final List<String> disagreements = new ArrayList<>();
  @TempDir private Path folder;
  private String vkey = "";
  private int verified;
  private int refused;
  private int steps;

  /** Copies that are being taken: the files of each that are still to come. */
  private final List<Copy> copies = new ArrayList<>();

  private record Copy(SimulatedDisk to, List<Path> left) {}

  @Test
  void whatPowerCutsLeaveIsVerifiedAndServed(TestReporter reporter) throws Exception {
    SimulatedDisk disk = new SimulatedDisk();
    disk.observe(changed -> {
      if (++steps % 3 == 0) {
        for (SimulatedDisk image : changed.crashImages(steps, 6)) {
          Report report = compare("power cut " + steps, image);
          if (report != null && !report.verified()) {
            disagreements.add("power cut " + steps + ": " + report.violations());
          }
        }
      }
    });
    write(disk);
    assertThat(disagreements).isEmpty();
    assertThat(verified).isGreaterThan(80);
    assertThat(refused).isZero();
    reporter.publishEntry("images", String.valueOf(verified));
  }

  @Test
  void onCopiesThatAreTakenWhileTheLogIsWrittenBothSayTheSame(TestReporter reporter)
      throws Exception {
    SimulatedDisk disk = new SimulatedDisk();
    disk.observe(changed -> {
      steps++;
      if (steps % 3 == 0 && changed.exists(Path.of("/log/format"))) {
        List<Path> files = new ArrayList<>(files(changed, Path.of("/log")));
        Collections.shuffle(files, random);
        copies.add(new Copy(new SimulatedDisk(), files));
      }
      copies.forEach(copy -> {
        if (random.nextInt(4) == 0) {
          step(changed, copy);
        }
      });
    });
    write(disk);
    write(disk);
    disk.observe(_ -> {});
    for (Copy copy : copies) {
      while (!copy.left().isEmpty()) {
        step(disk, copy);
      }
      compare("copy", copy.to());
    }
    assertThat(disagreements).isEmpty();
    assertThat(verified).isPositive();
    reporter.publishEntry("copies", verified + " verified, " + refused + " refused by both");
  }

  @Test
  void damageIsRefusedByTheVerifierWhereverTheServerRefusesIt() throws Exception {
    SimulatedDisk disk = new SimulatedDisk();
    write(disk);
    for (int i = 0; i < 150; i++) {
      SimulatedDisk image = disk.crashImages(0, 1).getFirst();
      List<Path> segments = files(image, Path.of("/log/segments"));
      Path segment = segments.get(random.nextInt(segments.size()));
      try (Disk.DiskFile file = image.open(segment)) {
        long page = random.nextInt((int) (file.size() / 4096)) * 4096L;
        int length = random.nextBoolean() ? 1 : 4096;
        byte[] bytes = new byte[length];
        if (random.nextBoolean()) {
          random.nextBytes(bytes);
        }
        file.write(ByteBuffer.wrap(bytes), page + (length == 1 ? random.nextInt(4096) : 0));
      }
      compare("damage " + i + " of " + segment, image);
    }
    assertThat(disagreements).isEmpty();
    assertThat(verified).isPositive();
    assertThat(refused).isPositive();
  }

  private void write(SimulatedDisk disk) throws Exception {
    for (int boot = 0; boot < 2; boot++) {
      try (FileAuditLog log = open(disk)) {
        vkey = log.reader().key().text();
        append(log, 1, 100);
        append(log, 3, 9_000);
        append(log, 2, 90_000);
        append(log, 1, 20_000);
        append(log, 1, 90_000);
      }
    }
  }

  private void append(FileAuditLog log, int count, int size) throws InterruptedException {
    List<Entry> entries = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      ByteString content = ByteString.copyFromUtf8("x".repeat(size / count) + i);
      entries.add(
          new Entry(
              EntryId.next(clock),
              EntryKind.REFUSED,
              Facts.NONE,
              new Entry.Content("text/plain", content)));
    }
    log.append(entries);
  }

  /** Lets both judge; returns what the verifier said, null if there was nothing to judge. */
  private @Nullable Report compare(String what, SimulatedDisk image) {
    Path real = folder.resolve("image");
    try {
      empty(real);
      for (Path file : files(image, Path.of("/log"))) {
        Path to = real.resolve(Path.of("/log").relativize(file).toString());
        Files.createDirectories(parent(to));
        Files.write(to, bytes(image, file));
      }
      if (!Files.exists(real.resolve("keys/log.vkey")) || !Files.exists(real.resolve("segments"))) {
        return null;
      }
      Report report =
          new Verification(real, vkey.isEmpty() ? null : vkey, null, null, null, null).run();
      String served = serve(image);
      if (report.verified() && !served.isEmpty()) {
        disagreements.add(what + ": verified, but not served: " + served);
      }
      if (served.isEmpty()) {
        verified += report.verified() ? 1 : 0;
      } else {
        refused++;
      }
      return report;
    } catch (Verification.Impossible e) {
      disagreements.add(what + ": " + e.getMessage());
      return null;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private String serve(SimulatedDisk image) {
    try (FileAuditLog _ = open(image)) {
      return "";
    } catch (IOException | RuntimeException e) {
      return String.valueOf(e.getMessage());
    }
  }

  private static void step(SimulatedDisk from, Copy copy) {
    if (copy.left().isEmpty()) {
      return;
    }
    Path file = copy.left().removeLast();
    if (!from.exists(file)) {
      return; // renamed or removed meanwhile, as a copy meets it
    }
    try {
      copy.to().createFolder(parent(file), Disk.Access.SECRET);
      try (Disk.DiskFile target = copy.to().create(file, Disk.Access.SECRET)) {
        target.write(ByteBuffer.wrap(bytes(from, file)), 0);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static List<Path> files(SimulatedDisk disk, Path folder) {
    List<Path> files = new ArrayList<>();
    for (String name : new TreeSet<>(disk.list(folder))) {
      Path path = folder.resolve(name);
      List<Path> below = files(disk, path);
      if (below.isEmpty() && isFile(disk, path)) {
        files.add(path);
      }
      files.addAll(below);
    }
    return files;
  }

  private static boolean isFile(SimulatedDisk disk, Path path) {
    try (Disk.DiskFile _ = disk.openToRead(path)) {
      return true;
    } catch (IOException e) {
      return false;
    }
  }

  private static byte[] bytes(SimulatedDisk disk, Path file) throws IOException {
    try (Disk.DiskFile source = disk.openToRead(file)) {
      ByteBuffer bytes = ByteBuffer.allocate((int) source.size());
      source.read(bytes, 0);
      return bytes.array();
    }
  }

  private static Path parent(Path file) {
    Path parent = file.getParent();
    if (parent == null) {
      throw new IllegalArgumentException(file + ": has no folder");
    }
    return parent;
  }

  private static void empty(Path folder) throws IOException {
    if (Files.exists(folder)) {
      try (var paths = Files.walk(folder)) {
        for (Path path : paths.sorted(Collections.reverseOrder()).toList()) {
          Files.delete(path);
        }
      }
    }
  }

  /** Opens the log, and reads what the start did not read. */
  private FileAuditLog open(SimulatedDisk disk) throws IOException {
    FileAuditLog log =
        FileAuditLog.open(
            SETTINGS,
            new FileAuditLog.Parts(disk, clock, System::nanoTime, new SecureRandom(), false),
            new Metrics());
    log.verifyPast(() -> {});
    if (log.isLost()) {
      String problem = log.problem();
      log.close();
      throw new AuditDamagedException(String.valueOf(problem));
    }
    return log;
  }
}
