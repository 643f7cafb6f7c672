package io.tabellion.approval;

import com.google.protobuf.ByteString;
import io.tabellion.audit.Entry;
import io.tabellion.audit.EntryId;
import io.tabellion.audit.EntryKind;
import io.tabellion.audit.Fact;
import io.tabellion.audit.Facts;
import io.tabellion.jsonrpc.Json;
import io.tabellion.jsonrpc.JsonWriter;
import java.time.InstantSource;
import org.jspecify.annotations.Nullable;

/**
 * Makes the entries about approvals: enough to make the requests of them again
 * (docs/audit-format.md §4.1). What people say stands in the content, masked, so that it can be
 * erased.
 *
 * <p>Immutable and thread-safe.
 */
final class ApprovalEntries {
  /** The member of the content that holds what a person said. */
  static final String REASON = "reason";

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
    if (vote != null) {
      facts
          .put(Fact.APPROVER, vote.who().subject())
          .put(Fact.APPROVER_ISSUER, vote.who().issuer())
          .put(Fact.APPROVER_GROUPS, vote.who().groups())
          .put(Fact.CHANNEL, vote.who().channel());
    }
    return new Entry(EntryId.next(clock), kind, facts.build(), said(vote));
  }

  /** A vote that does not suffice, and a question, leave the state as it is. */
  private static EntryKind kind(ApprovalRequest before, ApprovalRequest after) {
    if (before.state() != after.state()) {
      return after.state().kind();
    }
    return after.asksBack() ? EntryKind.APPROVAL_QUESTION : EntryKind.APPROVAL_VOTE;
  }

  private static Entry.@Nullable Content said(@Nullable Vote vote) {
    if (vote == null || vote.reason() == null) {
      return null;
    }
    Json.Obj said = Json.Obj.EMPTY.with(REASON, new Json.Text(vote.reason()));
    return new Entry.Content(JSON, JsonWriter.write(said));
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
