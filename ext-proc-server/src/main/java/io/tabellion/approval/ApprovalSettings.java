package io.tabellion.approval;

import java.time.Duration;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * How calls wait for people.
 *
 * @param hold how long a call waits inline, before it is parked
 * @param holds the same for single MCP servers, by name
 * @param grant how long an approval can be used
 * @param mostPending requests of one caller that may wait at one time
 * @param mostDenied requests of one caller that may be denied within {@link
 *     ApprovalRequest#REMEMBERED}, before it cools down
 * @param page that shows where a request stands; null if there is none that agents can be told of
 */
public record ApprovalSettings(
    Duration hold,
    Map<String, Duration> holds,
    Duration grant,
    int mostPending,
    int mostDenied,
    @Nullable Page page) {

  /**
   * The page that shows where a request stands.
   *
   * @param url of the page of all requests, without a slash at the end
   * @param elicits whether clients that can are to show it to their user
   */
  public record Page(String url, boolean elicits) {}

  public static final ApprovalSettings DEFAULTS =
      new ApprovalSettings(Duration.ofSeconds(15), Map.of(), Duration.ofMinutes(15), 20, 3, null);

  /** Settings without a page. */
  public ApprovalSettings(
      Duration hold, Map<String, Duration> holds, Duration grant, int mostPending, int mostDenied) {
    this(hold, holds, grant, mostPending, mostDenied, null);
  }

  public ApprovalSettings {
    holds = Map.copyOf(holds);
  }

  /** How long a call to an MCP server waits inline. */
  public Duration hold(String server) {
    return holds.getOrDefault(server, hold);
  }
}
