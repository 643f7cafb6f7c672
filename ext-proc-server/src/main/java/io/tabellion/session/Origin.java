package io.tabellion.session;

import io.tabellion.jsonrpc.Json;
import io.tabellion.jsonrpc.JsonWriter;
import io.tabellion.mcp.Method;
import io.tabellion.mcp.Operation;
import io.tabellion.policy.Question;
import io.tabellion.policy.Question.Target;
import java.util.Set;

/**
 * A call that messages of a server belong to, as far as it is known: they are judged by the
 * response rules for it.
 *
 * <p>Immutable and thread-safe.
 *
 * @param args it was made with
 * @param unknown places of a {@link Question} that nobody knows any more
 */
public record Origin(Target target, Json.Obj args, Set<String> unknown) {
  /** Some call of a tool, nobody knows which: the rules for all tools of the server count. */
  public static final Origin ANY =
      new Origin(
          new Target(Method.TOOLS_CALL.text(), null, null, null),
          Json.Obj.EMPTY,
          Set.of(Question.TOOL, Question.ARGS));

  /** Arguments of more bytes are not remembered. */
  private static final int MOST_BYTES = 16 << 10;

  public Origin {
    unknown = Set.copyOf(unknown);
  }

  /** A call that is under way. */
  public static Origin of(Operation operation) {
    return new Origin(target(operation), args(operation), Set.of());
  }

  /** A call, made with nobody knows what. */
  public static Origin of(Target target) {
    return new Origin(target, Json.Obj.EMPTY, Set.of(Question.ARGS));
  }

  /** The same as it is remembered: without arguments that are large. */
  public Origin remembered() {
    return unknown.isEmpty() && JsonWriter.write(args).size() > MOST_BYTES ? of(target) : this;
  }

  /** Whether it is known which call it is. */
  public boolean known() {
    return !equals(ANY);
  }

  /** What an operation is about, as policies name it. */
  public static Target target(Operation operation) {
    return new Target(
        operation.method(), operation.tool(), operation.resource(), operation.prompt());
  }

  /** What is asked with: the arguments where the method has some, else the params. */
  public static Json.Obj args(Operation operation) {
    boolean named = operation.isToolCall() || operation.known() == Method.PROMPTS_GET;
    Json.Obj args = named ? operation.params().object("arguments") : operation.params();
    return args == null ? Json.Obj.EMPTY : args;
  }
}
