package io.tabellion.detect.secrets;

import io.tabellion.detect.engine.CharSet;
import io.tabellion.detect.engine.Context;
import io.tabellion.detect.engine.Detector;
import io.tabellion.detect.engine.Hits;
import io.tabellion.detect.engine.Kind;
import io.tabellion.detect.engine.Text;
import io.tabellion.detect.engine.Trigger;
import java.util.List;

/**
 * The private members of JSON Web Keys: beside {@code kty}, in JSON or as lines of names and
 * values.
 */
final class WebKeys {
  private static final CharSet QUOTES = CharSet.of("\"' ");

  /** How far from {@code kty} the other members may stand: an RSA key of 8192 bits fits. */
  private static final int BEFORE = 4096;

  private static final int BEHIND = 8192;
  private static final int LEAST = 16;
  private static final int LONGEST = 2048;
  private static final CharSet NAME = CharSet.of("a-z");
  private static final CharSet BETWEEN = CharSet.of(" \t\r\n\"':=");
  private static final List<String> PRIVATE =
      List.of("d", "p", "q", "k", "dp", "dq", "qi", "t", "r", "priv");

  private WebKeys() {}

  static Detector detector() {
    return new Detector(
        "JWK_PRIVATE",
        Kind.SECRET,
        "The private members (d, p, q, dp, dq, qi, k, r, t, priv) of a JSON Web Key: at least 16 signs of"
            + " base64url beside kty, in JSON or in lines of names and values.",
        "RFC 7517, RFC 7518 §6, RFC 8037",
        List.of(Trigger.literal("kty")),
        LONGEST,
        WebKeys::match,
        (text, start, end) -> Entropy.distinct(text, start, end) >= 6 ? 0.97 : 0,
        Context.NONE);
  }

  private static void match(Text text, int from, int to, Hits hits) {
    if (CharSet.WORD.has(text.at(from - 1)) || !isNamed(text, to)) {
      return;
    }
    int start = from;
    int first = Math.max(0, from - BEFORE);
    while (start > first && text.at(start - 1) != '{' && text.at(start - 1) != '}') {
      start--;
    }
    int last = Math.min(text.length(), to + BEHIND);
    int at = start;
    while (at < last && !(at > to && (text.at(at) == '{' || text.at(at) == '}'))) {
      at = member(text, at, last, hits);
    }
    hits.quietUntil(at);
  }

  /** Returns whether what ends there is a member's name: a value follows. */
  private static boolean isNamed(Text text, int to) {
    int colon = text.runEnd(to, QUOTES, 4);
    return text.at(colon) == ':' || text.at(colon) == '=';
  }

  /** Offers the value of the private member that starts there; returns where to go on. */
  private static int member(Text text, int at, int last, Hits hits) {
    if (!NAME.has(text.at(at))) {
      return at + 1;
    }
    int end = text.runEnd(at, CharSet.WORD, last - at);
    if (end - at > 4 || !isPrivate(text, at, end) || !isNamed(text, end)) {
      return end;
    }
    int value = text.runEnd(end, BETWEEN, 16);
    int behind = text.runEnd(value, CharSet.BASE64URL, LONGEST);
    if (behind - value >= LEAST && isWhole(text, behind) && Entropy.isRandom(text, value, behind)) {
      hits.hit(value, behind);
    }
    return Math.max(behind, end);
  }

  /** Returns whether a value ends there, and no call or name of a program. */
  private static boolean isWhole(Text text, int end) {
    int after = text.at(end);
    return after == '"' || after == '\'' || after == '\n' || after == '\r' || after == Text.NOTHING;
  }

  private static boolean isPrivate(Text text, int start, int end) {
    for (String name : PRIVATE) {
      if (name.length() == end - start && text.has(start, name)) {
        return true;
      }
    }
    return false;
  }
}
