package io.tabellion.detect.personal;

import io.tabellion.detect.engine.CharSet;
import io.tabellion.detect.engine.Context;
import io.tabellion.detect.engine.Detector;
import io.tabellion.detect.engine.Hits;
import io.tabellion.detect.engine.Kind;
import io.tabellion.detect.engine.Matcher;
import io.tabellion.detect.engine.Text;
import io.tabellion.detect.engine.Trigger;
import io.tabellion.detect.engine.Validator;
import io.tabellion.detect.personal.Table.Row;
import java.util.List;
import java.util.Set;

/**
 * Numbers without a checksum that only the words before them tell: passports, driving licences, and
 * dates of birth, from the table {@code documents.txt} beside this class; its head says its form.
 * Their triggers are those words.
 */
final class Documents {
  private static final String FILE = "documents.txt";
  private static final List<String> COLUMNS = List.of("NAME", "score", "longest", "source");
  private static final Set<String> KEYS = Set.of("signs", "words", "joined", "rule");

  /** Words of so many bytes count only where they are no end of others. */
  private static final int SHORT = 4;

  private static final int LEAST_DIGITS = 5;

  /** How far behind its word a number may start, in bytes. */
  private static final int REACH = 40;

  private static final CharSet SIGNS = CharSet.of("0-9A-Z-");
  private static final CharSet DATE = CharSet.of("0-9A-Za-z/.,-");
  private static final CharSet NAME = CharSet.of("A-Za-z_");
  private static final CharSet BETWEEN = CharSet.of(" :=\"'");

  /** What stands behind a year or month in East Asia. */
  private static final Set<String> YEAR_MONTH = Set.of("年", "月", "년", "월");

  /** The longest name of a month, in bytes. */
  private static final int LONGEST_MONTH = 24;

  private Documents() {}

  static List<Detector> all() {
    return table().rows().stream().map(Documents::detector).toList();
  }

  static Table table() {
    return Table.read(FILE, COLUMNS, KEYS);
  }

  private static Detector detector(Row row) {
    double score = row.number(1);
    boolean dates = !row.has("signs");
    return new Detector(
        row.name(),
        Kind.PII,
        row.line("rule"),
        row.cells().get(3),
        Spellings.inAnyCase(row.list("words")).map(Trigger::word).toList(),
        (int) row.number(2),
        dates ? dates(List.of(row.list("joined"))) : numbers(row),
        dates
            ? Validator.always(score)
            : (text, start, end) -> digits(text, start, end) >= LEAST_DIGITS ? score : 0,
        Context.NONE);
  }

  private static Matcher dates(List<String> joined) {
    return (text, from, to, hits) -> {
      if (!isInside(text, from) || joined.stream().anyMatch(word -> begins(text, from, word))) {
        dateAfter(text, to, hits);
      }
    };
  }

  private static boolean begins(Text text, int from, String word) {
    return text.hasIgnoringCase(from, word);
  }

  /** Whether a word is the end of another. */
  private static boolean isInside(Text text, int from) {
    return CharSet.LETTER.has(text.at(from - 1)) && !CharSet.UPPER.has(text.at(from));
  }

  private static Matcher numbers(Row row) {
    String[] signs = row.line("signs").split(" to ", -1);
    if (signs.length != 2) {
      throw row.wrong(row.line("signs"), "signs: LEAST to MOST");
    }
    int least = Integer.parseInt(signs[0]);
    int most = Integer.parseInt(signs[1]);
    return (text, from, to, hits) -> {
      if (to - from > SHORT || !CharSet.LETTER.has(text.at(from - 1))) {
        numberAfter(text, to, least, most, hits);
      }
    };
  }

  /** Offers the first word in capitals and digits behind {@code to} that has a digit. */
  private static void numberAfter(Text text, int to, int min, int max, Hits hits) {
    for (int at = to; at < to + REACH && at < text.length(); ) {
      int end = text.runEnd(at, SIGNS, 40);
      if (end == at || CharSet.WORD.has(text.at(at - 1)) || text.at(at) == '-') {
        at++;
        continue;
      }
      int signs = text.alnum(at, end).length();
      if (digits(text, at, end) > 0
          && signs >= min
          && signs <= max
          && !CharSet.WORD.has(text.at(end))) {
        hits.hit(groupStart(text, at, end), groupEnd(text, at, end));
        return;
      }
      at = end;
    }
  }

  /** Returns where a number in groups begins: 4509 123456 or 45 09 123456, MORGA 657054 SM9IJ. */
  private static int groupStart(Text text, int at, int end) {
    if (end - at != 6 || digits(text, at, end) != 6 || text.at(at - 1) != ' ') {
      return at;
    }
    if (text.runStart(at - 1, CharSet.UPPER, 6) == at - 6 && isBritish(text, end)) {
      return at - 6;
    }
    int series = text.runStart(at - 1, CharSet.DIGIT, 5);
    if (series == at - 3 && text.at(series - 1) == ' ') {
      int first = text.runStart(series - 1, CharSet.DIGIT, 3);
      return first == series - 3 && !CharSet.ALNUM.has(text.at(first - 1)) ? first : at;
    }
    return series == at - 5 && !CharSet.ALNUM.has(text.at(series - 1)) ? series : at;
  }

  private static int groupEnd(Text text, int at, int end) {
    boolean grouped = end - at == 6 && digits(text, at, end) == 6 && isBritish(text, end);
    return grouped ? end + 6 : end;
  }

  /** Whether a space and the last five signs of a British driver number stand there. */
  private static boolean isBritish(Text text, int end) {
    return text.at(end) == ' '
        && text.runEnd(end + 1, CharSet.UPPER, 2) == end + 3
        && CharSet.DIGIT.has(text.at(end + 3))
        && text.runEnd(end + 4, CharSet.UPPER, 3) == end + 6;
  }

  private static int digits(Text text, int start, int end) {
    return text.digits(start, end).length();
  }

  private static void dateAfter(Text text, int to, Hits hits) {
    if (compactAfter(text, to, hits)) {
      return;
    }
    for (int at = to; at < to + REACH && at < text.length(); at++) {
      boolean starts =
          !CharSet.ALNUM.has(text.at(at - 1))
              && (CharSet.DIGIT.has(text.at(at)) || Months.isEnglish(text, at));
      if (starts) {
        int end = dateEnd(text, at);
        if (end > 0) {
          hits.hit(at, end);
          return;
        }
      }
    }
  }

  /** Offers {@code BDAY:19850412}: year, month and day behind the name's colon or sign. */
  private static boolean compactAfter(Text text, int to, Hits hits) {
    int at = text.runEnd(to, NAME, 12);
    at = text.runEnd(at, BETWEEN, 4);
    if (at == to || text.runEnd(at, CharSet.DIGIT, 9) != at + 8) {
      return false;
    }
    String digits = text.digits(at, at + 8);
    int year = Checksums.number(digits, 0, 4);
    int month = Checksums.number(digits, 4, 6);
    if (year < 1900 || year >= 2100 || !Checksums.isDay(month, Checksums.number(digits, 6, 8))) {
      return false;
    }
    hits.hit(at, at + 8);
    return true;
  }

  /** Returns where the date at {@code start} ends: three parts, one a year; -1 if it is none. */
  private static int dateEnd(Text text, int start) {
    int[] parts = new int[3];
    boolean named = false;
    int at = start;
    for (int i = 0; i < 3; i++) {
      int end = text.runEnd(at, CharSet.DIGIT, 5);
      if (end == at) {
        parts[i] = Months.at(text, at);
        end = Months.end(text, at, LONGEST_MONTH);
        if (parts[i] == 0 || named) {
          return -1;
        }
        named = true;
      } else if (end - at == 3 || end - at > 4) {
        return -1;
      } else {
        parts[i] = Checksums.number(text.digits(at, end), 0, end - at);
        end = skipOrdinal(text, end);
      }
      at = i < 2 ? skipBetween(text, end) : end;
      if (i < 2 && at == end) {
        return -1;
      }
    }
    boolean ends = !CharSet.WORD.has(text.at(at)) || text.at(at) == 'T'; // before a time of day
    return ends && isDate(parts, named) ? at : -1;
  }

  private static int skipOrdinal(Text text, int end) {
    for (String ordinal : List.of("st", "nd", "rd", "th", "er")) {
      if (text.hasIgnoringCase(end, ordinal) && !CharSet.LETTER.has(text.at(end + 2))) {
        return end + 2;
      }
    }
    return text.at(end) == (byte) 0xc2 && text.at(end + 1) == (byte) 0xba ? end + 2 : end; // º
  }

  private static int skipBetween(Text text, int from) {
    int at = skipSign(text, from);
    while (at < from + 2
        && (text.at(at) == ' ' || (DATE.has(text.at(at)) && !CharSet.ALNUM.has(text.at(at))))) {
      at++;
    }
    for (String word : List.of("of ", "de ", "del ")) {
      if (text.hasIgnoringCase(at, word)) {
        return at + word.length();
      }
    }
    return at;
  }

  /** Returns where the sign of a year or month of East Asia at {@code from} ends, if it is one. */
  private static int skipSign(Text text, int from) {
    boolean sign =
        text.at(from) < 0
            && from + 3 <= text.length()
            && YEAR_MONTH.contains(text.string(from, from + 3));
    return sign ? from + 3 : from;
  }

  private static boolean isDate(int[] parts, boolean named) {
    int year = parts[0] > 31 ? parts[0] : parts[2];
    int other = parts[0] > 31 ? parts[2] : parts[0];
    boolean inCentury = year < 100 || (year >= 1900 && year < 2100);
    boolean days =
        named
            ? Math.max(other, parts[1]) <= 31 && Math.min(other, parts[1]) >= 1
            : Checksums.isDay(parts[1], other) || Checksums.isDay(other, parts[1]);
    return inCentury && days;
  }
}
