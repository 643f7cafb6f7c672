package io.tabellion.detect.personal;

import io.tabellion.detect.engine.CharSet;
import io.tabellion.detect.engine.Context;
import io.tabellion.detect.engine.Detector;
import io.tabellion.detect.engine.Hits;
import io.tabellion.detect.engine.Kind;
import io.tabellion.detect.engine.Text;
import io.tabellion.detect.engine.Trigger;
import io.tabellion.detect.engine.Trigger.Before;
import java.util.List;

/** International bank account numbers. */
final class Ibans {
  /** Country and length, as the registry lists them. */
  private static final String REGISTRY =
      "AD24 AE23 AL28 AT20 AZ28 BA20 BE16 BG22 BH22 BI27 BR29 BY28 CH21 CR22 CY28 CZ24 DE22 DJ27"
          + " DK18 DO28 EE20 EG29 ES24 FI18 FK18 FO18 FR27 GB22 GE22 GI23 GL18 GR27 GT28 HN28 HR21"
          + " HU28 IE22 IL23 IQ23 IS26 IT27 JO30 KW30 KZ20 LB28 LC32 LI21 LT20 LU20 LV21 LY25 MC27"
          + " MD24 ME22 MK19 MN20 MR27 MT31 MU30 NI28 NL18 NO15 OM23 PK24 PL28 PS29 PT25 QA29 RO24"
          + " RS22 RU33 SA24 SC31 SD18 SE24 SI19 SK24 SM27 SO23 ST25 SV28 TL23 TN24 TR26 UA29 VA22"
          + " VG24 XK20 YE30";

  private static final int LETTERS = 'Z' - 'A' + 1;

  /** Length of an account by the two letters of its country; 0 for no country. */
  private static final byte[] LENGTHS = lengths();

  private static final int SHORTEST = 15;
  private static final int LONGEST = 34;

  private Ibans() {}

  private static byte[] lengths() {
    byte[] lengths = new byte[LETTERS * LETTERS];
    for (String entry : REGISTRY.split(" ", -1)) {
      lengths[country(entry.charAt(0), entry.charAt(1))] = Byte.parseByte(entry.substring(2));
    }
    return lengths;
  }

  /** Two letters, in any case, as a number. */
  private static int country(int first, int second) {
    return (Text.lower(first) - 'a') * LETTERS + Text.lower(second) - 'a';
  }

  static Detector detector() {
    return new Detector(
        "IBAN",
        Kind.PII,
        "A country of the registry, two check digits and the account, of the country's length, modulo"
            + " 97 one; upper or lower case, in one or in groups with the same space or hyphen.",
        "ISO 13616, SWIFT IBAN Registry",
        List.of(
            new Trigger.Digits(2, LONGEST, Before.letters(2), " -A"),
            new Trigger.Digits(SHORTEST - 2, LONGEST, Before.letters(2), "*.:/)")),
        LONGEST + 12,
        Ibans::match,
        Ibans::score,
        Context.of(0.1, "iban", "account", "bank", "transfer", "konto", "compte", "cuenta"));
  }

  private static void match(Text text, int from, int to, Hits hits) {
    int start = from - 2;
    boolean joined = text.at(start - 1) == '-' && CharSet.ALNUM.has(text.at(start - 2));
    if (joined || !CharSet.LETTER.has(text.at(start)) || CharSet.WORD.has(text.at(start - 1))) {
      return;
    }
    int length = LENGTHS[country(text.at(start), text.at(start + 1))];
    if (length > 0) {
      int end = end(text, start, length);
      boolean goesOn = text.at(end) == '-' && CharSet.ALNUM.has(text.at(end + 1));
      if (end > 0 && !goesOn && !CharSet.ALNUM.has(text.at(end))) {
        hits.hit(start, end);
      }
    }
  }

  /** Returns where {@code length} letters and digits end; -1 if something else comes before. */
  private static int end(Text text, int start, int length) {
    int separator = 0;
    int index = start;
    for (int count = 0; count < length; index++) {
      int b = text.at(index);
      if (CharSet.ALNUM.has(b)) {
        count++;
      } else if ((b == ' ' || (b == '-' && count % 4 == 0)) && (separator == 0 || separator == b)) {
        separator = b;
      } else {
        return -1;
      }
      if (index - start > LONGEST + 12) {
        return -1;
      }
    }
    return index;
  }

  private static double score(Text text, int start, int end) {
    String iban = text.alnum(start, end);
    int rest = 0;
    for (int i = 0; i < iban.length(); i++) {
      int value = Character.digit(iban.charAt((i + 4) % iban.length()), 36);
      rest = (rest * (value > 9 ? 100 : 10) + value) % 97;
    }
    return rest == 1 ? 0.95 : 0;
  }
}
