package io.tabellion.audit;

import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The kinds of entries (docs/audit-format.md says what each means). */
public enum EntryKind {
  CALL_INTENT("call.intent"),
  CALL_OUTCOME("call.outcome"),
  STREAM_OPEN("stream.open"),
  STREAM_EVENT("stream.event"),
  REFUSED("refused"),
  COMMITMENTS("commitments"),
  POLICY_LOADED("policy.loaded"),
  PIN_SEEN("pin.seen"),
  PIN_CHANGED("pin.changed"),
  PIN_RESTORED("pin.restored"),
  PIN_ACCEPTED("pin.accepted"),
  APPROVAL_REQUESTED("approval.requested"),
  APPROVAL_VOTE("approval.vote"),
  APPROVAL_QUESTION("approval.question"),
  APPROVAL_APPROVED("approval.approved"),
  APPROVAL_CONSUMED("approval.consumed"),
  APPROVAL_COMPLETED("approval.completed"),
  APPROVAL_FAILED("approval.failed"),
  APPROVAL_UNKNOWN("approval.unknown"),
  APPROVAL_DENIED("approval.denied"),
  APPROVAL_EXPIRED("approval.expired"),
  APPROVAL_CANCELLED("approval.cancelled"),
  APPROVAL_REVOKED("approval.revoked"),
  APPROVAL_SUPERSEDED("approval.superseded"),
  APPROVAL_ESCALATED("approval.escalated"),
  APPROVAL_BREAK_GLASS("approval.break-glass"),
  APPROVAL_REVIEWED("approval.reviewed"),
  APPROVAL_GRANT("approval.grant"),
  APPROVAL_GRANT_USED("approval.grant-used"),
  APPROVAL_GRANT_ENDED("approval.grant-ended"),
  STOP_SET("stop.set"),
  STOP_LIFTED("stop.lifted"),
  STOP_ENDED("stop.ended"),
  KEY_CREATED("key.created"),
  ACCESS_READ("access.read"),
  HEARTBEAT("heartbeat"),
  CLOCK_STEP("clock.step"),
  GAP("gap"),
  START("start"),
  STOP("stop"),
  FREEZE("freeze"),
  ERASURE("erasure");

  private static final Map<String, EntryKind> BY_TEXT =
      Stream.of(values()).collect(Collectors.toUnmodifiableMap(EntryKind::text, kind -> kind));

  private final String text;

  EntryKind(String text) {
    this.text = text;
  }

  /** Returns the kind of this name; empty if there is none. */
  public static Optional<EntryKind> of(String text) {
    return Optional.ofNullable(BY_TEXT.get(text));
  }

  /** The name in leaves, in the API and on the command line. */
  public String text() {
    return text;
  }
}
