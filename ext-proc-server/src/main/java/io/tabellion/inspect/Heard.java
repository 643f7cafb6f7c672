package io.tabellion.inspect;

import io.tabellion.audit.Reason;
import io.tabellion.jsonrpc.Envelope;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What an answer that was collected whole turned out to be. */
sealed interface Heard {

  /** Envoy's own words. */
  record Own() implements Heard {}

  /** No body, or an empty one. */
  record Nothing() implements Heard {}

  /** Whatever was said to somebody who asked nothing. */
  record Ignored() implements Heard {}

  /** One message, or a batch. */
  record Messages(List<Envelope> envelopes, boolean batch) implements Heard {
    public Messages {
      envelopes = List.copyOf(envelopes);
    }
  }

  /**
   * An HTTP error whose body is no message.
   *
   * @param text for people, neither masked nor cut; null if it has none
   */
  record Said(@Nullable String text) implements Heard {}

  /** Nothing that may go on. */
  record Unusable(Reason reason) implements Heard {}
}
