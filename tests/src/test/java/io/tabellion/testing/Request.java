package io.tabellion.testing;

import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * An HTTP/1.1 request, as bytes that we know.
 *
 * @param method HTTP method
 * @param path from the root
 * @param headers lower-case names; host, connection and content-length come by themselves
 * @param body empty if there is none
 */
public record Request(String method, String path, Map<String, String> headers, String body) {
  private static final String PATH = "/sample/mcp";

  public Request {
    headers = Map.copyOf(headers);
  }

  /**
   * A {@code tools/call} of the stateless era (MCP 2026-07-28).
   *
   * @param nonce the one argument: what joins client, server and trail
   */
  public static Request call(String tool, String nonce) {
    String params =
        """
        "name":"%s","arguments":{"nonce":"%s"},\
        """
            .formatted(tool, nonce);
    return stateless("tools/call", params).with("mcp-name", tool);
  }

  /** A {@code tools/list} of the stateless era. */
  public static Request listTools() {
    return stateless("tools/list", "");
  }

  /**
   * @param params members with a comma behind them
   */
  private static Request stateless(String method, String params) {
    String body =
        """
        {"jsonrpc":"2.0","id":1,"method":"%s","params":{%s\
        "_meta":{"io.modelcontextprotocol/protocolVersion":"2026-07-28",\
        "io.modelcontextprotocol/clientInfo":{"name":"faults","version":"1"},\
        "io.modelcontextprotocol/clientCapabilities":{}}}}\
        """
            .formatted(method, params);
    return new Request(
        "POST",
        PATH,
        Map.of(
            "content-type", "application/json",
            "accept", "application/json, text/event-stream",
            "mcp-protocol-version", "2026-07-28",
            "mcp-method", method),
        body);
  }

  /** An {@code initialize} of the session era (MCP 2025-11-25). */
  public static Request initialize() {
    return inSession(
        """
        {"jsonrpc":"2.0","id":0,"method":"initialize","params":{"protocolVersion":"2025-11-25",\
        "capabilities":{},"clientInfo":{"name":"faults","version":"1"}}}\
        """);
  }

  /** A {@code tools/call} of the session era; the session is still to be named. */
  public static Request callInSession(String tool, String nonce) {
    return inSession(
        """
        {"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"%s","arguments":{"nonce":"%s"}}}\
        """
            .formatted(tool, nonce));
  }

  private static Request inSession(String body) {
    return new Request(
        "POST",
        PATH,
        Map.of("content-type", "application/json", "accept", "application/json, text/event-stream"),
        body);
  }

  /** A GET of the session era: asks for the server's own event stream. */
  public static Request listen() {
    return new Request("GET", PATH, Map.of("accept", "text/event-stream"), "");
  }

  /** A DELETE of the session era: ends a session. */
  public static Request delete() {
    return new Request("DELETE", PATH, Map.of(), "");
  }

  public Request with(String header, String value) {
    Map<String, String> more = new LinkedHashMap<>(headers);
    more.put(header, value);
    return new Request(method, path, more, body);
  }

  /** With a bearer token. */
  public Request as(String token) {
    return with("authorization", "Bearer " + token);
  }

  byte[] bytes() {
    byte[] content = body.getBytes(StandardCharsets.UTF_8);
    StringBuilder head = new StringBuilder();
    head.append(method).append(' ').append(path).append(" HTTP/1.1\r\n");
    head.append("host: 127.0.0.1\r\nconnection: close\r\n");
    headers.forEach((name, value) -> head.append(name + ": " + value + "\r\n"));
    if (content.length > 0) {
      head.append("content-length: " + content.length + "\r\n");
    }
    byte[] start = head.append("\r\n").toString().getBytes(StandardCharsets.ISO_8859_1);
    byte[] all = java.util.Arrays.copyOf(start, start.length + content.length);
    System.arraycopy(content, 0, all, start.length, content.length);
    return all;
  }
}
