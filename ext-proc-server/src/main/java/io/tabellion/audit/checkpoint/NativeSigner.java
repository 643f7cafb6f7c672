package io.tabellion.audit.checkpoint;

import java.lang.System.Logger.Level;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.Provider;
import java.security.ProviderException;
import java.security.Signature;
import java.security.spec.EdECPrivateKeySpec;
import java.security.spec.NamedParameterSpec;
import java.util.Arrays;
import java.util.HexFormat;

/**
 * Signs with a provider in machine code, in a third of the time of {@link Signer.InJava}. It must
 * pass a self-test before it signs; if it fails later, the signer in Java takes its place for good.
 *
 * <p>Thread-safe.
 */
final class NativeSigner implements Signer {
  private static final System.Logger LOG = System.getLogger(NativeSigner.class.getName());
  private static final String ED25519 = "Ed25519";

  private static final String CORRETTO =
      "com.amazon.corretto.crypto.provider.AmazonCorrettoCryptoProvider";

  // RFC 8032 §7.1, test 2
  private static final byte[] KNOWN_SEED =
      HexFormat.of().parseHex("4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb");
  private static final byte[] KNOWN_TEXT = {0x72};
  private static final byte[] KNOWN_SIGNATURE =
      HexFormat.of()
          .parseHex(
              "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da"
                  + "085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00");

  private final Signer fallback;

  private final Signature signature; // used under this
  private boolean failed; // under this

  private NativeSigner(Signature signature, Signer fallback) {
    this.signature = signature;
    this.fallback = fallback;
  }

  /** Why a provider cannot be used. */
  static final class UnfitException extends Exception {
    UnfitException(String message, Throwable cause) {
      super(message, cause);
    }

    UnfitException(String message) {
      super(message);
    }
  }

  /** Where a provider comes from; it may load a library. */
  interface Source {
    Provider load() throws ReflectiveOperationException;
  }

  /**
   * Loads the Amazon Corretto Crypto Provider, whose jar the build adds on Linux on x86-64 and
   * AArch64.
   *
   * @throws ReflectiveOperationException if it is not there
   */
  static Provider corretto() throws ReflectiveOperationException {
    return Class.forName(CORRETTO)
        .asSubclass(Provider.class)
        .getDeclaredConstructor()
        .newInstance();
  }

  /**
   * Makes the signer of a key.
   *
   * @param seed 32 bytes
   * @param fallback of the same key; what it signs is what the provider must sign
   * @throws UnfitException if the provider is not there, cannot be loaded, has no Ed25519, or signs
   *     anything else
   */
  static NativeSigner of(Source source, byte[] seed, Signer fallback) throws UnfitException {
    try {
      Provider provider = source.load();
      Signature known = signature(provider, KNOWN_SEED);
      Signature own = signature(provider, seed);
      boolean passed =
          Arrays.equals(sign(known, KNOWN_TEXT), KNOWN_SIGNATURE)
              && Arrays.equals(sign(own, KNOWN_TEXT), fallback.sign(KNOWN_TEXT))
              && Arrays.equals(sign(own, KNOWN_SIGNATURE), fallback.sign(KNOWN_SIGNATURE));
      if (!passed) {
        throw new UnfitException("its signatures are wrong");
      }
      return new NativeSigner(own, fallback);
    } catch (ClassNotFoundException e) {
      throw new UnfitException("not there", e);
    } catch (ReflectiveOperationException
        | GeneralSecurityException
        | RuntimeException
        | LinkageError e) {
      throw new UnfitException("cannot be used: " + e, e);
    }
  }

  @Override
  public synchronized byte[] sign(byte[] text) {
    if (!failed) {
      try {
        return sign(signature, text);
      } catch (GeneralSecurityException | ProviderException | IllegalStateException e) {
        failed = true;
        LOG.log(Level.WARNING, "signatures: the native provider failed; Bouncy Castle signs", e);
      }
    }
    return fallback.sign(text);
  }

  private static Signature signature(Provider provider, byte[] seed)
      throws GeneralSecurityException {
    PrivateKey key =
        KeyFactory.getInstance(ED25519)
            .generatePrivate(new EdECPrivateKeySpec(NamedParameterSpec.ED25519, seed));
    Signature signature = Signature.getInstance(ED25519, provider);
    signature.initSign(key);
    return signature;
  }

  private static byte[] sign(Signature signature, byte[] text) throws GeneralSecurityException {
    signature.update(text);
    return signature.sign(); // leaves it as initSign did
  }
}
