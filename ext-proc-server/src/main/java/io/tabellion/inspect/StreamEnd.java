package io.tabellion.inspect;

/** How an event stream ended behind the events that came. */
public enum StreamEnd {
  /** The server ended it. */
  BY_SERVER,
  /** We end it: the next event is too large. */
  TOO_LARGE,
  /** We end it: an operator stopped what it belongs to. */
  STOPPED,
  /** We end it: this server stops, and its client only listens. */
  LEFT
}
