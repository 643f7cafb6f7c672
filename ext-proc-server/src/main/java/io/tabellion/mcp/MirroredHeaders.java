package io.tabellion.mcp;

import io.tabellion.jsonrpc.Json;
import io.tabellion.jsonrpc.JsonWriter;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The headers of the stateless era that repeat the body: {@code MCP-Protocol-Version}, {@code
 * Mcp-Method}, {@code Mcp-Name}, {@code Mcp-Param-*} (2026-07-28 basic/transports/streamable-http).
 *
 * <p>The body decides. A header that disagrees is refused; what is sent on is written from the tree
 * that was judged.
 */
public final class MirroredHeaders {
  static final String METHOD = "mcp-method";
  static final String NAME = "mcp-name";
  static final String PARAM = "mcp-param-";

  /** Headers of MCP that have one value. */
  private static final List<String> SINGLE =
      List.of(Dialect.HEADER, SessionHeader.NAME, METHOD, NAME, "last-event-id");

  private MirroredHeaders() {}

  /** The fields that repeat arguments. */
  public static List<Header> ofArguments(Headers headers) {
    List<Header> fields = new ArrayList<>();
    for (String name : headers.names(PARAM)) {
      fields.add(new Header(name, headers.values(name).getFirst()));
    }
    return fields;
  }

  /** Returns the headers of MCP that a message says more than once, with one value each. */
  public static List<Header> repeated(Headers headers) {
    List<Header> repeated = new ArrayList<>(0); // nearly always there are none
    SINGLE.forEach(name -> addRepeated(headers, name, repeated));
    headers.names(PARAM).forEach(name -> addRepeated(headers, name, repeated));
    return repeated;
  }

  private static void addRepeated(Headers headers, String name, List<Header> repeated) {
    headers.repeated(name).ifPresent(value -> repeated.add(new Header(name, value)));
  }

  /** Returns what contradicts the operation, or nothing. Meant for the stateless era only. */
  public static Optional<Fault> check(Headers headers, Operation operation) {
    boolean required = !operation.isNotification();
    Fault fault = compare(headers, METHOD, operation.method(), required);
    if (fault == null) {
      fault = name(headers, operation, required);
    }
    return Optional.ofNullable(fault == null ? params(headers) : fault);
  }

  /**
   * Returns what to do to the headers of a request that is sent on: mirrors of the tree in the
   * stateless era, none in the session era; no session or resumption in the stateless era.
   *
   * @param operation null where the body is no request or notification
   */
  public static HeaderChanges changes(
      Headers headers, Dialect dialect, @Nullable Operation operation) {
    return changes(headers, dialect, operation, Map.of());
  }

  /**
   * The same where the message that is sent is not the one that came.
   *
   * @param operation as it is sent
   * @param changed values that came, and what is sent in their place ({@link #changed})
   */
  public static HeaderChanges changes(
      Headers headers,
      Dialect dialect,
      @Nullable Operation operation,
      Map<String, String> changed) {
    List<Header> set = new ArrayList<>();
    List<String> remove = new ArrayList<>();
    if (!headers.values("content-type").isEmpty()) {
      set.add(new Header("content-type", "application/json"));
    }
    if (dialect.era() == Era.SESSION || operation == null) {
      remove.add(METHOD);
      remove.add(NAME);
      remove.addAll(headers.names(PARAM));
      return new HeaderChanges(set, remove);
    }
    if (dialect.revision() != null) {
      set.add(new Header(Dialect.HEADER, dialect.revision().text()));
    }
    set.add(new Header(METHOD, operation.method()));
    String name = operation.name();
    if (name == null) {
      remove.add(NAME);
    } else {
      set.add(new Header(NAME, HeaderValue.encode(name)));
    }
    for (String param : headers.names(PARAM)) {
      String value =
          HeaderValue.decode(headers.values(param).getFirst()).map(changed::get).orElse(null);
      if (value != null) {
        set.add(new Header(param, HeaderValue.encode(value)));
      }
    }
    remove.add(SessionHeader.NAME);
    remove.add("last-event-id");
    return new HeaderChanges(set, remove);
  }

  /**
   * Returns the values that differ in two trees of one shape: of the first to of the second, as
   * headers write them. What has another shape is left out.
   */
  public static Map<String, String> changed(Json came, Json sent) {
    Map<String, String> changed = new HashMap<>();
    compare(came, sent, changed);
    return changed;
  }

  private static void compare(Json came, Json sent, Map<String, String> changed) {
    switch (came) {
      case Json same when same.equals(sent) -> {
        // Nothing in it differs.
      }
      case Json.Obj object when sent instanceof Json.Obj other ->
          compare(
              List.copyOf(object.members().values()),
              List.copyOf(other.members().values()),
              changed);
      case Json.Array array when sent instanceof Json.Array other ->
          compare(array.items(), other.items(), changed);
      case Json.Obj _, Json.Array _ -> {
        // What has no text has no header.
      }
      case Json.Text _, Json.Num _, Json.Literal _ -> {
        if (!came.equals(sent)) {
          changed.putIfAbsent(text(came), text(sent));
        }
      }
    }
  }

  private static void compare(List<Json> came, List<Json> sent, Map<String, String> changed) {
    for (int i = 0; i < Math.min(came.size(), sent.size()); i++) {
      compare(came.get(i), sent.get(i), changed);
    }
  }

  private static String text(Json value) {
    return value instanceof Json.Text(String text) ? text : JsonWriter.toText(value);
  }

  private static @Nullable Fault name(Headers headers, Operation operation, boolean required) {
    String name = operation.name();
    // A client of the Tasks extension (fastmcp-tasks 4.1) leaves it out, and servers bear that.
    boolean must = required && operation.task() == null;
    return name == null ? null : compare(headers, NAME, name, must);
  }

  private static @Nullable Fault compare(
      Headers headers, String header, String expected, boolean required) {
    List<String> values = headers.distinct(header);
    if (values.isEmpty()) {
      return required ? mismatch(header, "the value of the body") : null;
    }
    boolean same =
        values.size() == 1
            && HeaderValue.decode(values.getFirst()).map(expected::equals).orElse(false);
    return same ? null : mismatch(header, "once, the value of the body");
  }

  /**
   * Which argument a header mirrors is known by the tool's schema only; here it must be readable.
   */
  private static @Nullable Fault params(Headers headers) {
    for (String name : headers.names(PARAM)) {
      List<String> values = headers.distinct(name);
      if (values.size() > 1 || HeaderValue.decode(values.getFirst()).isEmpty()) {
        return mismatch(PARAM + "*", "each once, readable");
      }
    }
    return null;
  }

  private static Fault mismatch(String header, String expected) {
    return new Fault(Fault.Kind.HEADER_MISMATCH, header, expected);
  }
}
