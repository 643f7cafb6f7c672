package io.tabellion.jsonrpc;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Mends what has one safe reading in the members of one JSON-RPC object. What is left is read as
 * strictly as ever.
 *
 * <p>Not thread-safe: it mends one object, once.
 */
final class EnvelopeMender {
  private static final KnownMembers ENVELOPE =
      KnownMembers.of("jsonrpc", "id", "method", "params", "result", "error");
  private static final List<String> OUTCOMES = List.of("error", "result");

  /** Methods whose params have arguments. */
  private static final Set<String> WITH_ARGUMENTS = Set.of("tools/call", "prompts/get");

  private final List<Repair> repairs = new ArrayList<>();
  private Json.Obj tree;

  private EnvelopeMender(Json.Obj tree) {
    this.tree = tree;
  }

  /** The object as it is read, and what was mended for that. */
  record Outcome(Json.Obj tree, List<Repair> repairs) {}

  /** Mends what a client sent: a call, or an answer to a server. */
  static Outcome ofClient(Json.Obj tree) {
    EnvelopeMender mender = new EnvelopeMender(tree);
    if (isSet(tree.get("method")) || !answers(tree)) {
      mender.call();
    } else {
      mender.dropNull("method");
      mender.answer();
    }
    return mender.outcome();
  }

  /** Mends what a server sent: an answer, or a call. */
  static Outcome ofServer(Json.Obj tree) {
    EnvelopeMender mender = new EnvelopeMender(tree);
    mender.unknown();
    if (isSet(tree.get("method"))) {
      OUTCOMES.forEach(mender::dropNull);
      mender.call();
    } else {
      mender.dropNull("method");
      mender.answer();
    }
    return mender.outcome();
  }

  private Outcome outcome() {
    return new Outcome(tree, repairs);
  }

  /** A member that only looks like one of the envelope stays, and is refused later. */
  private void unknown() {
    SequencedMap<String, Json> known = new LinkedHashMap<>();
    tree.members()
        .forEach((name, value) -> {
          if (ENVELOPE.has(name) || ENVELOPE.isLookalike(name)) {
            known.put(name, value);
          } else {
            repairs.add(new Repair(Repair.Kind.UNKNOWN_MEMBER, List.of(name)));
          }
        });
    if (known.size() < tree.members().size()) {
      tree = new Json.Obj(known);
    }
  }

  private void answer() {
    integer();
    dropNull("params");
    // Of two nulls the error goes: what is left says that nothing came of it.
    for (String name : OUTCOMES) {
      String other = name.equals("error") ? "result" : "error";
      if (tree.get(other) != null) {
        dropNull(name);
      }
    }
  }

  private void call() {
    integer();
    if (String.valueOf(tree.text("method")).startsWith("notifications/")) {
      dropNull("id");
    }
    dropNull("params");
    dropNullParam("_meta");
    if (WITH_ARGUMENTS.contains(String.valueOf(tree.text("method")))) {
      dropNullParam("arguments");
    }
  }

  private void dropNullParam(String name) {
    Json.Obj params = tree.object("params");
    if (params != null && params.get(name) == Json.Literal.NULL) {
      tree = tree.with("params", params.without(name));
      repairs.add(new Repair(Repair.Kind.NULL_MEMBER, List.of("params", name)));
    }
  }

  private void dropNull(String name) {
    if (tree.get(name) == Json.Literal.NULL) {
      tree = tree.without(name);
      repairs.add(new Repair(Repair.Kind.NULL_MEMBER, List.of(name)));
    }
  }

  /** {@code 7.0} and {@code 7e0} are 7 to everybody who reads numbers as JavaScript does. */
  private void integer() {
    if (tree.get("id") instanceof Json.Num(String lexeme) && !RequestId.isInteger(lexeme)) {
      String integer = RequestId.asInteger(lexeme);
      if (integer != null) {
        tree = tree.with("id", new Json.Num(integer));
        repairs.add(new Repair(Repair.Kind.INTEGER, List.of("id")));
      }
    }
  }

  private static boolean answers(Json.Obj tree) {
    return OUTCOMES.stream().anyMatch(name -> isSet(tree.get(name)));
  }

  private static boolean isSet(@Nullable Json value) {
    return value != null && value != Json.Literal.NULL;
  }
}
