package io.tabellion.audit.files;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.tabellion.audit.AuditReader;
import io.tabellion.audit.Entry;
import io.tabellion.audit.EntryId;
import io.tabellion.audit.EntryKind;
import io.tabellion.audit.Facts;
import io.tabellion.audit.checkpoint.SignedCheckpoint;
import io.tabellion.audit.checkpoint.VerifierKey;
import io.tabellion.audit.merkle.Frontier;
import io.tabellion.audit.merkle.Hash;
import io.tabellion.audit.merkle.Proofs;
import io.tabellion.metrics.Metrics;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a stranger can check with the published files alone. */
@Tag("unit")
class PublishedTilesTest {
  @TempDir Path folder;

  @ParameterizedTest
  @CsvSource({
    "0, 256, 0/000",
    "0, 17, 0/000.p/17",
    "999, 256, 0/999",
    "1000, 256, 0/x001/000",
    "1234067, 256, 0/x001/x234/067",
    "1234067, 8, 0/x001/x234/067.p/8",
  })
  void pathsAreThoseOfTlogTiles(long number, int width, String path) {
    assertThat(Tiles.path("0", number, width)).isEqualTo(path);
  }

  @Test
  void theFilesHoldTheWholeTreeOfTheCheckpoint() throws Exception {
    for (int count : new int[] {3, 250, 1, 700}) { // across opens and full tiles
      append(count);
      check();
    }
    assertThat(folder.resolve("log/tile/0/000.p")).doesNotExist();
  }

  @Test
  void whatIsDeletedIsMadeAgain() throws Exception {
    append(600);
    for (Path file : List.of(tile("0/000"), tile("entries/001"), log("checkpoint"))) {
      Files.delete(file);
    }
    Files.delete(log("integrated"));
    append(1);
    check();
  }

  private void append(int count) throws IOException, InterruptedException {
    LogSettings settings =
        LogSettings.of(log(""), "audit.example/test", "0.1.0").withSegments(4 << 20, 1 << 20);
    try (FileAuditLog log = FileAuditLog.open(settings, InstantSource.system(), new Metrics())) {
      List<Entry> entries = new ArrayList<>();
      for (int i = 0; i < count; i++) {
        EntryId id = EntryId.next(InstantSource.system());
        entries.add(new Entry(id, EntryKind.REFUSED, Facts.NONE, null));
      }
      log.append(entries);
      Frontier earlier = Frontier.EMPTY;
      for (long index = 0; index < log.reader().size(); index++) {
        if (index % 97 == 0) {
          checkProofs(log.reader(), index, earlier.root());
        }
        earlier = earlier.append(Hash.ofLeaf(log.reader().read(index).bytes()));
      }
    }
  }

  private static void checkProofs(AuditReader reader, long index, Hash earlier) {
    long size = reader.size();
    Hash leaf = Hash.ofLeaf(reader.read(index).bytes());
    SignedCheckpoint head = reader.head();
    assertThat(reader.prove(index, size).verify(leaf, head.checkpoint().root())).isTrue();
    assertThat(reader.proveConsistency(index, size).verify(earlier, head.checkpoint().root()))
        .isTrue();
  }

  private void check() throws IOException {
    VerifierKey key = VerifierKey.parse(Files.readString(log("keys/log.vkey")).strip());
    SignedCheckpoint head =
        SignedCheckpoint.open(ByteString.copyFrom(Files.readAllBytes(log("checkpoint"))), key)
            .orElseThrow();
    long size = head.checkpoint().size();
    Frontier frontier = Frontier.EMPTY;
    for (ByteString leaf : leaves(size)) {
      frontier = frontier.append(Hash.ofLeaf(leaf));
    }
    assertThat(frontier.size()).isEqualTo(size);
    assertThat(frontier.root()).isEqualTo(head.checkpoint().root());
    assertThat(Proofs.root(size, (level, number) -> fromTiles(size, level, number)))
        .isEqualTo(head.checkpoint().root());
    try (Stream<Path> files = Files.walk(log("tile"))) {
      assertThat(files.filter(file -> file.toString().endsWith(".tmp"))).isEmpty();
    }
  }

  private List<ByteString> leaves(long size) throws IOException {
    List<ByteString> leaves = new ArrayList<>();
    for (long tile = 0; tile * 256 < size; tile++) {
      int width = (int) Math.min(256, size - tile * 256);
      ByteBuffer bundle =
          ByteBuffer.wrap(Files.readAllBytes(tile(Tiles.path("entries", tile, width))));
      for (int i = 0; i < width; i++) {
        leaves.add(ByteString.copyFrom(bundle, Short.toUnsignedInt(bundle.getShort())));
      }
      assertThat(bundle.hasRemaining()).isFalse();
    }
    return leaves;
  }

  private Hash fromTiles(long size, int level, long number) {
    int tileLevel = level / 8;
    if (level % 8 != 0) {
      return Hash.ofChildren(
          fromTiles(size, level - 1, 2 * number), fromTiles(size, level - 1, 2 * number + 1));
    }
    long tile = number / 256;
    int width = (int) Math.min(256, (size >> level) - tile * 256);
    try {
      byte[] bytes = Files.readAllBytes(tile(Tiles.path(Integer.toString(tileLevel), tile, width)));
      assertThat(bytes).hasSize(width * Hash.SIZE);
      return Hash.copyOf(bytes, (int) (number % 256) * Hash.SIZE);
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  private Path tile(String path) {
    return log("tile").resolve(path);
  }

  private Path log(String name) {
    return folder.resolve("log").resolve(name);
  }
}
