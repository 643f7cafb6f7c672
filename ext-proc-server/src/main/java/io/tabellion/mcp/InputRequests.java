package io.tabellion.mcp;

import io.tabellion.jsonrpc.Json;
import io.tabellion.jsonrpc.RequestId;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The requests of a server that stand in a result of the stateless era (2026-07-28
 * basic/patterns/mrtr): each is to be judged like a request that the server sends.
 */
public sealed interface InputRequests {

  /** All that stand there, in order; none in an ordinary result. */
  record Embedded(List<Operation> operations) implements InputRequests {
    public Embedded {
      operations = List.copyOf(operations);
    }
  }

  /** Requests where none may be, or that are none: the result is to be withheld. */
  record Illegal(Fault fault) implements InputRequests {}

  /** The methods whose result may ask back. */
  Set<Method> ASKING = Set.of(Method.TOOLS_CALL, Method.PROMPTS_GET, Method.RESOURCES_READ);

  /** Stands for the key of an embedded request, which has no JSON-RPC id. */
  RequestId EMBEDDED = new RequestId.Text("embedded");

  /** Reads the requests of a result. Never throws on hostile input. */
  static InputRequests of(Operation operation, Json.Obj result) {
    boolean asks = "input_required".equals(result.text("resultType"));
    Json requests = result.get("inputRequests");
    boolean task = operation.known() == Method.TASKS_GET;
    if ((asks || requests != null)
        && !task
        && (operation.known() == null || !ASKING.contains(operation.known()))) {
      return illegal("#/result/resultType", "a complete result of this method");
    }
    if (requests == null) {
      return new Embedded(List.of());
    }
    if (!(requests instanceof Json.Obj byKey)) {
      return illegal("#/result/inputRequests", "an object");
    }
    List<Operation> operations = new ArrayList<>();
    for (Map.Entry<String, Json> entry : byKey.members().entrySet()) {
      switch (request(entry.getValue())) {
        case Fault fault -> {
          return new Illegal(fault);
        }
        case Operation embedded -> operations.add(embedded);
      }
    }
    return new Embedded(operations);
  }

  private static Meaning request(Json value) {
    Json.Obj request = value instanceof Json.Obj object ? object : Json.Obj.EMPTY;
    String method = request.text("method");
    Json.Obj params = request.object("params");
    boolean members = Set.of("method", "params").containsAll(request.members().keySet());
    if (method == null || !members || (params == null && request.get("params") != null)) {
      return new Fault(Fault.Kind.NOT_A_MESSAGE, "#/result/inputRequests", "requests");
    }
    return new MeaningReader(Sender.SERVER, method, params, EMBEDDED).read();
  }

  private static InputRequests illegal(String where, String expected) {
    return new Illegal(new Fault(Fault.Kind.NOT_A_MESSAGE, where, expected));
  }
}
