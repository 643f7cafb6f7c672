package io.tabellion.audit.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;

import io.tabellion.secret.SecretBytes;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.security.InvalidKeyException;
import java.security.PrivateKey;
import java.security.Provider;
import java.security.PublicKey;
import java.security.Security;
import java.security.SignatureException;
import java.security.SignatureSpi;
import java.security.interfaces.EdECPrivateKey;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Queue;
import java.util.Random;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.bouncycastle.crypto.params.Ed25519PrivateKeyParameters;
import org.bouncycastle.math.ec.rfc8032.Ed25519;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Who signs, and that it makes no difference. */
@Tag("unit")
class SignerTest {
  private static final HexFormat HEX = HexFormat.of();
  private static final byte[] SEED = HEX.parseHex("0123456789abcdef".repeat(4));
  private static final byte[] TEXT = "a tree head".getBytes(StandardCharsets.UTF_8);

  /** RFC 8032 §7.1: seed, public key, message, signature. */
  private record Vector(String seed, String key, String text, String signature) {}

  private static final List<Vector> VECTORS =
      List.of(
          new Vector(
              "9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60",
              "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a",
              "",
              "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b"),
          new Vector(
              "4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb",
              "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c",
              "72",
              "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00"),
          new Vector(
              "c5aa8df43f9f837bedb7442f31dcb7b166d38535076f094b85ce3a2e0b4458f7",
              "fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025",
              "af82",
              "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac18ff9b538d16f290ae67f760984dc6594a7c15e9716ed28dc027beceea1ec40a"));

  /** All that can sign. */
  enum Kind {
    /** Bouncy Castle. */
    JAVA {
      @Override
      Signer of(byte[] seed) {
        return new Signer.InJava(new Ed25519PrivateKeyParameters(seed, 0));
      }
    },
    /** The JDK's provider in the place of the native one: there is one on every platform. */
    PROVIDER {
      @Override
      Signer of(byte[] seed) throws Exception {
        return NativeSigner.of(SignerTest::ofJdk, seed, JAVA.of(seed));
      }
    },
    /** The native one. */
    CORRETTO {
      @Override
      Signer of(byte[] seed) throws Exception {
        return NativeSigner.of(NativeSigner::corretto, seed, JAVA.of(seed));
      }
    };

    abstract Signer of(byte[] seed) throws Exception;
  }

  private static List<Kind> kinds() {
    return isNativeHere() ? List.of(Kind.values()) : List.of(Kind.JAVA, Kind.PROVIDER);
  }

  private static boolean isNativeHere() {
    return System.getProperty("os.name").equals("Linux")
        && List.of("amd64", "aarch64").contains(System.getProperty("os.arch"));
  }

  @ParameterizedTest
  @MethodSource("kinds")
  void signsTheVectorsOfTheRfc(Kind kind) throws Exception {
    for (Vector vector : VECTORS) {
      Signer signer = kind.of(HEX.parseHex(vector.seed()));
      byte[] text = HEX.parseHex(vector.text());
      assertThat(HEX.formatHex(signer.sign(text))).isEqualTo(vector.signature());
      byte[] key = HEX.parseHex(vector.key());
      assertThat(Ed25519.verify(signer.sign(text), 0, key, 0, text, 0, text.length)).isTrue();
    }
  }

  @ParameterizedTest
  @MethodSource("kinds")
  void signsAnyTextAsBouncyCastleDoes(Kind kind) throws Exception {
    Random random = new Random(8032);
    for (int i = 0; i < 20; i++) {
      byte[] seed = new byte[32];
      random.nextBytes(seed);
      Signer expected = Kind.JAVA.of(seed);
      Signer signer = kind.of(seed);
      for (int n = 0; n < 20; n++) {
        byte[] text = new byte[random.nextInt(n < 18 ? 300 : 70_000)];
        random.nextBytes(text);
        assertThat(signer.sign(text)).isEqualTo(expected.sign(text));
      }
    }
  }

  @ParameterizedTest
  @MethodSource("kinds")
  void manyThreadsMayUseOne(Kind kind) throws Exception {
    Signer signer = kind.of(SEED);
    Signer expected = Kind.JAVA.of(SEED);
    Queue<String> wrong = new ConcurrentLinkedQueue<>();
    try (ExecutorService threads = Executors.newFixedThreadPool(4)) {
      for (int i = 0; i < 200; i++) {
        byte[] text = ("text " + i).getBytes(StandardCharsets.UTF_8);
        threads.execute(() -> {
          if (!Arrays.equals(signer.sign(text), expected.sign(text))) {
            wrong.add(new String(text, StandardCharsets.UTF_8));
          }
        });
      }
    }
    assertThat(wrong).isEmpty();
  }

  /**
   * The build adds its jar there, and it can be loaded: else nobody would notice that it is not.
   */
  @Test
  void theNativeOneIsThereOnLinux() {
    SigningKey key = key();
    assertThat(key.useNative())
        .isEqualTo(
            isNativeHere()
                ? "Amazon Corretto Crypto Provider"
                : "Bouncy Castle (Amazon Corretto Crypto Provider: not there)");
    assertThat(key.sign(TEXT)).isEqualTo(key().sign(TEXT));
  }

  @Test
  void withoutTheProviderBouncyCastleSigns() {
    assertFallsBack(
        () -> {
          throw new ClassNotFoundException("no such jar");
        },
        "not there");
  }

  @Test
  void whereItsLibraryCannotBeLoadedBouncyCastleSigns() {
    assertFallsBack(
        () -> {
          throw new UnsatisfiedLinkError("no libcrypto");
        },
        "cannot be used: java.lang.UnsatisfiedLinkError: no libcrypto");
  }

  @Test
  void whereTheProviderHasNoEd25519BouncyCastleSigns() {
    assertFallsBack(() -> new Fake(null), "cannot be used: java.security.NoSuchAlgorithm");
  }

  @Test
  void whereTheSelfTestFailsBouncyCastleSigns() {
    assertFallsBack(() -> new Fake(AlwaysZeros.class), "its signatures are wrong");
  }

  /** It signs the vector right, and nothing else. */
  @Test
  void whereOnlyTheVectorIsRightBouncyCastleSigns() {
    assertFallsBack(() -> new Fake(OnlyTheVector.class), "its signatures are wrong");
  }

  @Test
  void whereItFailsLaterBouncyCastleSigns() throws Exception {
    FailsLater.left = 3;
    Signer signer = NativeSigner.of(() -> new Fake(FailsLater.class), SEED, Kind.JAVA.of(SEED));
    assertThat(FailsLater.left).isZero();
    for (int i = 0; i < 3; i++) {
      assertThat(signer.sign(TEXT)).isEqualTo(Kind.JAVA.of(SEED).sign(TEXT));
    }
  }

  private static void assertFallsBack(NativeSigner.Source source, String why) {
    SigningKey key = key();
    assertThat(key.use(source))
        .startsWith("Bouncy Castle (Amazon Corretto Crypto Provider: " + why);
    assertThat(key.sign(TEXT)).isEqualTo(key().sign(TEXT));
    assertThat(key.revealText()).isEqualTo(key().revealText());
  }

  private static SigningKey key() {
    return new SigningKey("audit.example", SecretBytes.copyOf(SEED));
  }

  private static Provider ofJdk() {
    return Security.getProvider("SunEC");
  }

  /** A provider with one algorithm, or none. */
  private static final class Fake extends Provider {

    Fake(@Nullable Class<?> ed25519) {
      super("Fake", "1", "");
      if (ed25519 != null) {
        put("Signature.Ed25519", ed25519.getName());
      }
    }
  }

  /** Signs wrongly. */
  public static class AlwaysZeros extends SignatureSpi {

    @Override
    protected void engineInitVerify(PublicKey key) throws InvalidKeyException {
      throw new InvalidKeyException();
    }

    @Override
    protected void engineInitSign(PrivateKey key) {}

    @Override
    protected void engineUpdate(byte b) {}

    @Override
    protected void engineUpdate(byte[] bytes, int offset, int length) {}

    @Override
    protected byte[] engineSign() throws SignatureException {
      return new byte[64];
    }

    @Override
    protected boolean engineVerify(byte[] signature) {
      return false;
    }

    @Override
    @Deprecated
    protected void engineSetParameter(String name, Object value) {}

    @Override
    @Deprecated
    @SuppressWarnings("InlineMeSuggester") // of the class above it, which makes it abstract
    protected Object engineGetParameter(String name) {
      throw new UnsupportedOperationException(name);
    }
  }

  /** Signs everything as the text of the vector. */
  public static class OnlyTheVector extends AlwaysZeros {

    @Override
    protected byte[] engineSign() throws SignatureException {
      return HEX.parseHex(VECTORS.get(1).signature());
    }
  }

  /** Signs some texts as the key does, then fails. */
  public static class FailsLater extends AlwaysZeros {
    static int left;

    private final ByteArrayOutputStream text = new ByteArrayOutputStream();
    private Signer signer = new Signer.InJava(new Ed25519PrivateKeyParameters(SEED, 0));

    @Override
    protected void engineInitSign(PrivateKey key) {
      byte[] seed = ((EdECPrivateKey) key).getBytes().orElseThrow();
      signer = new Signer.InJava(new Ed25519PrivateKeyParameters(seed, 0));
    }

    @Override
    protected void engineUpdate(byte[] bytes, int offset, int length) {
      text.write(bytes, offset, length);
    }

    @Override
    protected byte[] engineSign() throws SignatureException {
      if (left == 0) {
        throw new SignatureException("the card was pulled out");
      }
      left--;
      byte[] signature = signer.sign(text.toByteArray());
      text.reset();
      return signature;
    }
  }
}
