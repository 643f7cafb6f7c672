package io.tabellion.xds.snapshot;

import com.google.protobuf.Any;
import io.envoyproxy.envoy.config.core.v3.HeaderValueOption;
import io.envoyproxy.envoy.config.route.v3.HeaderMatcher;
import io.envoyproxy.envoy.extensions.filters.http.cors.v3.Cors;
import io.envoyproxy.envoy.extensions.filters.http.cors.v3.CorsPolicy;
import io.envoyproxy.envoy.type.matcher.v3.RegexMatcher;
import io.envoyproxy.envoy.type.matcher.v3.StringMatcher;
import io.tabellion.xds.routes.Routes;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * What lets web pages call: Envoy's CORS filter, first in the chain, so that a browser's question
 * is answered before a token is asked for, and every answer, a 401 too, can be read by the page.
 */
final class Browsers {
  private static final List<String> METHODS = List.of("GET", "POST", "DELETE", "OPTIONS");

  /** The wildcard is for {@code Mcp-Param-*}; it does not stand for authorization. */
  private static final List<String> HEADERS =
      List.of(
          "authorization",
          "content-type",
          "accept",
          "last-event-id",
          "mcp-session-id",
          "mcp-protocol-version",
          "mcp-method",
          "mcp-name",
          "*");

  private static final List<String> EXPOSED =
      List.of(
          "mcp-session-id",
          "mcp-protocol-version",
          "www-authenticate",
          "retry-after",
          "x-request-id");

  /** What makes a request a browser's question. */
  static final List<HeaderMatcher> PREFLIGHT =
      List.of(
          HeaderMatcher.newBuilder()
              .setName(":method")
              .setStringMatch(StringMatcher.newBuilder().setExact("OPTIONS"))
              .build(),
          HeaderMatcher.newBuilder()
              .setName("access-control-request-method")
              .setPresentMatch(true)
              .build());

  private static final String MAX_AGE_SECONDS = "600";

  private Browsers() {}

  static Any filter() {
    return Messages.any(Cors.getDefaultInstance());
  }

  /** Which pages may call; of a virtual host, so that it covers every route. */
  static Any policy(Routes.Cors cors) {
    CorsPolicy.Builder policy =
        CorsPolicy.newBuilder()
            .setAllowMethods(String.join(", ", METHODS))
            .setAllowHeaders(String.join(", ", HEADERS))
            .setExposeHeaders(String.join(", ", EXPOSED))
            .setMaxAge(MAX_AGE_SECONDS)
            .setAllowCredentials(Messages.truth(false));
    cors.origins()
        .forEach(origin ->
            policy.addAllowOriginStringMatch(StringMatcher.newBuilder().setExact(origin)));
    return Messages.any(policy.build());
  }

  /** Requests of these pages. */
  static HeaderMatcher from(Routes.Cors cors) {
    String regex = cors.origins().stream().map(Browsers::quoted).collect(Collectors.joining("|"));
    return HeaderMatcher.newBuilder()
        .setName("origin")
        .setStringMatch(
            StringMatcher.newBuilder().setSafeRegex(RegexMatcher.newBuilder().setRegex(regex)))
        .build();
  }

  /** Headers of an answer that a page may read. */
  static List<HeaderValueOption> readable() {
    return List.of(
        Messages.overwrite("access-control-allow-origin", "%REQ(ORIGIN)%"),
        Messages.overwrite("access-control-expose-headers", String.join(", ", EXPOSED)),
        Messages.overwrite("vary", "origin"));
  }

  /** Headers of the answer to a browser's question. */
  static List<HeaderValueOption> permitted() {
    return List.of(
        Messages.overwrite("access-control-allow-origin", "%REQ(ORIGIN)%"),
        Messages.overwrite("access-control-allow-methods", String.join(", ", METHODS)),
        Messages.overwrite("access-control-allow-headers", String.join(", ", HEADERS)),
        Messages.overwrite("access-control-max-age", MAX_AGE_SECONDS),
        Messages.overwrite("vary", "origin"));
  }

  private static String quoted(String origin) {
    return Pattern.compile("[^a-z0-9:/_-]").matcher(origin).replaceAll("\\\\$0");
  }
}
