package io.tabellion.faults;

/**
 * How the scripted ext_proc server misbehaves, and where.
 *
 * @param leg which direction's messages are counted
 * @param message number of the message within its leg, from 1; 0 where the fault needs none
 */
record Script(Fault fault, Leg leg, int message) {
  static final Script HONEST = new Script(Fault.NONE, Leg.REQUEST, 0);

  enum Fault {
    /** Judges everything. */
    NONE,
    /** Closes the stream cleanly instead of handling the message. */
    CLOSE_AT,
    /** Handles the message and then closes the stream cleanly. */
    CLOSE_AFTER,
    /** Answers nothing from this message on. */
    SILENT,
    /** Replies to the leg's head without the metadata. */
    FORGET,
    /** Is somebody else: ends each stream with grpc-status 0, without a message. */
    STRANGER
  }

  enum Leg {
    REQUEST,
    RESPONSE
  }

  boolean at(Leg here, int number) {
    return leg == here && message == number;
  }

  @Override
  public String toString() {
    return fault + " " + leg + " " + message;
  }
}
