package io.tabellion.bench.calls;

import java.util.List;
import tools.jackson.databind.PropertyNamingStrategies;
import tools.jackson.databind.annotation.JsonNaming;

/**
 * What one lane did with one kind of calls under one load, over all its rounds; an object of the
 * JSON report.
 *
 * @param kind of the calls, as it is typed
 * @param clients of a closed loop, else 0
 * @param rate calls a second of an open loop, else 0
 * @param calls answered rightly within the measured time
 * @param errors calls without the right answer
 * @param rps calls a second
 * @param p50Ms median latency of a call as the client saw it, milliseconds; of an open loop from
 *     the time at which it was to begin
 * @param p99Ms the same, 99th percentile
 * @param p999Ms the same, 99.9th percentile
 * @param maxMs the same, the slowest call
 * @param cpuMsPerCall CPU time of the processes between client and MCP server, milliseconds a call
 * @param envoyCpuMsPerCall the part of it that Envoy took
 * @param serverCpuMsPerCall the part of it that the ext_proc server took
 */
@JsonNaming(PropertyNamingStrategies.SnakeCaseStrategy.class)
record Result(
    String name,
    String kind,
    int clients,
    int rate,
    int calls,
    int errors,
    double rps,
    double p50Ms,
    double p99Ms,
    double p999Ms,
    double maxMs,
    double cpuMsPerCall,
    double envoyCpuMsPerCall,
    double serverCpuMsPerCall) {

  private static final double NANOS_PER_MILLI = 1e6;

  /**
   * @param spent in these rounds
   * @param handled calls these milliseconds were spent on, warm-up included
   */
  static Result of(
      String name,
      Calls calls,
      Load load,
      List<LoadClient.Round> rounds,
      Spent spent,
      long handled) {
    Latencies all = new Latencies();
    rounds.forEach(round -> all.addAll(round.latencies()));
    int errors = rounds.stream().mapToInt(LoadClient.Round::errors).sum();
    double seconds = rounds.stream().mapToLong(LoadClient.Round::elapsed).sum() / 1e9;
    return new Result(
        name,
        calls.word(),
        load.clients(),
        load.rate(),
        all.size(),
        errors,
        rounded(all.size() / seconds),
        rounded(all.percentile(0.50) / NANOS_PER_MILLI),
        rounded(all.percentile(0.99) / NANOS_PER_MILLI),
        rounded(all.percentile(0.999) / NANOS_PER_MILLI),
        rounded(all.percentile(1) / NANOS_PER_MILLI),
        rounded((spent.envoy() + spent.server()) / Math.max(handled, 1)),
        rounded(spent.envoy() / Math.max(handled, 1)),
        rounded(spent.server() / Math.max(handled, 1)));
  }

  /** CPU time of Envoy and of the ext_proc server, milliseconds. */
  record Spent(double envoy, double server) {
    static final Spent NOTHING = new Spent(0, 0);

    /** Returns what a lane has spent so far. */
    static Spent by(Lane lane) {
      return new Spent(Cpu.millis(lane.envoy()), Cpu.millis(lane.server()));
    }

    Spent plus(Spent other) {
      return new Spent(envoy + other.envoy, server + other.server);
    }

    Spent minus(Spent other) {
      return new Spent(envoy - other.envoy, server - other.server);
    }
  }

  /** Returns the load that it was measured under. */
  Load load() {
    return new Load(clients, rate);
  }

  private static double rounded(double value) {
    return Math.round(value * 1000) / 1000.0;
  }
}
