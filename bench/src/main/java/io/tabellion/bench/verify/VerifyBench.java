package io.tabellion.bench.verify;

import io.tabellion.audit.verify.VerifyMain;
import io.tabellion.parties.Checkout;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code bench verify}: what verifying a large log costs, each run in a process of its own. */
@Command(
    name = "verify",
    mixinStandardHelpOptions = true,
    description =
        "Write a log of many calls, then verify it with and without its contents, and show time,"
            + " CPU and memory.",
    footer = {
      "",
      "Examples:",
      "  ./tabellion bench verify",
      "  ./tabellion bench verify --entries 100000 --log /var/tmp/bench-log"
    })
public final class VerifyBench implements Callable<Integer> {
  private static final Duration POLL = Duration.ofMillis(20);

  @Option(
      names = "--entries",
      defaultValue = "1000000",
      description = "Entries of calls (default: ${DEFAULT-VALUE}).")
  private long entries;

  @Option(
      names = "--log",
      paramLabel = "DIR",
      description = "Log to verify; written if it is not there (default: a temporary one).")
  private @Nullable Path log;

  @Spec private @Nullable CommandSpec spec;

  /** What a run took. */
  private record Run(Duration wall, Duration cpu, long peakKilobytes, String last) {}

  @Override
  public Integer call() throws IOException, InterruptedException {
    Path directory = log == null ? Files.createTempDirectory("tabellion-bench-verify") : log;
    if (!Files.exists(directory.resolve("format"))) {
      long began = System.nanoTime();
      LargeLog.write(directory, entries);
      out().printf("written in %.1f s: %s%n", seconds(since(began)), directory);
    }
    out().printf("%-22s %9s %9s %11s  %s%n", "", "wall s", "CPU s", "peak RSS", "");
    show("with contents", run(directory, List.of()));
    show("without contents", run(directory, List.of("--without-contents")));
    out().flush();
    return 0;
  }

  private void show(String name, Run run) {
    out()
        .printf(
            "%-22s %9.1f %9.1f %8d MB  %s%n",
            name, seconds(run.wall()), seconds(run.cpu()), run.peakKilobytes() / 1024, run.last());
    out().flush();
  }

  private static Run run(Path directory, List<String> flags)
      throws IOException, InterruptedException {
    List<String> command =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                Checkout.verifyOptions(),
                "-cp",
                System.getProperty("java.class.path"),
                VerifyMain.class.getName(),
                "--log",
                directory.toString()));
    command.addAll(flags);
    Path report = Files.createTempFile("tabellion-bench", ".txt");
    long began = System.nanoTime();
    Process process =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(report.toFile())
            .start();
    Duration cpu = Duration.ZERO;
    long peak = 0;
    while (!process.waitFor(POLL.toMillis(), TimeUnit.MILLISECONDS)) {
      cpu = process.info().totalCpuDuration().filter(Duration::isPositive).orElse(cpu);
      peak = Math.max(peak, peakKilobytes(process.pid()));
    }
    Duration wall = since(began);
    String text = Files.readString(report, StandardCharsets.UTF_8).strip();
    Files.delete(report);
    return new Run(wall, cpu, peak, text.lines().reduce("", (_, line) -> line));
  }

  /** VmHWM of a process; 0 where the system does not say it. */
  private static long peakKilobytes(long pid) {
    try {
      return Files.readAllLines(Path.of("/proc", Long.toString(pid), "status")).stream()
          .filter(line -> line.startsWith("VmHWM:"))
          .mapToLong(line -> Long.parseLong(line.replaceAll("[^0-9]", "")))
          .findFirst()
          .orElse(0);
    } catch (IOException e) {
      return 0;
    }
  }

  private static Duration since(long nanos) {
    return Duration.ofNanos(System.nanoTime() - nanos);
  }

  private static double seconds(Duration duration) {
    return duration.toMillis() / 1000.0;
  }

  private PrintWriter out() {
    if (spec == null) {
      throw new IllegalStateException("not run by picocli");
    }
    return spec.commandLine().getOut();
  }
}
