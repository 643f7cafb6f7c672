package io.tabellion.xds.snapshot;

import com.google.protobuf.Empty;
import io.envoyproxy.envoy.config.route.v3.RouteMatch;
import io.envoyproxy.envoy.extensions.filters.http.jwt_authn.v3.JwtAuthentication;
import io.envoyproxy.envoy.extensions.filters.http.jwt_authn.v3.JwtHeader;
import io.envoyproxy.envoy.extensions.filters.http.jwt_authn.v3.JwtProvider;
import io.envoyproxy.envoy.extensions.filters.http.jwt_authn.v3.JwtRequirement;
import io.envoyproxy.envoy.extensions.filters.http.jwt_authn.v3.JwtRequirementOrList;
import io.envoyproxy.envoy.extensions.filters.http.jwt_authn.v3.ProviderWithAudiences;
import io.envoyproxy.envoy.extensions.filters.http.jwt_authn.v3.RequirementRule;
import io.envoyproxy.envoy.extensions.filters.http.lua.v3.Lua;
import io.tabellion.xds.routes.Routes;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/** The check of tokens, before ours in the chain, so that what it verified goes to the server. */
final class TokenCheck {
  private static final String SCHEME =
      """
      function envoy_on_request(handle)
        local value = handle:headers():get("authorization")
        if value and value:match("^[Bb][Ee][Aa][Rr][Ee][Rr] ") then
          handle:headers():replace("authorization", "Bearer " .. value:sub(8))
        end
      end
      """;

  private final Routes.Listener listener;
  private final Routes.Jwt jwt;
  private final List<Routes.Server> servers;

  TokenCheck(Routes.Listener listener, Routes.Jwt jwt, List<Routes.Server> servers) {
    this.listener = listener;
    this.jwt = jwt;
    this.servers = servers;
  }

  JwtAuthentication filter() {
    var filter = JwtAuthentication.newBuilder();
    jwt.providers().forEach(provider -> filter.putProviders(provider.name(), envoy(provider)));
    for (Routes.Server server : servers) {
      filter.addRules(
          rule(
              RouteMatch.newBuilder().setPath(server.servedAt()),
              provider -> madeFor(server, provider)));
    }
    return filter
        .addRules(
            rule(
                RouteMatch.newBuilder().setPrefix("/"),
                provider -> JwtRequirement.newBuilder().setProviderName(provider.name()).build()))
        .build();
  }

  /**
   * Writes the scheme of a token as jwt_authn wants it: schemes have no case (RFC 9110 §11.1),
   * jwt_authn looks for these very letters. Nothing is verified here.
   */
  static Lua scheme() {
    return Lua.newBuilder().setDefaultSourceCode(Messages.inline(SCHEME)).build();
  }

  private JwtProvider envoy(Routes.Provider provider) {
    return JwtProvider.newBuilder()
        .setIssuer(provider.issuer())
        .addAllAudiences(
            provider.audiences().isEmpty()
                ? servers.stream().map(this::resource).toList()
                : provider.audiences())
        .setLocalJwks(Messages.inline(provider.jwks().json()))
        .setRequireExpiration(true)
        .addFromHeaders(JwtHeader.newBuilder().setName("authorization").setValuePrefix("Bearer "))
        .setPayloadInMetadata("payload")
        .build();
  }

  private JwtRequirement madeFor(Routes.Server server, Routes.Provider provider) {
    if (!provider.audiences().isEmpty()) {
      return JwtRequirement.newBuilder().setProviderName(provider.name()).build();
    }
    return JwtRequirement.newBuilder()
        .setProviderAndAudiences(
            ProviderWithAudiences.newBuilder()
                .setProviderName(provider.name())
                .addAudiences(resource(server)))
        .build();
  }

  private String resource(Routes.Server server) {
    return listener.url().origin() + server.servedAt();
  }

  private RequirementRule rule(
      RouteMatch.Builder match, Function<Routes.Provider, JwtRequirement> requirement) {
    List<JwtRequirement> any = new ArrayList<>(jwt.providers().stream().map(requirement).toList());
    if (jwt.missing() == Routes.Missing.LEAVE_TO_SERVER) {
      any.add(JwtRequirement.newBuilder().setAllowMissing(Empty.getDefaultInstance()).build());
    }
    JwtRequirement one =
        any.size() == 1
            ? any.getFirst()
            : JwtRequirement.newBuilder()
                .setRequiresAny(JwtRequirementOrList.newBuilder().addAllRequirements(any))
                .build();
    return RequirementRule.newBuilder().setMatch(match).setRequires(one).build();
  }
}
