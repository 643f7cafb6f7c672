package io.tabellion.bench.calls;

import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** The results of one kind of calls: a table, and what the lanes cost beside each other. */
record Report(Calls calls, List<Result> results) {
  static final String FDATASYNC = "fdatasync";

  /** The aims of docs/performance.md. */
  private static final double LATENCY_AIM = 1.5;

  private static final double THROUGHPUT_AIM = 0.55;

  private static final double TAIL_AIM = 2.5;

  String text() {
    StringBuilder out = new StringBuilder();
    line(out, "%s calls: %s", calls.word(), calls.words());
    line(
        out,
        "%-14s %7s %9s %6s %10s %9s %9s %9s %9s %13s %14s",
        "name",
        "load",
        "calls",
        "errors",
        "calls/s",
        "p50 ms",
        "p99 ms",
        "p99.9 ms",
        "max ms",
        "envoy ms/call",
        "server ms/call");
    results.forEach(result -> row(out, result));
    line(out, "");
    results.stream().map(Result::load).distinct().forEach(load -> ratios(out, load));
    if (calls == Calls.SIMPLE) {
      aims(out);
    }
    return out.toString();
  }

  private static void row(StringBuilder out, Result r) {
    line(
        out,
        "%-14s %7s %9d %6d %10.0f %9.3f %9.3f %9.3f %9.3f %13.3f %14.3f",
        r.name(),
        r.load().text(),
        r.calls(),
        r.errors(),
        r.rps(),
        r.p50Ms(),
        r.p99Ms(),
        r.p999Ms(),
        r.maxMs(),
        r.envoyCpuMsPerCall(),
        r.serverCpuMsPerCall());
  }

  private void ratios(StringBuilder out, Load load) {
    find(Lane.ENVOY, load).ifPresent(envoy -> compare(out, Lane.NO_OP, envoy));
    find(Lane.NO_OP, load).ifPresent(noOp -> compare(out, Lane.TABELLION, noOp));
    find(Lane.OTHER, load).ifPresent(other -> compare(out, Lane.TABELLION, other));
  }

  private void compare(StringBuilder out, String name, Result base) {
    find(name, base.load())
        .ifPresent(result ->
            line(
                out,
                "%s: %s / %s: p50 %.2f, p99 %.2f, calls/s %.0f %%, cpu %.2f (envoy %.2f%s)",
                base.load().words(),
                name,
                base.name(),
                result.p50Ms() / base.p50Ms(),
                result.p99Ms() / base.p99Ms(),
                100 * result.rps() / base.rps(),
                result.cpuMsPerCall() / base.cpuMsPerCall(),
                result.envoyCpuMsPerCall() / base.envoyCpuMsPerCall(),
                serverRatio(result, base)));
  }

  private static String serverRatio(Result result, Result base) {
    return base.serverCpuMsPerCall() == 0
        ? ""
        : ", server %.2f".formatted(result.serverCpuMsPerCall() / base.serverCpuMsPerCall());
  }

  private void aims(StringBuilder out) {
    Optional<Result> disk = find(FDATASYNC, Load.closed(1));
    Optional<Result> noOp = find(Lane.NO_OP, Load.closed(1));
    Optional<Result> ours = find(Lane.TABELLION, Load.closed(1));
    if (disk.isPresent() && noOp.isPresent() && ours.isPresent()) {
      double floor = noOp.get().p50Ms() + 2 * disk.get().p50Ms();
      double ratio = ours.get().p50Ms() / floor;
      line(
          out,
          "aim, 1 client: p50 / (no-op + 2 fdatasync = %.3f ms) = %.2f (aim: at most %.2f) %s",
          floor,
          ratio,
          LATENCY_AIM,
          verdict(ratio <= LATENCY_AIM));
    }
    Optional<Result> noOpMany = find(Lane.NO_OP, Load.closed(32));
    Optional<Result> oursMany = find(Lane.TABELLION, Load.closed(32));
    if (noOpMany.isPresent() && oursMany.isPresent()) {
      double share = oursMany.get().rps() / noOpMany.get().rps();
      line(
          out,
          "aim, 32 clients: calls/s / no-op = %.0f %% (aim: at least %.0f %%) %s",
          100 * share,
          100 * THROUGHPUT_AIM,
          verdict(share >= THROUGHPUT_AIM));
      double tail = oursMany.get().p99Ms() / noOpMany.get().p99Ms();
      line(
          out,
          "aim, 32 clients: p99 / no-op = %.2f (aim: at most %.2f) %s",
          tail,
          TAIL_AIM,
          verdict(tail <= TAIL_AIM));
    }
  }

  private static String verdict(boolean reached) {
    return reached ? "reached" : "NOT reached";
  }

  private Optional<Result> find(String name, Load load) {
    return results.stream()
        .filter(result -> result.name().equals(name) && result.load().equals(load))
        .findFirst();
  }

  @com.google.errorprone.annotations.FormatMethod
  private static void line(StringBuilder out, String format, Object... values) {
    out.append(String.format(Locale.ROOT, format, values)).append('\n');
  }
}
