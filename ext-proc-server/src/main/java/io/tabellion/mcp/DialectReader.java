package io.tabellion.mcp;

import io.tabellion.jsonrpc.Envelope;
import io.tabellion.jsonrpc.Json;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Tells the era: body first, header as cross-check, disagreement refused. */
final class DialectReader {
  /*
   * Codes, as the conformance suite asserts them:
   *
   * 1. -32020 where header and body both speak and differ, and where the body claims the stateless
   *    era without the header.
   * 2. -32602 where the header announces the stateless era and a request lacks its claim: a required
   *    parameter is missing. Never read as a session's request: that would be a downgrade.
   * 3. -32022 where both agree on a revision that we do not know.
   * 4. -32601 for initialize with a stateless claim: a server of both eras might open a session.
   */

  private final List<String> header;

  DialectReader(Headers headers) {
    this.header = headers.distinct(Dialect.HEADER);
  }

  Spoken message(Envelope envelope) {
    if (header.size() > 1) {
      return mismatch("one value");
    }
    return switch (envelope) {
      case Envelope.Request request -> request(request);
      case Envelope.Notification notification -> notification(notification);
      case Envelope.Result _, Envelope.Failure _ -> answer();
    };
  }

  Spoken batch(List<Envelope> envelopes, @Nullable Revision session) {
    boolean claimed = envelopes.stream().anyMatch(DialectReader::hasClaim);
    Spoken spoken = bodyless();
    if (!(spoken instanceof Dialect dialect)) {
      return spoken;
    }
    if (claimed || dialect.era() == Era.STATELESS || session == null || !session.allowsBatches()) {
      return new Fault(Fault.Kind.BATCH, "#", "one message");
    }
    return new Dialect(Era.SESSION, session);
  }

  Spoken bodyless() {
    if (header.isEmpty()) {
      return new Dialect(Era.SESSION, null);
    }
    return header.size() > 1 ? mismatch("one value") : known(header.getFirst());
  }

  private Spoken request(Envelope.Request request) {
    Json claim = Dialect.claim(request.params());
    if (claim != null) {
      return initializes(request) ? noInitialize(claim) : claimed(claim);
    }
    if (!announcesStateless()) {
      return bodyless();
    }
    return initializes(request)
        ? mismatch("a revision that has initialize")
        : new Fault(
            Fault.Kind.META_MISSING,
            "#/params/_meta/" + Meta.PROTOCOL_VERSION.replace("/", "~1"),
            "the revision of the header");
  }

  /** A notification has no claim of its own by the spec; then the header decides. */
  private Spoken notification(Envelope.Notification notification) {
    Json claim = Dialect.claim(notification.params());
    return claim == null ? bodyless() : claimed(claim);
  }

  private Spoken answer() {
    return announcesStateless()
        ? new Fault(Fault.Kind.NOT_A_MESSAGE, "#", "a request or a notification")
        : bodyless();
  }

  private Spoken claimed(Json claim) {
    if (!(claim instanceof Json.Text text)) {
      return new Fault(Fault.Kind.META_MISSING, "#/params/_meta", "a revision as a string");
    }
    if (header.isEmpty() || !header.getFirst().equals(text.value())) {
      return mismatch("the revision of the body");
    }
    Spoken spoken = known(text.value());
    return spoken instanceof Dialect dialect && dialect.era() == Era.SESSION
        ? revision("#/params/_meta")
        : spoken;
  }

  private Spoken noInitialize(Json claim) {
    return claimed(claim) instanceof Fault fault
        ? fault
        : new Fault(Fault.Kind.NO_SUCH_METHOD, "#/method", "a method of the stateless era");
  }

  private static Spoken known(String text) {
    return Revision.of(text)
        .<Spoken>map(revision -> new Dialect(revision.era(), revision))
        .orElseGet(() -> revision(Dialect.HEADER));
  }

  private boolean announcesStateless() {
    return !header.isEmpty()
        && known(header.getFirst()) instanceof Dialect dialect
        && dialect.era() == Era.STATELESS;
  }

  private static boolean initializes(Envelope.Request request) {
    return request.method().equals(Method.INITIALIZE.text());
  }

  private static boolean hasClaim(Envelope envelope) {
    return switch (envelope) {
      case Envelope.Request request -> Dialect.claim(request.params()) != null;
      case Envelope.Notification notification -> Dialect.claim(notification.params()) != null;
      case Envelope.Result _, Envelope.Failure _ -> false;
    };
  }

  private static Fault mismatch(String expected) {
    return new Fault(Fault.Kind.HEADER_MISMATCH, Dialect.HEADER, expected);
  }

  private static Fault revision(String where) {
    return new Fault(Fault.Kind.REVISION, where, "a revision that we know");
  }
}
