package io.tabellion.extproc;

import com.google.protobuf.ByteString;
import com.google.protobuf.Struct;
import com.google.protobuf.Value;
import io.envoyproxy.envoy.config.core.v3.HeaderMap;
import io.envoyproxy.envoy.config.core.v3.HeaderValue;
import io.envoyproxy.envoy.extensions.filters.http.ext_proc.v3.ProcessingMode.BodySendMode;
import io.envoyproxy.envoy.service.ext_proc.v3.HttpHeaders;
import io.envoyproxy.envoy.service.ext_proc.v3.ProcessingRequest;
import io.tabellion.identity.Evidence;
import io.tabellion.identity.Evidence.Certificate;
import io.tabellion.inspect.AnswerHead;
import io.tabellion.inspect.RequestHead;
import io.tabellion.mcp.Header;
import io.tabellion.mcp.Headers;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Reads Envoy's messages as values of ours. Pure. */
final class FromEnvoy {
  /** The details of an answer that came from the server. */
  static final String VIA_UPSTREAM = "via_upstream";

  private static final String ATTRIBUTES = "envoy.filters.http.ext_proc";
  private static final String JWT = "envoy.filters.http.jwt_authn";
  private static final String JWT_PAYLOAD = "payload";
  private static final String ROUTE_PREFIX = "mcp/";
  private static final Pattern STATUS = Pattern.compile("[1-5][0-9]{2}");

  private FromEnvoy() {}

  /** Whether the first message announces what we implement: bodies in full duplex, both ways. */
  static boolean speaksFullDuplex(ProcessingRequest first) {
    var config = first.getProtocolConfig();
    return first.hasProtocolConfig()
        && !first.getObservabilityMode()
        && config.getRequestBodyMode() == BodySendMode.FULL_DUPLEX_STREAMED
        && config.getResponseBodyMode() == BodySendMode.FULL_DUPLEX_STREAMED;
  }

  static RequestHead requestHead(HttpHeaders headers) {
    HeaderMap map = headers.getHeaders();
    return new RequestHead(
        pseudo(map, ":method"), pseudo(map, ":path").indexOf('?') >= 0, headers(map));
  }

  /** The head of an answer; a missing or odd status is 0. */
  static AnswerHead answerHead(ProcessingRequest message) {
    HttpHeaders headers = message.getResponseHeaders();
    String details = attribute(message, "response.code_details");
    return new AnswerHead(
        status(pseudo(headers.getHeaders(), ":status")),
        headers(headers.getHeaders()),
        headers.getEndOfStream(),
        VIA_UPSTREAM.equals(details) ? null : details);
  }

  static List<String> names(HeaderMap trailers) {
    return trailers.getHeadersList().stream().map(HeaderValue::getKey).distinct().toList();
  }

  /** The server's name by the route's, null if the route does not say. */
  static @Nullable String server(ProcessingRequest message) {
    String route = attribute(message, "xds.route_name");
    return route != null && route.length() > ROUTE_PREFIX.length() && route.startsWith(ROUTE_PREFIX)
        ? route.substring(ROUTE_PREFIX.length())
        : null;
  }

  static @Nullable String requestId(ProcessingRequest message) {
    return attribute(message, "request.id");
  }

  static Evidence evidence(ProcessingRequest message) {
    return new Evidence(
        jwt(message),
        certificate(message),
        attribute(message, "filter_state['io.istio.peer_principal']"),
        attribute(message, "source.address"));
  }

  private static @Nullable Map<String, Object> jwt(ProcessingRequest message) {
    Struct metadata = message.getMetadataContext().getFilterMetadataMap().get(JWT);
    Value payload = metadata == null ? null : metadata.getFieldsMap().get(JWT_PAYLOAD);
    return payload == null || !payload.hasStructValue() ? null : map(payload.getStructValue());
  }

  /** Whether Envoy says if callers show certificates: where it is not asked to, it does not. */
  static boolean tellsOfCertificates(ProcessingRequest message) {
    return value(message, "connection.mtls") != null;
  }

  private static @Nullable Certificate certificate(ProcessingRequest message) {
    Value mtls = value(message, "connection.mtls");
    if (mtls == null || !mtls.getBoolValue()) {
      return null;
    }
    Value valid = value(message, "connection.peer_certificate_valid");
    return new Certificate(
        valid == null ? null : valid.getBoolValue(),
        names(attribute(message, "connection.uri_san_peer_certificate")),
        names(attribute(message, "connection.dns_san_peer_certificate")),
        attribute(message, "connection.subject_peer_certificate"));
  }

  /** Envoy hands over the first name only. */
  private static List<String> names(@Nullable String name) {
    return name == null ? List.of() : List.of(name);
  }

  private static @Nullable String attribute(ProcessingRequest message, String name) {
    Value value = value(message, name);
    return value == null || value.getStringValue().isEmpty() ? null : value.getStringValue();
  }

  private static @Nullable Value value(ProcessingRequest message, String name) {
    Struct attributes = message.getAttributesMap().get(ATTRIBUTES);
    return attributes == null ? null : attributes.getFieldsMap().get(name);
  }

  private static Map<String, Object> map(Struct struct) {
    Map<String, Object> map = new LinkedHashMap<>();
    struct
        .getFieldsMap()
        .forEach((name, value) -> {
          Object object = object(value);
          if (object != null) {
            map.put(name, object);
          }
        });
    return map;
  }

  private static @Nullable Object object(Value value) {
    return switch (value.getKindCase()) {
      case STRING_VALUE -> value.getStringValue();
      case NUMBER_VALUE -> value.getNumberValue();
      case BOOL_VALUE -> value.getBoolValue();
      case STRUCT_VALUE -> map(value.getStructValue());
      case LIST_VALUE ->
          value.getListValue().getValuesList().stream()
              .<Object>mapMulti((item, sink) -> {
                Object object = object(item);
                if (object != null) {
                  sink.accept(object);
                }
              })
              .toList();
      case NULL_VALUE, KIND_NOT_SET -> null;
    };
  }

  private static Headers headers(HeaderMap map) {
    List<Header> headers = new ArrayList<>(map.getHeadersCount());
    for (HeaderValue header : map.getHeadersList()) {
      if (!header.getKey().startsWith(":")) {
        headers.add(new Header(header.getKey(), text(header.getRawValue())));
      }
    }
    return new Headers(headers);
  }

  private static String pseudo(HeaderMap map, String name) {
    for (HeaderValue header : map.getHeadersList()) {
      if (header.getKey().equals(name)) {
        return text(header.getRawValue());
      }
    }
    return "";
  }

  private static String text(ByteString value) {
    return value.toString(StandardCharsets.ISO_8859_1);
  }

  private static int status(String status) {
    return STATUS.matcher(status).matches() ? Integer.parseInt(status) : 0;
  }
}
