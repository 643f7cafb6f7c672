package io.tabellion.demo;

import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.Signature;
import java.security.interfaces.ECPublicKey;
import java.security.spec.ECGenParameterSpec;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.json.JsonMapper;

/**
 * The demo's identity provider: a key made for this run, its public half as a JSON Web Key Set (RFC
 * 7517) for Envoy, and tokens (RFC 7519, ES256) that it signed. Immutable and thread-safe.
 */
final class Identity {
  static final String ISSUER = "https://idp.demo.tabellion.example";
  static final String AUDIENCE = "tabellion-demo";

  private static final String KEY_ID = "demo";
  private static final Duration LIFETIME = Duration.ofDays(7);

  private final KeyPair keys;

  private Identity(KeyPair keys) {
    this.keys = keys;
  }

  static Identity generate() {
    try {
      KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
      generator.initialize(new ECGenParameterSpec("secp256r1"));
      return new Identity(generator.generateKeyPair());
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("P-256", e);
    }
  }

  /** The public key, for whoever checks tokens. */
  String jwks() {
    var point = ((ECPublicKey) keys.getPublic()).getW();
    Map<String, Object> key = new LinkedHashMap<>();
    key.put("kty", "EC");
    key.put("crv", "P-256");
    key.put("alg", "ES256");
    key.put("use", "sig");
    key.put("kid", KEY_ID);
    key.put("x", base64(coordinate(point.getAffineX())));
    key.put("y", base64(coordinate(point.getAffineY())));
    return json(Map.of("keys", List.of(key)));
  }

  /** A token that says: this agent acts for this person. */
  String token(String person, String agent, Instant now) {
    Map<String, Object> claims = new LinkedHashMap<>();
    claims.put("iss", ISSUER);
    claims.put("sub", person);
    claims.put("aud", AUDIENCE);
    claims.put("client_id", agent);
    claims.put("act", Map.of("sub", agent));
    claims.put("groups", List.of("support"));
    claims.put("scope", "mcp:tools");
    claims.put("iat", now.getEpochSecond());
    claims.put("exp", now.plus(LIFETIME).getEpochSecond());
    String head = json(Map.of("alg", "ES256", "typ", "JWT", "kid", KEY_ID));
    String signed =
        base64(head.getBytes(StandardCharsets.UTF_8))
            + "."
            + base64(json(claims).getBytes(StandardCharsets.UTF_8));
    return signed + "." + base64(sign(signed));
  }

  private byte[] sign(String text) {
    try {
      Signature signature = Signature.getInstance("SHA256withECDSAinP1363Format");
      signature.initSign(keys.getPrivate());
      signature.update(text.getBytes(StandardCharsets.US_ASCII));
      return signature.sign();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("ES256", e);
    }
  }

  /** 32 bytes, big-endian (RFC 7518 §6.2.1.2). */
  private static byte[] coordinate(BigInteger value) {
    byte[] signed = value.toByteArray();
    byte[] bytes = new byte[32];
    int length = Math.min(signed.length, 32);
    System.arraycopy(signed, signed.length - length, bytes, 32 - length, length);
    return bytes;
  }

  private static String json(Object value) {
    return JsonMapper.shared().writeValueAsString(value);
  }

  private static String base64(byte[] bytes) {
    return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
  }
}
