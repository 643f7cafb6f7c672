package io.tabellion.bench.fairness;

import io.tabellion.bench.calls.Bench;
import io.tabellion.bench.calls.Quiet;
import io.tabellion.parties.Checkout;
import io.tabellion.parties.Child;
import io.tabellion.parties.Envoy;
import io.tabellion.parties.EnvoyConfig;
import io.tabellion.parties.TabellionServer;
import io.tabellion.terminal.Numbers;
import io.tabellion.terminal.WrongValueException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * {@code bench fairness}: what one quiet client feels of a loud one. In one run: the quiet client
 * alone, beside large bodies full of near-findings, beside streams of short events, and many calls
 * at one moment.
 */
@Command(
    name = "fairness",
    mixinStandardHelpOptions = true,
    description = "Measure a quiet client beside a loud one, and many calls at one moment.")
public final class FairnessBench implements Callable<Integer> {
  private static final Duration START = Duration.ofSeconds(60);
  private static final String PATH = "/sample/mcp";
  private static final String TOKENS = "envoy.filters.http.jwt_authn";

  @Option(
      names = "--seconds",
      paramLabel = "N",
      converter = Numbers.FromOne.class,
      defaultValue = "10",
      description = "measured seconds for each part (default: ${DEFAULT-VALUE})")
  private int seconds = 10;

  @Option(
      names = "--loud",
      paramLabel = "N",
      converter = Numbers.FromOne.class,
      defaultValue = "8",
      description = "connections of the loud caller (default: ${DEFAULT-VALUE})")
  private int loud = 8;

  @Option(
      names = "--calls",
      paramLabel = "N",
      converter = Numbers.FromOne.class,
      defaultValue = "2000",
      description = "calls at one moment (default: ${DEFAULT-VALUE})")
  private int calls = 2000;

  @Option(
      names = "--parts",
      paramLabel = "NAME",
      split = ",",
      defaultValue = "bodies,streams",
      description = "what the loud caller does (default: ${DEFAULT-VALUE})")
  private List<String> parts = List.of();

  @Option(
      names = "--jvm",
      paramLabel = "OPTION",
      description = "further options for the JVM of the server; may be given again")
  private List<String> options = List.of();

  @Option(
      names = "--other",
      paramLabel = "FOLDER",
      description = "another checkout that was built: its server is measured too")
  private @Nullable Path other;

  @Override
  public Integer call() throws IOException, InterruptedException {
    for (String part : parts) {
      if (!part.equals("bodies") && !part.equals("streams")) {
        throw new WrongValueException("--parts", part, "one of bodies, streams");
      }
    }
    measure("this checkout", Child.classPath());
    if (other != null) {
      Path target = other.toAbsolutePath().resolve("ext-proc-server/target");
      measure("other", target.resolve("classes") + ":" + target.resolve("lib") + "/*");
    }
    return 0;
  }

  private void measure(String name, String classPath) throws IOException, InterruptedException {
    Path parent = Files.createDirectories(Checkout.root().resolve(".tabellion"));
    Path folder = Files.createTempDirectory(parent, "fairness-");
    Deque<AutoCloseable> running = new ArrayDeque<>();
    try {
      System.out.println("\n" + name);
      int server = startJava(running, folder, "mcp-server", List.of(CrowdServer.class.getName()));
      var setup = TabellionServer.Setup.in(folder.resolve("server"));
      List<String> jvm = new ArrayList<>(List.of("-Xmx2g"));
      jvm.add(Checkout.serveOptions());
      jvm.addAll(options);
      running.push(setup.withJvm(jvm).withClassPath(classPath).start("server"));
      int port = Checkout.freePort();
      EnvoyConfig config = Checkout.envoyYaml().without(TOKENS).port(9100, server);
      Envoy envoy =
          Envoy.start(
              "envoy",
              folder.resolve("envoy"),
              config.port(9001, setup.extProcPort()).port(10000, port));
      running.push(envoy);
      parts(new Quiet(port, PATH), port, folder);
      System.out.printf(
          "connections to the server closed for pings without answer: %d%n",
          envoy.statistic("cluster.tabellion_ext_proc.http2.keepalive_timeout"));
    } finally {
      close(running);
      Bench.delete(folder);
    }
  }

  private void parts(Quiet quiet, int port, Path folder) throws IOException, InterruptedException {
    quiet.warmUp(Duration.ofSeconds(20));
    Duration measured = Duration.ofSeconds(seconds);
    List<Quiet.Felt> alone = new ArrayList<>();
    alone.add(say("alone", quiet.feels(measured)));
    for (String kind : parts) {
      List<String> command =
          List.of(
              LoudCaller.class.getName(), kind, String.valueOf(port), PATH, String.valueOf(loud));
      Child caller = Child.startJava("loud-" + kind, folder, List.of("-Xmx512m"), command);
      Quiet.Felt beside;
      try (caller) {
        caller.await(line -> line.startsWith("answered"), START);
        beside = say("beside " + loud + " " + kind, quiet.feels(measured));
      }
      System.out.printf(
          "  loud: %s%n",
          caller.lines().reversed().stream()
              .filter(line -> line.startsWith("answered"))
              .findFirst()
              .orElse(""));
      alone.add(say("alone again", quiet.feels(measured)));
      double base = alone.stream().mapToDouble(Quiet.Felt::p99).sorted().toArray()[0];
      System.out.printf(Locale.ROOT, "  p99 beside / alone: %.1f%n", beside.p99() / base);
    }
    Burst.Ends ends = new Burst(port, PATH).run(calls, 5_000_000_000L, Duration.ofSeconds(90));
    System.out.printf(
        Locale.ROOT,
        "%d calls at one moment, last end after %.1f s%n",
        calls,
        ends.slowest() / 1e9);
    ends.ends().forEach((how, count) -> System.out.printf("  %5d  %s%n", count, how));
  }

  private static Quiet.Felt say(String part, Quiet.Felt felt) {
    System.out.printf(
        Locale.ROOT,
        "%-20s %6d calls %3d errors  p50 %8.2f ms  p99 %8.2f ms  slowest %8.2f ms%n",
        part,
        felt.calls(),
        felt.errors(),
        felt.p50(),
        felt.p99(),
        felt.slowest());
    return felt;
  }

  private static int startJava(
      Deque<AutoCloseable> running, Path folder, String name, List<String> command)
      throws InterruptedException {
    Child child = Child.startJava(name, folder, List.of("-Xmx512m"), command);
    running.push(child);
    String line = child.await(text -> text.startsWith("ready "), START);
    return Integer.parseInt(line.substring("ready ".length()));
  }

  private static void close(Deque<AutoCloseable> running) {
    for (AutoCloseable party : running) {
      try {
        party.close();
      } catch (Exception e) {
        throw new IllegalStateException("cannot end a process of the benchmark", e);
      }
    }
  }
}
