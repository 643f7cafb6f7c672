package io.tabellion.policy;

import com.google.protobuf.ByteString;
import io.tabellion.yaml.Binder;
import io.tabellion.yaml.YamlException;
import io.tabellion.yaml.YamlReader;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.Set;

/**
 * A policy file that was read.
 *
 * @param policy what it says
 * @param title its name and version, for people
 * @param bytes the file as it was
 */
public record PolicyFile(Policy policy, String title, ByteString bytes) {

  /**
   * Reads a file.
   *
   * @throws YamlException with everything that is wrong in it, by line and column
   */
  public static PolicyFile load(Path file) {
    return read(file, YamlReader.bytes(file));
  }

  /**
   * Reads the bytes of a file.
   *
   * @param file its name, for messages
   * @throws YamlException with everything that is wrong in it, by line and column
   */
  static PolicyFile read(Path file, ByteString bytes) {
    PolicyDocument document = binder(file).bind(PolicyDocument.class, YamlReader.read(file, bytes));
    PolicyDocument.Metadata metadata = document.metadata();
    return new PolicyFile(
        new RulePolicy(document, digest(bytes)),
        metadata.name().text() + " version " + metadata.version(),
        bytes);
  }

  /** SHA-256 of the bytes, hex. */
  static String digest(ByteString bytes) {
    try {
      MessageDigest sha256 = MessageDigest.getInstance("SHA-256");
      sha256.update(bytes.asReadOnlyByteBuffer());
      return HexFormat.of().formatHex(sha256.digest());
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError("every Java has SHA-256", e);
    }
  }

  private static Binder binder(Path file) {
    Set<String> ids = new HashSet<>();
    return new Binder(file, Binder.Keys.CAMEL)
        .text(PolicyDocument.ApiVersion.class, PolicyDocument.ApiVersion::new)
        .text(PolicyDocument.Kind.class, PolicyDocument.Kind::new)
        .text(PolicyDocument.Name.class, PolicyDocument.Name::new)
        .text(PolicyDocument.Id.class, text -> once(text, ids))
        .text(PolicyDocument.Method.class, PolicyDocument.Method::parse)
        .text(Glob.class, Glob::new);
  }

  private static PolicyDocument.Id once(String text, Set<String> ids) {
    if (!ids.add(text)) {
      throw new IllegalArgumentException("an id that no other rule has");
    }
    return new PolicyDocument.Id(text);
  }
}
