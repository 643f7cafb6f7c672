package io.tabellion.detect.personal;

import com.google.i18n.phonenumbers.NumberParseException;
import com.google.i18n.phonenumbers.PhoneNumberUtil;
import io.tabellion.detect.engine.CharSet;
import io.tabellion.detect.engine.Context;
import io.tabellion.detect.engine.Detector;
import io.tabellion.detect.engine.Hits;
import io.tabellion.detect.engine.Kind;
import io.tabellion.detect.engine.Text;
import io.tabellion.detect.engine.Trigger;
import io.tabellion.detect.engine.Trigger.Before;
import io.tabellion.detect.engine.Trigger.Layout;
import io.tabellion.detect.engine.Trigger.Next;
import io.tabellion.detect.engine.Validator;
import io.tabellion.detect.engine.WordSet;
import java.util.List;

/** Telephone numbers, international and national. */
final class Phones {
  private static final CharSet SPACE = CharSet.of(" ");
  private static final int SHORTEST = 7;

  /** What follows the numbers of a house. */
  private static final WordSet STREET =
      WordSet.of(
          " st ",
          " st.",
          "street",
          " rd",
          "road",
          " ave",
          "avenue",
          "suite",
          " apt",
          " blvd",
          "boulevard",
          " lane",
          " drive",
          "square",
          "strasse",
          "platz",
          " rue ",
          "calle ",
          " via ",
          " st\n",
          " court",
          " way",
          " place",
          " unit ",
          " box ");

  private static final int STREET_NAME = 40;

  /** Most digits of a number without groups or +; of one more only where its plan has it. */
  private static final int MOST_BARE = 12;

  /** Most groups of a number without a plus or a parenthesis. */
  private static final int MOST_PLAIN = 6;

  /** Digits of a North American number; so many at least have those with 00. */
  private static final int AMERICAN_DIGITS = 10;

  /** What calling codes with longer numbers than that begin with; times begin with 1. */
  private static final String CODES = "23456789";

  /** What stands before a number without a plus or a parenthesis. */
  private static final String PLAIN = "*-/:,";

  private static final String NO_ZERO = "123456789";

  // What stands behind the sign that follows a group. No single digit: no number is grouped so.
  private static final Next ANY_DIGITS = Next.digits(0, Integer.MAX_VALUE);
  private static final Next NO_DIGIT = Next.digits(0, 0);
  private static final Next SEVERAL = Next.digits(2, Integer.MAX_VALUE);

  /** What an international number is worth that is one by its country's plan. */
  private static final double VALID = 0.9;

  /** More than a plain number that begins with no 0 is worth beside its looks. */
  private static final double MOST_ADDED = 0.26;

  /** How far before a number the account may start that it is a part of, in bytes. */
  private static final int FOURS = 40;

  /** The most that digits in one group are worth, with an extension. */
  private static final double BARE = 0.45;

  /** Lengths of groups that say what a number is. */
  private static final int AMERICAN = PhoneShape.planOf(3, 3, 4);

  private static final int AMERICAN_WITH_1 = PhoneShape.planOf(1, 3, 3, 4);
  private static final int AMERICAN_WITH_001 = PhoneShape.planOf(3, 3, 3, 4);
  private static final int SOCIAL_SECURITY = PhoneShape.planOf(3, 2, 4); // or none
  private static final int ZIP = PhoneShape.planOf(5, 4);
  private static final int THREES = PhoneShape.planOf(3, 3, 3);
  private static final int TWOS = PhoneShape.planOf(2, 2, 2, 2);
  private static final int YEAR_MONTH_DAY = PhoneShape.planOf(4, 2, 2);
  private static final int DAY_MONTH_YEAR = PhoneShape.planOf(2, 2, 4);
  private static final int SHORT_DAY_YEAR = PhoneShape.planOf(1, 2, 4);
  private static final int SHORT_MONTH_YEAR = PhoneShape.planOf(2, 1, 4);
  private static final int YEARS = PhoneShape.planOf(4, 4);

  private Phones() {}

  static Detector detector() {
    return new Detector(
        "PHONE",
        Kind.PII,
        "7 to 15 digits in groups. International ones (+ or 00) are judged by libphonenumber; ten"
            + " digits as three, three and four by the North American plan; national ones with a leading"
            + " 0 or an area code in parentheses by how they are grouped. All other groupings, and bare digits,"
            + " only beside a context word. No dates, dotted addresses, years or decimals.",
        "ITU-T E.123, E.164; libphonenumber metadata; NANPA numbering plan",
        triggers(),
        48,
        Phones::match,
        Validator.BY_MATCHER,
        Context.of(0.45, Spellings.of("téléphone", "teléfono", "telefone", "telefon", "телефон"))
            .and(0.45, Spellings.of("phone", "móvil", "mobil", "mobile", "handy", "portable"))
            .and(0.45, "cell", "tel", "fax", "電話", "电话", "手机", "전화", "携帯", "landline")
            .and(0.45, "call", "dial", "ring", "reach me", "voicemail", "hotline", "msisdn")
            .and(0.45, "sms", "whatsapp", "wa.me")
            .and(0.35, "contact", "messages", "answering", "reach", "text me", "texted", "desk")
            .and(0.35, "office", "telephon", "celular", "rufnummer", "registered", "phones")
            .and(0.25, "number", "home", "work")
            .and(-0.35, "order", "invoice", "isbn", "issn", "version", "card", "zip", "ticket")
            .and(
                -0.35, "tracking", "serial", "sku", "case", "amount", "price", "total", "timestamp")
            .and(-0.35, "bytes", "size", "page", "pages", "line", "lines", "revision", "commit"));
  }

  private static List<Trigger> triggers() {
    return List.of(
        // one group, and the number ends
        run(SHORTEST, "+(", "*A.:"),
        run(SHORTEST, "+(", " -./)").next(Next.aLetter()),
        bare("*A.:").alone(BARE),
        bare(" -./)").next(Next.aLetter()).alone(BARE),
        run(MOST_BARE + 1, MOST_BARE + 1, PLAIN, "*A.: -/)").first(CODES).alone(BARE),
        // more groups: behind a parenthesis, or behind what may part them
        bare("*").next(Next.digits(1, PhoneShape.MOST_DIGITS)),
        run(1, "+(", " -./)").next(ANY_DIGITS),
        run(1, PLAIN, ")").next(ANY_DIGITS),
        run(SHORTEST, PLAIN, " -./").next(ANY_DIGITS),
        run(1, SHORTEST - 1, PLAIN, " -/").next(NO_DIGIT),
        run(1, SHORTEST - 1, PLAIN, " -/").next(SEVERAL),
        run(4, SHORTEST - 1, PLAIN, ".").next(NO_DIGIT),
        run(4, SHORTEST - 1, PLAIN, ".").next(SEVERAL),
        // no part of an address or version
        run(1, 3, PLAIN, ".").next(NO_DIGIT),
        run(1, 3, PLAIN, ".").first("0").next(SEVERAL),
        dotted("9.999.999.9999"),
        dotted("99.99.99.99"),
        dotted("999.999.9999"));
  }

  private static Trigger.Digits dotted(String shape) {
    int first = shape.indexOf('.');
    int next = shape.indexOf('.', first + 1) - first - 1;
    return run(first, first, PLAIN, ".")
        .first(NO_ZERO)
        .next(Next.digits(next, next))
        .layout(Layout.of(shape));
  }

  private static Trigger.Digits bare(String follow) {
    return run(SHORTEST, MOST_BARE, PLAIN, follow);
  }

  private static Trigger.Digits run(int least, String before, String follow) {
    return run(least, PhoneShape.MOST_DIGITS, before, follow);
  }

  private static Trigger.Digits run(int least, int most, String before, String follow) {
    return new Trigger.Digits(least, most, Before.sign(before), follow);
  }

  private static void match(Text text, int from, int to, Hits hits) {
    int before = text.at(from - 1);
    boolean joins = before == '-' || before == '/' || before == ':' || before == ',';
    if (joins
        && CharSet.ALNUM.has(text.at(from - 2))
        && isJoined(text, from)
        && !text.has(from - 6, "wa.me/")) {
      return;
    }
    if (to - from < SHORTEST && !PhoneShape.goesOn(text, to)) {
      return;
    }
    if (to - from < SHORTEST && (isRowOfDigits(text, from, to) || isAddress(text, from, to))) {
      return;
    }
    PhoneShape shape = new PhoneShape(text, from);
    if (shape.groups == 0) {
      return;
    }
    hits.quietUntil(quiet(shape));
    int most =
        shape.plus || shape.parenthesis
            ? shape.groups
            : Math.min(shape.groups, Math.min(MOST_PLAIN, shape.grouped()));
    for (int count = most; count > 0 && shape.digits(count) >= SHORTEST; count--) {
      double base = shape.canEnd(count) ? likely(shape, count) : 0;
      if (base > 0) {
        if (inFours(text, shape.start)) {
          return;
        }
        if (shape.plus || shape.zero() || hits.canCount(base + MOST_ADDED)) {
          offer(text, shape, count, base, hits);
        } else {
          hits.quietUntil(shape.end(count - 1));
        }
        return;
      }
    }
  }

  /**
   * Offers a number of at most so many groups. With a plus as many are it as are one by their plan,
   * for what follows a number in a row or list may look like its next group.
   */
  private static void offer(Text text, PhoneShape shape, int most, double base, Hits hits) {
    if (!shape.plus) {
      offer(shape, most, judge(text, shape, most, base), hits);
      return;
    }
    double score = international(shape, most);
    for (int count = most - 1; score < VALID && count > 0 && likely(shape, count) > 0; count--) {
      if (shape.canEnd(count) && international(shape, count) >= VALID) {
        offer(shape, count, VALID, hits);
        return;
      }
    }
    offer(shape, most, score, hits);
  }

  private static void offer(PhoneShape shape, int count, double score, Hits hits) {
    int end = shape.end(count - 1);
    int extensionEnd = shape.extensionEnd(end);
    double extended = extensionEnd > end ? 0.15 : 0;
    hits.hit(shape.start, extensionEnd, Math.min(0.95, score + extended));
    hits.quietUntil(end);
  }

  /** A number that is no phone number may still have one behind its first group. */
  private static int quiet(PhoneShape shape) {
    return shape.end(0);
  }

  /** Returns whether groups of four stand before, from a country and two digits on. */
  private static boolean inFours(Text text, int start) {
    for (int at = start; start - at < FOURS && isFour(text, at - 5); at -= 5) {
      if (text.runEnd(at - 5, CharSet.UPPER, 3) == at - 3
          && text.runEnd(at - 3, CharSet.DIGIT, 2) == at - 1) {
        return true;
      }
    }
    return false;
  }

  private static boolean isFour(Text text, int at) {
    return text.runEnd(at, CharSet.UPPER_ALNUM, 5) == at + 4 && text.at(at + 4) == ' ';
  }

  /** Returns whether a single digit stands behind the first group: no number is grouped so. */
  private static boolean isRowOfDigits(Text text, int from, int to) {
    int before = text.at(from - 1);
    boolean plain = before != '+' && before != '(' && text.at(to) != ')';
    return plain && CharSet.DIGIT.has(text.at(to + 1)) && !CharSet.DIGIT.has(text.at(to + 2));
  }

  /**
   * Returns whether the first two of dotted numbers are such that none of the ways to write a
   * number with dots fits: most are of addresses and versions.
   */
  private static boolean isAddress(Text text, int from, int to) {
    int before = text.at(from - 1);
    int length = to - from;
    if (text.at(to) != '.' || before == '+' || before == '(' || length > 3) {
      return false;
    }
    int second = text.runEnd(to + 1, CharSet.DIGIT, 4) - to - 1;
    return text.at(from) != '0' && second > 0 && second != (length == 2 ? 2 : 3);
  }

  private static boolean isJoined(Text text, int from) {
    int before = text.at(from - 1);
    return before == '-' || before == '/' || CharSet.DIGIT.has(text.at(from - 2));
  }

  /** Returns what the first {@code count} groups are worth by their looks; 0 for no number. */
  private static double likely(PhoneShape shape, int count) {
    if (shape.plus) {
      return shape.digits(count) >= 8 ? 1 : 0;
    }
    return isDotted(shape, count) || isDate(shape, count) ? 0 : base(shape, count);
  }

  private static double international(PhoneShape shape, int count) {
    if (shape.isUniform(count)) {
      return 0;
    }
    int trunk = shape.trunkZero(count);
    DigitString digits = shape.number(count);
    return international(trunk < 0 ? digits : digits.without(trunk), count);
  }

  /**
   * @param base as {@link #likely} has it
   */
  private static double judge(Text text, PhoneShape shape, int count, double base) {
    if (shape.isUniform(count)) {
      return 0;
    }
    int length = shape.digits(count);
    if (count == 1 && length > MOST_BARE) {
      return international(shape.number(count), 1) >= VALID ? 0.1 : 0;
    }
    if ((base < 0.5 && isHouse(text, shape.end(count - 1)))
        || isZip(text, shape, count)
        || isBytes(text, shape, count)) {
      return 0;
    }
    if (length < AMERICAN_DIGITS) {
      return base;
    }
    DigitString digits = shape.number(count);
    boolean abroad = digits.at(0) == 0 && digits.at(1) == 0;
    if (abroad && count > 1 && shape.length(0) <= 5) {
      double judged = international(digits.from(2), count);
      return judged >= VALID ? judged : base;
    }
    return base + (isAmerican(digits) ? 0.1 : 0);
  }

  /** Returns whether a street follows on the line: {@code 17031 2202 Main St}. */
  private static boolean isHouse(Text text, int end) {
    if (text.at(end) != ' ' || !CharSet.LETTER.has(text.at(end + 1))) {
      return false;
    }
    int last = end;
    while (last < end + STREET_NAME && last < text.length() && text.at(last) != '\n') {
      last++;
    }
    return STREET.in(text, end, last + 1);
  }

  /** Returns whether it is a postal code behind a state: {@code MA 02110-1301}. */
  private static boolean isZip(Text text, PhoneShape shape, int count) {
    if (shape.plan(count) != ZIP) {
      return false;
    }
    int state = text.runStart(shape.start, SPACE, 3);
    return state < shape.start && text.runStart(state, CharSet.UPPER, 3) == state - 2;
  }

  /** Returns whether the groups are some of a row of bytes in hexadecimal digits. */
  private static boolean isBytes(Text text, PhoneShape shape, int count) {
    int end = shape.end(count - 1);
    for (int i = 0; i < count; i++) {
      if (shape.length(i) != 2) {
        return false;
      }
    }
    return (text.at(shape.start - 1) == ' ' && isByte(text, shape.start - 3))
        || (text.at(end) == ' ' && isByte(text, end + 1));
  }

  private static boolean isByte(Text text, int at) {
    int letters = text.runEnd(at, CharSet.LETTER, 2);
    return letters < at + 2
        && text.runEnd(at, CharSet.HEX, 3) == at + 2
        && !CharSet.ALNUM.has(text.at(at - 1))
        && !CharSet.ALNUM.has(text.at(at + 2));
  }

  private static boolean isAmerican(DigitString digits) {
    int code = digits.length() == AMERICAN_DIGITS + 1 && digits.at(0) == 1 ? 1 : 0;
    return digits.length() - code == AMERICAN_DIGITS
        && digits.at(code) >= 2
        && digits.at(code + 3) >= 2;
  }

  private static double international(DigitString number, int count) {
    if (PhonePlans.has(number)) {
      return VALID;
    }
    try {
      PhoneNumberUtil phones = PhoneNumberUtil.getInstance();
      var parsed = phones.parse("+" + number, null);
      return phones.isValidNumber(parsed) ? VALID : phones.isPossibleNumber(parsed) ? 0.7 : 0.5;
    } catch (NumberParseException e) {
      return count > 1 ? 0.3 : 0.1;
    }
  }

  /** Returns what the way the first {@code count} groups are written is worth, 0 for no number. */
  private static double base(PhoneShape shape, int count) {
    int digits = shape.digits(count);
    if (count == 1) {
      return digits == 10 && shape.trunk()
          ? 0.25
          : digits == 10 || digits == 11 ? 0.2 : digits <= MOST_BARE + 1 ? 0.1 : 0;
    }
    int plan = shape.plan(count);
    if (shape.length(count - 1) < 2 || digits < SHORTEST || plan == SOCIAL_SECURITY) {
      return 0;
    }
    if (plan == AMERICAN) {
      return shape.parenthesis || shape.separator(0) != ' ' ? 0.5 : 0.45;
    }
    if (plan == AMERICAN_WITH_1 || plan == AMERICAN_WITH_001) {
      return 0.55;
    }
    if (shape.parenthesis && shape.separator(0) == ')' && shape.length(0) <= 5) {
      return digits >= 8 && digits <= 11 ? 0.5 : 0.3;
    }
    if (count <= MOST_PLAIN && isGrouped(shape, count)) {
      boolean threes = plan == THREES; // identity numbers are written so too
      return shape.trunk() && !threes && digits >= 9 && digits <= 12 ? 0.5 : 0.2;
    }
    return 0;
  }

  private static boolean isGrouped(PhoneShape shape, int count) {
    for (int i = 0; i < count; i++) {
      if ((i > 0 && shape.length(i) < 2) || shape.length(i) > 8) {
        return false;
      }
    }
    int last = count > 2 ? shape.separator(count - 2) : 0;
    for (int i = 1; i < count - 2; i++) {
      if (shape.separator(i) != last) {
        return false;
      }
    }
    return !(count == 2 && shape.separator(0) == '.');
  }

  private static boolean isDate(PhoneShape shape, int count) {
    int plan = shape.plan(count);
    return plan == YEAR_MONTH_DAY
        || plan == DAY_MONTH_YEAR
        || plan == SHORT_DAY_YEAR
        || plan == SHORT_MONTH_YEAR
        || (plan == YEARS && shape.isYears());
  }

  private static boolean isDotted(PhoneShape shape, int count) {
    if (count < 3 || shape.length(0) >= 4 || shape.separator(0) != '.' || shape.zero()) {
      return false;
    }
    int plan = shape.plan(count);
    boolean close = shape.end(count - 1) - shape.end(0) + shape.length(0) == width(shape, count);
    return !close || (plan != AMERICAN && plan != AMERICAN_WITH_1 && plan != TWOS);
  }

  /** Returns how wide so many groups are with one sign between them. */
  private static int width(PhoneShape shape, int count) {
    return shape.digits(count) + count - 1;
  }
}
