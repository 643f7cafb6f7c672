package io.tabellion.xds.snapshot;

import com.google.protobuf.Any;
import io.envoyproxy.envoy.config.route.v3.DirectResponseAction;
import io.envoyproxy.envoy.config.route.v3.FilterConfig;
import io.envoyproxy.envoy.config.route.v3.Route;
import io.envoyproxy.envoy.config.route.v3.RouteAction;
import io.envoyproxy.envoy.config.route.v3.RouteConfiguration;
import io.envoyproxy.envoy.config.route.v3.RouteMatch;
import io.envoyproxy.envoy.config.route.v3.VirtualHost;
import io.envoyproxy.envoy.type.matcher.v3.RegexMatcher;
import io.tabellion.xds.routes.Routes;
import java.util.ArrayList;
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

  /** Which pages may read an answer is said here, never by a server. */
  private static final List<String> OF_CORS =
      List.of(
          "access-control-allow-origin",
          "access-control-allow-credentials",
          "access-control-allow-headers",
          "access-control-allow-methods",
          "access-control-expose-headers",
          "access-control-max-age");

  private final Routes routes;
  private final Routes.Listener listener;

  RouteTable(Routes routes, Routes.Listener listener) {
    this.routes = routes;
    this.listener = listener;
  }

  RouteConfiguration envoy() {
    var host = VirtualHost.newBuilder().setName("mcp").addDomains("*");
    Routes.Cors cors = routes.cors();
    if (cors != null) {
      host.putTypedPerFilterConfig(Names.CORS, Browsers.policy(cors));
      routes.servers().forEach(server -> host.addRoutes(ofPages(server, cors)));
    }
    routes.servers().forEach(server -> host.addRoutes(judged(server)));
    List<Route> direct = directs();
    if (cors != null) {
      host.addRoutes(preflight(cors));
      direct.forEach(route -> host.addRoutes(ofPages(route, cors)));
    }
    host.addAllRoutes(direct);
    return RouteConfiguration.newBuilder().setName(listener.name()).addVirtualHosts(host).build();
  }

  private static Route judged(Routes.Server server) {
    return to(server, RouteMatch.newBuilder().setPath(server.servedAt())).build();
  }

  /** What Envoy answers itself. */
  private List<Route> directs() {
    List<Route> direct = new ArrayList<>(routes.exempt().stream().map(this::exempt).toList());
    Routes.Jwt jwt = listener.jwt();
    if (jwt != null) {
      routes.servers().forEach(server -> direct.add(resourceMetadata(server, jwt)));
    }
    direct.add(nothingKnown());
    return direct;
  }

  /** The CORS filter does nothing on routes that Envoy answers itself, so the route does it. */
  private static Route ofPages(Route direct, Routes.Cors cors) {
    Route.Builder route = direct.toBuilder().addAllResponseHeadersToAdd(Browsers.readable());
    route.getMatchBuilder().addHeaders(Browsers.from(cors));
    return route.build();
  }

  /** A browser's question about a path that Envoy answers itself. */
  private Route preflight(Routes.Cors cors) {
    var match =
        RouteMatch.newBuilder()
            .setPrefix("/")
            .addHeaders(Browsers.from(cors))
            .addAllHeaders(Browsers.PREFLIGHT);
    return direct("preflight", match, DirectResponseAction.newBuilder().setStatus(200))
        .addAllResponseHeadersToAdd(Browsers.permitted())
        .build();
  }

  /** Envoy has checked the origin; the server knows only origins of its own and would refuse it. */
  private static Route ofPages(Routes.Server server, Routes.Cors cors) {
    return to(
            server,
            RouteMatch.newBuilder().setPath(server.servedAt()).addHeaders(Browsers.from(cors)))
        .addRequestHeadersToRemove("origin")
        .build();
  }

  private static Route.Builder to(Routes.Server server, RouteMatch.Builder match) {
    return Route.newBuilder()
        .setName(Names.route(server))
        .setMatch(match)
        .setRoute(
            RouteAction.newBuilder()
                .setCluster(Names.cluster(server))
                .setPrefixRewrite(server.url().target())
                .setHostRewriteLiteral(server.url().authority())
                .setTimeout(Messages.seconds(0))
                .setIdleTimeout(Messages.seconds(IDLE_SECONDS)))
        .addRequestHeadersToRemove("authorization")
        .addAllResponseHeadersToRemove(OF_CORS);
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

  /**
   * What nobody serves below a {@code .well-known} is 404: clients look there for several documents
   * and go on only if one is not there (RFC 8414, RFC 9728).
   */
  private Route nothingKnown() {
    var somewhere =
        RouteMatch.newBuilder()
            .setSafeRegex(RegexMatcher.newBuilder().setRegex("/(.*/)?\\.well-known(/.*)?"));
    return direct("well-known", somewhere, DirectResponseAction.newBuilder().setStatus(404))
        .build();
  }

  private Route.Builder direct(String name, String path, DirectResponseAction.Builder answer) {
    return direct(name, RouteMatch.newBuilder().setPath(path), answer);
  }

  private Route.Builder direct(
      String name, RouteMatch.Builder match, DirectResponseAction.Builder answer) {
    Any off = Messages.any(FilterConfig.newBuilder().setDisabled(true).build());
    var route =
        Route.newBuilder().setName(Names.exempt(name)).setMatch(match).setDirectResponse(answer);
    if (listener.jwt() != null) {
      route.putTypedPerFilterConfig(Names.JWT_AUTHN, off);
    }
    return route
        .putTypedPerFilterConfig(Names.ANSWER_GUARD, off)
        .putTypedPerFilterConfig(Names.EXT_PROC, off)
        .putTypedPerFilterConfig(Names.GUARD, off);
  }
}
