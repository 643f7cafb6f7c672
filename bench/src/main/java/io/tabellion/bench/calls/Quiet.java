package io.tabellion.bench.calls;

import java.io.IOException;
import java.time.Duration;

/** A client that makes one short call after another, and what it feels of others. Confined. */
public final class Quiet {
  private static final Duration SETTLE = Duration.ofSeconds(1);
  private static final int WARM_UP_CLIENTS = 16;
  private static final double MILLI = 1e6;

  private final int port;
  private final String path;
  private long nextId = 1;

  /** A client of the endpoint at this path on loopback. */
  public Quiet(int port, String path) {
    this.port = port;
    this.path = path;
  }

  /**
   * What it felt, in milliseconds.
   *
   * @param errors calls without the right answer
   */
  public record Felt(int calls, int errors, double p50, double p99, double slowest) {}

  /** Makes many calls, so that compilers have seen the code. */
  public void warmUp(Duration time) throws IOException {
    round(WARM_UP_CLIENTS, time);
  }

  /** Makes one call after another for this time. */
  public Felt feels(Duration time) throws IOException {
    LoadClient.Round round = round(1, time);
    Latencies felt = round.latencies();
    return new Felt(
        felt.size(),
        round.errors(),
        felt.percentile(0.5) / MILLI,
        felt.percentile(0.99) / MILLI,
        felt.percentile(1) / MILLI);
  }

  private LoadClient.Round round(int clients, Duration time) throws IOException {
    LoadClient.Round round =
        Load.closed(clients).client(Target.simple(port, path), nextId).run(SETTLE, time);
    nextId = round.nextId();
    return round;
  }
}
