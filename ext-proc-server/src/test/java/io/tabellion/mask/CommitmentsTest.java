package io.tabellion.mask;

import static io.tabellion.mask.Masks.KEYS;
import static io.tabellion.mask.Masks.found;
import static io.tabellion.mask.Masks.json;
import static io.tabellion.mask.Masks.plan;
import static io.tabellion.mask.Masks.result;
import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.tabellion.mask.MaskRule.Where;
import java.io.StringWriter;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Objects;
import org.bouncycastle.crypto.AsymmetricCipherKeyPair;
import org.bouncycastle.crypto.generators.X25519KeyPairGenerator;
import org.bouncycastle.crypto.params.X25519KeyGenerationParameters;
import org.bouncycastle.crypto.util.SubjectPublicKeyInfoFactory;
import org.bouncycastle.util.io.pem.PemObject;
import org.bouncycastle.util.io.pem.PemWriter;
import org.junit.jupiter.api.Test;

final class CommitmentsTest {
  private static final String CARD = "4111111111111111";
  private final AsymmetricCipherKeyPair pair = pair();

  private static AsymmetricCipherKeyPair pair() {
    var generator = new X25519KeyPairGenerator();
    generator.init(new X25519KeyGenerationParameters(new SecureRandom()));
    return generator.generateKeyPair();
  }

  private String pem() throws Exception {
    var text = new StringWriter();
    try (var writer = new PemWriter(text)) {
      var info = SubjectPublicKeyInfoFactory.createSubjectPublicKeyInfo(pair.getPublic());
      writer.writeObject(new PemObject("PUBLIC KEY", info.getEncoded()));
    }
    return text.toString();
  }

  private Masked mask(String text) throws Exception {
    var tree = json(text);
    return new Masker(KEYS, DisclosureKey.parse(pem()))
        .mask(tree, tree, plan(found(Operator.Replace.NAMED, Where.RECORD)));
  }

  private byte[] open(String salt) throws Exception {
    byte[] sealed = Base64.getDecoder().decode(salt.substring(salt.indexOf(':') + 1));
    return DisclosureKey.hpke()
        .open(
            Arrays.copyOf(sealed, 32),
            pair,
            DisclosureKey.INFO.getBytes(US_ASCII),
            new byte[0],
            Arrays.copyOfRange(sealed, 32, sealed.length),
            null,
            null,
            null);
  }

  @Test
  void whoHasThePrivateKeyCanProveAnOriginal() throws Exception {
    var commitments =
        Objects.requireNonNull(
            mask(result("{\"a/b\":[\"card " + CARD + "\",\"a@b.cd\"]}")).commitments());
    byte[] salt = open(commitments.salt());
    List<String> expected =
        List.of(
            Base64.getEncoder().encodeToString(Commitments.of(salt, 0, "/result/a~1b/0", CARD)),
            Base64.getEncoder()
                .encodeToString(Commitments.of(salt, 1, "/result/a~1b/1", "a@b.cd")));
    assertThat(commitments.values()).isEqualTo(expected);
    assertThat(Commitments.of(salt, 0, "/result/a~1b/0", "4111111111111112"))
        .isNotEqualTo(Base64.getDecoder().decode(expected.getFirst()));
  }

  @Test
  void equalOriginalsHaveDifferentCommitments() throws Exception {
    var commitments = Objects.requireNonNull(mask(result("[\"a@b.cd\",\"a@b.cd\"]")).commitments());
    var again = Objects.requireNonNull(mask(result("[\"a@b.cd\",\"a@b.cd\"]")).commitments());
    assertThat(commitments.values())
        .doesNotHaveDuplicates()
        .doesNotContainAnyElementsOf(again.values());
  }

  @Test
  void withoutAKeyOrAFindingThereAreNone() throws Exception {
    assertThat(mask(result("[\"nothing\"]")).commitments()).isNull();
    var tree = json(result("[\"a@b.cd\"]"));
    assertThat(
            new Masker(KEYS, null)
                .mask(tree, tree, plan(found(new Operator.Redact(), Where.BOTH)))
                .commitments())
        .isNull();
  }

  @Test
  void theyAreCapped() throws Exception {
    String many = "\"a@b.cd\",".repeat(Commitments.MOST + 50);
    var commitments = Objects.requireNonNull(mask(result("[" + many + "1]")).commitments());
    assertThat(commitments.values()).hasSize(Commitments.MOST);
  }

  @Test
  void otherKeysAreRefused() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> DisclosureKey.parse("no key"))
        .withMessageContaining("expected: an X25519 public key");
    String ed25519 =
        """
        -----BEGIN PUBLIC KEY-----
        MCowBQYDK2VwAyEAGb9ECWmEzf6FQbrBZ9w7lshQhqowtrbLDFw4rXAxZuE=
        -----END PUBLIC KEY-----
        """;
    assertThatIllegalArgumentException().isThrownBy(() -> DisclosureKey.parse(ed25519));
  }
}
