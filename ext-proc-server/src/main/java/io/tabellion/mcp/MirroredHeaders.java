package io.tabellion.mcp;

import java.util.ArrayList;
import java.util.List;
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

  private MirroredHeaders() {}

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
    remove.add(SessionHeader.NAME);
    remove.add("last-event-id");
    return new HeaderChanges(set, remove);
  }

  private static @Nullable Fault name(Headers headers, Operation operation, boolean required) {
    String name = operation.name();
    return name == null ? null : compare(headers, NAME, name, required);
  }

  private static @Nullable Fault compare(
      Headers headers, String header, String expected, boolean required) {
    List<String> values = headers.values(header);
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
      List<String> values = headers.values(name);
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
