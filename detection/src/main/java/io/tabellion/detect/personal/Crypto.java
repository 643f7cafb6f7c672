package io.tabellion.detect.personal;

import io.tabellion.detect.engine.CharSet;
import io.tabellion.detect.engine.Context;
import io.tabellion.detect.engine.Detector;
import io.tabellion.detect.engine.Hits;
import io.tabellion.detect.engine.Kind;
import io.tabellion.detect.engine.Text;
import io.tabellion.detect.engine.Trigger;
import io.tabellion.detect.engine.Trigger.Before;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.bouncycastle.crypto.digests.KeccakDigest;

/** Addresses of the two large crypto currencies. */
final class Crypto {
  /** Signs of an address in Base58Check. */
  private static final int SHORTEST = 26;

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
        List.of(
            new Trigger.Digits(1, 35, Before.NO_LETTER, "A").first("13").word(SHORTEST),
            Trigger.word("bc1")),
        Bech32.MOST,
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
      int end = text.runEnd(from, Base58.BITCOIN.set(), 36);
      if (end - from >= SHORTEST && end - from <= 35 && !CharSet.WORD.has(text.at(end))) {
        hits.hit(from, end);
      }
    } else if (first == 'b' || first == 'B') {
      int end = text.runEnd(from, CharSet.ALNUM, Bech32.MOST + 1);
      if (end - from >= Bech32.LEAST && end - from <= Bech32.MOST) {
        hits.hit(from, end);
      }
    }
  }

  private static double scoreBitcoin(Text text, int start, int end) {
    String address = text.string(start, end);
    boolean valid =
        CharSet.DIGIT.has(text.at(start))
            ? Base58.BITCOIN.isAddress(address, 0, 5)
            : Bech32.isAddress("bc", address);
    return valid ? 0.95 : 0;
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
        Context.of(
            0.3,
            "eth",
            "ether",
            "wallet",
            "address",
            "token",
            "recipient",
            "contract",
            "erc20",
            "metamask"));
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

  static byte[] keccak(byte[] bytes) {
    KeccakDigest digest = new KeccakDigest(256);
    digest.update(bytes, 0, bytes.length);
    byte[] hash = new byte[32];
    int length = digest.doFinal(hash, 0);
    return Arrays.copyOf(hash, length);
  }
}
