package io.tabellion.mask;

import static io.tabellion.mask.Masks.KEYS;
import static io.tabellion.mask.Masks.found;
import static io.tabellion.mask.Masks.json;
import static io.tabellion.mask.Masks.plan;
import static io.tabellion.mask.Masks.result;
import static io.tabellion.mask.Masks.selected;
import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.tabellion.mask.proof.Commitments;
import io.tabellion.mask.proof.DisclosureKey;
import io.tabellion.mask.rule.MaskRule.Where;
import io.tabellion.mask.rule.Operator;
import io.tabellion.testing.HeapDump;
import java.io.ByteArrayOutputStream;
import java.io.StringWriter;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;
import java.util.stream.IntStream;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.bouncycastle.crypto.AsymmetricCipherKeyPair;
import org.bouncycastle.crypto.generators.X25519KeyPairGenerator;
import org.bouncycastle.crypto.params.X25519KeyGenerationParameters;
import org.bouncycastle.crypto.util.SubjectPublicKeyInfoFactory;
import org.bouncycastle.util.io.pem.PemObject;
import org.bouncycastle.util.io.pem.PemWriter;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Tag("unit")
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

  private static List<String> values(Commitments.Sealed sealed) {
    return IntStream.range(0, sealed.count())
        .mapToObj(i -> hex(sealed.value(i).toByteArray()))
        .toList();
  }

  private static String hex(byte[] bytes) {
    return HexFormat.of().formatHex(bytes);
  }

  @Test
  void whoHasThePrivateKeyCanProveAnOriginal() throws Exception {
    var commitments =
        Objects.requireNonNull(
            mask(result("{\"a/b\":[\"card " + CARD + "\",\"a@b.cd\"]}")).commitments());
    byte[] salt = open(commitments.salt());
    List<String> expected =
        List.of(
            hex(Commitments.of(salt, 0, List.of("result", "a/b", 0), CARD)),
            hex(Commitments.of(salt, 1, List.of("result", "a/b", 1), "a@b.cd")));
    assertThat(values(commitments)).isEqualTo(expected);
    assertThat(hex(Commitments.of(salt, 0, List.of("result", "a/b", 0), "4111111111111112")))
        .isNotEqualTo(expected.getFirst());
  }

  @Test
  void aPlaceDoesNotRunIntoItsOriginal() {
    byte[] salt = new byte[Commitments.SIZE];
    assertThat(Commitments.of(salt, 0, List.of("a\0b"), "c"))
        .isNotEqualTo(Commitments.of(salt, 0, List.of("a"), "b\0c"));
    assertThat(Commitments.of(salt, 0, List.of("ab"), "c"))
        .isNotEqualTo(Commitments.of(salt, 0, List.of("a"), "bc"));
    assertThat(Commitments.of(salt, 0, List.of("a", "b"), "c"))
        .isNotEqualTo(Commitments.of(salt, 0, List.of("ab"), "c"))
        .isNotEqualTo(Commitments.of(salt, 0, List.of("a/b"), "c"));
  }

  @Test
  void equalOriginalsHaveDifferentCommitments() throws Exception {
    var commitments = Objects.requireNonNull(mask(result("[\"a@b.cd\",\"a@b.cd\"]")).commitments());
    var again = Objects.requireNonNull(mask(result("[\"a@b.cd\",\"a@b.cd\"]")).commitments());
    assertThat(values(commitments))
        .doesNotHaveDuplicates()
        .doesNotContainAnyElementsOf(values(again));
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

  /** Values of one character, so that a message of many is small. */
  private Commitments.Sealed many(int count) throws Exception {
    var tree = json(result("[" + "1,".repeat(count) + "[]]"));
    var masked =
        new Masker(KEYS, DisclosureKey.parse(pem()))
            .mask(tree, tree, plan(selected("/result/*", new Operator.Redact(), Where.RECORD)));
    return Objects.requireNonNull(masked.commitments());
  }

  @Test
  void eachOfManyValuesIsCommittedTo() throws Exception {
    var commitments = many(Commitments.MOST);
    assertThat(commitments.count()).isEqualTo(Commitments.MOST);
    byte[] salt = open(commitments.salt());
    for (int i : new int[] {0, 128, Commitments.MOST - 1}) {
      assertThat(commitments.value(i).toByteArray())
          .isEqualTo(Commitments.of(salt, i, List.of("result", i), "1"));
    }
  }

  @Test
  void valuesBeyondTheMostHaveOneCommitmentTogether() throws Exception {
    int most = Commitments.MOST;
    var commitments = many(most + 2);
    assertThat(commitments.count()).isEqualTo(most + 1);
    var number = ByteBuffer.allocate(8).put("span".getBytes(US_ASCII)).putInt(most).array();
    var rest = new ByteArrayOutputStream();
    rest.writeBytes("rest/v2".getBytes(US_ASCII));
    for (int i : new int[] {most, most + 1}) {
      rest.writeBytes(place("result", Integer.toString(i)));
      rest.writeBytes(ByteBuffer.allocate(4).putInt(1).array());
      rest.writeBytes("1".getBytes(US_ASCII));
    }
    byte[] key = hmac(open(commitments.salt()), number);
    assertThat(commitments.value(most).toByteArray()).isEqualTo(hmac(key, rest.toByteArray()));
  }

  /** As docs/audit-format.md §4.2 says it. */
  private static byte[] place(String... steps) throws Exception {
    byte[] digest = new byte[32];
    for (String step : steps) {
      MessageDigest sha256 = MessageDigest.getInstance("SHA-256");
      sha256.update(digest);
      digest = sha256.digest(step.getBytes(US_ASCII));
    }
    return digest;
  }

  private static byte[] hmac(byte[] key, byte[] text) throws Exception {
    Mac mac = Mac.getInstance("HmacSHA256");
    mac.init(new SecretKeySpec(key, "HmacSHA256"));
    return mac.doFinal(text);
  }

  @Test
  void onceClosedTheSaltIsGone() throws Exception {
    var random = new SecureRandom();
    var commitments = new Commitments(DisclosureKey.parse(pem()), random);
    commitments.add(List.of("a"), "x");
    byte[] salt = open(Objects.requireNonNull(commitments.seal()).salt());
    assertThat(salt).isNotEqualTo(new byte[Commitments.SIZE]);
    commitments.close();
    commitments.add(List.of("a"), "x");
    var after = Objects.requireNonNull(commitments.seal());
    assertThat(open(after.salt())).isEqualTo(new byte[Commitments.SIZE]);
    assertThat(after.value(1).toByteArray())
        .isEqualTo(Commitments.of(new byte[Commitments.SIZE], 1, List.of("a"), "x"));
  }

  @Test
  void aHeapDumpHoldsNoSaltOfAMessageThatIsMasked(@TempDir Path folder) throws Exception {
    var commitments = Objects.requireNonNull(mask(result("[\"a@b.cd\",\"a@b.cd\"]")).commitments());
    var under = new Commitments(DisclosureKey.parse(pem()), new SecureRandom());
    under.add(List.of("a"), "x");
    String open = Objects.requireNonNull(under.seal()).salt();
    try (HeapDump dump = new HeapDump(folder)) {
      // Only now are they opened: what is looked for must not be there for being looked for.
      byte[] wiped = open(commitments.salt());
      assertThat(dump.holds(wiped)).isFalse();
      assertThat(dump.holds(padded(wiped, 0x36))).isFalse();
      assertThat(dump.holds(padded(wiped, 0x5c))).isFalse();
      byte[] held = open(open);
      assertThat(dump.holds(held)).isTrue();
      assertThat(dump.holds(padded(held, 0x36))).isTrue();
    } finally {
      under.close();
    }
  }

  /** As HMAC keeps a key. */
  private static byte[] padded(byte[] key, int pad) {
    byte[] padded = key.clone();
    for (int i = 0; i < padded.length; i++) {
      padded[i] ^= (byte) pad;
    }
    return padded;
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
