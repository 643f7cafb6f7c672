package io.tabellion.inspect;

import io.tabellion.inspect.Asked.Element;
import io.tabellion.jsonrpc.Envelope;
import io.tabellion.jsonrpc.Json;
import io.tabellion.jsonrpc.MessageReader;
import io.tabellion.jsonrpc.Parsed;
import io.tabellion.mask.MaskSettings;
import io.tabellion.mask.MaskSettings.Whose;
import io.tabellion.mask.MaskTokens;
import io.tabellion.mask.MaskTokens.Restored;
import io.tabellion.mcp.Meaning;
import io.tabellion.mcp.Operation;
import io.tabellion.mcp.Sender;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * Turns tokens back in the arguments of calls to the tools that the configuration names, before the
 * policy judges. What is kept is the call as it came.
 *
 * <p>Thread-safe.
 */
final class Restorer {
  private static final String PARAMS = "params";
  private static final String ARGUMENTS = "arguments";

  private final MaskSettings settings;
  private final MaskTokens tokens;
  private final MessageReader reader;

  Restorer(MaskSettings settings, MaskTokens tokens, MessageReader reader) {
    this.settings = settings;
    this.tokens = tokens;
    this.reader = reader;
  }

  /**
   * Returns the message with its tokens turned back, if it is a call of such a tool.
   *
   * @param caller who makes it
   * @param masked gives the message as it may be kept, whatever the policy will say of it
   */
  Element restored(String server, String caller, Element element, UnaryOperator<Json> masked) {
    Operation operation = element.operation();
    Whose whose =
        operation == null || operation.tool() == null
            ? null
            : settings.restores(server, operation.tool());
    if (whose == null || operation == null || operation.params().get(ARGUMENTS) == null) {
      return element;
    }
    String holder =
        switch (whose) {
          case CALLER -> caller;
          case TENANT -> null;
        };
    Json.Obj params = Json.Obj.EMPTY.with(ARGUMENTS, arguments(operation.params()));
    Json.Obj before = element.envelope().tree();
    Restored restored =
        tokens.restore(
            Json.Obj.EMPTY.with(PARAMS, params), holder, _ -> shown(masked.apply(before)));
    if (restored.places().isEmpty()) {
      return element;
    }
    Json.Obj turned = operation.params().with(ARGUMENTS, arguments(restored.tree()));
    return reader.message(before.with(PARAMS, turned)) instanceof Parsed.Single(Envelope envelope)
            && operation(envelope) instanceof Operation other
        ? new Element(envelope, other, before, restored.places())
        : element;
  }

  /** A message of the client, read anew; null if it is none, or asks for nothing we know. */
  @Nullable Element element(Json tree) {
    return reader.message(tree) instanceof Parsed.Single(Envelope envelope)
            && operation(envelope) instanceof Operation operation
        ? new Element(envelope, operation)
        : null;
  }

  /** What the tree of a request or notification asks for; null if it asks for nothing we know. */
  @Nullable Operation operation(Json tree) {
    return reader.message(tree) instanceof Parsed.Single(Envelope envelope)
            && operation(envelope) instanceof Operation operation
        ? operation
        : null;
  }

  private static @Nullable Meaning operation(Envelope envelope) {
    return switch (envelope) {
      case Envelope.Request request -> Meaning.of(request, Sender.CLIENT);
      case Envelope.Notification notification -> Meaning.of(notification, Sender.CLIENT);
      case Envelope.Result _, Envelope.Failure _ -> null;
    };
  }

  /** The arguments of a masked call; nothing is known of them where even their name is masked. */
  private static Json shown(Json masked) {
    Json.Obj params = masked instanceof Json.Obj call ? call.object(PARAMS) : null;
    Json arguments = params == null ? null : params.get(ARGUMENTS);
    Json known = arguments == null ? Json.Literal.NULL : arguments;
    return Json.Obj.EMPTY.with(PARAMS, Json.Obj.EMPTY.with(ARGUMENTS, known));
  }

  private static Json arguments(Json tree) {
    Json.Obj params =
        tree instanceof Json.Obj object && object.object(PARAMS) != null
            ? object.object(PARAMS)
            : tree instanceof Json.Obj object ? object : null;
    Json arguments = params == null ? null : params.get(ARGUMENTS);
    if (arguments == null) {
      throw new IllegalStateException("arguments: none (expected: those of a call)");
    }
    return arguments;
  }
}
