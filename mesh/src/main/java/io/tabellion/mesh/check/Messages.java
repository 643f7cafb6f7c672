package io.tabellion.mesh.check;

/** Names of Envoy's messages. */
final class Messages {
  static final String HCM =
      "envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager";
  static final String EXT_PROC = "envoy.extensions.filters.http.ext_proc.v3.ExternalProcessor";
  static final String PER_ROUTE = "envoy.extensions.filters.http.ext_proc.v3.ExtProcPerRoute";
  static final String RBAC = "envoy.extensions.filters.http.rbac.v3.RBAC";
  static final String JWT = "envoy.extensions.filters.http.jwt_authn.v3.JwtAuthentication";
  static final String EXT_AUTHZ = "envoy.extensions.filters.http.ext_authz.v3.ExtAuthz";
  static final String LUA = "envoy.extensions.filters.http.lua.v3.Lua";
  static final String CUSTOM_RESPONSE =
      "envoy.extensions.filters.http.custom_response.v3.CustomResponse";
  static final String LOCAL_RESPONSE =
      "envoy.extensions.http.custom_response.local_response_policy.v3.LocalResponsePolicy";
  static final String METADATA_INPUT =
      "envoy.extensions.matching.common_inputs.network.v3.DynamicMetadataInput";
  static final String METADATA_MATCHER =
      "envoy.extensions.matching.input_matchers.metadata.v3.Metadata";
  static final String FILTER_CONFIG = "envoy.config.route.v3.FilterConfig";

  private Messages() {}

  static String url(String message) {
    return "type.googleapis.com/" + message;
  }
}
