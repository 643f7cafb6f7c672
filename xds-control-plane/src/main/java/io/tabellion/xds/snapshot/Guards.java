package io.tabellion.xds.snapshot;

import static io.tabellion.xds.snapshot.Messages.any;

import com.github.xds.core.v3.TypedExtensionConfig;
import com.github.xds.type.matcher.v3.Matcher;
import io.envoyproxy.envoy.config.rbac.v3.Permission;
import io.envoyproxy.envoy.config.rbac.v3.Policy;
import io.envoyproxy.envoy.config.rbac.v3.Principal;
import io.envoyproxy.envoy.config.rbac.v3.SourcedMetadata;
import io.envoyproxy.envoy.extensions.filters.http.custom_response.v3.CustomResponse;
import io.envoyproxy.envoy.extensions.filters.http.rbac.v3.RBAC;
import io.envoyproxy.envoy.extensions.http.custom_response.local_response_policy.v3.LocalResponsePolicy;
import io.envoyproxy.envoy.extensions.matching.common_inputs.network.v3.DynamicMetadataInput;
import io.envoyproxy.envoy.extensions.matching.input_matchers.metadata.v3.Metadata;
import io.envoyproxy.envoy.type.matcher.v3.MetadataMatcher;
import io.envoyproxy.envoy.type.matcher.v3.RegexMatcher;
import io.envoyproxy.envoy.type.matcher.v3.StringMatcher;
import io.envoyproxy.envoy.type.matcher.v3.ValueMatcher;

/** The two filters beside ours that refuse what carries no verdict (P7). */
final class Guards {
  /** The request has no entry, so it never left. */
  static final String UNAVAILABLE =
      "{\"jsonrpc\":\"2.0\",\"id\":null,\"error\":{\"code\":50301,\"message\":"
          + "\"Tabellion is not available. The call was not executed.\"}}";

  /** The request has an entry, and its answer has none. */
  static final String WITHHELD =
      "{\"jsonrpc\":\"2.0\",\"id\":null,\"error\":{\"code\":50301,\"message\":"
          + "\"Tabellion is not available any more. The call may have reached the MCP server: nobody can"
          + " say whether it was executed. Do not repeat it before that is known.\"}}";

  private Guards() {}

  /** Lets a request on only if the server named its entry. */
  static RBAC request() {
    MetadataMatcher entry =
        MetadataMatcher.newBuilder()
            .setFilter(Names.METADATA)
            .addPath(MetadataMatcher.PathSegment.newBuilder().setKey("entry"))
            .setValue(
                ValueMatcher.newBuilder()
                    .setStringMatch(
                        StringMatcher.newBuilder()
                            .setSafeRegex(RegexMatcher.newBuilder().setRegex(".+"))))
            .build();
    Policy judged =
        Policy.newBuilder()
            .addPermissions(
                Permission.newBuilder()
                    .setSourcedMetadata(SourcedMetadata.newBuilder().setMetadataMatcher(entry)))
            .addPrincipals(Principal.newBuilder().setAny(true))
            .build();
    return RBAC.newBuilder()
        .setRules(
            io.envoyproxy
                .envoy
                .config
                .rbac
                .v3
                .RBAC
                .newBuilder()
                .setAction(io.envoyproxy.envoy.config.rbac.v3.RBAC.Action.ALLOW)
                .putPolicies("judged", judged))
        .build();
  }

  /** Turns an answer into 503 unless the server marked it. */
  static CustomResponse answer() {
    return CustomResponse.newBuilder()
        .setCustomResponseMatcher(
            Matcher.newBuilder()
                .setMatcherList(
                    Matcher.MatcherList.newBuilder()
                        .addMatchers(
                            Matcher.MatcherList.FieldMatcher.newBuilder()
                                .setPredicate(both(without("answer"), without("entry")))
                                .setOnMatch(instead("unavailable", UNAVAILABLE)))
                        .addMatchers(
                            Matcher.MatcherList.FieldMatcher.newBuilder()
                                .setPredicate(without("answer"))
                                .setOnMatch(instead("withhold", WITHHELD)))))
        .build();
  }

  private static Matcher.MatcherList.Predicate both(
      Matcher.MatcherList.Predicate one, Matcher.MatcherList.Predicate other) {
    return Matcher.MatcherList.Predicate.newBuilder()
        .setAndMatcher(
            Matcher.MatcherList.Predicate.PredicateList.newBuilder()
                .addPredicate(one)
                .addPredicate(other))
        .build();
  }

  private static Matcher.MatcherList.Predicate without(String key) {
    var present =
        Matcher.MatcherList.Predicate.SinglePredicate.newBuilder()
            .setInput(
                extension(
                    key,
                    any(
                        DynamicMetadataInput.newBuilder()
                            .setFilter(Names.METADATA)
                            .addPath(DynamicMetadataInput.PathSegment.newBuilder().setKey(key))
                            .build())))
            .setCustomMatch(
                extension(
                    "present",
                    any(
                        Metadata.newBuilder()
                            .setValue(ValueMatcher.newBuilder().setPresentMatch(true))
                            .build())));
    return Matcher.MatcherList.Predicate.newBuilder()
        .setNotMatcher(Matcher.MatcherList.Predicate.newBuilder().setSinglePredicate(present))
        .build();
  }

  private static Matcher.OnMatch instead(String name, String body) {
    LocalResponsePolicy policy =
        LocalResponsePolicy.newBuilder()
            .setStatusCode(Messages.number(503))
            .setBody(Messages.inline(body))
            .addResponseHeadersToAdd(Messages.overwrite("content-type", "application/json"))
            .build();
    return Matcher.OnMatch.newBuilder().setAction(extension(name, any(policy))).build();
  }

  private static TypedExtensionConfig extension(String name, com.google.protobuf.Any config) {
    return TypedExtensionConfig.newBuilder().setName(name).setTypedConfig(config).build();
  }
}
