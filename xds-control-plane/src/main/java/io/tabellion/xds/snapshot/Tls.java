package io.tabellion.xds.snapshot;

import com.google.protobuf.Message;
import io.envoyproxy.envoy.config.core.v3.TransportSocket;
import io.envoyproxy.envoy.extensions.transport_sockets.tls.v3.CertificateValidationContext;
import io.envoyproxy.envoy.extensions.transport_sockets.tls.v3.CommonTlsContext;
import io.envoyproxy.envoy.extensions.transport_sockets.tls.v3.DownstreamTlsContext;
import io.envoyproxy.envoy.extensions.transport_sockets.tls.v3.SubjectAltNameMatcher;
import io.envoyproxy.envoy.extensions.transport_sockets.tls.v3.SubjectAltNameMatcher.SanType;
import io.envoyproxy.envoy.extensions.transport_sockets.tls.v3.TlsCertificate;
import io.envoyproxy.envoy.extensions.transport_sockets.tls.v3.TlsParameters;
import io.envoyproxy.envoy.extensions.transport_sockets.tls.v3.TlsParameters.TlsProtocol;
import io.envoyproxy.envoy.extensions.transport_sockets.tls.v3.UpstreamTlsContext;
import io.envoyproxy.envoy.type.matcher.v3.StringMatcher;
import io.tabellion.xds.routes.Endpoint;
import io.tabellion.xds.routes.Routes;
import java.nio.file.Path;

/** TLS of each leg. Why each setting is what it is: envoy-config/envoy-mtls.yaml. */
final class Tls {

  private Tls() {}

  static TransportSocket listener(Routes.ListenerTls tls) {
    CommonTlsContext.Builder common =
        CommonTlsContext.newBuilder()
            .setTlsParams(
                TlsParameters.newBuilder().setTlsMinimumProtocolVersion(TlsProtocol.TLSv1_2))
            .addAlpnProtocols("h2")
            .addAlpnProtocols("http/1.1")
            .addTlsCertificates(certificate(tls.certificate(), tls.key()));
    if (tls.clientCa() != null) {
      common.setValidationContext(
          CertificateValidationContext.newBuilder().setTrustedCa(Messages.file(tls.clientCa())));
    }
    return socket(
        DownstreamTlsContext.newBuilder()
            .setRequireClientCertificate(Messages.truth(false))
            .setDisableStatelessSessionResumption(true)
            .setDisableStatefulSessionResumption(true)
            .setCommonTlsContext(common)
            .build());
  }

  static TransportSocket extProc(Routes.ExtProcTls tls) {
    return socket(
        UpstreamTlsContext.newBuilder()
            .setSni(tls.name())
            .setCommonTlsContext(
                CommonTlsContext.newBuilder()
                    .setTlsParams(
                        TlsParameters.newBuilder()
                            .setTlsMinimumProtocolVersion(TlsProtocol.TLSv1_3)
                            .setTlsMaximumProtocolVersion(TlsProtocol.TLSv1_3))
                    .addTlsCertificates(certificate(tls.certificate(), tls.key()))
                    .setValidationContext(pinned(tls.ca(), SanType.DNS, tls.name())))
            .build());
  }

  static TransportSocket server(Endpoint.Tcp endpoint, Path ca) {
    SanType type = endpoint.numeric() ? SanType.IP_ADDRESS : SanType.DNS;
    UpstreamTlsContext.Builder context =
        UpstreamTlsContext.newBuilder()
            .setCommonTlsContext(
                CommonTlsContext.newBuilder()
                    .setTlsParams(
                        TlsParameters.newBuilder()
                            .setTlsMaximumProtocolVersion(TlsProtocol.TLSv1_3))
                    .setValidationContext(pinned(ca, type, endpoint.host())));
    if (!endpoint.numeric()) {
      context.setSni(endpoint.host());
    }
    return socket(context.build());
  }

  private static CertificateValidationContext pinned(Path ca, SanType type, String name) {
    return CertificateValidationContext.newBuilder()
        .setTrustedCa(Messages.file(ca))
        .addMatchTypedSubjectAltNames(
            SubjectAltNameMatcher.newBuilder()
                .setSanType(type)
                .setMatcher(StringMatcher.newBuilder().setExact(name)))
        .build();
  }

  private static TlsCertificate certificate(Path chain, Path key) {
    return TlsCertificate.newBuilder()
        .setCertificateChain(Messages.file(chain))
        .setPrivateKey(Messages.file(key))
        .build();
  }

  private static TransportSocket socket(Message context) {
    return TransportSocket.newBuilder()
        .setName("envoy.transport_sockets.tls")
        .setTypedConfig(Messages.any(context))
        .build();
  }
}
