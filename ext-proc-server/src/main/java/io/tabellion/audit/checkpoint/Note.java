package io.tabellion.audit.checkpoint;

import com.google.protobuf.ByteString;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A C2SP signed note: text and the signatures under it.
 *
 * <pre>{@code
 * text, lines that end in LF
 *
 * — name base64(4-byte key id ‖ signature)
 * }</pre>
 *
 * <p>Immutable and thread-safe.
 *
 * @param text ends in LF
 */
record Note(String text, List<Signature> signatures) {
  private static final String SIGNATURE_START = "— ";
  private static final int MAX_BYTES = 1 << 20;
  private static final int MAX_SIGNATURES = 64;

  /** One line under the text, of a key known or unknown. */
  record Signature(String name, int id, ByteString bytes) {

    String line() {
      ByteBuffer blob = ByteBuffer.allocate(Integer.BYTES + bytes.size()).putInt(id);
      bytes.copyTo(blob);
      return SIGNATURE_START + name + " " + Base64.getEncoder().encodeToString(blob.array()) + "\n";
    }

    boolean isOf(VerifierKey key) {
      return name.equals(key.name()) && id == key.id();
    }
  }

  Note {
    signatures = List.copyOf(signatures);
  }

  static Note sign(String text, SigningKey key) {
    ByteString signature = ByteString.copyFrom(key.sign(text.getBytes(StandardCharsets.UTF_8)));
    return new Note(text, List.of(new Signature(key.verifier().name(), key.id(), signature)));
  }

  /** Reads a note; empty if it is malformed or written in another way than we would write it. */
  static Optional<Note> parse(ByteString bytes) {
    if (bytes.size() > MAX_BYTES || !bytes.isValidUtf8()) {
      return Optional.empty();
    }
    String whole = bytes.toStringUtf8();
    int split = whole.lastIndexOf("\n\n");
    if (split < 0 || whole.chars().anyMatch(c -> c != '\n' && Character.isISOControl(c))) {
      return Optional.empty();
    }
    List<Signature> signatures = new ArrayList<>();
    for (int start = split + 2, end; start < whole.length(); start = end) {
      end = whole.indexOf('\n', start) + 1;
      Signature signature = end == 0 ? null : signature(whole.substring(start, end));
      if (signature == null || signatures.size() == MAX_SIGNATURES) {
        return Optional.empty();
      }
      signatures.add(signature);
    }
    if (signatures.isEmpty()) {
      return Optional.empty();
    }
    return Optional.of(new Note(whole.substring(0, split + 1), signatures));
  }

  /** Whether {@code key} signed it, once; other keys' lines do not count. */
  boolean isSignedBy(VerifierKey key) {
    List<Signature> own = signatures.stream().filter(s -> s.isOf(key)).toList();
    return own.size() == 1
        && key.verifies(
            text.getBytes(StandardCharsets.UTF_8), own.getFirst().bytes().toByteArray());
  }

  ByteString bytes() {
    StringBuilder out = new StringBuilder(text).append('\n');
    signatures.forEach(signature -> out.append(signature.line()));
    return ByteString.copyFromUtf8(out.toString());
  }

  private static @Nullable Signature signature(String line) {
    if (!line.startsWith(SIGNATURE_START) || !line.endsWith("\n")) {
      return null;
    }
    int space = line.indexOf(' ', SIGNATURE_START.length());
    if (space < 0 || !VerifierKey.isName(line.substring(SIGNATURE_START.length(), space))) {
      return null;
    }
    byte[] blob = decode(line.substring(space + 1, line.length() - 1));
    if (blob == null || blob.length <= Integer.BYTES) {
      return null;
    }
    String name = line.substring(SIGNATURE_START.length(), space);
    int id = ByteBuffer.wrap(blob).getInt();
    ByteString bytes = ByteString.copyFrom(blob, Integer.BYTES, blob.length - Integer.BYTES);
    return new Signature(name, id, bytes);
  }

  /** Decodes base64 as we would encode it; null if it is none or differs. */
  static byte @Nullable [] decode(String base64) {
    try {
      byte[] bytes = Base64.getDecoder().decode(base64);
      return Base64.getEncoder().encodeToString(bytes).equals(base64) ? bytes : null;
    } catch (IllegalArgumentException _) {
      return null;
    }
  }
}
