package io.tabellion.audit.verify;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Tag("unit")
class TilesTest {
  private static final byte[] LEAF = {0, 1, 7};

  @TempDir Path log;
  private final Report report = new Report();
  private Path tile = Path.of("");

  @BeforeEach
  void write() throws IOException {
    tile = log.resolve("tile/entries/000.p/1");
    Files.createDirectories(tile.getParent());
    Files.write(tile, new byte[] {0, 1, 7});
  }

  private void check(Tiles tiles) throws IOException {
    tiles.add(LEAF, 0, 1, TreeHash.leaf(new byte[] {7}), true);
    tiles.end(0);
  }

  @Test
  void aTileThatDiffersIsFound() throws IOException {
    Files.write(tile, new byte[] {0, 1, 8});

    check(new Tiles(report, log));

    assertThat(report.violations()).hasSize(1);
  }

  @Test
  void aTileThatARunningServerTakesAwayIsPassedOver() throws IOException {
    Tiles tiles = new Tiles(report, log);
    Files.delete(tile);

    check(tiles);

    assertThat(report.violations()).isEmpty();
  }
}
