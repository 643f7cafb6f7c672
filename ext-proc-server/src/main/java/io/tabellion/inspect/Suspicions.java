package io.tabellion.inspect;

import io.tabellion.jsonrpc.Json;
import io.tabellion.mcp.Operation;
import io.tabellion.pin.Suspicion;
import java.util.Collection;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What looks wrong in texts that a model reads, in the words of entries and rules. Pure. */
final class Suspicions {
  private Suspicions() {}

  /** What looks wrong in texts that the model reads before anybody asks for them. */
  static List<String> of(Operation operation, Json result) {
    Json texts =
        switch (operation.known()) {
          case INITIALIZE, DISCOVER -> member(result, "instructions");
          case PROMPTS_LIST -> member(result, "prompts");
          case null, default -> null;
        };
    return texts == null ? List.of() : words(Suspicion.of(texts));
  }

  private static @Nullable Json member(Json result, String name) {
    return result instanceof Json.Obj object ? object.get(name) : null;
  }

  static List<String> words(Collection<Suspicion> suspicions) {
    return suspicions.stream().map(Suspicion::word).sorted().toList();
  }
}
