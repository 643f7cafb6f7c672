package io.tabellion.bench.calls;

import java.nio.charset.StandardCharsets;

/**
 * One {@code tools/call} of the stateless era (MCP 2026-07-28) as HTTP/1.1 bytes; no two of a run
 * have the same arguments.
 *
 * @param id JSON-RPC id, and what makes the arguments distinct
 * @param tool name of the tool
 * @param more a further argument, empty for none
 */
public record Call(long id, String tool, String more) {
  private static final String TOOL = "lookup_customer";
  private static final String NAME = "\"name\":\"";

  /** The ordinary call with this id. */
  static Call of(long id) {
    return new Call(id, TOOL, "");
  }

  /** A call of this tool with this further argument: plain ASCII without quotes. */
  public static Call of(long id, String tool, String more) {
    return new Call(id, tool, more);
  }

  /** Returns request head and body for the server at {@code path} on loopback {@code port}. */
  public byte[] bytes(int port, String path) {
    String body = body();
    String head =
        """
        POST %s HTTP/1.1\r
        host: 127.0.0.1:%d\r
        content-type: application/json\r
        accept: application/json, text/event-stream\r
        mcp-protocol-version: 2026-07-28\r
        mcp-method: tools/call\r
        mcp-name: %s\r
        content-length: %d\r
        \r
        """
            .formatted(path, port, tool, body.length());
    return (head + body).getBytes(StandardCharsets.US_ASCII);
  }

  /** Returns the body of the request. */
  public String body() {
    return """
    {"jsonrpc":"2.0","id":%d,"method":"tools/call","params":{"name":"%s","arguments":{"customer":"%s",\
    "region":"eu-west-1","fields":["name","tier","open_orders","last_contact"],\
    "reason":"The customer asked for the state of an order on the phone."%s},\
    "_meta":{"io.modelcontextprotocol/protocolVersion":"2026-07-28",\
    "io.modelcontextprotocol/clientInfo":{"name":"tabellion-bench","version":"1.0.0"},\
    "io.modelcontextprotocol/clientCapabilities":{}}}}\
    """
        .formatted(id, tool, customer(), more.isEmpty() ? "" : ",\"more\":\"" + more + "\"");
  }

  /** Returns the body of the answer that {@link LoadServer} gives to a simple call. */
  public String answer() {
    return """
    {"jsonrpc":"2.0","id":%d,"result":{"resultType":"complete","content":[{"type":"text","text":\
    "{\\"customer\\":\\"%s\\",\\"name\\":\\"Example Trading Ltd\\",\\"tier\\":\\"gold\\",\\"open_orders\\":3,\
    \\"last_contact\\":\\"2026-11-02\\",\\"note\\":\\"Prefers a call in the morning; two of three orders are \
    packed and leave with the next transport.\\"}"}],"isError":false}}\
    """
        .formatted(id, customer());
  }

  /** Whether {@code body} is the answer to this call and no other, and not cut off. */
  boolean answeredBy(String body) {
    return body.startsWith("{\"jsonrpc\":\"2.0\",\"id\":" + id + ",\"result\":")
        && body.contains(customer())
        && body.endsWith("}}");
  }

  /** Reads id and tool of a call from its body; the answers of {@link LoadServer} need no more. */
  public static Call of(String body) {
    int from = body.indexOf("\"id\":") + 5;
    int name = body.indexOf(NAME, from) + NAME.length();
    return new Call(
        Long.parseLong(body, from, body.indexOf(',', from), 10),
        body.substring(name, body.indexOf('"', name)),
        "");
  }

  /** The customer that it asks for; no other call asks for the same. */
  String customer() {
    return "c-%012d".formatted(id);
  }
}
