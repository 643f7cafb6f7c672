package io.tabellion.jsonrpc;

/** Steps of a JSON Pointer (RFC 6901). */
public final class JsonPointer {
  private JsonPointer() {}

  /** Returns a name as it stands in a pointer. */
  public static String escaped(String name) {
    return name.replace("~", "~0").replace("/", "~1");
  }

  /** Returns the name that stands in a pointer. */
  public static String unescaped(String step) {
    return step.replace("~1", "/").replace("~0", "~");
  }
}
