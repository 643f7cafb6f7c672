package io.tabellion.inspect;

import io.tabellion.audit.Fact;
import io.tabellion.audit.FactWord;
import io.tabellion.audit.Facts;
import io.tabellion.audit.Outcome;
import io.tabellion.mcp.Revision;
import io.tabellion.session.Intent;
import io.tabellion.session.Session;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What was decided of the answer to one intent.
 *
 * @param intent it answers
 * @param ruled what goes on and what is kept
 * @param outcome the OUTCOME fact
 * @param kind the MESSAGE fact
 * @param facts what else its entry says
 * @param began the session that it begins, null if it begins none
 */
record Answered(
    Intent intent,
    Ruled ruled,
    Outcome outcome,
    String kind,
    Facts facts,
    @Nullable Beginning began)
    implements Leg.Message {

  /**
   * A session begins with the answer.
   *
   * @param agreed the revision that the server answers with, null if that is none
   */
  record Beginning(Session session, @Nullable Revision agreed) {}

  /** The same with a list of texts more. */
  Answered with(Fact fact, List<String> values) {
    Facts more = facts.toBuilder().put(fact, values).build();
    return new Answered(intent, ruled, outcome, kind, more, began);
  }

  /** The same with a word of a closed set more. */
  Answered with(Fact fact, FactWord value) {
    return with(fact, value.word());
  }

  /** The same with another fact. */
  Answered with(Fact fact, String value) {
    Facts more = facts.toBuilder().put(fact, value).build();
    return new Answered(intent, ruled, outcome, kind, more, began);
  }
}
