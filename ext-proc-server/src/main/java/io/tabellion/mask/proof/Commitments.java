package io.tabellion.mask.proof;

import com.google.protobuf.ByteString;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import javax.crypto.Mac;
import javax.crypto.SecretKey;
import org.jspecify.annotations.Nullable;

/**
 * Commitments to what was masked in one message, so that an original that is disclosed later can be
 * proved (docs/audit-format.md §4.2).
 *
 * <p>Each is {@code HMAC-SHA256(HMAC-SHA256(salt, "span" ‖ u32 j), "span/v3" ‖ digest of the place
 * ‖ original)}, j from 0 ({@link Places}). The salt is sealed to the disclosure key and then wiped:
 * commitment and salt on one host would let anybody there guess what has few values.
 *
 * <p>Memory: {@value #SIZE} bytes a value, {@value #MOST} values at most; those beyond them have
 * one commitment together, which is the last.
 *
 * <p>Not thread-safe: it belongs to one message.
 */
public final class Commitments implements AutoCloseable {
  /** Values of a message that are committed to one by one. */
  public static final int MOST = 100_000;

  /** Bytes of a commitment. */
  public static final int SIZE = 32;

  private static final byte[] NUMBER = "span".getBytes(StandardCharsets.US_ASCII);
  private static final byte[] ONE = "span/v3".getBytes(StandardCharsets.US_ASCII);
  private static final byte[] REST = "rest/v2".getBytes(StandardCharsets.US_ASCII);
  private static final int FIRST_ROOM = 16;

  private final DisclosureKey key;
  private final byte[] salt = new byte[SIZE];
  private final Mac numbers;
  private final Mac spans = mac();
  private final Places places = new Places();
  private byte[] values = new byte[FIRST_ROOM * SIZE];
  private int count;
  private boolean more;

  public Commitments(DisclosureKey key, SecureRandom random) {
    this.key = key;
    random.nextBytes(salt);
    numbers = keyed(mac(), salt);
  }

  /**
   * What an entry says.
   *
   * @param salt key id, {@code :}, the sealed salt in base64
   * @param values the commitments, {@value #SIZE} bytes each, one behind the other
   */
  public record Sealed(String salt, ByteString values) {

    /** How many commitments there are. */
    public int count() {
      return values.size() / SIZE;
    }

    /** One of them. */
    public ByteString value(int number) {
      return values.substring(number * SIZE, (number + 1) * SIZE);
    }
  }

  public void add(List<Object> place, String original) {
    byte[] at = places.digest(place);
    byte[] what = original.getBytes(StandardCharsets.UTF_8);
    if (count < MOST) {
      number(numbers, spans, count);
      keep(span(spans, at, what));
    } else {
      rest(at, what);
    }
  }

  private void rest(byte[] place, byte[] original) {
    if (!more) {
      more = true;
      number(numbers, spans, count);
      spans.update(REST);
    }
    spans.update(place);
    spans.update(u32(original.length));
    spans.update(original);
  }

  private void keep(byte[] commitment) {
    if (values.length == count * SIZE) {
      values = Arrays.copyOf(values, Math.min(2 * values.length, (MOST + 1) * SIZE));
    }
    System.arraycopy(commitment, 0, values, count * SIZE, SIZE);
    count++;
  }

  /** Seals the salt; null if nothing was added. */
  public @Nullable Sealed seal() {
    if (count == 0) {
      return null;
    }
    if (more) {
      more = false;
      keep(spans.doFinal());
    }
    String sealed = key.id() + ":" + Base64.getEncoder().encodeToString(key.seal(salt));
    return new Sealed(sealed, ByteString.copyFrom(values, 0, count * SIZE));
  }

  /** Wipes the salt, and what was made of it. */
  @Override
  public void close() {
    Arrays.fill(salt, (byte) 0);
    keyed(numbers, salt);
    keyed(spans, salt);
  }

  /**
   * Returns the commitment to an original.
   *
   * @param salt of the entry
   * @param number of the commitment in the entry, from 0
   * @param place names and numbers from the root to where the original stood
   */
  public static byte[] of(byte[] salt, int number, List<Object> place, String original) {
    Mac spans = mac();
    number(keyed(mac(), salt), spans, number);
    return span(spans, new Places().digest(place), original.getBytes(StandardCharsets.UTF_8));
  }

  /** Makes the key of the commitment of this number that of {@code spans}. */
  private static void number(Mac numbers, Mac spans, int number) {
    numbers.update(NUMBER);
    byte[] numbered = numbers.doFinal(u32(number));
    keyed(spans, numbered);
    Arrays.fill(numbered, (byte) 0);
  }

  private static byte[] span(Mac keyed, byte[] place, byte[] original) {
    keyed.update(ONE);
    keyed.update(place);
    return keyed.doFinal(original);
  }

  private static byte[] u32(int value) {
    return ByteBuffer.allocate(Integer.BYTES).putInt(value).array();
  }

  private static Mac mac() {
    try {
      return Mac.getInstance("HmacSHA256");
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("HmacSHA256: missing (every Java platform has it)", e);
    }
  }

  private static Mac keyed(Mac mac, byte[] key) {
    try {
      mac.init(new Key(key));
      return mac;
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("HmacSHA256: cannot be keyed (expected: 32 bytes)", e);
    }
  }

  /**
   * A key that leaves no copy of itself: the JDK's own class keeps one, its HMAC clears what it is
   * given.
   */
  private static final class Key implements SecretKey {
    private static final long serialVersionUID = 1;

    private final transient byte[] bytes;

    Key(byte[] bytes) {
      this.bytes = bytes;
    }

    @Override
    public String getAlgorithm() {
      return "HmacSHA256";
    }

    @Override
    public String getFormat() {
      return "RAW";
    }

    @Override
    public byte[] getEncoded() {
      return bytes.clone();
    }
  }
}
