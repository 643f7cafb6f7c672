package io.tabellion.detect.secrets;

import io.tabellion.detect.engine.CharSet;
import io.tabellion.detect.engine.Context;
import io.tabellion.detect.engine.Detector;
import io.tabellion.detect.engine.Hits;
import io.tabellion.detect.engine.Kind;
import io.tabellion.detect.engine.Text;
import io.tabellion.detect.engine.Trigger;
import java.util.List;
import java.util.stream.Stream;

/** Seeds of one-time passwords. */
final class Seeds {
  private static final CharSet PADDING = CharSet.of("=");
  private static final CharSet VALUE = CharSet.of("0-9A-Za-z%=");
  private static final String ADDRESS = "otpauth://";

  /** Names of seeds, and what stands before one in messages. */
  private static final List<String> NAMES =
      List.of(
          "totp",
          "hotp",
          "otp_s",
          "otp-s",
          "otps",
          "otp_k",
          "otpk",
          "otp_auth",
          "2fa",
          "mfa",
          "two_factor",
          "twofactor",
          "two-factor",
          "authenticator",
          "google_auth");

  private static final CharSet ADDRESS_SIGNS = CharSet.of("!-~");
  private static final CharSet WORDS = CharSet.of(" 0-9A-Za-z_.-");
  private static final CharSet BASE32 = CharSet.of("2-7A-Z");
  private static final CharSet SMALL_BASE32 = CharSet.of("2-7a-z");
  private static final CharSet MARKS = CharSet.of(" \t\"'`=:");
  private static final int NAME_REST = 48;
  private static final int ADDRESS_MAX = 512;
  private static final int LEAST = 16;
  private static final int LONGEST = 160;

  private Seeds() {}

  static Detector detector() {
    return new Detector(
        "TOTP_SEED",
        Kind.SECRET,
        "The seed of one-time passwords: the secret of an otpauth address, or at least 16 signs of base32"
            + " (also in groups of four) given to a name with totp, hotp, otp secret, 2fa, mfa or authenticator.",
        "RFC 6238, RFC 4226; Google Authenticator, key URI format",
        Stream.concat(Stream.of(Trigger.word(ADDRESS)), NAMES.stream().map(Trigger::word)).toList(),
        LONGEST,
        Seeds::match,
        Seeds::score,
        Context.NONE);
  }

  private static void match(Text text, int from, int to, Hits hits) {
    if (text.hasIgnoringCase(from, ADDRESS)) {
      address(text, to, hits);
    } else if (!CharSet.LETTER.has(text.at(from - 1)) || isHump(text, from)) {
      named(text, to, hits);
    }
  }

  private static boolean isHump(Text text, int at) {
    return CharSet.LOWER.has(text.at(at - 1)) && CharSet.UPPER.has(text.at(at));
  }

  private static void address(Text text, int to, Hits hits) {
    int end = text.runEnd(to, ADDRESS_SIGNS, ADDRESS_MAX);
    hits.quietUntil(end);
    for (int at = to; at < end; at++) {
      boolean parameter = text.at(at) == '?' || text.at(at) == '&' || text.at(at) == ';';
      if (parameter && text.hasIgnoringCase(at + 1, "secret=")) {
        int start = at + 8;
        int last = text.runEnd(start, VALUE, LONGEST);
        if (last - start >= 8) {
          hits.hit(start, last);
        }
      }
    }
  }

  /** Offers the value behind the name that ends its keyword at {@code to}. */
  private static void named(Text text, int to, Hits hits) {
    int name = text.runEnd(to, WORDS, NAME_REST);
    int start = text.runEnd(name, MARKS, 12);
    if (start == name) { // "2FA secret JBSW…": the seed stands in the run itself
      start = lastWords(text, to, name);
    }
    int end = Math.max(seedEnd(text, start, BASE32), seedEnd(text, start, SMALL_BASE32));
    if (end > start) {
      hits.hit(start, end);
      hits.quietUntil(end);
    }
  }

  /** Returns where the first word of the run starts that could be a seed or its first group. */
  private static int lastWords(Text text, int from, int end) {
    int at = from;
    while (at < end) {
      int next = text.runEnd(at, CharSet.WORD, end - at);
      if (next - at >= LEAST && seedEnd(text, at, BASE32) > at) {
        return at;
      }
      at = next + 1;
    }
    return end;
  }

  /** Returns where the seed ends that starts there, in one or in groups of four; else 0. */
  private static int seedEnd(Text text, int start, CharSet set) {
    int end = text.runEnd(start, set, LONGEST - 8);
    int signs = end - start;
    while (signs % 4 == 0
        && signs < 64
        && (text.at(end) == ' ' || text.at(end) == '-')
        && text.runEnd(end + 1, set, 5) == end + 5) {
      end += 5;
      signs += 4;
    }
    end = text.runEnd(end, PADDING, 6);
    return signs >= LEAST && !CharSet.WORD.has(text.at(end)) ? end : 0;
  }

  private static double score(Text text, int start, int end) {
    return Entropy.distinct(text, start, end) >= 6
            && !Entropy.isStandIn(text, start, end)
            && (Entropy.has(text, start, end, CharSet.DIGIT)
                || Entropy.has(text, start, end, CharSet.UPPER))
        ? 0.92
        : 0;
  }
}
