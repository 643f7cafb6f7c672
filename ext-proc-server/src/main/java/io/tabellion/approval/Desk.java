package io.tabellion.approval;

import io.tabellion.audit.Entry;
import io.tabellion.audit.Facts;
import io.tabellion.jsonrpc.Json;
import io.tabellion.jsonrpc.JsonWriter;
import io.tabellion.mcp.ApprovalNotice;
import io.tabellion.policy.Question;
import io.tabellion.state.Changes;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Where calls are put to people.
 *
 * <p>Thread-safe.
 */
@FunctionalInterface
public interface Desk {

  /** Nobody is asked: no call that needs approval goes on. */
  Desk NOBODY = _ -> new Answer.Refused(null);

  /** What came of asking. */
  sealed interface Answer {

    /** It may go on, this once, with the entry that says so. */
    record Approved(Grant grant) implements Answer {}

    /**
     * It does not go on now.
     *
     * @param notice what the agent is told; null where nobody can be asked
     */
    record Refused(@Nullable ApprovalNotice notice) implements Answer {}

    /** People may still decide: it is asked again after the vigil. */
    record Waits() implements Answer {}
  }

  /**
   * Asks about a call. Blocks while somebody may still decide, for as long as the call can wait.
   *
   * @throws InterruptedException if the walk is given up while it waits
   * @throws io.tabellion.audit.AuditUnavailableException if the request cannot be recorded
   */
  Answer ask(HeldCall call) throws InterruptedException;

  /**
   * Asks about a call without waiting for people: then it is to be asked again, of the same vigil.
   *
   * @param vigil of the walk; what is waited for is said to it
   * @throws InterruptedException if the walk is given up
   * @throws io.tabellion.audit.AuditUnavailableException if the request cannot be recorded
   */
  default Answer ask(HeldCall call, Vigil vigil) throws InterruptedException {
    return ask(call);
  }

  /**
   * A call by its client's own id, as a cancellation names it.
   *
   * @param conversation whose ids are one sequence
   * @param id as JSON text
   */
  record Named(String server, String owner, String conversation, String id) {
    static Named of(HeldCall call) {
      Json id = call.sent().get("id");
      Question.Setting setting = call.question().setting();
      return new Named(
          setting.server(),
          call.owner(),
          setting.conversation(),
          id == null ? "" : JsonWriter.toText(id));
    }
  }

  /**
   * A client cancels a call that may wait here: it does not go on any more, and nobody is asked
   * about it further unless another call waits for the same.
   *
   * @param changes where the end of the request for approval is added
   * @return the entries that tell of it
   */
  default List<Entry> cancel(Named call, Changes changes) {
    return List.of();
  }

  /** Whether clients that can are to show their user where an approval stands. */
  default boolean elicits() {
    return false;
  }

  /**
   * A call ended that may have used an approval.
   *
   * @param outcome what the entry of its outcome says
   * @param changes where the end of the approval is added
   * @return the entry that tells of it; empty if the call used none
   */
  default Optional<Entry> ended(Facts outcome, Changes changes) {
    return Optional.empty();
  }
}
