package io.tabellion.audit.files;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.google.protobuf.ByteString;
import io.tabellion.audit.AuditDamagedException;
import io.tabellion.audit.Entry;
import io.tabellion.audit.EntryId;
import io.tabellion.audit.EntryKind;
import io.tabellion.audit.Fact;
import io.tabellion.audit.Facts;
import io.tabellion.metrics.Metrics;
import io.tabellion.testing.ManualClock;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A log opens with the keys that it was made with, and with no others. */
@Tag("unit")
class BoundKeysTest {
  private static final int MIB = 1 << 20;

  @TempDir Path folder;

  private final ManualClock clock = new ManualClock(Instant.parse("2026-11-24T07:00:00Z"));
  private Path keys;
  private Path others;

  @BeforeEach
  void makeTwoLogs() throws Exception {
    keys = make("log").resolve("keys");
    others = make("other").resolve("keys");
  }

  @ParameterizedTest
  @ValueSource(strings = {"kek-1", "digest", "log.key", "log.vkey"})
  void aKeyOfAnotherLogIsRefusedAndNothingIsChanged(String name) throws Exception {
    byte[] own = Files.readAllBytes(keys.resolve(name));
    write(name, Files.readAllBytes(others.resolve(name)));
    assertRefused("another key", "of another key", "not signed by the key");
    write(name, own);
    open("log").close();
  }

  @Test
  void allKeysOfAnotherLogAreRefused() throws Exception {
    for (String name : List.of("kek-1", "digest", "log.key", "log.vkey")) {
      write(name, Files.readAllBytes(others.resolve(name)));
    }
    assertRefused("not signed by the key", "another key");
  }

  @Test
  void exchangedKeysAreRefused() throws Exception {
    byte[] kek = Files.readAllBytes(keys.resolve("kek-1"));
    write("kek-1", Files.readAllBytes(keys.resolve("digest")));
    write("digest", kek);
    assertRefused("another key");
  }

  @ParameterizedTest
  @ValueSource(strings = {"rw-r--r--", "rw-r-----", "rw----r--", "rw--w----", "rwx--x---"})
  void keysThatOthersCanReadAreRefused(String mode) throws Exception {
    for (String name : List.of("kek-1", "digest", "log.key")) {
      Path file = keys.resolve(name);
      Files.setPosixFilePermissions(file, PosixFilePermissions.fromString(mode));
      assertRefused(file + ": mode " + mode + " (expected: 0600, chmod 600 " + file + ")");
      Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
    }
    open("log").close();
  }

  @Test
  void fingerprintsStandInTheFirstEntries() throws Exception {
    try (FileAuditLog log = open("log")) {
      assertThat(log.reader().read(1).leaf().facts().text(Fact.DETAIL))
          .matches("kek-1 [0-9a-f]{64}");
      assertThat(log.reader().read(2).leaf().facts().text(Fact.DETAIL))
          .matches("digest [0-9a-f]{64}");
    }
  }

  private void assertRefused(String... reasons) throws IOException {
    Map<String, ByteString> before = files();
    assertThatExceptionOfType(AuditDamagedException.class)
        .isThrownBy(() -> open("log"))
        .satisfies(
            e -> assertThat(Stream.of(reasons)).anyMatch(String.valueOf(e.getMessage())::contains));
    assertThat(files()).isEqualTo(before);
  }

  private Map<String, ByteString> files() throws IOException {
    Map<String, ByteString> files = new TreeMap<>();
    try (Stream<Path> all = Files.walk(folder.resolve("log"))) {
      for (Path file : all.filter(Files::isRegularFile).toList()) {
        files.put(file.toString(), ByteString.copyFrom(Files.readAllBytes(file)));
      }
    }
    return files;
  }

  private void write(String name, byte[] bytes) throws IOException {
    Files.write(keys.resolve(name), bytes);
  }

  private Path make(String name) throws Exception {
    try (FileAuditLog log = open(name)) {
      for (int i = 0; i < 5; i++) {
        log.append(
            List.of(
                new Entry(
                    EntryId.next(clock),
                    EntryKind.REFUSED,
                    Facts.builder().build(),
                    new Entry.Content("text/plain", ByteString.copyFromUtf8("text " + i)))));
      }
    }
    return folder.resolve(name);
  }

  private FileAuditLog open(String name) throws IOException {
    LogSettings settings =
        LogSettings.of(folder.resolve(name), "audit.example/test", "0.1.0")
            .withSegments(3 * MIB, MIB);
    return FileAuditLog.open(settings, clock, new Metrics());
  }
}
