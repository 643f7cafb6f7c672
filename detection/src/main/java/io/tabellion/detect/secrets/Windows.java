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
 * Hashes and answers of NTLM and Kerberos, with which one logs in or that give the password away.
 */
final class Windows {
  private static final CharSet NAME = CharSet.of("A-Za-z_-");
  private static final CharSet DOMAIN = CharSet.of("0-9A-Za-z_.-");
  private static final int HASH = 32;
  private static final int LONGEST = 4096;
  private static final CharSet MARKS = CharSet.of(" \t\"':=");
  private static final CharSet RESPONSE = CharSet.of("0-9A-Fa-f:");
  private static final CharSet TICKET = CharSet.of("0-9A-Za-z$*@/._#-");

  private Windows() {}

  static Detector detector() {
    return new Detector(
        "NTLM_HASH",
        Kind.SECRET,
        "The LM and NT hashes of an account (32 hexadecimal digits, a colon and 32), an NT hash given to a name"
            + " with ntlm, nthash or hashes, answers of NTLMv1 and NTLMv2, an NTLM message of type 3, cached"
            + " domain logins and Kerberos tickets as hashes.",
        "Microsoft, MS-NLMP §2.2.1.3, §3.3; MS-SAMR; RFC 4757",
        List.of(
            Trigger.literal("TlRMTVNTUAAD"),
            Trigger.word("aad3b435b51404eeaad3b435b51404ee:"),
            Trigger.word("ntlm"),
            Trigger.word("nthash"),
            Trigger.word("nt_hash"),
            Trigger.word("lmhash"),
            Trigger.word("lm_hash"),
            Trigger.word("-hashes"),
            Trigger.run("::"),
            Trigger.run(":::"),
            Trigger.literal("$krb5"),
            Trigger.literal("$DCC2$"),
            Trigger.literal("$NT$")),
        LONGEST,
        Windows::match,
        (text, start, end) -> Entropy.distinct(text, start, end) >= 6 ? 0.95 : 0,
        Context.NONE);
  }

  private static void match(Text text, int from, int to, Hits hits) {
    switch (text.at(from)) {
      case 'T' -> {
        int end = text.runEnd(from, CharSet.BASE64, LONGEST);
        hits.hit(from, end);
        hits.quietUntil(end);
      }
      case '$' -> {
        int end = text.runEnd(to, TICKET, LONGEST - 8);
        if (end - to >= HASH) {
          hits.hit(from, end);
        }
        hits.quietUntil(end);
      }
      case ':' -> {
        if (to - from == 3) {
          dumped(text, from, hits);
        } else {
          response(text, from, to, hits);
        }
      }
      case 'a', 'A' -> pair(text, from, hits);
      default -> named(text, to, hits);
    }
  }

  private static boolean isHash(Text text, int start) {
    return text.runEnd(start, CharSet.HEX, HASH + 1) == start + HASH;
  }

  /** Offers {@code LM:NT}. */
  private static void pair(Text text, int from, Hits hits) {
    if (!CharSet.ALNUM.has(text.at(from - 1)) && isHash(text, from + HASH + 1)) {
      hits.hit(from, from + 2 * HASH + 1);
    }
  }

  /** Offers the hashes of {@code name:number:LM:NT:::}. */
  private static void dumped(Text text, int from, Hits hits) {
    int start = from - 2 * HASH - 1;
    if (start > 0
        && text.at(start - 1) == ':'
        && isHash(text, start)
        && text.at(start + HASH) == ':'
        && isHash(text, start + HASH + 1)) {
      hits.hit(start, from);
    }
  }

  /** Offers the answer in {@code name::domain:challenge:…}. */
  private static void response(Text text, int from, int to, Hits hits) {
    if (!CharSet.WORD.has(text.at(from - 1)) || text.at(to) == ':') {
      return;
    }
    int domain = text.runEnd(to, DOMAIN, 64);
    if (text.at(domain) != ':' || domain == to) {
      return;
    }
    int first = text.runEnd(domain + 1, CharSet.HEX, 50);
    if ((first - domain != 17 && first - domain != 49) || text.at(first) != ':') {
      return;
    }
    int end = text.runEnd(first, RESPONSE, LONGEST - 128);
    if (end - first > HASH) {
      hits.hit(domain + 1, end);
    }
    hits.quietUntil(end);
  }

  /** Offers the hash, or the pair, that a name is given. */
  private static void named(Text text, int to, Hits hits) {
    int name = text.runEnd(to, NAME, 16);
    int start = text.runEnd(name, MARKS, 16);
    if (start == name) {
      return;
    }
    if (isHash(text, start)) {
      boolean pair = text.at(start + HASH) == ':' && isHash(text, start + HASH + 1);
      hits.hit(start, start + (pair ? 2 * HASH + 1 : HASH));
    }
  }
}
