package io.tabellion.audit.index;

import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Who owns a session, as the record knows it: survives restarts of the server.
 *
 * <p>Thread-safe. Blocking: reads a file.
 */
public interface SessionIndex {

  /**
   * Returns the newest owner of a session: the caller whose {@code initialize} was answered with
   * it.
   *
   * @param server MCP server by our name for it
   * @param session keyed digest of the session id, as in {@code Fact.SESSION}
   * @throws IndexException if the index cannot be read; the session is then unknown
   */
  Optional<Session> sessionOwner(String server, String session);

  /**
   * Returns the call that made a task.
   *
   * @param server MCP server by our name for it
   * @param owner keyed digest of the principal who made the call
   * @param task keyed digest of the task's id, as in {@code Fact.TASK}
   * @throws IndexException if the index cannot be read; the task is then unknown
   */
  Optional<Call> callOfTask(String server, String owner, String task);

  /**
   * What a call was about.
   *
   * @param tool null if it named none; so are the others
   */
  record Call(
      String method, @Nullable String tool, @Nullable String prompt, @Nullable String resource) {}

  /**
   * A session.
   *
   * @param owner keyed digest of the principal, as in {@code Fact.OWNER}
   * @param revision protocol revision that was agreed, null if the record does not say
   * @param client what the client claimed to be, null if the record does not say
   * @param ended whether its owner deleted it since
   */
  record Session(String owner, @Nullable String revision, @Nullable String client, boolean ended) {}
}
