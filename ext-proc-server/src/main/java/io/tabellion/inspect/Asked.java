package io.tabellion.inspect;

import io.tabellion.jsonrpc.Envelope;
import io.tabellion.jsonrpc.Json;
import io.tabellion.jsonrpc.RequestId;
import io.tabellion.mcp.Fault;
import io.tabellion.mcp.Operation;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What a request turned out to be. */
sealed interface Asked {

  /**
   * None that we accept.
   *
   * @param id of the request, null if it has none or could not be read
   * @param operation as far as it could be read
   * @param tree the body as it was read, null if it could not be
   */
  record Faulty(
      Fault fault, @Nullable RequestId id, @Nullable Operation operation, @Nullable Json tree)
      implements Asked {}

  /** A GET or DELETE of the caller's own session, by the policy's name for it. */
  record Bodiless(String method) implements Asked {}

  /** One message, or a batch. */
  record Messages(List<Element> elements, boolean batch) implements Asked {
    public Messages {
      elements = List.copyOf(elements);
    }
  }

  /**
   * One message of the client.
   *
   * @param operation null for an answer to what the server asked
   * @param came the message as it came, where tokens in it were turned back
   * @param restored where, as entries list it
   */
  record Element(
      Envelope envelope, @Nullable Operation operation, Json came, List<String> restored) {
    public Element {
      restored = List.copyOf(restored);
    }

    /** A message as it came. */
    Element(Envelope envelope, @Nullable Operation operation) {
      this(envelope, operation, envelope.tree(), List.of());
    }
  }
}
