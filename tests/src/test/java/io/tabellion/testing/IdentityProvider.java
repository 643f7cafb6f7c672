package io.tabellion.testing;

import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.Signature;
import java.security.interfaces.RSAPublicKey;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;

/**
 * An identity provider of our own: a key, its JWKS, and tokens that Envoy verifies. Thread-safe.
 */
public final class IdentityProvider {
  /** As the shipped bootstrap has them. */
  public static final String ISSUER = "https://issuer.example.test";

  public static final String AUDIENCE = "http://127.0.0.1:10000/sample/mcp";

  private static final Duration LIFETIME = Duration.ofMinutes(10);
  private static final Base64.Encoder BASE64 = Base64.getUrlEncoder().withoutPadding();

  private final KeyPair keys;

  public IdentityProvider() {
    try {
      KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
      generator.initialize(2048);
      keys = generator.generateKeyPair();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  /** The public key, RFC 7517. */
  public String jwks() {
    RSAPublicKey key = (RSAPublicKey) keys.getPublic();
    return """
    {"keys":[{"kty":"RSA","kid":"test","alg":"RS256","use":"sig","n":"%s","e":"%s"}]}\
    """
        .formatted(unsigned(key.getModulus()), unsigned(key.getPublicExponent()));
  }

  /** A token of {@code subject} for {@link #AUDIENCE}, good for ten minutes. */
  public String token(String subject) {
    return token(ISSUER, AUDIENCE, subject, LIFETIME);
  }

  /**
   * A token that says so; whether it is good is for Envoy to find out.
   *
   * @param lifetime from now; negative: it is over
   */
  public String token(String issuer, String audience, String subject, Duration lifetime) {
    return token(issuer, audience, subject, lifetime, "{\"sub\":\"agent-7\"}");
  }

  /** A token of {@code subject} with a chain of so many actors. */
  public String tokenWithActors(String subject, int actors) {
    String act =
        "{\"sub\":\"a\"" + ",\"act\":{\"sub\":\"a\"".repeat(actors - 1) + "}".repeat(actors);
    return token(ISSUER, AUDIENCE, subject, LIFETIME, act);
  }

  private String token(
      String issuer, String audience, String subject, Duration lifetime, String act) {
    long now = Instant.now().getEpochSecond();
    String header = "{\"alg\":\"RS256\",\"kid\":\"test\",\"typ\":\"JWT\"}";
    String claims =
        """
        {"iss":"%s","aud":"%s","sub":"%s","client_id":"test-client","act":%s,\
        "groups":["support"],"scope":"mcp:read mcp:write","iat":%d,"exp":%d}\
        """
            .formatted(issuer, audience, subject, act, now, now + lifetime.toSeconds());
    String signed = text(header) + "." + text(claims);
    return signed + "." + BASE64.encodeToString(sign(signed));
  }

  private byte[] sign(String text) {
    try {
      Signature signature = Signature.getInstance("SHA256withRSA");
      signature.initSign(keys.getPrivate());
      signature.update(text.getBytes(StandardCharsets.US_ASCII));
      return signature.sign();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  private static String text(String json) {
    return BASE64.encodeToString(json.getBytes(StandardCharsets.UTF_8));
  }

  private static String unsigned(BigInteger number) {
    byte[] bytes = number.toByteArray();
    int from = bytes[0] == 0 ? 1 : 0;
    return BASE64.encodeToString(java.util.Arrays.copyOfRange(bytes, from, bytes.length));
  }
}
