package io.tabellion.xds.snapshot;

import com.google.protobuf.Any;
import io.envoyproxy.envoy.config.route.v3.DirectResponseAction;
import io.envoyproxy.envoy.config.route.v3.FilterConfig;
import io.envoyproxy.envoy.config.route.v3.Route;
import io.envoyproxy.envoy.config.route.v3.RouteAction;
import io.envoyproxy.envoy.config.route.v3.RouteConfiguration;
import io.envoyproxy.envoy.config.route.v3.RouteMatch;
import io.envoyproxy.envoy.config.route.v3.VirtualHost;
import io.tabellion.xds.routes.Routes;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import tools.jackson.databind.json.JsonMapper;

/**
 * The routes of one listener: one for each server, then what is exempt. None retries, hedges or
 * mirrors (P1).
 */
final class RouteTable {
  /** Longer than any hold; nothing moves while a call is held or an event stream is quiet. */
  private static final long IDLE_SECONDS = 3600;

  private final Routes routes;
  private final Routes.Listener listener;

  RouteTable(Routes routes, Routes.Listener listener) {
    this.routes = routes;
    this.listener = listener;
  }

  RouteConfiguration envoy() {
    var host = VirtualHost.newBuilder().setName("mcp").addDomains("*");
    routes.servers().forEach(server -> host.addRoutes(judged(server)));
    routes.exempt().forEach(exempt -> host.addRoutes(exempt(exempt)));
    Routes.Jwt jwt = listener.jwt();
    if (jwt != null) {
      routes.servers().forEach(server -> host.addRoutes(resourceMetadata(server, jwt)));
    }
    return RouteConfiguration.newBuilder().setName(listener.name()).addVirtualHosts(host).build();
  }

  private static Route judged(Routes.Server server) {
    return Route.newBuilder()
        .setName(Names.route(server))
        .setMatch(RouteMatch.newBuilder().setPath(server.servedAt()))
        .setRoute(
            RouteAction.newBuilder()
                .setCluster(Names.cluster(server))
                .setPrefixRewrite(server.url().path().isEmpty() ? "/" : server.url().path())
                .setHostRewriteLiteral(server.url().authority())
                .setTimeout(Messages.seconds(0))
                .setIdleTimeout(Messages.seconds(IDLE_SECONDS)))
        .build();
  }

  private Route exempt(Routes.Exempt exempt) {
    var answer = DirectResponseAction.newBuilder().setStatus(exempt.status());
    if (exempt.body() != null) {
      answer.setBody(Messages.inline(exempt.body()));
    }
    return direct(exempt.name(), exempt.path(), answer).build();
  }

  /** RFC 9728: where to get a token for a server. */
  private Route resourceMetadata(Routes.Server server, Routes.Jwt jwt) {
    Map<String, Object> document = new TreeMap<>();
    document.put("resource", listener.url().origin() + server.servedAt());
    document.put(
        "authorization_servers", jwt.providers().stream().map(Routes.Provider::issuer).toList());
    document.put("bearer_methods_supported", List.of("header"));
    return direct(
            "oauth-protected-resource/" + server.name(),
            Names.RESOURCE_METADATA + server.servedAt(),
            DirectResponseAction.newBuilder()
                .setStatus(200)
                .setBody(Messages.inline(JsonMapper.shared().writeValueAsString(document))))
        .addResponseHeadersToAdd(Messages.overwrite("content-type", "application/json"))
        .build();
  }

  private Route.Builder direct(String name, String path, DirectResponseAction.Builder answer) {
    Any off = Messages.any(FilterConfig.newBuilder().setDisabled(true).build());
    var route =
        Route.newBuilder()
            .setName(Names.exempt(name))
            .setMatch(RouteMatch.newBuilder().setPath(path))
            .setDirectResponse(answer);
    if (listener.jwt() != null) {
      route.putTypedPerFilterConfig(Names.JWT_AUTHN, off);
    }
    return route
        .putTypedPerFilterConfig(Names.ANSWER_GUARD, off)
        .putTypedPerFilterConfig(Names.EXT_PROC, off)
        .putTypedPerFilterConfig(Names.GUARD, off);
  }
}
