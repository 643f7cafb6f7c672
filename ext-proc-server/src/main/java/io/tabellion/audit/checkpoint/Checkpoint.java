package io.tabellion.audit.checkpoint;

import com.google.protobuf.ByteString;
import io.tabellion.audit.merkle.Hash;
import java.math.BigInteger;
import java.util.Base64;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A tree head (C2SP tlog-checkpoint), without extension lines:
 *
 * <pre>{@code
 * audit.example/acme
 * 15368405
 * 31JQUq8EyQx5lpqtKRqryJzA+77WD2xmTyuB4uIlXeE=
 * }</pre>
 *
 * @param origin which log
 * @param size number of leaves
 * @param root Merkle Tree Hash over them
 */
public record Checkpoint(String origin, long size, Hash root) {
  private static final Pattern BODY =
      Pattern.compile("([^\n]+)\n(0|[1-9][0-9]{0,18})\n([A-Za-z0-9+/]{43}=)\n");

  public Checkpoint {
    if (!VerifierKey.isName(origin) || size < 0) {
      throw new IllegalArgumentException("checkpoint: unfit (expected: a key name and size ≥ 0)");
    }
  }

  /** Returns the three lines that are signed. */
  public String body() {
    String base64 = Base64.getEncoder().encodeToString(root.bytes().toByteArray());
    return origin + "\n" + size + "\n" + base64 + "\n";
  }

  public SignedCheckpoint sign(SigningKey key) {
    return new SignedCheckpoint(this, Note.sign(body(), key).bytes());
  }

  /** Reads the three lines; empty if there is anything that {@link #body} would write otherwise. */
  static Optional<Checkpoint> parse(String body) {
    Matcher matcher = BODY.matcher(body);
    if (!matcher.matches() || !VerifierKey.isName(matcher.group(1))) {
      return Optional.empty();
    }
    byte[] root = Note.decode(matcher.group(3));
    if (root == null || new BigInteger(matcher.group(2)).bitLength() >= Long.SIZE) {
      return Optional.empty();
    }
    long size = Long.parseLong(matcher.group(2));
    return Optional.of(
        new Checkpoint(matcher.group(1), size, Hash.copyOf(ByteString.copyFrom(root))));
  }
}
