package io.tabellion.parties;

import com.google.protobuf.ByteString;
import com.google.protobuf.Struct;
import com.google.protobuf.Value;
import io.envoyproxy.envoy.config.core.v3.HeaderMap;
import io.envoyproxy.envoy.config.core.v3.HeaderValue;
import io.envoyproxy.envoy.extensions.filters.http.ext_proc.v3.ProcessingMode.BodySendMode;
import io.envoyproxy.envoy.service.ext_proc.v3.HttpBody;
import io.envoyproxy.envoy.service.ext_proc.v3.HttpHeaders;
import io.envoyproxy.envoy.service.ext_proc.v3.ProcessingRequest;
import io.envoyproxy.envoy.service.ext_proc.v3.ProtocolConfiguration;

/** What Envoy says to our server, for benchmarks without Envoy. Pure and thread-safe. */
public final class EnvoyMessages {
  private static final String ATTRIBUTES = "envoy.filters.http.ext_proc";

  private EnvoyMessages() {}

  /** The head of a {@code tools/call} of the stateless era to the server {@code sample}. */
  public static ProcessingRequest.Builder call(String tool) {
    return ProcessingRequest.newBuilder()
        .setProtocolConfig(
            ProtocolConfiguration.newBuilder()
                .setRequestBodyMode(BodySendMode.FULL_DUPLEX_STREAMED)
                .setResponseBodyMode(BodySendMode.FULL_DUPLEX_STREAMED))
        .setRequestHeaders(
            headers(
                ":method",
                "POST",
                ":path",
                "/sample/mcp",
                "content-type",
                "application/json",
                "accept",
                "application/json, text/event-stream",
                "mcp-protocol-version",
                "2026-07-28",
                "mcp-method",
                "tools/call",
                "mcp-name",
                tool))
        .putAttributes(
            ATTRIBUTES,
            attributes("xds.route_name", "mcp/sample", "source.address", "127.0.0.1:1234"));
  }

  /** The head of an answer with JSON. */
  public static ProcessingRequest answer() {
    return ProcessingRequest.newBuilder()
        .setResponseHeaders(headers(":status", "200", "content-type", "application/json"))
        .putAttributes(ATTRIBUTES, attributes("response.code_details", "via_upstream"))
        .build();
  }

  /** A part of a body. */
  public static HttpBody.Builder body(ByteString bytes, boolean end) {
    return HttpBody.newBuilder().setBody(bytes).setEndOfStream(end);
  }

  /** A body of JSON-RPC: that call, with these arguments. */
  public static ByteString body(String tool, String arguments) {
    return ByteString.copyFromUtf8(
        """
        {"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"%s","arguments":%s,"_meta":{\
        "io.modelcontextprotocol/protocolVersion":"2026-07-28",\
        "io.modelcontextprotocol/clientInfo":{"name":"bench","version":"1"},\
        "io.modelcontextprotocol/clientCapabilities":{}}}}\
        """
            .formatted(tool, arguments));
  }

  private static HttpHeaders headers(String... namesAndValues) {
    HeaderMap.Builder map = HeaderMap.newBuilder();
    for (int i = 0; i < namesAndValues.length; i += 2) {
      map.addHeaders(
          HeaderValue.newBuilder()
              .setKey(namesAndValues[i])
              .setRawValue(ByteString.copyFromUtf8(namesAndValues[i + 1])));
    }
    return HttpHeaders.newBuilder().setHeaders(map).build();
  }

  private static Struct attributes(String... namesAndValues) {
    Struct.Builder struct = Struct.newBuilder();
    for (int i = 0; i < namesAndValues.length; i += 2) {
      struct.putFields(
          namesAndValues[i], Value.newBuilder().setStringValue(namesAndValues[i + 1]).build());
    }
    return struct.build();
  }
}
