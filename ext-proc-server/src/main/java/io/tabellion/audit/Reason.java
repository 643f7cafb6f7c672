package io.tabellion.audit;

/**
 * Why a message did not go on as it came, or has no answer: the closed set of the REASON fact of
 * messages, beside the faults of requests.
 */
public enum Reason implements FactWord {
  POLICY("policy", "a rule does not let it through"),
  UNREADABLE("unreadable", "it could not be read"),
  SHAPE("shape", "it has not the form of its type"),
  TOO_DEEP("too-deep", "it is nested too deep"),
  TWICE("duplicate-member", "an object in it has one member twice"),
  TOO_LONG("too-long", "a member name or a number in it is too long"),
  BATCH("batch", "a batch is not allowed here"),
  UNKNOWN_ID("unknown-id", "it does not answer the request"),
  REDELIVERED("redelivered", "it was released before"),
  NOT_ASKED("not-asked", "nobody asked for it"),
  INPUT_REQUEST("input-request", "it asks of the client what is not allowed"),
  MEDIA_TYPE("media-type", "it is neither JSON nor an event stream"),
  ENCODED("content-encoding", "it is encoded"),
  TOO_LARGE("too-large", "it is too large"),
  NO_ROOM("no-room", "there is no room for it at the moment"),
  REDIRECT("redirect", "the server sends elsewhere"),
  INTERIM("interim", "the server switches to another protocol"),
  EVENT_NAME("event-name", "no client takes an event of this name for a message"),
  SESSION_TAKEN("session-taken", "its session id belongs to somebody else"),
  UNANSWERED("unanswered", "no answer came"),
  ENVOY("envoy", "Envoy answered by itself"),
  QUARANTINED("quarantined", "nobody accepted the definition of the tool"),
  NEEDS_APPROVAL("needs-approval", "nobody approved it");

  private final String word;
  private final String text;

  Reason(String word, String text) {
    this.word = word;
    this.text = text;
  }

  @Override
  public String word() {
    return word;
  }

  /** For whoever gets the refusal; completes "it was withheld (…)". */
  public String text() {
    return text;
  }
}
