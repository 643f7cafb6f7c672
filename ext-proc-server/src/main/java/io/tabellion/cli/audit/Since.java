package io.tabellion.cli.audit;

import java.time.Instant;
import java.time.ZoneId;
import picocli.CommandLine.Option;

/** How far back a verb looks. */
public final class Since {
  @Option(
      names = "--since",
      paramLabel = "TIME",
      defaultValue = "7d",
      description =
          "From then on: 7d, 12h, 2026-11-24 or 2026-11-24T07:00:00Z (default: ${DEFAULT-VALUE}).")
  private String since = "7d";

  /**
   * The first moment.
   *
   * @throws CliException if it is none
   */
  public Instant from(ZoneId zone, Instant now) {
    return FilterOptions.Range.instant("--since", since, zone, now);
  }
}
