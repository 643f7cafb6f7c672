package io.tabellion.bench.calls;

import io.tabellion.extproc.CannedCalls;
import io.tabellion.parties.Checkout;
import io.tabellion.parties.Child;
import io.tabellion.parties.TabellionServer;
import io.tabellion.rehearsal.Rehearsal;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code bench first}: how long a start takes, and what the first calls cost. */
@Command(
    name = "first",
    mixinStandardHelpOptions = true,
    description =
        "Start the server with and without its trained cache of classes in turn. Show how long that"
            + " takes until /readyz says 200, and the latency of the first 1,000 calls and of 1,000"
            + " calls later. The calls are ext_proc exchanges without Envoy, one after another.",
    footer = {
      "",
      "Examples:",
      "  ./tabellion bench first",
      "  ./tabellion bench first --servers 3 --seconds 10"
    })
public final class FirstBench implements Callable<Integer> {
  private static final int CALLS = 1000;
  private static final int WARM_UP = 5000;
  private static final Duration WARM_UP_AT_MOST = Duration.ofSeconds(30);
  private static final Duration TRAINING = Duration.ofMinutes(3);
  private static final double MILLI = 1e6;

  @Option(
      names = "--servers",
      defaultValue = "5",
      description = "Starts with and without the cache (default: ${DEFAULT-VALUE}).")
  private int servers;

  @Option(
      names = "--seconds",
      defaultValue = "60",
      description = "Calls go on so long before the later ones (default: ${DEFAULT-VALUE}).")
  private int seconds;

  @Spec private @Nullable CommandSpec spec;

  @Override
  public Integer call() throws IOException, InterruptedException {
    if (spec == null) {
      throw new IllegalStateException("not run by picocli");
    }
    PrintWriter out = spec.commandLine().getOut();
    Path folder = Files.createTempDirectory("tabellion-bench-first");
    try {
      Path cache = folder.resolve("serve.aot");
      train(folder, cache);
      Rehearsal.begin(InstantSource.system(), WARM_UP).await(WARM_UP_AT_MOST); // the caller
      out.printf(
          "%-14s %9s %11s %11s %11s %11s %11s %11s%n",
          "",
          "ready ms",
          "first p50",
          "first p99",
          "first max",
          "later p50",
          "later p99",
          "later max");
      for (int i = 0; i < servers; i++) {
        measure(out, "without cache", folder.resolve("a" + i), List.of());
        measure(out, "with cache", folder.resolve("b" + i), List.of("-XX:AOTCache=" + cache));
      }
    } finally {
      Bench.delete(folder);
    }
    return 0;
  }

  private static void train(Path folder, Path cache) throws InterruptedException {
    List<String> jvm = List.of(Checkout.serveOptions(), "-XX:AOTCacheOutput=" + cache);
    try (Child training =
        Child.startJava("training", folder, jvm, List.of("io.tabellion.Training"))) {
      Integer status = training.awaitExit(TRAINING);
      if (status == null || status != 0 || !Files.exists(cache)) {
        throw new IllegalStateException("training: status " + status + ": " + training.lines());
      }
    }
  }

  private void measure(PrintWriter out, String name, Path folder, List<String> jvm)
      throws IOException, InterruptedException {
    Files.createDirectory(folder);
    var setup = TabellionServer.Setup.in(folder).withPolicy(CannedCalls.POLICY).withJvm(jvm);
    long began = System.nanoTime();
    try (TabellionServer _ = setup.start("server");
        CannedCalls envoy = new CannedCalls(setup.extProcPort())) {
      double ready = (System.nanoTime() - began) / MILLI;
      Latencies first = calls(envoy);
      long end = System.nanoTime() + Duration.ofSeconds(seconds).toNanos();
      while (System.nanoTime() < end) {
        envoy.play();
      }
      Latencies later = calls(envoy);
      out.printf(
          "%-14s %9.0f %11.2f %11.2f %11.2f %11.2f %11.2f %11.2f%n",
          name,
          ready,
          first.percentile(0.5) / MILLI,
          first.percentile(0.99) / MILLI,
          first.percentile(1) / MILLI,
          later.percentile(0.5) / MILLI,
          later.percentile(0.99) / MILLI,
          later.percentile(1) / MILLI);
      out.flush();
    }
  }

  private static Latencies calls(CannedCalls envoy) throws InterruptedException {
    Latencies all = new Latencies();
    for (int i = 0; i < CALLS; i++) {
      long began = System.nanoTime();
      envoy.play();
      all.add(System.nanoTime() - began);
    }
    return all;
  }
}
