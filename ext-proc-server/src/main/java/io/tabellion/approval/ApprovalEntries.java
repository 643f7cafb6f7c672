package io.tabellion.approval;

import com.google.protobuf.ByteString;
import io.tabellion.audit.Entry;
import io.tabellion.audit.EntryId;
import io.tabellion.audit.EntryKind;
import io.tabellion.audit.Fact;
import io.tabellion.audit.Facts;
import io.tabellion.jsonrpc.Json;
import io.tabellion.jsonrpc.JsonWriter;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Makes the entries about approvals: enough to make the requests of them again
 * (docs/audit-format.md §4.4). What people say stands in the content, masked, so that it can be
 * erased.
 *
 * <p>Immutable and thread-safe.
 */
final class ApprovalEntries {
  private static final String JSON = "application/json";

  private final InstantSource clock;

  ApprovalEntries(InstantSource clock) {
    this.clock = clock;
  }

  /** The entry with which a request begins: all that the entry of the call would say, and more. */
  Entry requested(EntryId id, HeldCall call, ApprovalRequest request) {
    Facts.Builder facts =
        call.facts().toBuilder()
            .put(Fact.RULES, request.rules())
            .put(Fact.POLICY, request.policy())
            .put(Fact.DEFINITION, request.definition())
            .put(Fact.APPROVAL, request.id())
            .put(Fact.APPROVAL_UNTIL, request.until().toString())
            .put(Fact.APPROVAL_BINDING, request.binding())
            .put(Fact.APPROVAL_DIGEST, request.digest());
    ByteString shown = call.masked().recorded();
    return new Entry(
        id,
        EntryKind.APPROVAL_REQUESTED,
        facts.build(),
        shown == null ? null : new Entry.Content(JSON, shown));
  }

  /**
   * The entry about a step.
   *
   * @param vote of the person who took it; null if nobody did
   */
  Entry moved(ApprovalRequest before, ApprovalRequest after, @Nullable Vote vote) {
    return moved(kind(before, after), before, after, vote);
  }

  private Entry moved(
      EntryKind kind, ApprovalRequest before, ApprovalRequest after, @Nullable Vote vote) {
    Facts.Builder facts =
        about(after)
            .put(Fact.APPROVAL_BEFORE, before.state().word())
            .put(Fact.INTENT, after.intent());
    if (after.state().isOpen()) {
      facts.put(Fact.APPROVAL_UNTIL, after.until().toString());
    }
    Instant review = after.reviewUntil();
    if (review != null) {
      facts.put(Fact.REVIEW_BY, review.toString());
    }
    if (kind == EntryKind.APPROVAL_ESCALATED) {
      facts.put(Fact.RULES, List.copyOf(after.escalated()));
    }
    by(facts, vote);
    return new Entry(EntryId.next(clock), kind, facts.build(), said(vote));
  }

  private static void by(Facts.Builder facts, @Nullable Vote vote) {
    if (vote != null) {
      facts
          .put(Fact.APPROVER, vote.who().subject())
          .put(Fact.APPROVER_ISSUER, vote.who().issuer())
          .put(Fact.APPROVER_NAMES, vote.who().otherNames())
          .put(Fact.APPROVER_GROUPS, vote.who().groups())
          .put(Fact.CHANNEL, vote.who().channel());
    }
  }

  /** Some steps leave the state as it is. */
  private static EntryKind kind(ApprovalRequest before, ApprovalRequest after) {
    if (!Objects.equals(before.broke(), after.broke())) {
      return EntryKind.APPROVAL_BREAK_GLASS;
    }
    if (!Objects.equals(before.reviewed(), after.reviewed())) {
      return EntryKind.APPROVAL_REVIEWED;
    }
    if (before.state() != after.state()) {
      return after.state().kind();
    }
    if (!before.escalated().equals(after.escalated())) {
      return EntryKind.APPROVAL_ESCALATED;
    }
    return after.votes().size() > before.votes().size()
        ? EntryKind.APPROVAL_VOTE
        : EntryKind.APPROVAL_QUESTION;
  }

  // Grants for further calls.

  /** The entry with which a grant begins: its content has what its facts do not. */
  Entry granted(EntryId id, WindowGrant grant, ApprovalRequest approved) {
    Facts.Builder facts =
        about(approved)
            .put(Fact.DEFINITION, approved.definition())
            .put(Fact.GRANT, grant.id())
            .put(Fact.APPROVAL_UNTIL, grant.until().toString());
    return new Entry(
        id,
        EntryKind.APPROVAL_GRANT,
        facts.build(),
        new Entry.Content(JSON, JsonWriter.write(GrantText.of(grant))));
  }

  /** The entry about a use of a grant. */
  Entry grantUsed(WindowGrant grant, EntryId intent) {
    Facts.Builder facts = about(grant).put(Fact.INTENT, intent.toString());
    return new Entry(EntryId.next(clock), EntryKind.APPROVAL_GRANT_USED, facts.build(), null);
  }

  /**
   * The entry with which a grant ends.
   *
   * @param why in a word
   * @param vote of the person who ends it; null if nobody does
   */
  Entry grantEnded(WindowGrant grant, String why, @Nullable Vote vote) {
    Facts.Builder facts = about(grant).put(Fact.DETAIL, why);
    by(facts, vote);
    return new Entry(
        EntryId.next(clock), EntryKind.APPROVAL_GRANT_ENDED, facts.build(), said(vote));
  }

  private static Facts.Builder about(WindowGrant grant) {
    WindowGrant.Target target = grant.target();
    return Facts.builder()
        .put(Fact.OWNER, target.requester().owner())
        .put(Fact.SUBJECT, target.requester().subject())
        .put(Fact.ISSUER, target.requester().issuer())
        .put(Fact.ACTORS, target.requester().actors())
        .put(Fact.SERVER, target.server())
        .put(Fact.METHOD, target.method())
        .put(Fact.TOOL, target.tool())
        .put(Fact.RULES, target.rules())
        .put(Fact.POLICY, target.policy())
        .put(Fact.APPROVAL, grant.request())
        .put(Fact.GRANT, grant.id());
  }

  private static Entry.@Nullable Content said(@Nullable Vote vote) {
    Json.Obj said = vote == null ? Json.Obj.EMPTY : SaidText.of(vote);
    return said.members().isEmpty() ? null : new Entry.Content(JSON, JsonWriter.write(said));
  }

  private static Facts.Builder about(ApprovalRequest request) {
    Requester requester = request.requester();
    return Facts.builder()
        .put(Fact.OWNER, requester.owner())
        .put(Fact.SUBJECT, requester.subject())
        .put(Fact.ISSUER, requester.issuer())
        .put(Fact.ACTORS, requester.actors())
        .put(Fact.SERVER, request.question().setting().server())
        .put(Fact.METHOD, request.question().target().method())
        .put(Fact.TOOL, request.question().target().tool())
        .put(Fact.RULES, request.rules())
        .put(Fact.POLICY, request.policy())
        .put(Fact.APPROVAL, request.id())
        .put(Fact.APPROVAL_BINDING, request.binding());
  }
}
