package io.tabellion.bench.calls;

import io.tabellion.parties.Checkout;
import io.tabellion.terminal.Numbers;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;

/**
 * {@code ./tabellion bench}: measures direct calls, calls through Envoy, through Envoy with an
 * ext_proc server that does nothing, and through Tabellion, and the disk alone; in one run, taking
 * turns, so that what disturbs one disturbs all. docs/performance.md explains the method.
 */
@Command(
    name = "bench",
    mixinStandardHelpOptions = true,
    description = "Measures what a judged and recorded call costs. Uses loopback only.",
    footer = {
      "",
      "Examples:",
      "  ./tabellion bench --clients 1,32",
      "  ./tabellion bench --calls sse,masked,64k --clients 32 --modes no-op,tabellion"
    })
public final class Bench implements Callable<Integer> {
  private static final List<Integer> CLIENTS = List.of(1, 8, 16, 32);
  private static final int ROUNDS = 4;
  private static final Duration SETTLE = Duration.ofMillis(300);
  private static final Duration WARM_UP = Duration.ofSeconds(2);
  private static final int WARM_UP_CLIENTS = 16;
  private static final int WARM_UP_ROUNDS = 60;
  private static final int WARM_UP_CALLS = 20_000;

  /** Compilers that take less of a lane's CPU than this have seen enough. */
  private static final double COMPILING = 0.05;

  /** One page: what the smallest group of the log takes. */
  private static final int RECORD_BYTES = 4096;

  @Option(names = "--json", paramLabel = "FILE", description = "also write the results as JSON")
  private @Nullable Path json;

  @Option(
      names = "--seconds",
      paramLabel = "N",
      converter = Numbers.FromOne.class,
      defaultValue = "8",
      description = "measured seconds for each mode and load (default: ${DEFAULT-VALUE})")
  private int seconds = 8;

  @Option(
      names = "--clients",
      paramLabel = "N",
      converter = Numbers.FromOne.class,
      split = ",",
      description = "numbers of clients of a closed loop (default: 1,8,16,32 without --rate)")
  private List<Integer> clients = List.of();

  @Option(
      names = "--rate",
      paramLabel = "N",
      converter = Numbers.FromOne.class,
      split = ",",
      description =
          "calls a second of an open loop: calls begin at fixed times, also while earlier ones have no"
              + " answer")
  private List<Integer> rates = List.of();

  @Option(
      names = "--modes",
      paramLabel = "NAME",
      split = ",",
      defaultValue = "direct,envoy,no-op,tabellion",
      description =
          "which to measure: direct, envoy, no-op, no-op-unix, tabellion, tabellion-unix (default:"
              + " ${DEFAULT-VALUE})")
  private List<String> modes = List.of();

  @Option(
      names = "--other",
      paramLabel = "FOLDER",
      description =
          "another checkout that was built: its server, behind its Envoy configuration, is"
              + " measured beside ours")
  private @Nullable Path other;

  @Option(
      names = "--profile",
      description = "record our server with JFR while it is measured, and say where its time goes")
  private boolean profile;

  @Option(
      names = "--calls",
      paramLabel = "KIND",
      split = ",",
      converter = Calls.FromWord.class,
      defaultValue = "simple",
      description =
          "kinds of calls, each measured by itself: simple, sse, masked, rules, 16k, 64k (default:"
              + " ${DEFAULT-VALUE})")
  private List<Calls> kinds = List.of();

  private long nextId = 1;

  @Override
  public Integer call() throws IOException, InterruptedException {
    List<Result> all = new ArrayList<>();
    for (Calls calls : kinds) {
      all.addAll(run(calls));
    }
    if (json != null) {
      write(all, json);
    }
    return all.stream().mapToInt(Result::errors).sum() == 0 ? 0 : 1;
  }

  /** Measures and prints one kind of calls, with processes of its own. */
  private List<Result> run(Calls calls) throws IOException, InterruptedException {
    Path folder = newFolder();
    Path recording = folder.resolve("server.jfr");
    try {
      List<Result> results =
          run(calls, folder, profile ? Profile.jvmOptions(recording) : List.of());
      System.out.print(new Report(calls, results).text());
      if (profile) {
        System.out.print(Profile.read(recording).text());
      }
      return results;
    } finally {
      delete(folder);
    }
  }

  private List<Result> run(Calls calls, Path folder, List<String> ourJvm)
      throws IOException, InterruptedException {
    try (Lab lab = Lab.start(folder, calls, names(), ourJvm, otherBuild());
        DiskProbe disk = DiskProbe.open(folder.resolve("fdatasync"), RECORD_BYTES)) {
      warmUp(lab.lanes(), calls);
      List<Result> results = new ArrayList<>();
      for (Load load : loads()) {
        results.addAll(measure(lab.lanes(), calls, load, disk));
      }
      return results;
    }
  }

  private List<Load> loads() {
    List<Integer> closed = clients.isEmpty() && rates.isEmpty() ? CLIENTS : clients;
    return Stream.concat(closed.stream().map(Load::closed), rates.stream().map(Load::open))
        .toList();
  }

  private @Nullable OtherBuild otherBuild() throws IOException {
    return other == null ? null : OtherBuild.of(other);
  }

  private Set<String> names() {
    Set<String> names = new LinkedHashSet<>(modes);
    if (other != null) {
      names.add(Lane.OTHER);
    }
    return names;
  }

  /** Until the compilers of the JVMs have seen enough, or for so long. */
  private void warmUp(List<Lane> lanes, Calls calls) throws IOException {
    for (Lane lane : lanes) {
      long first = nextId;
      double compiling = 1;
      for (int i = 1; i <= WARM_UP_ROUNDS; i++) {
        if (nextId - first >= WARM_UP_CALLS && compiling < COMPILING) {
          break;
        }
        progress(
            "%s calls, warm-up %d: %s, %.0f %% compiling"
                .formatted(calls.word(), i, lane.name(), 100 * compiling));
        compiling = compiling(lane, calls);
      }
    }
  }

  /** Warms up for one round; returns the share of compilers in its CPU. */
  private double compiling(Lane lane, Calls calls) throws IOException {
    double all = Cpu.millis(lane.between());
    double compilers = Cpu.compilerMillis(lane.between());
    round(lane, calls, Load.closed(WARM_UP_CLIENTS), WARM_UP);
    all = Cpu.millis(lane.between()) - all;
    return all <= 0 ? 0 : (Cpu.compilerMillis(lane.between()) - compilers) / all;
  }

  /** The lanes take turns, each round in another order; the disk comes last, with one client. */
  private List<Result> measure(List<Lane> lanes, Calls calls, Load load, DiskProbe disk)
      throws IOException {
    Map<String, Tally> tallies = new LinkedHashMap<>();
    List<Lane> order = new ArrayList<>(lanes);
    lanes.forEach(lane -> tallies.put(lane.name(), new Tally()));
    Duration measured = Duration.ofMillis(seconds * 1000L / ROUNDS);
    for (int i = 1; i <= ROUNDS; i++) {
      for (Lane lane : order) {
        progress(
            "%s calls, %s, round %d/%d: %s"
                .formatted(calls.word(), load.words(), i, ROUNDS, lane.name()));
        tallies.computeIfPresent(
            lane.name(), (_, tally) -> tally.add(turn(lane, calls, load, measured)));
      }
      if (load.clients() == 1) {
        tallies.computeIfAbsent(Report.FDATASYNC, _ -> new Tally()).add(turn(disk, measured));
      }
      Collections.rotate(order, 1);
    }
    return tallies.entrySet().stream()
        .map(entry -> entry.getValue().result(entry.getKey(), calls, load))
        .toList();
  }

  /** One lane's turn. */
  private record Turn(LoadClient.Round round, Result.Spent spent, long handled) {}

  private static final class Tally {
    private final List<LoadClient.Round> rounds = new ArrayList<>();
    private Result.Spent spent = Result.Spent.NOTHING;
    private long handled;

    Tally add(Turn turn) {
      rounds.add(turn.round());
      spent = spent.plus(turn.spent());
      handled += turn.handled();
      return this;
    }

    Result result(String name, Calls calls, Load load) {
      return Result.of(name, calls, load, rounds, spent, handled);
    }
  }

  private Turn turn(Lane lane, Calls calls, Load load, Duration measured) {
    try {
      Result.Spent before = Result.Spent.by(lane);
      long first = nextId;
      LoadClient.Round round = round(lane, calls, load, measured);
      return new Turn(round, Result.Spent.by(lane).minus(before), round.nextId() - first);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Turn turn(DiskProbe disk, Duration measured) throws IOException {
    LoadClient.Round round = disk.run(measured);
    return new Turn(round, Result.Spent.NOTHING, round.latencies().size());
  }

  private LoadClient.Round round(Lane lane, Calls calls, Load load, Duration measured)
      throws IOException {
    LoadClient client = load.client(lane.target(calls), nextId);
    LoadClient.Round round = client.run(SETTLE, measured);
    nextId = round.nextId();
    return round;
  }

  private static void write(List<Result> results, Path file) throws IOException {
    JsonMapper mapper = JsonMapper.builder().enable(SerializationFeature.INDENT_OUTPUT).build();
    Files.writeString(file, mapper.writeValueAsString(results) + "\n");
    System.out.println("JSON: " + file);
  }

  private static void progress(String text) {
    System.err.println(text);
  }

  /** In the checkout, so that the log and the bare file lie on one disk. */
  public static Path newFolder() throws IOException {
    Path parent = Files.createDirectories(Checkout.root().resolve(".tabellion"));
    return Files.createTempDirectory(parent, "bench-");
  }

  /** Takes a folder away with all that is in it. */
  public static void delete(Path folder) throws IOException {
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(file);
      }
    }
  }
}
