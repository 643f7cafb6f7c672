package io.tabellion.inspect;

/** Why an answer or a message of a server is withheld or dropped: a closed set of words. */
enum Reason {
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
  ENVOY("envoy", "Envoy answered by itself");

  private final String word;
  private final String text;

  Reason(String word, String text) {
    this.word = word;
    this.text = text;
  }

  /** The REASON fact. */
  String word() {
    return word;
  }

  /** For whoever gets the refusal; completes "it was withheld (…)". */
  String text() {
    return text;
  }
}
