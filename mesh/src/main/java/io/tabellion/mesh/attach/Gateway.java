package io.tabellion.mesh.attach;

import io.tabellion.yaml.Default;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The gateway before the MCP servers. It carries MCP and nothing else.
 *
 * @param kind whose resources configure it; for Envoy Gateway it is of the Gateway API
 * @param host under which clients reach it
 * @param labels of its pods, for {@link Kind#ISTIO}; {@code istio: NAME} where null
 * @param account its service account; NAME for {@link Kind#ISTIO}, {@code NAME-istio} for {@link
 *     Kind#GATEWAY_API} where null
 * @param credential the Secret with its TLS certificate; {@code NAME-tls} where null
 * @param className its GatewayClass, for the Gateway API
 */
public record Gateway(
    @Default("istio") Kind kind,
    @Default("mcp-gateway") DnsLabel name,
    @Default("mcp-gateway") DnsLabel namespace,
    HostName host,
    @Nullable Labels labels,
    @Nullable DnsLabel account,
    @Nullable DnsLabel credential,
    @Nullable DnsLabel className) {

  /** Whose resources configure the gateway. */
  public enum Kind {
    /** {@code networking.istio.io/v1 Gateway}, for a gateway that was installed by itself. */
    ISTIO,
    /** {@code gateway.networking.k8s.io/v1 Gateway}, which Istio deploys. */
    GATEWAY_API
  }

  /**
   * @throws IllegalArgumentException for labels of a gateway that is not selected by labels of the
   *     operator's choice
   */
  public Gateway {
    if (kind == Kind.GATEWAY_API && labels != null) {
      throw new IllegalArgumentException(
          "labels: not used with kind gateway-api (expected: none; it is found by its name)");
    }
  }

  Labels podLabels() {
    return kind == Kind.GATEWAY_API
        ? Labels.of("gateway.networking.k8s.io/gateway-name", name.text())
        : Objects.requireNonNullElseGet(labels, () -> Labels.of("istio", name.text()));
  }

  String accountName() {
    return account != null ? account.text() : name + (kind == Kind.GATEWAY_API ? "-istio" : "");
  }

  String credentialName() {
    return credential == null ? name + "-tls" : credential.text();
  }
}
