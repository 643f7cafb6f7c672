package io.tabellion.jsonrpc;

import com.google.protobuf.ByteString;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Reads a body as JSON-RPC 2.0, as strictly as MCP allows (2026-07-28 basic, "Messages").
 *
 * <p>A message has {@code "jsonrpc":"2.0"}, exactly one of method, result and error, and no member
 * that its kind does not have. Ids are strings or integers; params are an object. A batch has at
 * least one message, no batch in it, and no id twice.
 *
 * <p>Immutable and thread-safe. Never throws on hostile input.
 */
public final class MessageReader {
  private final Limits limits;
  private final JsonReader reader;

  public MessageReader(Limits limits) {
    this.limits = limits;
    this.reader = new JsonReader(limits);
  }

  /** Returns the message or batch, or why it is none. */
  public Parsed read(ByteString body) {
    return switch (reader.read(body)) {
      case Parsed.Malformed malformed -> malformed;
      case Reading.Document document -> message(document.value());
    };
  }

  /** Returns the message or batch that a tree is, or why it is none. */
  public Parsed message(Json tree) {
    return switch (tree) {
      case Json.Obj object -> EnvelopeReader.read(object, "#");
      case Json.Array array -> batch(array.items());
      case Json.Text _, Json.Num _, Json.Literal _ ->
          Parsed.Malformed.message("#", "an object or an array of objects");
    };
  }

  private Parsed batch(List<Json> items) {
    if (items.isEmpty() || items.size() > limits.batch()) {
      return Parsed.Malformed.message("#", "a batch of 1 to " + limits.batch() + " messages");
    }
    List<Envelope> envelopes = new ArrayList<>();
    Set<RequestId> asked = new HashSet<>();
    Set<RequestId> answered = new HashSet<>();
    for (Json item : items) {
      String where = "#/" + envelopes.size();
      if (!(item instanceof Json.Obj object)) {
        return Parsed.Malformed.message(where, "an object");
      }
      switch (EnvelopeReader.read(object, where)) {
        case Parsed.Malformed malformed -> {
          return malformed;
        }
        case Parsed.Batch _ -> throw new AssertionError("an object is no batch");
        case Parsed.Single(Envelope envelope) -> {
          if (!isNew(envelope, asked, answered)) {
            return Parsed.Malformed.message(where + "/id", "an id that is not in the batch yet");
          }
          envelopes.add(envelope);
        }
      }
    }
    return new Parsed.Batch(envelopes);
  }

  private static boolean isNew(Envelope envelope, Set<RequestId> asked, Set<RequestId> answered) {
    return switch (envelope) {
      case Envelope.Request request -> asked.add(request.id());
      case Envelope.Notification _ -> true;
      case Envelope.Result result -> answered.add(result.id());
      case Envelope.Failure failure -> isNew(failure.id(), answered);
    };
  }

  private static boolean isNew(@Nullable RequestId id, Set<RequestId> answered) {
    return id == null || answered.add(id);
  }
}
