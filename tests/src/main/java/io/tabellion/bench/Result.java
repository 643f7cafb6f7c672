package io.tabellion.bench;

import java.util.List;
import tools.jackson.databind.PropertyNamingStrategies;
import tools.jackson.databind.annotation.JsonNaming;

/**
 * What one lane did with one number of clients, over all its rounds; an object of the JSON report.
 *
 * @param calls answered rightly within the measured time
 * @param errors calls without the right answer
 * @param rps calls a second
 * @param p50Ms median latency of a call as the client saw it, milliseconds
 * @param p99Ms the same, 99th percentile
 * @param cpuMsPerCall CPU time of the processes between client and MCP server, milliseconds a call
 */
@JsonNaming(PropertyNamingStrategies.SnakeCaseStrategy.class)
record Result(
    String name,
    int clients,
    int calls,
    int errors,
    double rps,
    double p50Ms,
    double p99Ms,
    double cpuMsPerCall) {

  private static final double NANOS_PER_MILLI = 1e6;

  /**
   * @param cpuMillis spent in these rounds
   * @param handled calls these milliseconds were spent on, warm-up included
   */
  static Result of(
      String name, int clients, List<LoadClient.Round> rounds, double cpuMillis, long handled) {
    Latencies all = new Latencies();
    rounds.forEach(round -> all.addAll(round.latencies()));
    int errors = rounds.stream().mapToInt(LoadClient.Round::errors).sum();
    double seconds = rounds.stream().mapToLong(LoadClient.Round::elapsed).sum() / 1e9;
    return new Result(
        name,
        clients,
        all.size(),
        errors,
        rounded(all.size() / seconds),
        rounded(all.percentile(0.50) / NANOS_PER_MILLI),
        rounded(all.percentile(0.99) / NANOS_PER_MILLI),
        rounded(cpuMillis / Math.max(handled, 1)));
  }

  private static double rounded(double value) {
    return Math.round(value * 1000) / 1000.0;
  }
}
