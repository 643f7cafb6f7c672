package io.tabellion.approval;

import java.time.Duration;

/**
 * How calls wait for people.
 *
 * @param hold how long a call waits inline, before it is parked
 * @param grant how long an approval can be used
 * @param mostPending requests of one caller that may wait at one time
 * @param mostDenied requests of one caller that may be denied within {@link
 *     ApprovalRequest#REMEMBERED}, before it cools down
 */
public record ApprovalSettings(Duration hold, Duration grant, int mostPending, int mostDenied) {
  public static final ApprovalSettings DEFAULTS =
      new ApprovalSettings(Duration.ofSeconds(15), Duration.ofMinutes(15), 20, 3);
}
