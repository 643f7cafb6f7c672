package io.tabellion.approval;

import io.tabellion.state.Key;
import io.tabellion.state.Kind;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Further calls that approvers let on with the one that they saw.
 *
 * <p>Immutable and thread-safe.
 *
 * @param id names it to people: {@code grt-} and 12 hex digits
 * @param request id of the request for approval that it came of
 * @param target whose calls, and which
 * @param votes of those who gave it; they must still be approvers when it is used
 * @param escalated ids of the rules whose second approvers counted
 * @param from when it was given
 * @param until when it ends
 * @param uses how many calls it is for, at least 1
 * @param used how many of them were made
 */
public record WindowGrant(
    String id,
    String request,
    Target target,
    List<Vote> votes,
    Set<String> escalated,
    Instant from,
    Instant until,
    int uses,
    int used) {

  private static final int MOST = 10_000;

  /** Grants that are not over. */
  static final Kind<WindowGrant> KIND =
      new Kind<>("approval grant", MOST, Kind.Full.TAKES_NO_MORE, null);

  public WindowGrant {
    votes = List.copyOf(votes);
    escalated = Set.copyOf(escalated);
  }

  /**
   * Which calls.
   *
   * @param requester whose
   * @param server MCP server
   * @param method MCP method
   * @param tool that is called; null where the method calls none
   * @param definition digest of the tool's definition; null if none is known
   * @param policy digest of the policy that asks
   * @param rules ids of the rules that ask
   * @param binding of the one call that it is for again and again; null if the arguments may be
   *     others, within the conditions of the rules
   */
  public record Target(
      Requester requester,
      String server,
      String method,
      @Nullable String tool,
      @Nullable String definition,
      String policy,
      List<String> rules,
      @Nullable String binding) {

    public Target {
      rules = rules.stream().sorted().toList();
    }

    /** The name of the record of a grant for these calls. */
    Key<WindowGrant> key() {
      return binding == null
          ? Key.of(
              KIND,
              requester.owner(),
              server,
              method,
              String.valueOf(tool),
              String.valueOf(definition),
              policy,
              String.join(" ", rules))
          : Key.of(KIND, binding);
    }
  }

  /** How many calls it is still for. */
  public int left() {
    return uses - used;
  }

  /** Whether it is for no call any more. */
  public boolean isOver(Instant now) {
    return left() <= 0 || !now.isBefore(until);
  }

  WindowGrant usedOnce() {
    return new WindowGrant(id, request, target, votes, escalated, from, until, uses, used + 1);
  }

  WindowGrant givenBack() {
    return new WindowGrant(id, request, target, votes, escalated, from, until, uses, used - 1);
  }
}
