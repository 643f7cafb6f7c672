package io.tabellion.inspect;

import io.tabellion.mcp.Method;
import io.tabellion.mcp.Operation;
import io.tabellion.mcp.SessionHeader;
import io.tabellion.session.Intent;
import io.tabellion.session.Session;
import io.tabellion.state.Changes;
import org.jspecify.annotations.Nullable;

/**
 * The session id in the head of an answer: one that begins here, the exchange's own, or one that
 * nobody may have.
 *
 * @param begins a session that an answer to {@code initialize} begins, null if none
 * @param taken whether the id belongs to somebody else
 * @param passes the id that may go on to the client, null if none may
 */
record SessionOffer(@Nullable Session begins, boolean taken, @Nullable String passes) {
  static final SessionOffer NONE = new SessionOffer(null, false, null);

  static SessionOffer of(Exchange exchange, Inspector inspector, AnswerHead head, Changes changes) {
    if (!(SessionHeader.of(head.headers()) instanceof SessionHeader.Present(String id))
        || head.ownDetails() != null) {
      return NONE;
    }
    String digest = inspector.words().session(id);
    Session own = exchange.session();
    if (own != null) {
      return own.digest().equals(digest) ? new SessionOffer(null, false, id) : NONE;
    }
    if (exchange.intents().stream().noneMatch(SessionOffer::initializes)) {
      return NONE;
    }
    Session begun =
        inspector
            .sessions()
            .begin(exchange.server(), digest, exchange.owner(), exchange.sheet().client(), changes);
    return begun == null ? new SessionOffer(null, true, null) : new SessionOffer(begun, false, id);
  }

  private static boolean initializes(Intent intent) {
    Operation operation = intent.operation();
    return operation != null && operation.known() == Method.INITIALIZE;
  }
}
