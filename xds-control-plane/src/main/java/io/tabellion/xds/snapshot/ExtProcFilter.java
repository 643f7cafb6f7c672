package io.tabellion.xds.snapshot;

import io.envoyproxy.envoy.config.core.v3.BackoffStrategy;
import io.envoyproxy.envoy.config.core.v3.GrpcService;
import io.envoyproxy.envoy.config.core.v3.HeaderValue;
import io.envoyproxy.envoy.config.core.v3.RetryPolicy;
import io.envoyproxy.envoy.extensions.filters.http.ext_proc.v3.ExternalProcessor;
import io.envoyproxy.envoy.extensions.filters.http.ext_proc.v3.HeaderForwardingRules;
import io.envoyproxy.envoy.extensions.filters.http.ext_proc.v3.MetadataOptions;
import io.envoyproxy.envoy.extensions.filters.http.ext_proc.v3.ProcessingMode;
import io.envoyproxy.envoy.extensions.filters.http.ext_proc.v3.ProcessingMode.BodySendMode;
import io.envoyproxy.envoy.extensions.filters.http.ext_proc.v3.ProcessingMode.HeaderSendMode;
import io.envoyproxy.envoy.type.matcher.v3.ListStringMatcher;
import io.envoyproxy.envoy.type.matcher.v3.StringMatcher;
import io.tabellion.xds.routes.Routes;
import java.util.List;

/** Our filter. Why each setting is what it is: envoy-config/envoy.yaml. */
final class ExtProcFilter {
  private static final List<String> REQUEST_ATTRIBUTES =
      List.of("xds.route_name", "request.id", "source.address");

  /** Where callers may show a certificate: who they are, and whether it was verified. */
  private static final List<String> CERTIFICATE_ATTRIBUTES =
      List.of(
          "connection.mtls",
          "connection.peer_certificate_valid",
          "connection.uri_san_peer_certificate",
          "connection.dns_san_peer_certificate",
          "connection.subject_peer_certificate");

  private static final List<String> RESPONSE_ATTRIBUTES =
      List.of("response.code_details", "source.address", "request.id", "xds.route_name");

  private ExtProcFilter() {}

  static ExternalProcessor of(Routes.Listener listener) {
    return NewerFields.unavailableOnError(
            ExternalProcessor.newBuilder()
                .setStatPrefix("tabellion")
                .setGrpcService(service(listener))
                .setFailureModeAllow(false)
                .setProcessingMode(bothWaysInFull())
                .setRouteCacheAction(ExternalProcessor.RouteCacheAction.RETAIN)
                .setForwardRules(withoutSecrets())
                .addAllRequestAttributes(REQUEST_ATTRIBUTES)
                .addAllRequestAttributes(
                    takesCertificates(listener) ? CERTIFICATE_ATTRIBUTES : List.of())
                .addAllResponseAttributes(RESPONSE_ATTRIBUTES)
                .setMetadataOptions(metadata(listener)))
        .build();
  }

  private static GrpcService service(Routes.Listener listener) {
    return GrpcService.newBuilder()
        .setEnvoyGrpc(GrpcService.EnvoyGrpc.newBuilder().setClusterName(Names.EXT_PROC_CLUSTER))
        .addInitialMetadata(
            HeaderValue.newBuilder().setKey("x-tabellion-listener").setValue(listener.name()))
        .setRetryPolicy(
            RetryPolicy.newBuilder()
                .setNumRetries(Messages.number(2))
                .setRetryOn("connect-failure,refused-stream")
                .setRetryBackOff(
                    BackoffStrategy.newBuilder()
                        .setBaseInterval(Messages.millis(100))
                        .setMaxInterval(Messages.seconds(1))))
        .build();
  }

  private static ProcessingMode bothWaysInFull() {
    return ProcessingMode.newBuilder()
        .setRequestHeaderMode(HeaderSendMode.SEND)
        .setRequestBodyMode(BodySendMode.FULL_DUPLEX_STREAMED)
        .setRequestTrailerMode(HeaderSendMode.SEND)
        .setResponseHeaderMode(HeaderSendMode.SEND)
        .setResponseBodyMode(BodySendMode.FULL_DUPLEX_STREAMED)
        .setResponseTrailerMode(HeaderSendMode.SEND)
        .build();
  }

  private static HeaderForwardingRules withoutSecrets() {
    return HeaderForwardingRules.newBuilder()
        .setDisallowedHeaders(
            ListStringMatcher.newBuilder()
                .addPatterns(StringMatcher.newBuilder().setExact("authorization"))
                .addPatterns(StringMatcher.newBuilder().setExact("cookie")))
        .build();
  }

  private static boolean takesCertificates(Routes.Listener listener) {
    return listener.tls() != null && listener.tls().clientCa() != null;
  }

  private static MetadataOptions metadata(Routes.Listener listener) {
    MetadataOptions.Builder options =
        MetadataOptions.newBuilder()
            .setReceivingNamespaces(
                MetadataOptions.MetadataNamespaces.newBuilder().addUntyped(Names.METADATA));
    if (listener.jwt() != null) {
      options.setForwardingNamespaces(
          MetadataOptions.MetadataNamespaces.newBuilder().addUntyped(Names.JWT_AUTHN));
    }
    return options.build();
  }
}
