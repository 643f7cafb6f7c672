package io.tabellion;

import io.tabellion.cli.CommandLines;
import io.tabellion.config.Config;
import io.tabellion.durable.FileDisk;
import io.tabellion.faults.EarlyDisk;
import java.time.InstantSource;
import java.util.concurrent.CountDownLatch;

/**
 * Our server on a disk that lies: it acknowledges what it has not written. Only to see that the
 * fault tests find it out.
 */
public final class EarlyMain {

  private EarlyMain() {}

  public static void main(String[] args) {
    System.exit(CommandLines.of(EarlyMain::serve).execute(args));
  }

  private static void serve(Config config) throws InterruptedException {
    EarlyDisk disk = new EarlyDisk(new FileDisk());
    try (Server server = Server.start(config, disk, InstantSource.system())) {
      server.listening().forEach(System.out::println);
      new CountDownLatch(1).await();
    }
  }
}
