package io.tabellion.detect.personal;

import io.tabellion.detect.engine.CharSet;
import io.tabellion.detect.engine.Context;
import io.tabellion.detect.engine.Detector;
import io.tabellion.detect.engine.Hits;
import io.tabellion.detect.engine.Kind;
import io.tabellion.detect.engine.Text;
import io.tabellion.detect.engine.Trigger;
import io.tabellion.detect.engine.Trigger.Before;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Addresses of crypto currencies beside the two large ones. Those with a checksum are one detector,
 * since each word with digits asks each detector. Most of them begin with a letter, so they are
 * looked for where the first digit of a word stands; one without digits (of 34 signs one in 300) is
 * not found.
 */
final class Coins {
  private static final String LITECOIN = "ltc1";
  private static final int SHORTEST = 25;
  private static final int LONGEST = 35;
  private static final double CHECKED = 0.95;

  /** Words that tell of Solana, whose addresses have no check. */
  private static final String[] SOLANA = {"solana", "phantom", "lamports", "spl token"};

  private static final int SOLANA_KEY = 32;
  private static final int SOLANA_LEAST = 32;
  private static final int SOLANA_MOST = 44;

  /** Monero writes blocks of 8 bytes as 11 signs, and the 5 bytes that are left as 7. */
  private static final int BLOCK = 8;

  private static final int SIGNS_OF_BLOCK = 11;
  private static final int REST = 5;
  private static final int MONERO_ADDRESS = 95;
  private static final int MONERO_WITH_PAYMENT = 106;
  private static final int MONERO_CHECK = 4;

  private Coins() {}

  static List<Detector> all() {
    return List.of(checked(), solana());
  }

  private static Detector checked() {
    return new Detector(
        "CRYPTO_ADDRESS",
        Kind.PII,
        "Base58Check of Litecoin (L, M), Dogecoin (D, A, 9), Tron (T) and, in its own alphabet, the"
            + " XRP Ledger (r); bech32 and bech32m from ltc1 on; 95 or 106 signs of Monero (4, 8);"
            + " the checksum holds.",
        "Litecoin Core and Dogecoin Core, chain parameters; TRON Developer Hub; XRP Ledger, base58"
            + " encodings; Monero, addresses",
        List.of(
            new Trigger.Digits(1, Integer.MAX_VALUE, Before.LETTER, "*.:-/ )A").first("LMDATr"),
            new Trigger.Digits(1, Integer.MAX_VALUE, Before.NO_LETTER, "A").first("489"),
            Trigger.word(LITECOIN)),
        MONERO_WITH_PAYMENT,
        Coins::match,
        (text, start, end) -> isAddress(text.string(start, end)) ? CHECKED : 0,
        Context.NONE);
  }

  private static void match(Text text, int from, int to, Hits hits) {
    int start = text.runStart(from, CharSet.LETTER, LONGEST);
    if (CharSet.WORD.has(text.at(start - 1)) || !CharSet.ALNUM.has(text.at(start + SHORTEST - 1))) {
      return;
    }
    switch (text.at(start)) {
      case 'L', 'M', 'D', 'A', '9', 'T' ->
          word(text, start, Base58.BITCOIN, SHORTEST, LONGEST, hits);
      case 'r' -> word(text, start, Base58.RIPPLE, SHORTEST, LONGEST, hits);
      case '4', '8' -> word(text, start, Base58.BITCOIN, MONERO_ADDRESS, MONERO_WITH_PAYMENT, hits);
      default -> {}
    }
    if (text.hasIgnoringCase(start, LITECOIN)) {
      int end = text.runEnd(start, CharSet.ALNUM, Bech32.MOST + 1);
      if (end - start >= Bech32.LEAST && end - start <= Bech32.MOST) {
        hits.hit(start, end);
      }
    }
  }

  /** Offers the word that begins there, if it is of that length and in the alphabet. */
  private static void word(Text text, int start, Base58 base, int least, int most, Hits hits) {
    int end = text.runEnd(start, base.set(), most + 1);
    boolean fits = end - start >= least && end - start <= most;
    if (fits && !CharSet.WORD.has(text.at(end))) {
      hits.hit(start, end);
    }
  }

  private static boolean isAddress(String word) {
    return switch (word.charAt(0)) {
      case 'T' -> Base58.BITCOIN.isAddress(word, 65);
      case 'D', 'A', '9' -> Base58.BITCOIN.isAddress(word, 30, 22);
      case 'r' -> Base58.RIPPLE.isAddress(word, 0);
      case '4', '8' -> isMonero(word);
      default ->
          word.regionMatches(true, 0, LITECOIN, 0, LITECOIN.length())
              ? Bech32.isAddress("ltc", word)
              : Base58.BITCOIN.isAddress(word, 48, 50);
    };
  }

  private static Detector solana() {
    List<Trigger> triggers = new ArrayList<>();
    for (String word : SOLANA) {
      triggers.add(Trigger.word(word));
    }
    return new Detector(
        "SOL_ADDRESS",
        Kind.PII,
        "Behind a word for Solana: 32 to 44 signs of base58, not all hexadecimal, that are 32 bytes."
            + " There is no checksum.",
        "Solana, account addresses",
        triggers,
        SOLANA_MOST,
        Coins::matchSolana,
        Coins::scoreSolana,
        Context.of(0.3, SOLANA));
  }

  private static void matchSolana(Text text, int from, int to, Hits hits) {
    int last = Math.min(text.length(), to + Context.BEFORE);
    int at = to;
    while (at < last) {
      int end = text.runEnd(at, CharSet.WORD, SOLANA_MOST + 1);
      word(text, at, Base58.BITCOIN, SOLANA_LEAST, SOLANA_MOST, hits);
      at = CharSet.WORD.has(text.at(end)) ? last : Math.max(end, at + 1);
    }
    hits.quietUntil(to);
  }

  private static double scoreSolana(Text text, int start, int end) {
    return text.runEnd(start, CharSet.HEX, end - start) < end
            && Base58.BITCOIN.decode(text.string(start, end)).length == SOLANA_KEY
        ? 0.4
        : 0;
  }

  private static boolean isMonero(String address) {
    if (address.length() != MONERO_ADDRESS && address.length() != MONERO_WITH_PAYMENT) {
      return false;
    }
    int blocks = address.length() / SIGNS_OF_BLOCK;
    byte[] bytes = new byte[blocks * BLOCK + REST];
    for (int i = 0; i <= blocks; i++) {
      int from = i * SIGNS_OF_BLOCK;
      int length = Math.min(BLOCK, bytes.length - i * BLOCK);
      String signs = address.substring(from, Math.min(address.length(), from + SIGNS_OF_BLOCK));
      if (!put(bytes, i * BLOCK, length, signs)) {
        return false;
      }
    }
    int version = bytes[0] & 0xff;
    boolean known =
        address.length() == MONERO_ADDRESS ? version == 18 || version == 42 : version == 19;
    int checked = bytes.length - MONERO_CHECK;
    byte[] hash = Crypto.keccak(Arrays.copyOf(bytes, checked));
    return known && Arrays.equals(hash, 0, MONERO_CHECK, bytes, checked, bytes.length);
  }

  /** Writes a block; false if it stands for more than its bytes. */
  private static boolean put(byte[] bytes, int at, int length, String signs) {
    BigInteger number = BigInteger.ZERO;
    for (int i = 0; i < signs.length(); i++) {
      long value = Base58.BITCOIN.signs().indexOf(signs.charAt(i));
      number = number.multiply(BigInteger.valueOf(58)).add(BigInteger.valueOf(value));
    }
    if (number.bitLength() > length * Byte.SIZE) {
      return false;
    }
    for (int i = at + length - 1; i >= at; i--) {
      bytes[i] = number.byteValue();
      number = number.shiftRight(Byte.SIZE);
    }
    return true;
  }
}
