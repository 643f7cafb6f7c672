package io.tabellion.signin;

import io.tabellion.jsonrpc.Json;
import java.io.IOException;
import java.net.URI;
import org.jspecify.annotations.Nullable;

/**
 * What an issuer says of itself (OpenID Connect Discovery 1.0 §3).
 *
 * @param jwks where its keys are
 * @param authorization where people sign in; null if it does not say
 * @param token where a code becomes a token; null if it does not say
 * @param basic whether clients authenticate there by the Authorization header (RFC 6749 §2.3.1),
 *     else in the body
 * @param namesItself whether it puts {@code iss} into its answers (RFC 9207 §3)
 */
record Metadata(
    URI jwks,
    @Nullable URI authorization,
    @Nullable URI token,
    boolean basic,
    boolean namesItself) {
  private static final String PATH = "/.well-known/openid-configuration";

  /**
   * Gets it.
   *
   * @throws IOException if it cannot be had, or is that of another issuer
   */
  static Metadata of(String issuer, Fetch fetch) throws IOException, InterruptedException {
    String root = issuer.endsWith("/") ? issuer.substring(0, issuer.length() - 1) : issuer;
    Json.Obj said = fetch.get(URI.create(root + PATH));
    if (!issuer.equals(said.text("issuer"))) {
      throw new IOException("issuer: another in its metadata (expected: " + issuer + ")");
    }
    boolean plain = issuer.startsWith("http:");
    URI jwks = address(said, "jwks_uri", plain);
    if (jwks == null) {
      throw new IOException("jwks_uri: not there (expected: https://HOST/…)");
    }
    return new Metadata(
        jwks,
        address(said, "authorization_endpoint", plain),
        address(said, "token_endpoint", plain),
        byHeader(said),
        said.get("authorization_response_iss_parameter_supported") == Json.Literal.TRUE);
  }

  private static boolean byHeader(Json.Obj said) {
    Json methods = said.get("token_endpoint_auth_methods_supported");
    return methods == null || Claims.texts(methods).contains("client_secret_basic");
  }

  private static @Nullable URI address(Json.Obj said, String name, boolean plain)
      throws IOException {
    String text = said.text(name);
    if (text == null) {
      return null;
    }
    try {
      URI uri = URI.create(text);
      if (Endpoints.isFit(uri, plain)) {
        return uri;
      }
    } catch (IllegalArgumentException _) {
      // Said below.
    }
    throw new IOException(name + ": cannot be used (expected: https://HOST/…)");
  }
}
