package io.tabellion;

import io.tabellion.cli.CommandLines;
import io.tabellion.config.Config;
import io.tabellion.durable.FileDisk;
import io.tabellion.testing.LaggingDisk;
import java.time.Duration;
import java.time.InstantSource;
import java.util.concurrent.CountDownLatch;

/**
 * Our server on a disk that lies: it acknowledges what it has not written. Only to see that the
 * fault tests find it out.
 */
public final class EarlyMain {
  /** So much is lost with a kill. */
  private static final Duration LAG = Duration.ofMillis(500);

  private EarlyMain() {}

  public static void main(String[] args) {
    System.exit(CommandLines.of(EarlyMain::serve).execute(args));
  }

  private static void serve(Config config) throws InterruptedException {
    LaggingDisk disk = new LaggingDisk(new FileDisk(), LAG);
    try (Server server = Server.start(config, disk, InstantSource.system())) {
      server.listening().forEach(System.out::println);
      new CountDownLatch(1).await();
    }
  }
}
