package io.tabellion.detect.personal;

import io.tabellion.detect.engine.CharSet;
import io.tabellion.detect.engine.Hits;
import io.tabellion.detect.engine.Text;

/** A form in which a currency writes addresses with a checksum. Immutable. */
sealed interface Coin {
  /** Offers the word that begins at {@code start}, if it looks like an address. */
  void match(Text text, int start, Hits hits);

  /** Whether a word is an address, and its checksum holds. */
  boolean isAddress(String word);

  /** The signs of which one begins an address; empty if {@link #prefix} does. */
  String first();

  /** The word that begins an address; empty if one of {@link #first} does. */
  String prefix();

  /**
   * Base58Check.
   *
   * @param first signs of which one begins an address
   * @param versions as bytes
   */
  @SuppressWarnings("ArrayRecordComponent") // read only, and never compared
  record Checked(Base58 base, String first, int[] versions) implements Coin {
    static final int SHORTEST = 25;
    static final int LONGEST = 35;

    @Override
    public void match(Text text, int start, Hits hits) {
      if (first.indexOf(text.at(start)) >= 0) {
        base.match(text, start, SHORTEST, LONGEST, hits);
      }
    }

    @Override
    public boolean isAddress(String word) {
      return first.indexOf(word.charAt(0)) >= 0 && base.isAddress(word, versions);
    }

    @Override
    public String prefix() {
      return "";
    }
  }

  /**
   * Bech32 and bech32m.
   *
   * @param human what stands before the 1, in lower case
   */
  record Segwit(String human) implements Coin {
    @Override
    public void match(Text text, int start, Hits hits) {
      if (text.hasIgnoringCase(start, prefix())) {
        int end = text.runEnd(start, CharSet.ALNUM, Bech32.MOST + 1);
        if (end - start >= Bech32.LEAST && end - start <= Bech32.MOST) {
          hits.hit(start, end);
        }
      }
    }

    @Override
    public boolean isAddress(String word) {
      String prefix = prefix();
      return word.regionMatches(true, 0, prefix, 0, prefix.length())
          && Bech32.isAddress(human, word);
    }

    @Override
    public String first() {
      return "";
    }

    @Override
    public String prefix() {
      return human + '1';
    }
  }

  /**
   * {@link Monero}'s own.
   *
   * @param first signs of which one begins an address
   */
  record Blocks(String first) implements Coin {
    @Override
    public void match(Text text, int start, Hits hits) {
      if (first.indexOf(text.at(start)) >= 0) {
        Base58.BITCOIN.match(text, start, Monero.ADDRESS, Monero.WITH_PAYMENT, hits);
      }
    }

    @Override
    public boolean isAddress(String word) {
      return first.indexOf(word.charAt(0)) >= 0 && Monero.isAddress(word);
    }

    @Override
    public String prefix() {
      return "";
    }
  }
}
