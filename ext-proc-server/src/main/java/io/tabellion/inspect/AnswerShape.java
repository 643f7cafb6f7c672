package io.tabellion.inspect;

import io.tabellion.mcp.MediaType;

/** How an answer is to be collected, by its head. */
public enum AnswerShape {
  /** There is no body. */
  BODILESS,
  /** Whole, whatever it is: JSON, or something that is replaced. */
  WHOLE,
  /** Event by event. */
  EVENTS;

  private static final int OK = 200;

  /** Returns the shape of an answer with this head. */
  public static AnswerShape of(AnswerHead head) {
    if (head.ends()) {
      return BODILESS;
    }
    boolean events =
        head.status() == OK
            && head.ownDetails() == null
            && MediaType.of(head.headers()) == MediaType.EVENT_STREAM
            && MediaType.isPlain(head.headers());
    return events ? EVENTS : WHOLE;
  }
}
