package io.tabellion.audit.files;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.tabellion.audit.merkle.Hash;
import io.tabellion.durable.Disk;
import io.tabellion.testing.SimulatedDisk;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Spare segments: made where room is wanted, removed where it is not. */
@Tag("unit")
@Timeout(20)
class SegmentPoolTest {
  private static final Path FOLDER = Path.of("/log/segments");
  private static final long SIZE = 1 << 20;

  private final SimulatedDisk disk = new SimulatedDisk();

  /** What is done in the background, when the test says so. */
  private final BlockingQueue<Runnable> background = new LinkedBlockingQueue<>();

  private final SegmentPool pool =
      new SegmentPool(disk, FOLDER, Hash.ofLeaf(ByteString.EMPTY), SIZE, background::add, 0);

  @BeforeEach
  void makeFolder() throws Exception {
    disk.createFolder(FOLDER, Disk.Access.SECRET);
  }

  private void backgroundDone() throws InterruptedException {
    background.take().run();
  }

  private void have(int spares) throws InterruptedException {
    pool.want(spares);
    for (int i = 0; i < spares; i++) {
      backgroundDone();
    }
  }

  @Test
  void whoWaitsForMoreGetsItThoughTheWriterTakesOneMeanwhile() throws Exception {
    have(1);
    CompletableFuture<Boolean> grown =
        CompletableFuture.supplyAsync(() -> {
          try {
            return pool.grow(Duration.ofSeconds(10));
          } catch (InterruptedException e) {
            throw new AssertionError(e);
          }
        });
    Runnable makesOne = background.take();
    pool.take(1);
    makesOne.run();
    assertThat(grown.get()).isTrue();
  }

  @Test
  void sparesThatAreNotNeededAreRemovedLastFirst() throws Exception {
    have(3);
    pool.shrink(SIZE / 2, 0);
    backgroundDone();
    assertThat(disk.list(FOLDER)).containsExactly(Segment.name(0), Segment.name(1));
    pool.shrink(SIZE / 2, 0);
    backgroundDone();
    assertThat(disk.list(FOLDER)).containsExactly(Segment.name(0));
    assertThat(pool.room(0)).isEqualTo(SIZE - Segment.PAGE);
  }

  @Test
  void neededSparesAndTheOnlyOneStay() throws Exception {
    have(2);
    pool.shrink(SIZE, 0);
    assertThat(background).isEmpty();
    pool.take(1);
    assertThat(background).isEmpty();
    pool.shrink(0, 0);
    assertThat(background).isEmpty();
    assertThat(disk.list(FOLDER)).hasSize(2);
  }

  @Test
  void theNextSegmentTakesThePlaceOfOneThatWasRemoved() throws Exception {
    have(2);
    pool.shrink(0, 0);
    pool.want(2);
    backgroundDone();
    backgroundDone();
    assertThat(disk.list(FOLDER)).containsExactly(Segment.name(0), Segment.name(1));
    assertThat(pool.take(1).number()).isZero();
    assertThat(pool.take(1).number()).isEqualTo(1);
  }
}
