package io.tabellion;

import io.tabellion.cli.CommandLines;
import io.tabellion.config.Config;
import io.tabellion.logs.LogOutput;
import io.tabellion.rehearsal.Rehearsal;
import java.lang.System.Logger.Level;
import java.time.InstantSource;
import java.util.concurrent.CountDownLatch;

/** The program behind {@code ./tabellion serve | audit | policy | version}. */
public final class Main {
  static {
    String manager = "java.util.logging.manager";
    if (System.getProperty(manager) == null) {
      System.setProperty(manager, LastingLogs.class.getName()); // its name alone loads nothing
    }
  }

  static {
    LogOutput.prepare(); // before the first logger
  }

  private static final System.Logger LOG = System.getLogger(Main.class.getName());

  /** Canned calls before the server is ready. */
  private static final int REHEARSED = 500;

  private Main() {}

  public static void main(String[] args) {
    System.exit(CommandLines.execute(Main::serve, args));
  }

  /** Serves until SIGTERM or SIGINT; the signal waits until everything has stopped. */
  private static void serve(Config config) throws InterruptedException {
    LogOutput.use(Settings.logs(config.logs()));
    CountDownLatch told = new CountDownLatch(1);
    CountDownLatch stopped = new CountDownLatch(1);
    InstantSource clock = InstantSource.system();
    Rehearsal rehearsal = Rehearsal.begin(clock, REHEARSED);
    try (Server server = Server.start(config, clock, rehearsal)) {
      LastingLogs.keep();
      Runtime.getRuntime().addShutdownHook(new Thread(() -> stop(told, stopped), "stop"));
      server.listening().forEach(System.out::println);
      LOG.log(Level.INFO, "started", server.summary());
      told.await();
      server.leaving().ifPresent(what -> LOG.log(Level.INFO, "stopping: {0}", what));
    } finally {
      LOG.log(Level.INFO, "stopped");
      stopped.countDown();
    }
  }

  private static void stop(CountDownLatch told, CountDownLatch stopped) {
    told.countDown();
    try {
      stopped.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
