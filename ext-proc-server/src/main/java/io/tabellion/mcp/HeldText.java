package io.tabellion.mcp;

import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a model reads about a call that takes the approval of a person: where it stands, whether it
 * was executed, what to do next.
 *
 * <p>Pure and thread-safe.
 */
final class HeldText {
  private static final String STOP =
      " Do not retry this call and do not try to get the same effect with another tool.";

  private HeldText() {}

  /**
   * Returns the text.
   *
   * @param hint a sentence of the rule, with a blank behind it; or nothing
   */
  static String of(Operation operation, ApprovalNotice notice, List<String> rules, String hint) {
    String what =
        operation.isToolCall() ? "'" + operation.tool() + "'" : "'" + operation.method() + "'";
    String rule = "rule " + String.join(", ", rules);
    String id = notice.approval();
    String said = notice.said() == null ? "" : ": '" + notice.said() + "'";
    return switch (notice.state()) {
      case PENDING, WAITING ->
          id == null
              ? "NOT EXECUTED - the request for approval was given up before a person decided. Call "
                  + what
                  + " again with exactly the same arguments to ask again."
              : pending(notice, what, rule, hint);
      case QUESTION ->
          "QUESTION FROM AN APPROVER - the call was not executed yet. %s asks about %s%s."
                  .formatted(notice.who(), id, said)
              + " Ask the user. If the call is still right, call "
              + what
              + " again with exactly the same arguments; otherwise call it with other arguments, which"
              + " asks for a new approval.";
      case DENIED ->
          "DENIED BY AN APPROVER - the call was not executed. %s denied approval %s%s. %s"
                  .formatted(notice.who(), id, said, hint)
              + STOP.strip();
      case EXPIRED ->
          "APPROVAL EXPIRED - the call was not executed. Approval "
              + id
              + " expired without a decision or without use. Calling "
              + what
              + " again asks for a new approval.";
      case CANCELLED -> "CANCELLED - the call was not executed. Approval " + id + " was withdrawn.";
      case REVOKED ->
          "APPROVAL REVOKED - the call was not executed. %s took approval %s back%s."
                  .formatted(notice.who(), id, said)
              + " Calling "
              + what
              + " again asks for a new approval.";
      case SUPERSEDED ->
          "NOT EXECUTED - the policy, or the definition of the tool, changed while approval "
              + id
              + " was pending. Calling "
              + what
              + " again asks for what is needed now.";
      case USED, RUNNING ->
          "NOT EXECUTED A SECOND TIME - approval "
              + id
              + " was for one call, and another try of the same call used it. Its result went to that"
              + " try. Call "
              + what
              + " again only if it is to be executed once more; that asks for a new approval.";
      case TOO_MANY ->
          "NOT EXECUTED - %s needs the approval of a person (%s), and too many calls of this agent"
                  .formatted(what, rule)
              + " wait for one. Wait until they are decided, then call again.";
      case COOLING ->
          "NOT EXECUTED - "
              + what
              + " needs the approval of a person ("
              + rule
              + "), and several calls of this agent were denied. No further approval can be asked for"
              + " within the next 10 minutes."
              + STOP;
      case NOBODY ->
          "NOT EXECUTED - "
              + what
              + " needs the approval of a person ("
              + rule
              + "), which is given only to callers whose identity is verified. Nothing of this caller"
              + " is."
              + STOP;
      case NUMBER ->
          "NOT EXECUTED - "
              + what
              + " needs the approval of a person ("
              + rule
              + "), and a number in it is read differently by different programs: too large, or of too"
              + " many digits. Send it with at most 15 digits, or as a text if the tool takes one.";
    };
  }

  private static String pending(ApprovalNotice notice, String what, String rule, String hint) {
    return "PENDING HUMAN APPROVAL - the call was not executed yet. Approval %s was requested (%s) and"
            .formatted(notice.approval(), rule)
        + " expires at "
        + time(notice.until())
        + ". "
        + hint
        + "To run it after approval, call "
        + what
        + " again with exactly the same arguments, not sooner than "
        + ApprovalNotice.RETRY.toSeconds()
        + " s from now; any change of arguments needs a new approval."
        + (notice.link() == null ? "" : " Status: " + notice.link());
  }

  private static String time(@Nullable Instant at) {
    return at == null ? "an unknown time" : at.truncatedTo(ChronoUnit.SECONDS).toString();
  }
}
