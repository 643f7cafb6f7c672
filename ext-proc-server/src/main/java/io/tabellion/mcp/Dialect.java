package io.tabellion.mcp;

import io.tabellion.jsonrpc.Envelope;
import io.tabellion.jsonrpc.Json;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a message is spoken in. The body decides, headers are cross-checked (2026-07-28
 * basic/versioning).
 *
 * @param era which of the two kinds
 * @param revision as the message claims it; null in a session whose request has no header, where
 *     the session's own counts
 */
public record Dialect(Era era, @Nullable Revision revision) implements Spoken {
  static final String HEADER = "mcp-protocol-version";

  /** Returns the dialect of one message, or why its era cannot be told. */
  public static Spoken of(Headers headers, Envelope envelope) {
    return new DialectReader(headers).message(envelope);
  }

  /**
   * Returns the dialect of a batch: only in a session that was recorded at 2025-03-26.
   *
   * @param session the revision recorded for the session, null if there is none
   */
  public static Spoken ofBatch(
      Headers headers, List<Envelope> envelopes, @Nullable Revision session) {
    return new DialectReader(headers).batch(envelopes, session);
  }

  /** Returns the dialect of a request without body (GET, DELETE) or of a body not read. */
  public static Spoken ofHeaders(Headers headers) {
    return new DialectReader(headers).bodyless();
  }

  /** Returns the era that the header announces, for answers to what could not be read. */
  public static Era announced(Headers headers) {
    boolean stateless =
        headers.distinct(HEADER).stream()
            .allMatch(v -> Revision.of(v).map(Revision::era).orElse(Era.SESSION) == Era.STATELESS);
    return stateless && !headers.values(HEADER).isEmpty() ? Era.STATELESS : Era.SESSION;
  }

  /** Returns the era's claim in params: a JSON value of any type, or null. */
  static @Nullable Json claim(Json.@Nullable Obj params) {
    return Meta.of(params).get(Meta.PROTOCOL_VERSION);
  }
}
