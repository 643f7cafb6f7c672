package io.tabellion.detect.secrets;

import io.tabellion.detect.engine.CharSet;
import io.tabellion.detect.engine.Context;
import io.tabellion.detect.engine.Detector;
import io.tabellion.detect.engine.Hits;
import io.tabellion.detect.engine.Kind;
import io.tabellion.detect.engine.Text;
import io.tabellion.detect.engine.Trigger;
import io.tabellion.detect.engine.WordSet;
import java.util.List;

/**
 * Tokens of providers that are not known, told by how providers write: a word for what it is, and
 * chance.
 */
final class Prefixed {
  private static final List<String> WORDS =
      List.of(
          "sk_", "sk-", "pat_", "pat-", "secret_", "secret-", "token_", "token-", "apikey_",
          "apikey-", "_live_", "_prod_", "_test_", "-live-", "_api_", "_key_", "_sk_", "_sec_",
          "_priv_", "_oat_", "_svc_", "rk_", "_pat_");

  private static final WordSet NOT_PREFIXES =
      WordSet.of(
          "pk_", "pk-", "pub", "_id", "-id", "hash", "user", "cus_", "req_", "evt_", "commit",
          "client_");

  private static final int PREFIX = 24;
  private static final int LEAST = 24;
  private static final int LONGEST = 300;

  private Prefixed() {}

  static Detector detector() {
    return new Detector(
        "PREFIXED_TOKEN",
        Kind.SECRET,
        "A word that begins as tokens of many providers do (sk_, pat_, secret_, token_, apikey_, and live, prod,"
            + " test, api, key or the like between underscores) and ends in at least 24 letters and digits that"
            + " look drawn by lot. No publishable keys and ids.",
        "GitHub Docs, secret scanning partner program: how tokens are best formed",
        WORDS.stream().map(Trigger::literal).toList(),
        LONGEST,
        Prefixed::match,
        (text, start, end) -> 0.6,
        Context.NONE);
  }

  private static void match(Text text, int from, int to, Hits hits) {
    int start = text.runStart(from, CharSet.BASE64URL, PREFIX + 1);
    int end = text.runEnd(to, CharSet.BASE64URL, LONGEST - PREFIX);
    hits.quietUntil(Math.max(end, to + 1));
    if (from - start > PREFIX
        || isPart(text, start, from)
        || !CharSet.LETTER.has(text.at(start))
        || CharSet.ALNUM.has(text.at(end))
        || NOT_PREFIXES.in(text, start, to)
        || Entropy.has(text, start, from, CharSet.UPPER)) {
      return;
    }
    int tail = end;
    while (tail > to && CharSet.ALNUM.has(text.at(tail - 1))) {
      tail--;
    }
    if (end - tail >= LEAST && isDrawn(text, tail, end)) {
      hits.hit(start, end);
    }
  }

  /** Returns whether what stands before is glued to it: a path, an address, a name. */
  private static boolean isPart(Text text, int start, int from) {
    int before = text.at(start - 1);
    boolean glued = from == start && CharSet.ALNUM.has(before);
    return glued || before == '.' || before == '\\' || before == '%';
  }

  private static boolean isDrawn(Text text, int start, int end) {
    return Entropy.isRandom(text, start, end)
        && Entropy.has(text, start, end, CharSet.LETTER)
        && (Entropy.has(text, start, end, CharSet.UPPER)
            || text.runEnd(start, CharSet.LOWER_HEX, end - start) == end
            || Entropy.bits(text, start, end) >= 3.9);
  }
}
