package io.tabellion.rehearsal;

import static org.assertj.core.api.Assertions.assertThat;

import io.tabellion.extproc.CannedCalls;
import io.tabellion.testing.LogLines;
import java.time.Duration;
import java.time.InstantSource;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("unit")
class RehearsalTest {
  private static final Duration LONG = Duration.ofSeconds(60);

  private final InstantSource clock = InstantSource.system();

  @Test
  void everyKindOfCannedCallIsAnsweredAsItShouldBe() throws Exception {
    try (PrivateServer server = PrivateServer.start(clock);
        CannedCalls envoy = new CannedCalls(server.port())) {
      for (int i = 0; i < 16; i++) {
        envoy.play();
      }
    }
  }

  @Test
  void itEndsByItselfWithoutAWarning() throws Exception {
    BlockingQueue<LogRecord> lines = new LinkedBlockingQueue<>();
    Handler handler = new LogLines(lines);
    Logger logger = Logger.getLogger(Rehearsal.class.getName());
    logger.addHandler(handler);
    try {
      Rehearsal rehearsal = Rehearsal.begin(clock, 24);
      rehearsal.await(LONG);
      rehearsal.join();
      assertThat(lines).isEmpty();
    } finally {
      logger.removeHandler(handler);
    }
  }

  @Test
  void nobodyWaitsLongerThanHeLikes() throws Exception {
    Rehearsal rehearsal = Rehearsal.begin(clock, Integer.MAX_VALUE);
    long began = System.nanoTime();
    rehearsal.await(Duration.ofMillis(200));
    assertThat(Duration.ofNanos(System.nanoTime() - began)).isLessThan(LONG);
    rehearsal.join();
  }
}
