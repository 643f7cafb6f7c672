package io.tabellion.xds.snapshot;

import com.google.protobuf.Message;
import io.envoyproxy.envoy.config.core.v3.AggregatedConfigSource;
import io.envoyproxy.envoy.config.core.v3.ApiVersion;
import io.envoyproxy.envoy.config.core.v3.ConfigSource;
import io.envoyproxy.envoy.config.core.v3.TypedExtensionConfig;
import io.envoyproxy.envoy.extensions.filters.http.credential_injector.v3.CredentialInjector;
import io.envoyproxy.envoy.extensions.filters.http.upstream_codec.v3.UpstreamCodec;
import io.envoyproxy.envoy.extensions.filters.network.http_connection_manager.v3.HttpFilter;
import io.envoyproxy.envoy.extensions.http.injected_credentials.generic.v3.Generic;
import io.envoyproxy.envoy.extensions.transport_sockets.tls.v3.GenericSecret;
import io.envoyproxy.envoy.extensions.transport_sockets.tls.v3.SdsSecretConfig;
import io.envoyproxy.envoy.extensions.transport_sockets.tls.v3.Secret;
import io.envoyproxy.envoy.extensions.upstreams.http.v3.HttpProtocolOptions;
import io.tabellion.xds.routes.Routes;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Credentials of our own for servers. Envoy puts them in behind all filters of ours, on the way to
 * the server, and reads them from files: what it is told holds only the names of the files.
 */
final class Secrets {

  private Secrets() {}

  /**
   * The secrets, by the files that hold them.
   *
   * @param files for each server with credentials
   */
  static List<Secret> of(Routes routes, Map<String, Path> files) {
    List<Secret> secrets = new ArrayList<>();
    for (Routes.Server server : routes.servers()) {
      Path file = files.get(server.name());
      if ((file == null) != (server.credentials() == null)) {
        throw new IllegalArgumentException(server.name() + ": credentials without a file");
      }
      if (file != null) {
        secrets.add(
            Secret.newBuilder()
                .setName(Names.secret(server))
                .setGenericSecret(GenericSecret.newBuilder().setSecret(Messages.file(file)))
                .build());
      }
    }
    return secrets;
  }

  /** Adds the filters that put the secret of a server into requests to it. */
  static void inject(
      Routes.Server server, Routes.Credentials credentials, HttpProtocolOptions.Builder options) {
    Generic generic =
        Generic.newBuilder()
            .setCredential(
                SdsSecretConfig.newBuilder()
                    .setName(Names.secret(server))
                    .setSdsConfig(
                        ConfigSource.newBuilder()
                            .setResourceApiVersion(ApiVersion.V3)
                            .setAds(AggregatedConfigSource.getDefaultInstance())))
            .setHeader(credentials.header())
            .build();
    CredentialInjector injector =
        CredentialInjector.newBuilder()
            .setOverwrite(true)
            .setCredential(
                TypedExtensionConfig.newBuilder()
                    .setName("envoy.http.injected_credentials.generic")
                    .setTypedConfig(Messages.any(generic)))
            .build();
    options
        .addHttpFilters(filter("envoy.filters.http.credential_injector", injector))
        .addHttpFilters(
            filter("envoy.filters.http.upstream_codec", UpstreamCodec.getDefaultInstance()));
  }

  private static HttpFilter filter(String name, Message config) {
    return HttpFilter.newBuilder().setName(name).setTypedConfig(Messages.any(config)).build();
  }
}
