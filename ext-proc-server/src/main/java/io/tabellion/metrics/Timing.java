package io.tabellion.metrics;

/** What is timed: a closed set of {@link Histogram}s. */
public enum Timing {
  /** Reading a message. */
  PARSE(Family.STEP, "parse"),
  /** Judging it by the policy. */
  DECIDE(Family.STEP, "decide"),
  /** Masking it. */
  MASK(Family.STEP, "mask"),
  /** Waiting for a person, where the policy asks for one. */
  SETTLE(Family.STEP, "settle"),
  /** Making the entries, and waiting until they are durable. */
  APPEND(Family.STEP, "append"),
  /** Making the reply. */
  REPLY(Family.STEP, "reply"),

  /** A request that no person had to decide about. */
  REQUEST(Family.MESSAGE, "request"),
  /** A request that waited for a person. */
  HELD_REQUEST(Family.MESSAGE, "held-request"),
  /** An answer that is not an SSE stream. */
  ANSWER(Family.MESSAGE, "answer"),
  /** The response headers of an SSE stream. */
  STREAM_HEADERS(Family.MESSAGE, "stream-headers"),
  /** Events of an SSE stream that were handled together. */
  EVENTS(Family.MESSAGE, "events"),

  /** What one message waits for the writer: groups before it. */
  WAIT(Family.APPEND, "wait"),
  /** Numbering, hashing and signing one group. */
  MAKE(Family.APPEND, "make"),
  /** Writing one group. */
  WRITE(Family.APPEND, "write"),
  /** Having the disk make one group durable. */
  FSYNC(Family.APPEND, "fsync");

  /** What belongs together under one name. */
  public enum Family {
    STEP("step", "step", "Time of each step of a message's way through the server."),
    MESSAGE(
        "message",
        "message",
        "Time that the server adds to a message, from its last byte until it is sent on or"
            + " answered."),
    APPEND("append", "part", "Time of each part of an append to the log.");

    private final String text;
    private final String label;
    private final String help;

    Family(String text, String label, String help) {
      this.text = text;
      this.label = label;
      this.help = help;
    }

    /** The name; metrics put {@code tabellion_} before and {@code _seconds} behind it. */
    public String text() {
      return text;
    }

    /** Name of the label that tells its timings apart. */
    public String label() {
      return label;
    }

    /** One line for people. */
    public String help() {
      return help;
    }
  }

  private final Family family;
  private final String value;

  Timing(Family family, String value) {
    this.family = family;
    this.value = value;
  }

  public Family family() {
    return family;
  }

  /** Value of the family's label. */
  public String value() {
    return value;
  }
}
