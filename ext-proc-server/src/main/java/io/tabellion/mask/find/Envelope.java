package io.tabellion.mask.find;

import io.tabellion.jsonrpc.Json;
import io.tabellion.mask.rule.Reach;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The walk over the outer part of JSON-RPC messages, which tells what is the protocol's there: if
 * that were masked in what is sent, nobody could answer it. In the record it is masked like the
 * rest.
 */
final class Envelope {
  /** What the protocol compares between messages. */
  private static final Set<String> HANDLES = Set.of("progressToken", "requestId", "taskId");

  /** Methods whose params have the name of what is called. */
  private static final Set<String> NAMED = Set.of("tools/call", "prompts/get");

  private final Walk walk;

  private Envelope(Walk walk) {
    this.walk = walk;
  }

  /** Goes on where the envelope ends. */
  interface Walk {
    /**
     * The name of a member.
     *
     * @param protocols whether it is the protocol's: masked in the record alone
     */
    void name(String name, Reach reach, boolean protocols);

    /**
     * A value.
     *
     * @param name of its member, null if it has none
     * @param protocols whether it is the protocol's: masked in the record alone
     */
    void value(@Nullable String name, Json value, Reach reach, boolean protocols);
  }

  /** Walks over a message, or a batch of them; what is none is one value. */
  static void walk(Json tree, Reach root, Walk walk) {
    Envelope envelope = new Envelope(walk);
    if (tree instanceof Json.Array batch) {
      batch.items().forEach(message -> envelope.message(message, root));
    } else {
      envelope.message(tree, root);
    }
  }

  private void message(Json tree, Reach root) {
    if (!(tree instanceof Json.Obj message) || message.get("jsonrpc") == null) {
      walk.value(null, tree, root, false);
      return;
    }
    boolean named = NAMED.contains(String.valueOf(message.text("method")));
    message
        .members()
        .forEach((name, value) -> {
          walk.name(name, root, true);
          switch (name) {
            case "jsonrpc", "method", "id" -> walk.value(name, value, root.step(name), true);
            case "params" -> params(value, root.step(name), named);
            default -> walk.value(name, value, root.step(name), false);
          }
        });
  }

  private void params(Json value, Reach reach, boolean named) {
    if (!(value instanceof Json.Obj params)) {
      walk.value("params", value, reach, false);
      return;
    }
    params
        .members()
        .forEach((name, member) -> {
          walk.name(name, reach, false);
          if (name.equals("_meta") && member instanceof Json.Obj meta) {
            meta(meta, reach.step(name));
          } else {
            boolean protocols = HANDLES.contains(name) || (named && name.equals("name"));
            walk.value(name, member, reach.step(name), protocols);
          }
        });
  }

  private void meta(Json.Obj meta, Reach reach) {
    meta.members()
        .forEach((name, member) -> {
          walk.name(name, reach, false);
          walk.value(name, member, reach.step(name), HANDLES.contains(name));
        });
  }
}
