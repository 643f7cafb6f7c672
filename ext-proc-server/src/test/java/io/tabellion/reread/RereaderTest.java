package io.tabellion.reread;

import static org.assertj.core.api.Assertions.assertThat;

import io.tabellion.metrics.Metrics;
import io.tabellion.metrics.Reload;
import io.tabellion.testing.ManualClock;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Tag("unit")
class RereaderTest {
  private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");

  private final Metrics metrics = new Metrics();
  private final ManualClock clock = new ManualClock(START);
  private final Rereader reread = new Rereader(metrics, clock);
  private final List<String> read = new ArrayList<>();
  @TempDir Path folder;

  @AfterEach
  void tearDown() {
    reread.close();
  }

  @Test
  void aChangeIsTakenOnceTwoLooksSeeTheSame() throws Exception {
    Path file = watched("one");
    Files.writeString(file, "two");
    reread.look();
    assertThat(read).isEmpty();
    Files.writeString(file, "three");
    reread.look();
    assertThat(read).isEmpty();
    clock.advance(Duration.ofMinutes(1));
    reread.look();
    reread.look();
    assertThat(read).containsExactly("three");
    assertThat(reload().failed()).isFalse();
    assertThat(reload().success()).isEqualTo(START.plusSeconds(60));
  }

  @Test
  void aLinkThatLeadsElsewhereIsAChange() throws Exception {
    Path first = Files.createDirectory(folder.resolve("..2026_1"));
    Path second = Files.createDirectory(folder.resolve("..2026_2"));
    Files.writeString(first.resolve("token"), "one");
    Files.writeString(second.resolve("token"), "two");
    Path data = Files.createSymbolicLink(folder.resolve("..data"), first.getFileName());
    Path file = Files.createSymbolicLink(folder.resolve("token"), Path.of("..data/token"));
    watch(file);
    Path next = Files.createSymbolicLink(folder.resolve("..data_tmp"), second.getFileName());
    Files.move(next, data, StandardCopyOption.ATOMIC_MOVE);
    twice();
    assertThat(read).containsExactly("two");
  }

  @Test
  void whatCannotBeUsedIsToldOnceAndTriedAgainWhenItChanges() throws Exception {
    Path file = watched("one");
    Files.writeString(file, "bad");
    twice();
    twice();
    assertThat(read).containsExactly("bad");
    assertThat(reload().failed()).isTrue();
    Files.writeString(file, "good");
    twice();
    assertThat(read).containsExactly("bad", "good");
    assertThat(reload().failed()).isFalse();
  }

  @Test
  void aFileThatIsGoneAndAnotherModeAreChanges() throws Exception {
    Path file = watched("one");
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r--r-x"));
    twice();
    assertThat(read).containsExactly("one");
    Files.delete(file);
    twice();
    assertThat(reload().failed()).isTrue();
  }

  private Path watched(String text) throws IOException {
    Path file = Files.writeString(folder.resolve("file"), text);
    watch(file);
    return file;
  }

  private void watch(Path file) {
    reread.watch(
        "tokens",
        List.of(file),
        () -> {
          String text = Files.readString(file);
          read.add(text);
          if (text.equals("bad")) {
            throw new IllegalArgumentException("file: bad (expected: good)");
          }
        });
  }

  private void twice() {
    reread.look();
    reread.look();
  }

  private Reload reload() {
    return metrics.reload("tokens", START);
  }
}
