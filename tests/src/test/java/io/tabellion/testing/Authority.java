package io.tabellion.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.cert.X509Certificate;
import java.security.spec.ECGenParameterSpec;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.Date;
import java.util.concurrent.atomic.AtomicLong;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.cert.CertIOException;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;

/** A certificate authority of our own. Thread-safe. */
public final class Authority {
  private static final Duration VALID = Duration.ofHours(1);

  private final X500Name name;
  private final KeyPair keys = newKeys();
  private final AtomicLong serial = new AtomicLong(1);
  private final String certificate;

  public Authority(String commonName) {
    name = new X500Name("CN=" + commonName);
    certificate = pem("CERTIFICATE", encoded(sign(name, keys, null)));
  }

  /** The files of one certificate of this authority. */
  public record Identity(Path certificate, Path key) {}

  /** Writes the authority's own certificate. */
  public Path write(Path file) {
    return write(file, certificate);
  }

  /** Makes a certificate for a DNS name, with its key, as PEM files in {@code folder}. */
  public Identity issue(String dnsName, Path folder) {
    KeyPair subject = newKeys();
    X509Certificate issued = sign(new X500Name("CN=" + dnsName), subject, dnsName);
    String file = dnsName + "-" + serial.incrementAndGet();
    return new Identity(
        write(folder.resolve(file + ".crt"), pem("CERTIFICATE", encoded(issued))),
        write(
            folder.resolve(file + ".key"), pem("PRIVATE KEY", subject.getPrivate().getEncoded())));
  }

  private X509Certificate sign(
      X500Name subject, KeyPair subjectKeys, @org.jspecify.annotations.Nullable String dnsName) {
    try {
      Instant now = Instant.now();
      var builder =
          new JcaX509v3CertificateBuilder(
              name,
              BigInteger.valueOf(serial.getAndIncrement()),
              Date.from(now.minus(VALID)),
              Date.from(now.plus(VALID)),
              subject,
              subjectKeys.getPublic());
      builder.addExtension(Extension.basicConstraints, true, new BasicConstraints(dnsName == null));
      if (dnsName != null) {
        builder.addExtension(
            Extension.subjectAlternativeName,
            false,
            new GeneralNames(new GeneralName(GeneralName.dNSName, dnsName)));
      }
      var signer = new JcaContentSignerBuilder("SHA256withECDSA").build(keys.getPrivate());
      return new JcaX509CertificateConverter().getCertificate(builder.build(signer));
    } catch (GeneralSecurityException | OperatorCreationException | CertIOException e) {
      throw new IllegalStateException(e);
    }
  }

  private static KeyPair newKeys() {
    try {
      KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
      generator.initialize(new ECGenParameterSpec("secp256r1"));
      return generator.generateKeyPair();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  private static byte[] encoded(X509Certificate issued) {
    try {
      return issued.getEncoded();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  private static String pem(String type, byte[] bytes) {
    String base64 = Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(bytes);
    return "-----BEGIN " + type + "-----\n" + base64 + "\n-----END " + type + "-----\n";
  }

  private static Path write(Path file, String text) {
    try {
      return Files.writeString(file, text);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
