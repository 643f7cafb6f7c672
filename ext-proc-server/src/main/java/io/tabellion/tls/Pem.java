package io.tabellion.tls;

import java.io.IOException;
import java.io.InputStream;
import java.io.Reader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.Signature;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.List;
import org.bouncycastle.asn1.pkcs.PrivateKeyInfo;
import org.bouncycastle.openssl.PEMKeyPair;
import org.bouncycastle.openssl.PEMParser;
import org.bouncycastle.openssl.jcajce.JcaPEMKeyConverter;
import org.jspecify.annotations.Nullable;

/** Reads PEM files (RFC 7468). Messages name the file and never what is in it. */
final class Pem {
  private Pem() {}

  static List<X509Certificate> certificates(Path file) throws IOException {
    try (InputStream in = Files.newInputStream(file)) {
      List<X509Certificate> found =
          CertificateFactory.getInstance("X.509").generateCertificates(in).stream()
              .map(X509Certificate.class::cast)
              .toList();
      if (found.isEmpty()) {
        throw unfit(file, "certificates, PEM", null);
      }
      return found;
    } catch (NoSuchFileException e) {
      throw new IOException(file + ": not there (expected: certificates, PEM)", e);
    } catch (CertificateException e) {
      throw unfit(file, "certificates, PEM", e);
    }
  }

  static PrivateKey key(Path file) throws IOException {
    try (Reader in = Files.newBufferedReader(file, StandardCharsets.ISO_8859_1);
        PEMParser parser = new PEMParser(in)) {
      JcaPEMKeyConverter converter = new JcaPEMKeyConverter();
      for (Object found = parser.readObject(); found != null; found = parser.readObject()) {
        if (found instanceof PrivateKeyInfo info) {
          return converter.getPrivateKey(info);
        }
        if (found instanceof PEMKeyPair pair) {
          return converter.getKeyPair(pair).getPrivate();
        }
      }
      throw unfit(file, "a private key, PEM (PKCS #8), without a password", null);
    } catch (NoSuchFileException e) {
      throw new IOException(file + ": not there (expected: a private key, PEM)", e);
    } catch (RuntimeException e) {
      throw unfit(file, "a private key, PEM (PKCS #8), without a password", e);
    }
  }

  /** While files are exchanged one after another, the key may be of another certificate. */
  static void requireOfOneAnother(
      X509Certificate certificate, Path certificateFile, PrivateKey key, Path keyFile)
      throws IOException {
    try {
      Signature signature = Signature.getInstance(algorithm(key));
      byte[] probe = {1, 2, 3};
      signature.initSign(key);
      signature.update(probe);
      byte[] made = signature.sign();
      signature.initVerify(certificate.getPublicKey());
      signature.update(probe);
      if (signature.verify(made)) {
        return;
      }
    } catch (GeneralSecurityException e) {
      throw new IOException(
          keyFile + ": not the key of " + certificateFile + " (expected: its private key)", e);
    }
    throw new IOException(
        keyFile + ": not the key of " + certificateFile + " (expected: its private key)");
  }

  private static String algorithm(PrivateKey key) {
    return switch (key.getAlgorithm()) {
      case "RSA" -> "SHA256withRSA";
      case "EC" -> "SHA256withECDSA";
      default -> key.getAlgorithm();
    };
  }

  private static IOException unfit(Path file, String expected, @Nullable Throwable cause) {
    return new IOException(file + ": cannot be used (expected: " + expected + ")", cause);
  }
}
