package io.tabellion.audit.verify;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A signed tree head: a C2SP tlog-checkpoint of three lines in a signed note.
 *
 * @param note the whole note
 * @param origin of the log
 * @param size entries that it covers
 * @param root base64 of the root hash
 */
record SignedHead(String note, String origin, long size, String root) {
  private static final String SIGNATURE = "\u2014 ";
  private static final int ID = 4;

  /**
   * Reads a note, strictly: what is written in another way than it must be is refused.
   *
   * @throws IllegalArgumentException if it is none
   */
  static SignedHead parse(String note) {
    int end = note.indexOf("\n\n");
    List<String> lines = end < 0 ? List.of() : note.substring(0, end).lines().toList();
    if (lines.size() != 3 || !note.endsWith("\n") || note.indexOf('\r') >= 0) {
      throw malformed("three lines, an empty one, signatures");
    }
    if (!lines.get(1).matches("0|[1-9][0-9]{0,17}")) {
      throw malformed("a decimal size");
    }
    byte[] root = decode(lines.get(2));
    if (root == null || root.length != TreeHash.SIZE) {
      throw malformed("the base64 of a root hash");
    }
    return new SignedHead(note, lines.get(0), Long.parseLong(lines.get(1)), lines.get(2));
  }

  /** Returns why the key does not vouch for it, or null if it does. */
  @Nullable String problem(LogKey key, boolean thorough) {
    if (!origin.equals(key.name())) {
      return "of another log than the key (origin " + origin + ")";
    }
    String body = note.substring(0, note.indexOf("\n\n") + 1);
    byte[] message = body.getBytes(StandardCharsets.UTF_8);
    List<String> signatures = note.substring(body.length() + 1).lines().toList();
    int own = 0;
    for (String line : signatures) {
      byte[] blob = blob(line);
      if (blob == null) {
        return "malformed signature line";
      }
      if (line.startsWith(SIGNATURE + key.name() + " ") && key.hasId(Arrays.copyOf(blob, ID))) {
        own++;
        byte[] signature = Arrays.copyOfRange(blob, ID, blob.length);
        if (!key.verifies(message, signature)
            || (thorough && !key.verifiesByJdk(message, signature))) {
          return "bad signature";
        }
      }
    }
    return own == 1 ? null : own + " signatures of the key (expected: 1)";
  }

  private static byte @Nullable [] blob(String line) {
    int space = line.indexOf(' ', SIGNATURE.length());
    byte[] blob =
        line.startsWith(SIGNATURE) && space > 0 ? decode(line.substring(space + 1)) : null;
    return blob == null || blob.length <= ID ? null : blob;
  }

  private static byte @Nullable [] decode(String base64) {
    try {
      byte[] bytes = Base64.getDecoder().decode(base64);
      return Base64.getEncoder().encodeToString(bytes).equals(base64) ? bytes : null;
    } catch (IllegalArgumentException e) {
      return null;
    }
  }

  private static IllegalArgumentException malformed(String expected) {
    return new IllegalArgumentException("malformed checkpoint (expected: " + expected + ")");
  }
}
