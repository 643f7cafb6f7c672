package io.tabellion.audit.verify;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;

/**
 * Verifies that an original stood at a place of a message before it was masked: that the entry
 * commits to it (docs/audit-format.md §4.2).
 *
 * <p>Belongs to one thread.
 */
final class OriginalVerifier {
  private static final int SIZE = CommitmentLists.SIZE;
  private static final String EXPECTED = "commitments: malformed (expected: as audit-format 4.2)";

  private static final String HMAC = "HmacSHA256";

  private final DisclosureSecret key;
  private final Report report;

  OriginalVerifier(DisclosureSecret key, Report report) {
    this.key = key;
    this.report = report;
  }

  /**
   * Verifies one.
   *
   * @param list bytes of the commitments, where they are not in the leaf; null if not given
   * @throws Verification.Impossible if the key is another one, or the list is missing
   */
  void verify(LeafReading leaf, String place, String original, byte @Nullable [] list)
      throws Verification.Impossible {
    String sealed = leaf.text("commitment_salt");
    if (sealed.isEmpty()) {
      report.violation("original", "the entry commits to none");
      return;
    }
    byte[] salt = salt(sealed);
    byte[] commitments = commitments(leaf, list);
    if (salt == null || commitments == null) {
      return;
    }
    int number = find(salt, place, original, commitments);
    int count = commitments.length / SIZE;
    if (number < 0) {
      report.violation(
          "original", "none of %d commitments is to it at this place".formatted(count));
    } else {
      report.fact("place", place);
      report.fact(
          "original",
          "%d characters, commitment %d of %d".formatted(original.length(), number + 1, count));
    }
  }

  private byte @Nullable [] salt(String sealed) throws Verification.Impossible {
    int colon = sealed.indexOf(':');
    if (!sealed.substring(0, Math.max(0, colon)).equals(key.id())) {
      throw new Verification.Impossible(
          "disclosure key: another one (expected: the private half of the one that the entry names)");
    }
    try {
      return key.open(Base64.getDecoder().decode(sealed.substring(colon + 1)));
    } catch (GeneralSecurityException | IllegalArgumentException e) {
      report.violation("original", "the sealed salt cannot be opened");
      return null;
    }
  }

  /** The commitments, one behind the other: of a few from the leaf, of many from the list. */
  private byte @Nullable [] commitments(LeafReading leaf, byte @Nullable [] list)
      throws Verification.Impossible {
    String root = leaf.text("commitment_root");
    if (root.isEmpty()) {
      return inLeaf(leaf.list("commitments"));
    }
    if (list == null) {
      throw new Verification.Impossible(
          "commitments: not in the leaf (expected: --commitments FILE, the content of the entry of"
              + " kind commitments that names this one)");
    }
    if (!root.equals(CommitmentLists.root(list))) {
      report.violation("commitments", "the list is not the one that the leaf commits to");
      return null;
    }
    return list;
  }

  private byte @Nullable [] inLeaf(List<?> texts) {
    byte[] all = new byte[texts.size() * SIZE];
    for (int i = 0; i < texts.size(); i++) {
      byte[] one = Base64.getDecoder().decode(String.valueOf(texts.get(i)));
      if (one.length != SIZE) {
        report.violation("commitments", EXPECTED);
        return null;
      }
      System.arraycopy(one, 0, all, i * SIZE, SIZE);
    }
    return all;
  }

  /** Number of the commitment to the original at the place; -1 if there is none. */
  private static int find(byte[] salt, String place, String original, byte[] commitments) {
    byte[] at = digest(place);
    if (at == null) {
      return -1;
    }
    byte[] text = joined(ascii("span/v3"), at, original.getBytes(StandardCharsets.UTF_8));
    try {
      for (int i = 0; i * SIZE < commitments.length; i++) {
        byte[] numbered = joined(ascii("span"), u32(i));
        byte[] commitment = hmac(hmac(salt, numbered), text);
        if (MessageDigest.isEqual(
            commitment, Arrays.copyOfRange(commitments, i * SIZE, (i + 1) * SIZE))) {
          return i;
        }
      }
      return -1;
    } catch (GeneralSecurityException e) {
      throw new AssertionError(e);
    }
  }

  /** The digest of a JSON Pointer (RFC 6901), level by level; null if it is none. */
  private static byte @Nullable [] digest(String pointer) {
    if (!pointer.isEmpty() && !pointer.startsWith("/")) {
      return null;
    }
    byte[] digest = new byte[TreeHash.SIZE];
    for (String step : pointer.isEmpty() ? new String[0] : pointer.substring(1).split("/", -1)) {
      String name = step.replace("~1", "/").replace("~0", "~");
      if (!name.replace("~", "~0").replace("/", "~1").equals(step)) {
        return null;
      }
      digest = TreeHash.of(digest, name.getBytes(StandardCharsets.UTF_8));
    }
    return digest;
  }

  /** HMAC-SHA256 (RFC 2104); no key is one of zeros. */
  private static byte[] hmac(byte[] key, byte[] data) throws GeneralSecurityException {
    Mac mac = Mac.getInstance(HMAC);
    mac.init(new SecretKeySpec(key.length == 0 ? new byte[1] : key, HMAC));
    return mac.doFinal(data);
  }

  private static byte[] joined(byte[]... parts) {
    ByteArrayOutputStream joined = new ByteArrayOutputStream();
    for (byte[] part : parts) {
      joined.writeBytes(part);
    }
    return joined.toByteArray();
  }

  private static byte[] u32(int value) {
    return ByteBuffer.allocate(Integer.BYTES).putInt(value).array();
  }

  private static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }
}
