package io.tabellion.demo;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.security.AlgorithmParameters;
import java.security.KeyFactory;
import java.security.PublicKey;
import java.security.Signature;
import java.security.spec.ECGenParameterSpec;
import java.security.spec.ECParameterSpec;
import java.security.spec.ECPoint;
import java.security.spec.ECPublicKeySpec;
import java.time.Instant;
import java.util.Base64;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Tag;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

@Tag("unit")
class IdentityTest {

  @RepeatedTest(20) // coordinates with leading zeros are rare
  void aTokenVerifiesWithTheKeySetAlone() throws Exception {
    Identity identity = Identity.generate();
    String[] parts = identity.token("alice", "agent", Instant.ofEpochSecond(1000)).split("\\.", -1);
    JsonNode key = JsonMapper.shared().readTree(identity.jwks()).path("keys").path(0);

    Signature signature = Signature.getInstance("SHA256withECDSAinP1363Format");
    signature.initVerify(publicKey(key));
    signature.update((parts[0] + "." + parts[1]).getBytes(StandardCharsets.US_ASCII));
    assertThat(signature.verify(decode(parts[2]))).isTrue();
    assertThat(key.has("d")).isFalse();

    JsonNode claims = JsonMapper.shared().readTree(decode(parts[1]));
    assertThat(claims.path("sub").asString("")).isEqualTo("alice");
    assertThat(claims.path("exp").asLong(0)).isEqualTo(1000 + 7 * 86_400);
  }

  private static PublicKey publicKey(JsonNode key) throws Exception {
    AlgorithmParameters parameters = AlgorithmParameters.getInstance("EC");
    parameters.init(new ECGenParameterSpec("secp256r1"));
    ECPoint point = new ECPoint(number(key, "x"), number(key, "y"));
    return KeyFactory.getInstance("EC")
        .generatePublic(
            new ECPublicKeySpec(point, parameters.getParameterSpec(ECParameterSpec.class)));
  }

  private static BigInteger number(JsonNode key, String name) {
    byte[] bytes = decode(key.path(name).asString(""));
    assertThat(bytes).hasSize(32);
    return new BigInteger(1, bytes);
  }

  private static byte[] decode(String text) {
    return Base64.getUrlDecoder().decode(text);
  }
}
