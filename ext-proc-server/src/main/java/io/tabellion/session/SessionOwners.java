package io.tabellion.session;

import io.tabellion.policy.Question.Target;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What the trail knows of sessions that this process has not seen begin: those of earlier boots and
 * of other replicas.
 *
 * <p>A session begins with the latest {@code stream.open} or {@code call.outcome} whose METHOD is
 * {@code initialize} and whose SESSION is the digest; its OWNER, REVISION and CLAIMED_CLIENT facts
 * are the answer. It ends with a {@code call.outcome} whose HTTP_METHOD is DELETE and whose OUTCOME
 * is {@code ok}.
 *
 * <p>Thread-safe. May block.
 */
@FunctionalInterface
public interface SessionOwners {

  /** Nothing is known of the past. */
  SessionOwners NONE = (server, session) -> Optional.empty();

  /**
   * Returns who initialised the session; empty if it is unknown or ended.
   *
   * @param server name of the MCP server
   * @param session the SESSION fact: keyed digest of the session id
   */
  Optional<Owned> find(String server, String session);

  /**
   * Returns the call that made a task; empty if the record does not say.
   *
   * @param server name of the MCP server
   * @param owner the OWNER fact: whose call it was
   * @param task the TASK fact: keyed digest of the task's id
   */
  default Optional<Target> task(String server, String owner, String task) {
    return Optional.empty();
  }

  /**
   * One session.
   *
   * @param owner the OWNER fact: keyed digest of the principal
   * @param revision the protocol revision it was initialised at, null if not recorded
   * @param client the CLAIMED_CLIENT fact, null if not recorded
   */
  record Owned(String owner, @Nullable String revision, @Nullable String client) {}
}
