package io.tabellion.signin;

import com.google.protobuf.ByteString;
import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.JWSObject;
import com.nimbusds.jose.JWSVerifier;
import com.nimbusds.jose.crypto.ECDSAVerifier;
import com.nimbusds.jose.crypto.Ed25519Verifier;
import com.nimbusds.jose.crypto.RSASSAVerifier;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.KeyOperation;
import com.nimbusds.jose.jwk.KeyUse;
import com.nimbusds.jose.jwk.OctetKeyPair;
import com.nimbusds.jose.jwk.RSAKey;
import io.tabellion.jsonrpc.Json;
import io.tabellion.jsonrpc.JsonWriter;
import java.io.IOException;
import java.text.ParseException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The public keys of an issuer (RFC 7517 §5). Keys that cannot check a signature, or are too short,
 * are left out.
 *
 * <p>Immutable and thread-safe.
 */
final class KeySet {
  private static final int MOST = 100;
  private static final int SHORTEST_RSA = 2048;
  private static final int LONGEST_RSA = 8192;

  private final List<JWK> keys;

  private KeySet(List<JWK> keys) {
    this.keys = List.copyOf(keys);
  }

  /**
   * Reads a set.
   *
   * @throws IOException if it is none, or holds no key that can be used
   */
  static KeySet of(Json.Obj set) throws IOException {
    Json.Array items = set.array("keys");
    if (items == null || items.items().size() > MOST) {
      throw new IOException("keys: not a list of keys (expected: a JWK set, at most 100 keys)");
    }
    List<JWK> keys = new ArrayList<>();
    for (Json item : items.items()) {
      JWK key = item instanceof Json.Obj object ? key(object) : null;
      if (key != null) {
        keys.add(key);
      }
    }
    if (keys.isEmpty()) {
      throw new IOException(
          "keys: none for signatures (expected: RSA of 2048 bits, EC or Ed25519)");
    }
    return new KeySet(keys);
  }

  int size() {
    return keys.size();
  }

  /** Whether there is a key for a token with this header. */
  boolean fits(JWSHeader header) {
    return !fitting(header).isEmpty();
  }

  /**
   * Whether one of the keys signed the token. A token that does not name its key is checked only
   * where one key alone comes into question.
   */
  boolean verifies(JWSObject token) {
    List<JWK> fitting = fitting(token.getHeader());
    return fitting.size() == 1 && verifies(token, fitting.getFirst());
  }

  private List<JWK> fitting(JWSHeader header) {
    String id = header.getKeyID();
    return keys.stream()
        .filter(key -> id == null || id.equals(key.getKeyID()))
        .filter(key -> suits(key, header.getAlgorithm()))
        .toList();
  }

  private static boolean verifies(JWSObject token, JWK key) {
    try {
      JWSVerifier verifier =
          switch (key) {
            case RSAKey rsa -> new RSASSAVerifier(rsa);
            case ECKey curve -> new ECDSAVerifier(curve);
            case OctetKeyPair edwards -> new Ed25519Verifier(edwards);
            default ->
                throw new IllegalStateException("key: of another type (expected: see suits)");
          };
      return token.verify(verifier);
    } catch (JOSEException | RuntimeException e) {
      return false;
    }
  }

  private static boolean suits(JWK key, JWSAlgorithm algorithm) {
    if (key.getAlgorithm() != null && !key.getAlgorithm().equals(algorithm)) {
      return false;
    }
    return switch (key) {
      case RSAKey _ -> JWSAlgorithm.Family.RSA.contains(algorithm);
      case ECKey curve ->
          JWSAlgorithm.Family.EC.contains(algorithm)
              && Curve.forJWSAlgorithm(algorithm).contains(curve.getCurve());
      case OctetKeyPair _ -> JWSAlgorithm.Family.ED.contains(algorithm);
      default -> false;
    };
  }

  private static @Nullable JWK key(Json.Obj object) {
    try {
      ByteString text = JsonWriter.write(object);
      JWK key = JWK.parse(text.toStringUtf8()).toPublicJWK();
      return key != null && isUsable(key) ? key : null;
    } catch (ParseException | RuntimeException e) {
      return null;
    }
  }

  private static boolean isUsable(JWK key) {
    boolean signs = key.getKeyUse() == null || KeyUse.SIGNATURE.equals(key.getKeyUse());
    boolean verifies =
        key.getKeyOperations() == null || key.getKeyOperations().contains(KeyOperation.VERIFY);
    boolean strong =
        switch (key) {
          case RSAKey rsa -> rsa.size() >= SHORTEST_RSA && rsa.size() <= LONGEST_RSA;
          case ECKey _ -> true;
          case OctetKeyPair edwards -> Curve.Ed25519.equals(edwards.getCurve());
          default -> false;
        };
    return signs && verifies && strong;
  }
}
