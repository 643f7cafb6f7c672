package io.tabellion.approval;

import io.tabellion.audit.Fact;
import io.tabellion.audit.Facts;
import io.tabellion.audit.Leaf;
import io.tabellion.jsonrpc.Json;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The content of the entry with which a grant for further calls begins: {@code {"uses": N,
 * "identical": BOOL, "escalated": [RULE…], "approvers": [{"subject", "issuer", "groups", "channel",
 * "at"}…]}}. Without it, as after an erasure, nobody can use the grant.
 *
 * <p>Pure and thread-safe.
 */
final class GrantText {
  private static final String USES = "uses";
  private static final String IDENTICAL = "identical";
  private static final String ESCALATED = "escalated";
  private static final String APPROVERS = "approvers";

  private GrantText() {}

  static Json.Obj of(WindowGrant grant) {
    return Json.Obj.EMPTY
        .with(USES, Json.Num.of(grant.uses()))
        .with(IDENTICAL, Json.Literal.of(grant.target().binding() != null))
        .with(ESCALATED, texts(grant.escalated().stream().sorted().toList()))
        .with(APPROVERS, new Json.Array(grant.votes().stream().map(GrantText::approver).toList()));
  }

  private static Json approver(Vote vote) {
    Json.Obj approver =
        Json.Obj.EMPTY
            .with("subject", new Json.Text(vote.who().subject()))
            .with("names", texts(vote.who().otherNames()))
            .with("groups", texts(vote.who().groups()))
            .with("channel", new Json.Text(vote.who().channel()))
            .with("at", new Json.Text(vote.at().toString()));
    String issuer = vote.who().issuer();
    return issuer == null ? approver : approver.with("issuer", new Json.Text(issuer));
  }

  private static Json.Array texts(List<String> texts) {
    return new Json.Array(texts.stream().<Json>map(Json.Text::new).toList());
  }

  /**
   * The grant that the entry tells of.
   *
   * @param used how many entries tell of a use
   * @return empty if the content is gone, or is none
   */
  static Optional<WindowGrant> read(Leaf leaf, Json.@Nullable Obj content, int used) {
    Facts facts = leaf.facts();
    String until = facts.text(Fact.APPROVAL_UNTIL);
    if (content == null
        || until == null
        || !(content.get(USES) instanceof Json.Num uses)
        || !(content.get(APPROVERS) instanceof Json.Array approvers)) {
      return Optional.empty();
    }
    try {
      boolean identical = Json.Literal.TRUE.equals(content.get(IDENTICAL));
      List<Vote> votes = new ArrayList<>();
      for (Json approver : approvers.items()) {
        votes.add(vote(approver));
      }
      return Optional.of(
          new WindowGrant(
              text(facts, Fact.GRANT),
              text(facts, Fact.APPROVAL),
              new WindowGrant.Target(
                  new Requester(
                      text(facts, Fact.OWNER),
                      facts.text(Fact.SUBJECT),
                      facts.text(Fact.ISSUER),
                      facts.texts(Fact.ACTORS),
                      null,
                      List.of(),
                      null,
                      false),
                  text(facts, Fact.SERVER),
                  text(facts, Fact.METHOD),
                  facts.text(Fact.TOOL),
                  facts.text(Fact.DEFINITION),
                  text(facts, Fact.POLICY),
                  facts.texts(Fact.RULES),
                  identical ? text(facts, Fact.APPROVAL_BINDING) : null),
              votes,
              Set.copyOf(texts(content.get(ESCALATED))),
              leaf.at(),
              Instant.parse(until),
              Integer.parseInt(uses.lexeme()),
              used));
    } catch (NumberFormatException | DateTimeParseException e) {
      return Optional.empty();
    }
  }

  private static Vote vote(Json approver) {
    Json.Obj said = approver instanceof Json.Obj object ? object : Json.Obj.EMPTY;
    Person who =
        new Person(
            String.valueOf(said.text("subject")),
            said.text("issuer"),
            Set.copyOf(texts(said.get("names"))),
            texts(said.get("groups")),
            String.valueOf(said.text("channel")));
    return new Vote(who, Instant.parse(String.valueOf(said.text("at"))), null, null);
  }

  private static List<String> texts(@Nullable Json json) {
    return json instanceof Json.Array array
        ? array.items().stream()
            .filter(Json.Text.class::isInstance)
            .map(text -> ((Json.Text) text).value())
            .toList()
        : List.of();
  }

  private static String text(Facts facts, Fact fact) {
    return String.valueOf(facts.text(fact));
  }
}
