package io.tabellion.bench.verify;

import io.tabellion.audit.files.FileAuditLog;
import io.tabellion.bench.calls.Bench;
import io.tabellion.parties.TabellionServer;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/**
 * {@code bench start}: how long a start takes with an almost empty log and with a large one, of the
 * log alone and of the whole server.
 */
@Command(
    name = "start",
    mixinStandardHelpOptions = true,
    description =
        "Write a large log, then start with it and with an almost empty one in turn, and show how"
            + " long that takes until calls are admitted: of the log alone in a warm JVM, and of the"
            + " server's process until /readyz says 200.",
    footer = {
      "",
      "Examples:",
      "  ./tabellion bench start",
      "  ./tabellion bench start --gib 1 --log /var/tmp/bench-log"
    })
public final class StartBench implements Callable<Integer> {
  private static final int WARM_UP = 3;

  @Option(
      names = "--gib",
      defaultValue = "10",
      description = "GiB of the large log (default: ${DEFAULT-VALUE}).")
  private long gib;

  @Option(
      names = "--log",
      paramLabel = "DIR",
      description = "The large log; written if it is not there (default: a temporary one).")
  private @Nullable Path log;

  @Option(
      names = "--rounds",
      defaultValue = "15",
      description = "Starts of each log (default: ${DEFAULT-VALUE}).")
  private int rounds;

  @Option(
      names = "--servers",
      defaultValue = "7",
      description = "Starts of the whole server with each (default: ${DEFAULT-VALUE}).")
  private int servers;

  @Spec private @Nullable CommandSpec spec;

  /** Starts something once; returns how long that took. */
  private interface Start {
    double millis() throws IOException;
  }

  @Override
  public Integer call() throws IOException, InterruptedException {
    if (spec == null) {
      throw new IllegalStateException("not run by picocli");
    }
    PrintWriter out = spec.commandLine().getOut();
    Path folder = Files.createTempDirectory("tabellion-bench-start");
    try {
      Path small = folder.resolve("small");
      Path large = log == null ? folder.resolve("large") : log;
      if (!Files.exists(large.resolve("format"))) {
        LargeLog.writeBytes(large, gib << 30);
      }
      LargeLog.index(large); // as a server beside it would have built it
      out.printf("%-36s %12s %12s%n", "", "median ms", "largest ms");
      compare(out, "log alone", rounds, () -> ofLog(small), () -> ofLog(large));
      Path setups = folder.resolve("servers");
      compare(
          out,
          "server, until ready",
          servers,
          () -> ofServer(setups.resolve("small"), small),
          () -> ofServer(setups.resolve("large"), large));
    } finally {
      Bench.delete(folder);
    }
    return 0;
  }

  private void compare(PrintWriter out, String what, int times, Start small, Start large)
      throws IOException {
    double[] ofSmall = new double[times];
    double[] ofLarge = new double[times];
    for (int round = -WARM_UP; round < times; round++) {
      double first = small.millis();
      double second = large.millis();
      if (round >= 0) {
        ofSmall[round] = first;
        ofLarge[round] = second;
      }
    }
    show(out, what + ", almost empty", ofSmall);
    show(out, what + ", " + gib + " GiB", ofLarge);
    out.printf("ratio of medians: %.2f%n", median(ofLarge) / median(ofSmall));
    out.flush();
  }

  private static double ofLog(Path directory) throws IOException {
    long began = System.nanoTime();
    try (FileAuditLog opened = LargeLog.open(directory)) {
      double millis = (System.nanoTime() - began) / 1e6;
      if (!opened.writable()) {
        throw new IllegalStateException(directory + ": " + opened.problem());
      }
      return millis;
    }
  }

  private static double ofServer(Path folder, Path directory) {
    var setup = TabellionServer.Setup.in(folder).withLog(directory.toAbsolutePath());
    long began = System.nanoTime();
    try (TabellionServer _ = setup.start("server")) {
      return (System.nanoTime() - began) / 1e6;
    }
  }

  private static void show(PrintWriter out, String name, double[] millis) {
    double largest = Arrays.stream(millis).max().orElse(0);
    out.printf("%-36s %12.1f %12.1f%n", name, median(millis), largest);
  }

  private static double median(double[] values) {
    double[] sorted = values.clone();
    Arrays.sort(sorted);
    return sorted[sorted.length / 2];
  }
}
