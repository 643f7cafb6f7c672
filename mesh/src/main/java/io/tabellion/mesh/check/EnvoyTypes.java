package io.tabellion.mesh.check;

import com.google.protobuf.Descriptors.Descriptor;
import io.envoyproxy.envoy.config.route.v3.FilterConfig;
import io.envoyproxy.envoy.extensions.filters.http.compressor.v3.Compressor;
import io.envoyproxy.envoy.extensions.filters.http.cors.v3.Cors;
import io.envoyproxy.envoy.extensions.filters.http.custom_response.v3.CustomResponse;
import io.envoyproxy.envoy.extensions.filters.http.decompressor.v3.Decompressor;
import io.envoyproxy.envoy.extensions.filters.http.ext_authz.v3.ExtAuthz;
import io.envoyproxy.envoy.extensions.filters.http.ext_proc.v3.ExtProcPerRoute;
import io.envoyproxy.envoy.extensions.filters.http.ext_proc.v3.ExternalProcessor;
import io.envoyproxy.envoy.extensions.filters.http.header_mutation.v3.HeaderMutation;
import io.envoyproxy.envoy.extensions.filters.http.jwt_authn.v3.JwtAuthentication;
import io.envoyproxy.envoy.extensions.filters.http.local_ratelimit.v3.LocalRateLimit;
import io.envoyproxy.envoy.extensions.filters.http.lua.v3.Lua;
import io.envoyproxy.envoy.extensions.filters.http.ratelimit.v3.RateLimit;
import io.envoyproxy.envoy.extensions.filters.http.rbac.v3.RBAC;
import io.envoyproxy.envoy.extensions.filters.http.rbac.v3.RBACPerRoute;
import io.envoyproxy.envoy.extensions.filters.http.router.v3.Router;
import io.envoyproxy.envoy.extensions.filters.http.wasm.v3.Wasm;
import io.envoyproxy.envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager;
import io.envoyproxy.envoy.extensions.http.custom_response.local_response_policy.v3.LocalResponsePolicy;
import io.envoyproxy.envoy.extensions.matching.common_inputs.network.v3.DynamicMetadataInput;
import io.envoyproxy.envoy.extensions.matching.input_matchers.metadata.v3.Metadata;
import java.util.List;

/** The messages of Envoy that are read strictly. */
final class EnvoyTypes {
  static final List<Descriptor> ALL =
      List.of(
          Compressor.getDescriptor(),
          Cors.getDescriptor(),
          CustomResponse.getDescriptor(),
          Decompressor.getDescriptor(),
          DynamicMetadataInput.getDescriptor(),
          ExtAuthz.getDescriptor(),
          ExtProcPerRoute.getDescriptor(),
          ExternalProcessor.getDescriptor(),
          FilterConfig.getDescriptor(),
          HeaderMutation.getDescriptor(),
          HttpConnectionManager.getDescriptor(),
          JwtAuthentication.getDescriptor(),
          LocalRateLimit.getDescriptor(),
          LocalResponsePolicy.getDescriptor(),
          Lua.getDescriptor(),
          Metadata.getDescriptor(),
          RBAC.getDescriptor(),
          RBACPerRoute.getDescriptor(),
          RateLimit.getDescriptor(),
          Router.getDescriptor(),
          Wasm.getDescriptor());

  private EnvoyTypes() {}
}
