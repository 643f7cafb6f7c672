package io.tabellion.bench.verify;

import io.tabellion.audit.FileAuditLog;
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

/** {@code bench start}: how long a log takes to open, an almost empty one and a large one. */
@Command(
    name = "start",
    mixinStandardHelpOptions = true,
    description =
        "Write a large log, then open it and an almost empty one in turn, and show how long that"
            + " takes until calls are admitted.",
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

  @Spec private @Nullable CommandSpec spec;

  @Override
  public Integer call() throws IOException, InterruptedException {
    if (spec == null) {
      throw new IllegalStateException("not run by picocli");
    }
    PrintWriter out = spec.commandLine().getOut();
    Path small = Files.createTempDirectory("tabellion-bench-start");
    Path large = log == null ? Files.createTempDirectory("tabellion-bench-start") : log;
    if (!Files.exists(large.resolve("format"))) {
      LargeLog.writeBytes(large, gib << 30);
    }
    double[] ofSmall = new double[rounds];
    double[] ofLarge = new double[rounds];
    for (int round = -WARM_UP; round < rounds; round++) {
      double first = millisOfStart(small);
      double second = millisOfStart(large);
      if (round >= 0) {
        ofSmall[round] = first;
        ofLarge[round] = second;
      }
    }
    out.printf("%-14s %12s %12s%n", "", "median ms", "largest ms");
    show(out, "almost empty", ofSmall);
    show(out, gib + " GiB", ofLarge);
    out.printf("ratio of medians: %.2f%n", median(ofLarge) / median(ofSmall));
    out.flush();
    return 0;
  }

  private static double millisOfStart(Path directory) throws IOException {
    long began = System.nanoTime();
    try (FileAuditLog opened = LargeLog.open(directory)) {
      double millis = (System.nanoTime() - began) / 1e6;
      if (!opened.writable()) {
        throw new IllegalStateException(directory + ": " + opened.problem());
      }
      return millis;
    }
  }

  private static void show(PrintWriter out, String name, double[] millis) {
    double largest = Arrays.stream(millis).max().orElse(0);
    out.printf("%-14s %12.1f %12.1f%n", name, median(millis), largest);
  }

  private static double median(double[] values) {
    double[] sorted = values.clone();
    Arrays.sort(sorted);
    return sorted[sorted.length / 2];
  }
}
