package io.tabellion.policy;

import com.google.protobuf.ByteString;
import io.tabellion.secret.Sha256;
import io.tabellion.yaml.YamlException;
import io.tabellion.yaml.YamlReader;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * The files that a policy file names, as they were read: what they said is part of the policy, so
 * its digest covers them. Of a policy file that names none, the digest is the SHA-256 of its bytes;
 * else it is the SHA-256 of the lines that {@code sha256sum} prints of it and them:
 *
 * <pre>
 * HEX  -
 * HEX  gitleaks.toml
 * HEX  rules/own.toml
 * </pre>
 *
 * <p>They stand in the order of their names, which are as seen from where the policy file is. A
 * file that could not be read has the word {@code unreadable} in the place of its digest.
 *
 * <p>Not thread-safe: it belongs to one reading of one policy file.
 */
final class NamedFiles {
  private static final int LONGEST_NAME = 256;
  private static final String UNREADABLE = "unreadable";

  private final Path folder;
  private final SortedMap<String, String> digests = new TreeMap<>();

  /**
   * @param policy the policy file
   */
  NamedFiles(Path policy) {
    this.folder = policy.toAbsolutePath().normalize().resolveSibling("");
  }

  /**
   * Reads a file.
   *
   * @throws IllegalArgumentException if it cannot be read, or is too large
   */
  ByteString read(Path file) {
    String name = name(file);
    digests.put(name, UNREADABLE);
    try {
      ByteString bytes = YamlReader.bytes(file);
      digests.put(name, Sha256.hex(bytes));
      return bytes;
    } catch (YamlException e) {
      throw new IllegalArgumentException(
          file + ": " + e.problems().getFirst().text() + " (expected: a file of at most 1 MiB)", e);
    }
  }

  /**
   * Reads a file of text.
   *
   * @throws IllegalArgumentException if it cannot be read, is too large, or no text
   */
  String text(Path file) {
    try {
      return StandardCharsets.UTF_8
          .newDecoder()
          .decode(read(file).asReadOnlyByteBuffer())
          .toString();
    } catch (CharacterCodingException e) {
      throw new IllegalArgumentException(file + ": no UTF-8 (expected: a text)", e);
    }
  }

  private String name(Path file) {
    String name = folder.relativize(file.toAbsolutePath().normalize()).toString();
    if (name.length() > LONGEST_NAME || name.chars().anyMatch(c -> c < ' ' || c == 0x7F)) {
      throw new IllegalArgumentException(
          "name of a file (expected: at most " + LONGEST_NAME + " characters, no line ends)");
    }
    return name;
  }

  /** Returns the same files as they are now. */
  NamedFiles again() {
    NamedFiles now = new NamedFiles(folder.resolve("policy"));
    for (String name : digests.keySet()) {
      try {
        now.read(folder.resolve(name));
      } catch (IllegalArgumentException _) {
        now.digests.put(name, UNREADABLE);
      }
    }
    return now;
  }

  /** Returns a line for each, as {@code sha256sum} prints it, in the order of their names. */
  List<String> lines() {
    return digests.entrySet().stream().map(file -> file.getValue() + "  " + file.getKey()).toList();
  }

  /** Returns the digest of a policy of these files. */
  String digest(ByteString policy) {
    String own = Sha256.hex(policy);
    if (digests.isEmpty()) {
      return own;
    }
    String lines = own + "  -\n" + String.join("\n", lines()) + "\n";
    return Sha256.hex(ByteString.copyFromUtf8(lines));
  }
}
