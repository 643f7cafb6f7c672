package io.tabellion.testing;

import java.io.IOException;
import java.io.InputStream;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.security.spec.ECGenParameterSpec;
import java.security.spec.PKCS8EncodedKeySpec;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Base64;
import java.util.Date;
import java.util.List;
import javax.net.ssl.KeyManager;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocketFactory;
import javax.net.ssl.TrustManagerFactory;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.cert.X509CertificateHolder;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;
import org.jspecify.annotations.Nullable;

/** A certificate authority for tests: certificates and keys as PEM files. */
public final class TestAuthority {
  private final Path directory;
  private final String name;
  private final KeyPair keys;
  private int serial = 1;

  /** Makes an authority; its certificate is {@link #file}. */
  public TestAuthority(Path directory, String name) {
    this.directory = directory;
    this.name = name;
    this.keys = newKeys();
    write(file(), "CERTIFICATE", certificate(name, keys, true, List.of()));
  }

  /** A certificate and its key. */
  public record Issued(Path certificate, Path key) {}

  public Path file() {
    return directory.resolve(name + ".pem");
  }

  /** Issues a certificate with these alternative names. */
  public Issued issue(String commonName, GeneralName... alternatives) {
    KeyPair own = newKeys();
    Issued issued =
        new Issued(directory.resolve(commonName + ".pem"), directory.resolve(commonName + ".key"));
    write(
        issued.certificate(),
        "CERTIFICATE",
        certificate(commonName, own, false, List.of(alternatives)));
    write(issued.key(), "PRIVATE KEY", own.getPrivate().getEncoded());
    return issued;
  }

  /**
   * Makes sockets with TLS that trust this authority alone and show a certificate, if one is given.
   */
  public SSLSocketFactory sockets(@Nullable Issued shown) {
    return context(shown).getSocketFactory();
  }

  /** The same for servers too. */
  public SSLContext context(@Nullable Issued shown) {
    try {
      KeyStore trusted = KeyStore.getInstance(KeyStore.getDefaultType());
      trusted.load(null);
      trusted.setCertificateEntry(name, read(file()));
      TrustManagerFactory trust =
          TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
      trust.init(trusted);
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(shown == null ? null : keys(shown), trust.getTrustManagers(), null);
      return context;
    } catch (GeneralSecurityException | IOException e) {
      throw new IllegalStateException(e);
    }
  }

  private static KeyManager[] keys(Issued shown) throws GeneralSecurityException, IOException {
    String pem = Files.readString(shown.key()).replaceAll("-----[^-]*-----", "");
    byte[] der = Base64.getMimeDecoder().decode(pem);
    PrivateKey key = KeyFactory.getInstance("EC").generatePrivate(new PKCS8EncodedKeySpec(der));
    KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
    store.load(null);
    store.setKeyEntry("own", key, new char[0], new Certificate[] {read(shown.certificate())});
    KeyManagerFactory factory =
        KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
    factory.init(store, new char[0]);
    return factory.getKeyManagers();
  }

  private static Certificate read(Path pem) throws GeneralSecurityException, IOException {
    try (InputStream in = Files.newInputStream(pem)) {
      return CertificateFactory.getInstance("X.509").generateCertificate(in);
    }
  }

  private byte[] certificate(
      String commonName, KeyPair own, boolean authority, List<GeneralName> alternatives) {
    Instant now = Instant.now();
    JcaX509v3CertificateBuilder builder =
        new JcaX509v3CertificateBuilder(
            new X500Name("CN=" + name),
            BigInteger.valueOf(serial++),
            Date.from(now.minus(1, ChronoUnit.HOURS)),
            Date.from(now.plus(1, ChronoUnit.DAYS)),
            new X500Name("CN=" + commonName),
            own.getPublic());
    try {
      builder.addExtension(Extension.basicConstraints, true, new BasicConstraints(authority));
      if (!alternatives.isEmpty()) {
        builder.addExtension(
            Extension.subjectAlternativeName,
            false,
            new GeneralNames(alternatives.toArray(GeneralName[]::new)));
      }
      X509CertificateHolder holder =
          builder.build(new JcaContentSignerBuilder("SHA256withECDSA").build(keys.getPrivate()));
      return holder.getEncoded();
    } catch (IOException | OperatorCreationException e) {
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

  private static void write(Path file, String type, byte[] der) {
    String body = Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(der);
    try {
      Files.writeString(
          file, "-----BEGIN " + type + "-----\n" + body + "\n-----END " + type + "-----\n");
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }
}
