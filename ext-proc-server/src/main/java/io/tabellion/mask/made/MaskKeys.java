package io.tabellion.mask.made;

import com.google.common.base.Supplier;
import com.google.common.base.Suppliers;
import com.google.protobuf.ByteString;
import io.tabellion.mask.text.Disguise;
import io.tabellion.secret.KeyedHash;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * What hashes, pseudonyms and tokens are made with. All of it comes from the log's digest key, so
 * that it is durable before its first use, the same on every process of the log, and nothing more
 * to lose.
 *
 * <p>Thread-safe.
 */
public final class MaskKeys {
  /** Characters of base32 in a hash or pseudonym: 100 bits. */
  private static final int LENGTH = 20;

  /** Characters that show that it was made here: 20 bits. */
  private static final int CHECK = 4;

  private static final int AES_256 = 32;

  /** Bytes that say in a token whose it is. */
  private static final int HOLDER = 8;

  private final KeyedHash hash;
  private final String scope;

  /** What tokens are sealed with; made for the first, so that most programs need not load it. */
  private final Supplier<Siv> siv;

  private final byte[] forms;

  /**
   * @param hash of the log
   * @param tenant whose values they are: pseudonyms of two tenants have nothing in common
   * @param epoch pseudonyms and tokens of two epochs have nothing in common; at least 1
   */
  public MaskKeys(KeyedHash hash, String tenant, int epoch) {
    if (epoch < 1) {
      throw new IllegalArgumentException("epoch: " + epoch + " (expected: at least 1)");
    }
    this.hash = hash;
    this.scope = epoch + ":" + tenant;
    this.siv = Suppliers.memoize(() -> new Siv(key("token-mac"), key("token-encryption")));
    this.forms = key("form");
  }

  private byte[] key(String use) {
    return HexFormat.of().parseHex(hash.of("mask/" + use, scope));
  }

  /** Keyed digest of a message, in hex. */
  public String message(ByteString bytes) {
    return hash.of("mask/message", bytes);
  }

  /** A keyed hash of the exact value, the same in every epoch. */
  String hash(String detector, String value) {
    return made(detector, 'h', hash.of("mask/hash", detector + '\0' + value));
  }

  /** A pseudonym: the same for a value however it is written, in this epoch. */
  public String pseudonym(String detector, String value) {
    return made(detector, 'p', hash.of("mask/pseudonym/" + scope, detector + '\0' + folded(value)));
  }

  /** So many digits for a number, the first not 0; the same for the same number in this epoch. */
  String digits(String detector, String lexeme, int count) {
    String digest = hash.of("mask/digits/" + scope, detector + '\0' + lexeme);
    StringBuilder digits = new StringBuilder(count);
    for (int i = 0; digits.length() < count; i = (i + 1) % digest.length()) {
      int digit = (Character.digit(digest.charAt(i), 16) + digits.length()) % 10;
      digits.append((char) ('0' + (digits.isEmpty() ? 1 + digit % 9 : digit)));
    }
    return digits.toString();
  }

  /** A token that can be turned back in this epoch: the same for a value and holder. */
  public String token(String detector, String value, String holder) {
    byte[] clear = value.getBytes(StandardCharsets.UTF_8);
    byte[] held = Arrays.copyOf(holder(holder), HOLDER + clear.length);
    System.arraycopy(clear, 0, held, HOLDER, clear.length);
    return detector + "_t_" + Base32.encode(siv.get().seal(held, associated(detector)));
  }

  /**
   * What a token stands for.
   *
   * @param mark of the holder that it was made for
   */
  public record Opened(ByteString mark, String value) {}

  /**
   * Opens a token; null if it is none, was not made here or in another epoch.
   *
   * @param secret the characters behind {@code _t_}
   */
  public @Nullable Opened open(String detector, String secret) {
    byte[] sealed = Base32.decode(secret);
    byte[] held = sealed == null ? null : siv.get().open(sealed, associated(detector));
    return held == null || held.length < HOLDER
        ? null
        : new Opened(
            ByteString.copyFrom(held, 0, HOLDER),
            new String(held, HOLDER, held.length - HOLDER, StandardCharsets.UTF_8));
  }

  /** What tokens of a holder are marked with. */
  public ByteString mark(String holder) {
    return ByteString.copyFrom(holder(holder));
  }

  private byte[] holder(String holder) {
    byte[] digest = HexFormat.of().parseHex(hash.of("mask/holder/" + scope, holder));
    return Arrays.copyOf(digest, HOLDER);
  }

  /** Key of format-preserving encryption, AES-256. */
  public byte[] forms() {
    return Arrays.copyOf(forms, AES_256);
  }

  /** Whether a text is a hash, pseudonym or token that was made with these keys. */
  boolean made(String text) {
    if (!Made.mayBe(text)) {
      return false;
    }
    var parts = Made.PATTERN.matcher(text);
    if (!parts.matches()) {
      return false;
    }
    String detector = parts.group(1);
    String secret = parts.group(3);
    if (parts.group(2).equals("t")) {
      return open(detector, secret) != null;
    }
    return secret.length() == LENGTH + CHECK
        && check(detector + '_' + parts.group(2) + '_' + secret.substring(0, LENGTH))
            .equals(secret.substring(LENGTH));
  }

  private String made(String detector, char kind, String digest) {
    byte[] bytes = HexFormat.of().parseHex(digest);
    String text = detector + '_' + kind + '_' + Base32.encode(bytes).substring(0, LENGTH);
    return text + check(text);
  }

  private String check(String text) {
    byte[] bytes = HexFormat.of().parseHex(hash.of("mask/check", text));
    return Base32.encode(bytes).substring(0, CHECK);
  }

  private byte[] associated(String detector) {
    return (detector + '\0' + scope).getBytes(StandardCharsets.UTF_8);
  }

  /** Ways to write one value are one: case, spaces, and what stands between digits. */
  private static String folded(String value) {
    Disguise disguise = Disguise.of(value);
    String plain = disguise == null ? value : disguise.text();
    boolean letters = plain.codePoints().anyMatch(Character::isLetter);
    return plain
        .codePoints()
        .filter(c -> letters ? !Character.isWhitespace(c) : Character.isDigit(c))
        .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
        .toString()
        .toLowerCase(Locale.ROOT);
  }
}
