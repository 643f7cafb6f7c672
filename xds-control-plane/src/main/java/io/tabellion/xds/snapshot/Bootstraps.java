package io.tabellion.xds.snapshot;

import com.google.protobuf.Any;
import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.util.JsonFormat;
import com.google.protobuf.util.JsonFormat.TypeRegistry;
import io.envoyproxy.controlplane.cache.v3.Snapshot;
import io.envoyproxy.envoy.config.bootstrap.v3.Bootstrap;
import io.envoyproxy.envoy.config.core.v3.Node;
import io.envoyproxy.envoy.config.listener.v3.Listener;
import io.envoyproxy.envoy.config.route.v3.FilterConfig;
import io.envoyproxy.envoy.config.route.v3.RouteConfiguration;
import io.envoyproxy.envoy.extensions.access_loggers.file.v3.FileAccessLog;
import io.envoyproxy.envoy.extensions.access_loggers.filters.cel.v3.ExpressionFilter;
import io.envoyproxy.envoy.extensions.access_loggers.stream.v3.StdoutAccessLog;
import io.envoyproxy.envoy.extensions.filters.http.cors.v3.Cors;
import io.envoyproxy.envoy.extensions.filters.http.cors.v3.CorsPolicy;
import io.envoyproxy.envoy.extensions.filters.http.credential_injector.v3.CredentialInjector;
import io.envoyproxy.envoy.extensions.filters.http.custom_response.v3.CustomResponse;
import io.envoyproxy.envoy.extensions.filters.http.ext_proc.v3.ExternalProcessor;
import io.envoyproxy.envoy.extensions.filters.http.jwt_authn.v3.JwtAuthentication;
import io.envoyproxy.envoy.extensions.filters.http.lua.v3.Lua;
import io.envoyproxy.envoy.extensions.filters.http.rbac.v3.RBAC;
import io.envoyproxy.envoy.extensions.filters.http.router.v3.Router;
import io.envoyproxy.envoy.extensions.filters.http.upstream_codec.v3.UpstreamCodec;
import io.envoyproxy.envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager;
import io.envoyproxy.envoy.extensions.http.custom_response.local_response_policy.v3.LocalResponsePolicy;
import io.envoyproxy.envoy.extensions.http.injected_credentials.generic.v3.Generic;
import io.envoyproxy.envoy.extensions.matching.common_inputs.network.v3.DynamicMetadataInput;
import io.envoyproxy.envoy.extensions.matching.input_matchers.metadata.v3.Metadata;
import io.envoyproxy.envoy.extensions.transport_sockets.tls.v3.DownstreamTlsContext;
import io.envoyproxy.envoy.extensions.transport_sockets.tls.v3.UpstreamTlsContext;
import io.envoyproxy.envoy.extensions.upstreams.http.v3.HttpProtocolOptions;
import java.util.List;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * A snapshot as one static bootstrap in JSON, which Envoy takes as it is: to look at, and to have
 * it checked by {@code envoy --mode validate} before it is served.
 */
public final class Bootstraps {
  /** What we put into {@code Any}. */
  static final TypeRegistry TYPES = TypeRegistry.newBuilder().add(descriptors()).build();

  private Bootstraps() {}

  /** Returns the JSON document. */
  public static String json(Snapshot snapshot) {
    Bootstrap.Builder bootstrap =
        Bootstrap.newBuilder()
            .setNode(Node.newBuilder().setId("tabellion-envoy").setCluster("tabellion"));
    snapshot.listeners().resources().values().stream()
        .map(listener -> withRoutes(listener, snapshot))
        .forEach(bootstrap.getStaticResourcesBuilder()::addListeners);
    bootstrap.getStaticResourcesBuilder().addAllClusters(snapshot.clusters().resources().values());
    bootstrap.getStaticResourcesBuilder().addAllSecrets(snapshot.secrets().resources().values());
    return JsonMapper.shared()
        .writerWithDefaultPrettyPrinter()
        .writeValueAsString(withNewerFields(withStaticSecrets(tree(bootstrap.build()))));
  }

  private static Listener withRoutes(Listener listener, Snapshot snapshot) {
    Listener.Builder builder = listener.toBuilder();
    builder
        .getFilterChainsBuilder(0)
        .getFiltersBuilder(0)
        .setTypedConfig(
            Any.pack(
                withRoutes(listener.getFilterChains(0).getFilters(0).getTypedConfig(), snapshot)));
    return builder.build();
  }

  private static HttpConnectionManager withRoutes(Any packed, Snapshot snapshot) {
    try {
      HttpConnectionManager manager = packed.unpack(HttpConnectionManager.class);
      RouteConfiguration table =
          snapshot.routes().resources().get(manager.getRds().getRouteConfigName());
      return manager.toBuilder().setRouteConfig(table).build();
    } catch (InvalidProtocolBufferException e) {
      throw new IllegalStateException(packed.getTypeUrl(), e);
    }
  }

  private static JsonNode tree(Bootstrap bootstrap) {
    try {
      return JsonMapper.shared()
          .readTree(
              JsonFormat.printer()
                  .usingTypeRegistry(TYPES)
                  .preservingProtoFieldNames()
                  .print(bootstrap));
    } catch (InvalidProtocolBufferException e) {
      throw new IllegalStateException("a message that is not in the list of types", e);
    }
  }

  /** A secret without a source is one of the bootstrap's own. */
  private static JsonNode withStaticSecrets(JsonNode tree) {
    tree.findParents("sds_config").forEach(node -> ((ObjectNode) node).remove("sds_config"));
    return tree;
  }

  /** JSON of an older API leaves out what {@link NewerFields} carries by number. */
  private static JsonNode withNewerFields(JsonNode tree) {
    String url = Any.pack(ExternalProcessor.getDefaultInstance()).getTypeUrl();
    tree.findParents("@type").stream()
        .filter(node -> node.path("@type").asString().equals(url))
        .forEach(node ->
            ((ObjectNode) node).putObject("status_on_error").put("code", "ServiceUnavailable"));
    return tree;
  }

  private static List<Descriptor> descriptors() {
    return List.of(
        Cors.getDescriptor(),
        CorsPolicy.getDescriptor(),
        CredentialInjector.getDescriptor(),
        CustomResponse.getDescriptor(),
        DownstreamTlsContext.getDescriptor(),
        DynamicMetadataInput.getDescriptor(),
        ExpressionFilter.getDescriptor(),
        ExternalProcessor.getDescriptor(),
        FileAccessLog.getDescriptor(),
        FilterConfig.getDescriptor(),
        Generic.getDescriptor(),
        HttpConnectionManager.getDescriptor(),
        HttpProtocolOptions.getDescriptor(),
        JwtAuthentication.getDescriptor(),
        LocalResponsePolicy.getDescriptor(),
        Lua.getDescriptor(),
        Metadata.getDescriptor(),
        RBAC.getDescriptor(),
        Router.getDescriptor(),
        StdoutAccessLog.getDescriptor(),
        UpstreamCodec.getDescriptor(),
        UpstreamTlsContext.getDescriptor());
  }
}
