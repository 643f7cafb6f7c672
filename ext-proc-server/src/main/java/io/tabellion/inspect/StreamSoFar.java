package io.tabellion.inspect;

import io.tabellion.audit.Reason;
import io.tabellion.mask.stream.Deliveries;
import io.tabellion.mask.stream.Tails;
import io.tabellion.session.Session;
import org.jspecify.annotations.Nullable;

/**
 * What is remembered of the event stream of an exchange, as far as it came.
 *
 * <p>Not thread-safe: it belongs to the lane of its exchange.
 */
final class StreamSoFar {
  private final Situation situation;
  private final Words words;
  private @Nullable Tails tails;
  private SessionOffer offer = SessionOffer.NONE;
  private @Nullable Lost lost;
  private int events;

  StreamSoFar(Situation situation, Words words) {
    this.situation = situation;
    this.words = words;
  }

  /**
   * An event that could not be read.
   *
   * @param why in words, without content
   */
  record Lost(Reason reason, String why) {}

  /** What the head of the stream gives. */
  void offered(SessionOffer made) {
    offer = made;
  }

  SessionOffer offer() {
    return offer;
  }

  /** An event could not be read; it may have been what is waited for. */
  void lost(Reason reason, String why) {
    lost = new Lost(reason, why);
  }

  /** The last event that could not be read; null if there was none. */
  @Nullable Lost lost() {
    return lost;
  }

  /** Ends of the texts of the stream so far. */
  Tails tails() {
    if (tails == null) {
      Session session = situation.session();
      tails = session == null ? new Tails() : tails(session.deliveries());
    }
    return tails;
  }

  private Tails tails(Deliveries deliveries) {
    if (!situation.head().method().equals("GET")) {
      return deliveries.answering();
    }
    return situation.resumes()
        ? deliveries.resuming(
            words.event(String.join("\n", situation.head().headers().distinct("last-event-id"))))
        : deliveries.listening();
  }

  /** The stream is over. */
  void clear() {
    if (tails != null) {
      tails.clear();
    }
  }

  /** The number of the event that came next. */
  int nextEvent() {
    return ++events;
  }

  /** So many events came: those behind them are to be counted again. */
  void backTo(int count) {
    events = count;
  }

  /** Events of ours were added to those that came. */
  void addedEvents(int more) {
    events += more;
  }

  int eventCount() {
    return events;
  }
}
