package io.tabellion.audit.index;

import java.util.Optional;

/**
 * Who owns a session, as the record knows it: survives restarts of the server.
 *
 * <p>Thread-safe. Blocking: reads a file.
 */
public interface SessionIndex {

  /**
   * Returns the newest owner of a session: the caller whose {@code initialize} got it.
   *
   * @param session keyed digest of the session id, as in {@code Fact.SESSION}
   * @throws IndexException if the index cannot be read; the session is then unknown
   */
  Optional<Session> sessionOwner(String session);

  /**
   * A session.
   *
   * @param owner keyed digest of the principal, as in {@code Fact.OWNER}
   * @param revision protocol revision that was agreed; empty if the record does not say
   * @param server MCP server by our name for it
   * @param ended whether it was deleted since
   */
  record Session(String owner, String revision, String server, boolean ended) {}
}
