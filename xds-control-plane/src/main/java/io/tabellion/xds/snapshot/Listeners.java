package io.tabellion.xds.snapshot;

import static io.tabellion.xds.snapshot.Messages.any;
import static io.tabellion.xds.snapshot.Messages.number;
import static io.tabellion.xds.snapshot.Messages.seconds;
import static io.tabellion.xds.snapshot.Messages.truth;

import com.google.protobuf.Message;
import io.envoyproxy.envoy.config.accesslog.v3.AccessLogFilter;
import io.envoyproxy.envoy.config.accesslog.v3.ExtensionFilter;
import io.envoyproxy.envoy.config.core.v3.AggregatedConfigSource;
import io.envoyproxy.envoy.config.core.v3.ApiVersion;
import io.envoyproxy.envoy.config.core.v3.ConfigSource;
import io.envoyproxy.envoy.config.core.v3.Http2ProtocolOptions;
import io.envoyproxy.envoy.config.core.v3.HttpProtocolOptions;
import io.envoyproxy.envoy.config.core.v3.HttpProtocolOptions.HeadersWithUnderscoresAction;
import io.envoyproxy.envoy.config.core.v3.KeepaliveSettings;
import io.envoyproxy.envoy.config.core.v3.SocketOption;
import io.envoyproxy.envoy.config.listener.v3.Filter;
import io.envoyproxy.envoy.config.listener.v3.FilterChain;
import io.envoyproxy.envoy.config.listener.v3.Listener;
import io.envoyproxy.envoy.extensions.access_loggers.filters.cel.v3.ExpressionFilter;
import io.envoyproxy.envoy.extensions.filters.http.router.v3.Router;
import io.envoyproxy.envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager;
import io.envoyproxy.envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager.ForwardClientCertDetails;
import io.envoyproxy.envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager.PathWithEscapedSlashesAction;
import io.envoyproxy.envoy.extensions.filters.network.http_connection_manager.v3.HttpFilter;
import io.envoyproxy.envoy.extensions.filters.network.http_connection_manager.v3.LocalReplyConfig;
import io.envoyproxy.envoy.extensions.filters.network.http_connection_manager.v3.Rds;
import io.envoyproxy.envoy.extensions.filters.network.http_connection_manager.v3.ResponseMapper;
import io.tabellion.xds.routes.Routes;
import java.util.ArrayList;
import java.util.List;

/** Where callers connect. Why each setting is what it is: envoy-config/envoy.yaml. */
final class Listeners {
  private final Routes routes;
  private final Routes.Listener listener;

  private Listeners(Routes routes, Routes.Listener listener) {
    this.routes = routes;
    this.listener = listener;
  }

  static List<Listener> of(Routes routes) {
    return routes.listeners().stream()
        .map(listener -> new Listeners(routes, listener).envoy())
        .toList();
  }

  private Listener envoy() {
    FilterChain.Builder chain =
        FilterChain.newBuilder()
            .addFilters(
                Filter.newBuilder()
                    .setName("envoy.filters.network.http_connection_manager")
                    .setTypedConfig(any(connectionManager())));
    if (listener.tls() != null) {
      chain.setTransportSocket(Tls.listener(listener.tls()));
    }
    return Listener.newBuilder()
        .setName(listener.name())
        .setAddress(Messages.address(listener.address()))
        .addSocketOptions(option("SO_KEEPALIVE", 1, 9, 1))
        .addSocketOptions(option("TCP_KEEPIDLE", 6, 4, 30))
        .addSocketOptions(option("TCP_KEEPINTVL", 6, 5, 10))
        .addSocketOptions(option("TCP_KEEPCNT", 6, 6, 3))
        .addFilterChains(chain)
        .build();
  }

  /** A socket option by its Linux numbers. */
  private static SocketOption option(String name, long level, long option, long value) {
    return SocketOption.newBuilder()
        .setDescription(name)
        .setLevel(level)
        .setName(option)
        .setIntValue(value)
        .setState(SocketOption.SocketState.STATE_LISTENING)
        .build();
  }

  private HttpConnectionManager connectionManager() {
    HttpConnectionManager.Builder manager =
        HttpConnectionManager.newBuilder()
            .setStatPrefix("mcp")
            .setUseRemoteAddress(truth(true))
            .setNormalizePath(truth(true))
            .setMergeSlashes(true)
            .setPathWithEscapedSlashesAction(PathWithEscapedSlashesAction.UNESCAPE_AND_REDIRECT)
            .setForwardClientCertDetails(ForwardClientCertDetails.SANITIZE_SET)
            .setRequestHeadersTimeout(seconds(10))
            .setCommonHttpProtocolOptions(
                HttpProtocolOptions.newBuilder()
                    .setHeadersWithUnderscoresAction(HeadersWithUnderscoresAction.REJECT_REQUEST))
            .setHttp2ProtocolOptions(http2())
            .addAccessLog(AccessLogs.of(routes.accessLog()))
            .addAllHttpFilters(filters())
            .setRds(rds());
    if (listener.tls() != null && listener.tls().clientCa() != null) {
      manager.setSetCurrentClientCertDetails(
          HttpConnectionManager.SetCurrentClientCertDetails.newBuilder().setUri(true));
    }
    if (listener.jwt() != null) {
      manager.setLocalReplyConfig(LocalReplyConfig.newBuilder().addMappers(whereToGetToken()));
    }
    return manager.build();
  }

  private static Http2ProtocolOptions http2() {
    return Http2ProtocolOptions.newBuilder()
        .setMaxConcurrentStreams(number(100))
        .setInitialStreamWindowSize(number(65_536))
        .setInitialConnectionWindowSize(number(1_048_576))
        .setConnectionKeepalive(
            KeepaliveSettings.newBuilder().setInterval(seconds(30)).setTimeout(seconds(10)))
        .build();
  }

  private ResponseMapper whereToGetToken() {
    return ResponseMapper.newBuilder()
        .setFilter(
            AccessLogFilter.newBuilder()
                .setExtensionFilter(
                    ExtensionFilter.newBuilder()
                        .setName("envoy.access_loggers.extension_filters.cel")
                        .setTypedConfig(
                            any(
                                ExpressionFilter.newBuilder()
                                    .setExpression(
                                        "response.code_details.startsWith(\"jwt_authn_access_denied\")")
                                    .build()))))
        .setStatusCode(number(401))
        .addHeadersToAdd(
            Messages.overwrite(
                "www-authenticate",
                "Bearer resource_metadata=\""
                    + listener.url().origin()
                    + Names.RESOURCE_METADATA
                    + "%PATH(NQ)%\""))
        .build();
  }

  /**
   * Requests walk it from the first, answers from the last; the last four are never parted (P7).
   */
  private List<HttpFilter> filters() {
    List<HttpFilter> filters = new ArrayList<>();
    if (routes.cors() != null) {
      filters.add(
          HttpFilter.newBuilder().setName(Names.CORS).setTypedConfig(Browsers.filter()).build());
    }
    Routes.Jwt jwt = listener.jwt();
    if (jwt != null) {
      filters.add(filter(Names.SCHEME, TokenCheck.scheme()));
      filters.add(
          filter(Names.JWT_AUTHN, new TokenCheck(listener, jwt, routes.servers()).filter()));
    }
    filters.add(filter(Names.ANSWER_GUARD, Guards.answer()));
    filters.add(filter(Names.EXT_PROC, ExtProcFilter.of(listener)));
    filters.add(filter(Names.GUARD, Guards.request()));
    filters.add(
        filter(
            "envoy.filters.http.router",
            Router.newBuilder().setSuppressEnvoyHeaders(true).build()));
    return filters;
  }

  private static HttpFilter filter(String name, Message config) {
    return HttpFilter.newBuilder().setName(name).setTypedConfig(any(config)).build();
  }

  /** By name, so that a new route does not drain the connections of a listener. */
  private Rds rds() {
    return Rds.newBuilder()
        .setRouteConfigName(listener.name())
        .setConfigSource(
            ConfigSource.newBuilder()
                .setResourceApiVersion(ApiVersion.V3)
                .setAds(AggregatedConfigSource.getDefaultInstance()))
        .build();
  }
}
