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
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.bouncycastle.crypto.digests.KeccakDigest;

/** Addresses of crypto currencies. */
final class Crypto {
  private static final String BASE58 = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz";
  private static final CharSet BASE58_SET = CharSet.of(BASE58);
  private static final String BECH32 = "qpzry9x8gf2tvdw0s3jn54khce6mua7l";
  private static final int[] BECH32_GENERATOR = {
    0x3b6a57b2, 0x26508e6d, 0x1ea119fa, 0x3d4233dd, 0x2a1462b3
  };
  private static final int BECH32M = 0x2bc830a3;

  private Crypto() {}

  static List<Detector> all() {
    return List.of(bitcoin(), ethereum());
  }

  private static Detector bitcoin() {
    return new Detector(
        "BTC_ADDRESS",
        Kind.PII,
        "Base58Check of version 0 or 5 (26 to 35 signs from 1 or 3 on), or bech32 and bech32m from bc1"
            + " on; the checksum holds.",
        "Bitcoin, Base58Check encoding; BIP 173, BIP 350",
        List.of(new Trigger.Digits(1, 35, Before.NO_LETTER, "A").first("13"), Trigger.word("bc1")),
        90,
        Crypto::matchBitcoin,
        Crypto::scoreBitcoin,
        Context.NONE);
  }

  private static void matchBitcoin(Text text, int from, int to, Hits hits) {
    int first = text.at(from);
    if ((first != '1' && first != '3' && Text.lower(first) != 'b')
        || CharSet.WORD.has(text.at(from - 1))) {
      return;
    }
    if (first == '1' || first == '3') {
      int end = text.runEnd(from, BASE58_SET, 36);
      if (end - from >= 26 && end - from <= 35 && !CharSet.WORD.has(text.at(end))) {
        hits.hit(from, end);
      }
    } else if (first == 'b' || first == 'B') {
      int end = text.runEnd(from, CharSet.ALNUM, 91);
      if (end - from >= 14 && end - from <= 90) {
        hits.hit(from, end);
      }
    }
  }

  private static double scoreBitcoin(Text text, int start, int end) {
    String address = text.string(start, end);
    boolean valid = CharSet.DIGIT.has(text.at(start)) ? isBase58Check(address) : isBech32(address);
    return valid ? 0.95 : 0;
  }

  private static boolean isBase58Check(String address) {
    BigInteger number = BigInteger.ZERO;
    for (int i = 0; i < address.length(); i++) {
      number =
          number
              .multiply(BigInteger.valueOf(58))
              .add(BigInteger.valueOf(BASE58.indexOf(address.charAt(i))));
    }
    byte[] bytes = number.toByteArray();
    byte[] whole = new byte[25];
    int length = Math.min(bytes.length, 25);
    if (bytes.length > 26 || (bytes.length == 26 && bytes[0] != 0)) {
      return false;
    }
    System.arraycopy(bytes, bytes.length - length, whole, 25 - length, length);
    byte[] hash = sha256(sha256(Arrays.copyOf(whole, 21)));
    return (whole[0] == 0 || whole[0] == 5) && Arrays.equals(hash, 0, 4, whole, 21, 25);
  }

  private static byte[] sha256(byte[] bytes) {
    try {
      return MessageDigest.getInstance("SHA-256").digest(bytes);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }

  private static boolean isBech32(String address) {
    String lower = address.toLowerCase(Locale.ROOT);
    if (!address.equals(lower) && !address.equals(address.toUpperCase(Locale.ROOT))) {
      return false;
    }
    int check = 1;
    for (int value : new int[] {3, 3, 0, 2, 3}) { // "bc", expanded
      check = step(check, value);
    }
    for (int i = 3; i < lower.length(); i++) {
      int value = BECH32.indexOf(lower.charAt(i));
      if (value < 0) {
        return false;
      }
      check = step(check, value);
    }
    return check == 1 || check == BECH32M;
  }

  private static int step(int check, int value) {
    int top = check >>> 25;
    int next = ((check & 0x1ffffff) << 5) ^ value;
    for (int i = 0; i < 5; i++) {
      next ^= ((top >>> i) & 1) == 1 ? BECH32_GENERATOR[i] : 0;
    }
    return next;
  }

  private static Detector ethereum() {
    return new Detector(
        "ETH_ADDRESS",
        Kind.PII,
        "0x and 40 hexadecimal digits whose case is the checksum; in one case only beside a context"
            + " word.",
        "Ethereum EIP-55",
        List.of(Trigger.literal("0x")),
        42,
        Crypto::matchEthereum,
        Crypto::scoreEthereum,
        Context.of(0.3, "eth", "ether", "wallet", "address", "token", "recipient", "0x", "erc20"));
  }

  private static void matchEthereum(Text text, int from, int to, Hits hits) {
    int end = text.runEnd(to, CharSet.HEX, 41);
    if (end - to == 40 && !CharSet.WORD.has(text.at(end)) && !CharSet.WORD.has(text.at(from - 1))) {
      hits.hit(from, end);
    }
  }

  private static double scoreEthereum(Text text, int start, int end) {
    String hex = text.string(start + 2, end);
    String lower = hex.toLowerCase(Locale.ROOT);
    if (Checksums.uniform(lower)) {
      return 0;
    }
    if (hex.equals(lower) || hex.equals(hex.toUpperCase(Locale.ROOT))) {
      return 0.35;
    }
    byte[] hash = keccak(lower.getBytes(StandardCharsets.US_ASCII));
    for (int i = 0; i < 40; i++) {
      int nibble = (hash[i / 2] >> (i % 2 == 0 ? 4 : 0)) & 15;
      char c = hex.charAt(i);
      if (c > '9' && (c < 'a') != (nibble > 7)) {
        return 0;
      }
    }
    return 0.95;
  }

  private static byte[] keccak(byte[] bytes) {
    KeccakDigest digest = new KeccakDigest(256);
    digest.update(bytes, 0, bytes.length);
    byte[] hash = new byte[32];
    int length = digest.doFinal(hash, 0);
    return Arrays.copyOf(hash, length);
  }
}
