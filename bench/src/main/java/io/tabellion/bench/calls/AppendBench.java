package io.tabellion.bench.calls;

import io.tabellion.audit.files.FileAuditLog;
import io.tabellion.audit.files.LogSettings;
import io.tabellion.audit.index.SearchIndex;
import io.tabellion.metrics.Metrics;
import io.tabellion.terminal.Numbers;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicLong;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code bench append}: how many entries a second the log alone makes durable. */
@Command(
    name = "append",
    mixinStandardHelpOptions = true,
    description =
        "Append the entries of calls to a log with its search index: without Envoy, gRPC and policy."
            + " Each producer appends the intent of a call, waits until it is durable, and does the"
            + " same with the outcome. Show durable entries a second, CPU of each entry by threads,"
            + " and how many entries one fsync made durable. The log is removed afterwards.",
    footer = {
      "",
      "Examples:",
      "  ./tabellion bench append",
      "  ./tabellion bench append --producers 8 --seconds 20"
    })
public final class AppendBench implements Callable<Integer> {
  private static final int AIM = 20_000;
  private static final Duration WARM_UP = Duration.ofSeconds(2);
  private static final int WARM_UP_ROUNDS = 20;
  private static final Duration CATCHING_UP = Duration.ofMinutes(2);
  private static final double MILLI = 1e6;
  private static final InstantSource CLOCK = InstantSource.system();

  /** Compilers that take less of the CPU than this have seen enough. */
  private static final double COMPILING = 0.05;

  @Option(
      names = "--producers",
      paramLabel = "N",
      converter = Numbers.FromOne.class,
      defaultValue = "64",
      description = "Threads that append (default: ${DEFAULT-VALUE}).")
  private int producers;

  @Option(
      names = "--seconds",
      paramLabel = "N",
      converter = Numbers.FromOne.class,
      defaultValue = "8",
      description = "Measured seconds, after the warm-up (default: ${DEFAULT-VALUE}).")
  private int seconds;

  private final AtomicLong nextId = new AtomicLong(1);

  @Override
  public Integer call() throws IOException, InterruptedException, ExecutionException {
    Path folder = Bench.newFolder();
    try {
      Figures figures = run(folder.resolve("log"), producers, Duration.ofSeconds(seconds), true);
      System.out.print(figures.text());
      return figures.indexed() ? 0 : 1;
    } finally {
      Bench.delete(folder);
    }
  }

  /**
   * What was measured.
   *
   * @param latencies of appends, each with one entry, until it was durable
   * @param elapsed nanoseconds from the first append to the end of the last
   * @param behind nanoseconds that the index took after that
   * @param indexed whether the index has all entries
   * @param used CPU until then, nanoseconds
   * @param groups that were written
   * @param signer whose code signed, in words
   */
  record Figures(
      int producers,
      Latencies latencies,
      long elapsed,
      long behind,
      boolean indexed,
      Map<ThreadTimes.Group, Long> used,
      GroupSizes groups,
      String signer) {

    double rate() {
      return latencies.size() / (elapsed / 1e9);
    }

    String text() {
      StringBuilder out = new StringBuilder();
      line(
          out,
          "%d producers, %.1f s: %d durable entries, %.0f entries/s (aim with 64: at least %d)",
          producers,
          elapsed / 1e9,
          latencies.size(),
          rate(),
          AIM);
      line(
          out,
          "append of an entry: p50 %.3f ms, p99 %.3f ms, slowest %.3f ms",
          latencies.percentile(0.5) / MILLI,
          latencies.percentile(0.99) / MILLI,
          latencies.percentile(1) / MILLI);
      line(
          out,
          "groups: %d, of %.1f entries; median %d, 99th percentile %d, largest %d",
          groups.sizes().size(),
          groups.sizes().stream().mapToInt(Integer::intValue).average().orElse(0),
          groups.percentile(0.5),
          groups.percentile(0.99),
          groups.percentile(1));
      line(
          out,
          "index: %s %.0f ms after the last entry",
          indexed ? "complete" : "NOT complete",
          behind / MILLI);
      line(out, "signatures: %s", signer);
      line(out, "");
      line(out, "%-14s %14s", "threads", "CPU us/entry");
      used.forEach((group, nanos) -> row(out, group.words(), nanos));
      row(out, "all", used.values().stream().mapToLong(Long::longValue).sum());
      return out.toString();
    }

    private void row(StringBuilder out, String name, long nanos) {
      line(out, "%-14s %14.1f", name, nanos / 1e3 / Math.max(1, latencies.size()));
    }

    @com.google.errorprone.annotations.FormatMethod
    private static void line(StringBuilder out, String format, Object... values) {
      out.append(String.format(Locale.ROOT, format, values)).append('\n');
    }
  }

  /** Appends to a new log in {@code directory}, with or without a warm-up before. */
  Figures run(Path directory, int producers, Duration measured, boolean warm)
      throws IOException, InterruptedException, ExecutionException {
    LogSettings settings = LogSettings.of(directory, Lab.ORIGIN, "bench");
    Latencies latencies = new Latencies();
    long first;
    long last;
    long elapsed;
    long behind;
    boolean indexed;
    String signer;
    Map<ThreadTimes.Group, Long> used;
    try (FileAuditLog log = FileAuditLog.open(settings, CLOCK, new Metrics());
        SearchIndex index = SearchIndex.following(directory, log.reader(), log.keyedHash())) {
      signer = log.useNativeSignatures();
      if (warm) {
        warmUp(log, producers);
      }
      isIndexed(log, index);
      first = log.reader().size();
      ThreadTimes before = ThreadTimes.now();
      long begun = System.nanoTime();
      append(log, producers, measured).forEach(latencies::addAll);
      elapsed = System.nanoTime() - begun;
      indexed = isIndexed(log, index);
      behind = System.nanoTime() - begun - elapsed;
      used = ThreadTimes.now().since(before);
      last = log.reader().size();
    }
    GroupSizes groups = GroupSizes.read(directory, first, last);
    return new Figures(producers, latencies, elapsed, behind, indexed, used, groups, signer);
  }

  /** Until the compilers have seen enough, or for so long. */
  private void warmUp(FileAuditLog log, int producers)
      throws InterruptedException, ExecutionException {
    double compiling = 1;
    for (int i = 1; i <= WARM_UP_ROUNDS && compiling >= COMPILING; i++) {
      System.err.printf("warm-up %d: %.0f %% compiling%n", i, 100 * compiling);
      ThreadTimes before = ThreadTimes.now();
      var _ = append(log, producers, WARM_UP);
      Map<ThreadTimes.Group, Long> used = ThreadTimes.now().since(before);
      long all = used.values().stream().mapToLong(Long::longValue).sum();
      compiling = (double) used.getOrDefault(ThreadTimes.Group.COMPILERS, 0L) / Math.max(1, all);
    }
  }

  /** Waits until all entries so far can be found; false if that takes too long. */
  private static boolean isIndexed(FileAuditLog log, SearchIndex index)
      throws InterruptedException {
    long size = log.reader().size();
    return index.await(size, CATCHING_UP) >= size;
  }

  /** Has producers append for this time; returns what each of them saw. */
  private List<Latencies> append(FileAuditLog log, int producers, Duration time)
      throws InterruptedException, ExecutionException {
    long end = System.nanoTime() + time.toNanos();
    List<Future<Latencies>> running = new ArrayList<>();
    List<Latencies> all = new ArrayList<>();
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      for (int i = 0; i < producers; i++) {
        running.add(threads.submit(() -> produce(log, end)));
      }
      for (Future<Latencies> producer : running) {
        all.add(producer.get());
      }
    }
    return all;
  }

  private Latencies produce(FileAuditLog log, long end) throws InterruptedException {
    Latencies latencies = new Latencies();
    while (System.nanoTime() < end) {
      CallEntries call = CallEntries.of(nextId.getAndIncrement(), CLOCK);
      for (var entry : List.of(call.intent(), call.outcome())) {
        long begun = System.nanoTime();
        var _ = log.append(List.of(entry));
        latencies.add(System.nanoTime() - begun);
      }
    }
    return latencies;
  }
}
