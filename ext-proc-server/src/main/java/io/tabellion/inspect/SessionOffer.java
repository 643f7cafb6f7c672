package io.tabellion.inspect;

import io.tabellion.mcp.Method;
import io.tabellion.mcp.Operation;
import io.tabellion.mcp.SessionHeader;
import io.tabellion.session.Intent;
import io.tabellion.session.Session;
import io.tabellion.session.Sessions;
import io.tabellion.state.Changes;
import java.util.List;
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

  /**
   * Looks up who has the session that the head of an answer to {@code initialize} gives. May block
   * on a disk.
   *
   * @return null if it gives none
   */
  static Sessions.@Nullable Known recall(
      Situation situation, List<Intent> intents, Services services, AnswerHead head) {
    String id = id(head);
    if (id == null
        || situation.session() != null
        || intents.stream().noneMatch(SessionOffer::initializes)) {
      return null;
    }
    return services.sessions().recall(situation.server(), services.words().session(id));
  }

  /**
   * Returns what the head of an answer gives.
   *
   * @param known who has the session that it gives, as it was recalled
   */
  static SessionOffer of(
      Situation situation,
      Services services,
      AnswerHead head,
      Sessions.@Nullable Known known,
      Changes changes) {
    String id = id(head);
    Session own = situation.session();
    if (id != null && own != null) {
      boolean same = own.digest().equals(services.words().session(id));
      return same ? new SessionOffer(null, false, id) : NONE;
    }
    if (id == null || known == null) {
      return NONE;
    }
    Session begun =
        services.sessions().begin(known, situation.owner(), situation.sheet().client(), changes);
    if (begun != null && situation.showsLinks()) {
      begun.shownLinks();
    }
    return begun == null ? new SessionOffer(null, true, null) : new SessionOffer(begun, false, id);
  }

  private static @Nullable String id(AnswerHead head) {
    return head.ownDetails() == null
            && SessionHeader.of(head.headers()) instanceof SessionHeader.Present(String id)
        ? id
        : null;
  }

  private static boolean initializes(Intent intent) {
    Operation operation = intent.operation();
    return operation != null && operation.known() == Method.INITIALIZE;
  }

  /** Its entry is durable: the session that begins, if one does, can be used from now on. */
  void begun(Situation situation, Services services) {
    if (begins != null) {
      services.sessions().begun(situation.server(), begins);
    }
  }
}
