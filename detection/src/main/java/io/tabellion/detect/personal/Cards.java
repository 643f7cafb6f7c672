package io.tabellion.detect.personal;

import io.tabellion.detect.engine.CharSet;
import io.tabellion.detect.engine.Context;
import io.tabellion.detect.engine.Detector;
import io.tabellion.detect.engine.Hits;
import io.tabellion.detect.engine.Kind;
import io.tabellion.detect.engine.Template;
import io.tabellion.detect.engine.Text;
import io.tabellion.detect.engine.Trigger;
import io.tabellion.detect.engine.Trigger.Before;
import io.tabellion.detect.engine.Trigger.Next;
import java.util.List;

/** Payment card numbers. */
final class Cards {
  private static final CharSet GAP = CharSet.of(" .-");
  private static final int SHORTEST = 12;
  private static final int LONGEST = 19;

  /** Most signs between two groups: a hyphen between spaces. */
  private static final int WIDEST = 3;

  /** Most digits of a group behind the first. */
  private static final int LONGEST_GROUP = 7;

  /** Fewest digits of a group behind the first four. */
  private static final int SECOND = 3;

  /** What cards of unusual lengths begin with; times in thousandths begin with 1. */
  private static final String ISSUED = "023456789";

  /** One in each byte. */
  private static final long EACH = 0x0101_0101_0101_0101L;

  /** What a number of an unusual length is worth. */
  private static final double UNUSUAL = 0.4;

  private Cards() {}

  static Detector detector() {
    return new Detector(
        "CREDIT_CARD",
        Kind.PII,
        "12 to 19 digits in an issuer's range and of its lengths, Luhn; in one run or in groups with"
            + " the same spaces, hyphens or dots between them (dots only in fours and beside a word for a card). 12, 13 and 17 digits and more in one run,"
            + " and numbers of no issuer, only beside a word for a card.",
        "ISO/IEC 7812-1; issuer ranges of Visa, Mastercard, American Express, Diners Club, Discover,"
            + " JCB, Maestro, UnionPay, RuPay, Mir, Troy, Elo and Verve",
        List.of(
            run(SHORTEST, 13, "*:/)").first(ISSUED).alone(UNUSUAL),
            run(14, 16, "*:/)"),
            run(17, LONGEST, "*:/)").first(ISSUED).alone(UNUSUAL),
            run(SHORTEST, LONGEST, " -."),
            new Trigger.Digits(4, 4, Before.NO_NUMBER, " -.").next(Next.digits(0, 0)),
            new Trigger.Digits(4, 4, Before.NO_NUMBER, " -.").next(Next.digits(SECOND, 7))),
        LONGEST + 4 * WIDEST,
        Cards::match,
        Cards::score,
        Context.of(
                0.35, "card", "credit", "debit", "visa", "mastercard", "amex", "american express")
            .and(0.35, "discover", "diners", "maestro", "jcb", "unionpay", "cc", "cvv", "cvc")
            .and(
                0.35,
                "karte",
                "kartennummer",
                "numero de tarjeta",
                "kreditkarte",
                "carte bancaire",
                "tarjeta",
                "carta di credito",
                "cartao")
            .and(0.15, "payment", "pay", "charge", "billing", "expires", "pan"));
  }

  private static Trigger.Digits run(int least, int most, String follow) {
    return new Trigger.Digits(least, most, Before.NO_NUMBER, follow);
  }

  private static void match(Text text, int from, int to, Hits hits) {
    int first = to - from;
    if (first < SHORTEST && isBehindFour(text, from)) {
      return;
    }
    offer(text, from, to, first, hits);
    long digits = text.digitsFrom(from);
    int gap = gap(text, to, Long.numberOfTrailingZeros(digits >>> first));
    int count = first;
    int end = first;
    int before = first;
    boolean fours = gap == 1 && text.at(to) == ' ';
    while (gap > 0 && count < LONGEST && isGap(text, from + end, to, gap)) {
      int all = Long.numberOfTrailingZeros(~(digits >>> (end + gap)));
      int length = Math.min(LONGEST_GROUP, all);
      fours = fours && before == 4 && all < SHORTEST;
      if (fours) {
        hits.quietUntil(from + end + gap + 1); // no number starts there: it is behind four
      }
      before = all;
      if (length == 0 || (end == first && first == 4 && length < SECOND)) {
        return; // a date, or the end
      }
      count += length;
      end += gap + length;
      if (text.at(to) != '.' || (count == 16 && end == 19)) {
        offer(text, from, from + end, count, hits);
      }
    }
  }

  /**
   * Returns how many signs stand between the group that ends at {@code end} and the next; 0 if
   * others than may.
   *
   * @param signs how many stand before the next digit
   */
  private static int gap(Text text, int end, int signs) {
    if (signs > WIDEST || (signs > 1 && text.at(end) == '.')) {
      return 0;
    }
    for (int at = end; at < end + signs; at++) {
      if (!GAP.has(text.at(at))) {
        return 0;
      }
    }
    return signs;
  }

  /** Returns whether at {@code end} stands the same gap as at {@code first}. */
  private static boolean isGap(Text text, int end, int first, int gap) {
    for (int i = 0; i < gap; i++) {
      if (text.at(end + i) != text.at(first + i)) {
        return false;
      }
    }
    return true;
  }

  private static void offer(Text text, int start, int end, int digits, Hits hits) {
    if (digits >= SHORTEST
        && digits <= LONGEST
        && !isPart(text, start, end, digits)
        && Template.isFree(text, start, end)) {
      hits.hit(start, end);
    }
  }

  /** Returns whether a spaced number is a part of a longer one, as an account's is. */
  private static boolean isPart(Text text, int start, int end, int digits) {
    if (end - start == digits) {
      return false;
    }
    boolean after = text.at(end) == ' ' && CharSet.DIGIT.has(text.at(end + 1));
    return (digits < 13 && after) || isBehindFour(text, start) || isHex(text, end);
  }

  /** Returns whether a space and a word of four stand before, of which some are digits. */
  private static boolean isBehindFour(Text text, int start) {
    return text.at(start - 1) == ' '
        && text.runStart(start - 1, CharSet.ALNUM, 5) == start - 5
        && hasDigit(text, start - 5);
  }

  private static boolean hasDigit(Text text, int four) {
    return text.runEnd(four, CharSet.LETTER, 4) < four + 4;
  }

  /** Returns whether four hexadecimal digits follow of which some are letters. */
  private static boolean isHex(Text text, int end) {
    return text.at(end) == ' '
        && text.runEnd(end + 1, CharSet.HEX, 5) == end + 5
        && text.runEnd(end + 1, CharSet.DIGIT, 4) < end + 5
        && hasDigit(text, end + 1);
  }

  private static double score(Text text, int start, int end) {
    long high = 0;
    long low = 0; // the last sixteen digits, four bits each
    int length = 0;
    for (int at = start; at < end; at++) {
      int digit = text.at(at) - '0';
      if (digit >= 0 && digit <= 9) {
        high = (high << 4) | (low >>> 60);
        low = (low << 4) | digit;
        length++;
      }
    }
    if ((sum(high) + sum(low)) % 10 != 0 || isUniform(high, low, length)) {
      return 0;
    }
    if (!isIssued(head(text, start), length)) {
      boolean usual = length >= 14 && length <= 16;
      return usual || ISSUED.indexOf(text.at(start)) >= 0 ? 0.2 : 0;
    }
    if (text.at(start + 4) == '.') {
      return 0.4;
    }
    if (end - start > length) {
      return inFours(text, start) ? 0.9 : 0.7;
    }
    return switch (length) {
      case 14 -> 0.6;
      case 15, 16 -> 0.7;
      default -> UNUSUAL;
    };
  }

  /** Returns the sum of Luhn (ISO/IEC 7812-1 annex B) of digits, four bits each. */
  private static int sum(long digits) {
    long single = digits & (EACH * 0xf);
    long doubled = (digits >>> 4) & (EACH * 0xf);
    long carried = ((doubled + EACH * 11) >>> 4) & EACH; // where twice a digit has two digits
    return (int) (((single + 2 * doubled - 9 * carried) * EACH) >>> 56);
  }

  private static boolean isUniform(long high, long low, int length) {
    long same = (low & 0xf) * 0x1111_1111_1111_1111L;
    return length <= 16
        ? low == (same & (-1L >>> (64 - 4 * length)))
        : low == same && high == (same & (-1L >>> (128 - 4 * length)));
  }

  /** Returns the first four digits as a number; no gap is before the fifth. */
  private static int head(Text text, int start) {
    int head = 0;
    for (int at = start; at < start + 4; at++) {
      head = head * 10 + text.at(at) - '0';
    }
    return head;
  }

  private static boolean inFours(Text text, int start) {
    return text.runEnd(start, CharSet.DIGIT, 5) == start + 4;
  }

  /**
   * @param four the first four digits
   */
  private static boolean isIssued(int four, int length) {
    int two = four / 100;
    int three = four / 10;
    if (four / 1000 == 4) {
      return length == 13 || length == 16 || length == 19; // Visa
    }
    if ((two >= 51 && two <= 55) || (four >= 2221 && four <= 2720)) {
      return length == 16; // Mastercard
    }
    if (two == 34 || two == 37 || four == 2131 || four == 1800) {
      return length == 15; // American Express; JCB of old
    }
    if ((three >= 300 && three <= 305) || four == 3095 || two == 36 || two == 38 || two == 39) {
      return length >= 14; // Diners
    }
    if (four >= 3528 && four <= 3589) {
      return length >= 16; // JCB
    }
    if ((four >= 2200 && four <= 2204) || four == 9792) {
      return length >= 16; // Mir, Troy
    }
    if (two == 81 || two == 82) {
      return length >= 16; // UnionPay, RuPay
    }
    return two == 50 || (two >= 56 && two <= 69); // Maestro, Discover, UnionPay, RuPay, Elo, Verve
  }
}
