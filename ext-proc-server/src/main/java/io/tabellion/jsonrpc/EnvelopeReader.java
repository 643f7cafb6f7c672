package io.tabellion.jsonrpc;

import org.jspecify.annotations.Nullable;

/** Reads one JSON object as one JSON-RPC message. */
final class EnvelopeReader {
  private static final KnownMembers ENVELOPE =
      KnownMembers.of("jsonrpc", "id", "method", "params", "result", "error");
  private static final KnownMembers ERROR = KnownMembers.of("code", "message", "data");

  private final Json.Obj tree;
  private final String where;

  private EnvelopeReader(Json.Obj tree, String where) {
    this.tree = tree;
    this.where = where;
  }

  /** Returns {@link Parsed.Single} or {@link Parsed.Malformed}. */
  static Parsed read(Json.Obj tree, String where) {
    return new EnvelopeReader(tree, where).read();
  }

  private Parsed read() {
    for (String name : tree.members().keySet()) {
      if (!ENVELOPE.has(name)) {
        return expected("", "no member but jsonrpc, id, method, params, result, error");
      }
    }
    if (!"2.0".equals(tree.text("jsonrpc"))) {
      return expected("/jsonrpc", "the string 2.0");
    }
    if (count("method") + count("result") + count("error") != 1) {
      return expected("", "exactly one of method, result, error");
    }
    if (tree.get("method") != null) {
      return call();
    }
    if (tree.get("params") != null) {
      return expected("/params", "no params beside result or error");
    }
    Json result = tree.get("result");
    return result == null ? failure() : result(result);
  }

  private Parsed call() {
    String method = tree.text("method");
    if (method == null || method.isEmpty()) {
      return expected("/method", "a string that is not empty");
    }
    Json.Obj params = tree.object("params");
    if (params == null && tree.get("params") != null) {
      return expected("/params", "an object");
    }
    if (tree.get("id") == null) {
      return new Parsed.Single(new Envelope.Notification(method, params, tree));
    }
    RequestId id = id();
    return id == null ? noId() : new Parsed.Single(new Envelope.Request(id, method, params, tree));
  }

  private Parsed result(Json result) {
    RequestId id = id();
    return id == null ? noId() : new Parsed.Single(new Envelope.Result(id, result, tree));
  }

  private Parsed failure() {
    Json.Obj error = tree.object("error");
    if (error == null) {
      return expected("/error", "an object");
    }
    Parsed.Malformed lookalike = ERROR.check(error, where + "/error");
    if (lookalike != null) {
      return lookalike;
    }
    if (!(error.get("code") instanceof Json.Num code) || !RequestId.isInteger(code.lexeme())) {
      return expected("/error/code", "an integer");
    }
    if (error.text("message") == null) {
      return expected("/error/message", "a string");
    }
    RequestId id = id();
    boolean absent = tree.get("id") == null || tree.get("id") == Json.Literal.NULL;
    return id == null && !absent
        ? noId()
        : new Parsed.Single(new Envelope.Failure(id, error, tree));
  }

  private @Nullable RequestId id() {
    return RequestId.of(tree.get("id"));
  }

  private int count(String name) {
    return tree.get(name) == null ? 0 : 1;
  }

  private Parsed noId() {
    return expected("/id", "a string or an integer");
  }

  private Parsed.Malformed expected(String member, String expected) {
    return Parsed.Malformed.message(where + member, expected);
  }
}
