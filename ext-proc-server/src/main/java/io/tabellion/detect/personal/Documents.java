package io.tabellion.detect.personal;

import io.tabellion.detect.engine.CharSet;
import io.tabellion.detect.engine.Context;
import io.tabellion.detect.engine.Detector;
import io.tabellion.detect.engine.Hits;
import io.tabellion.detect.engine.Kind;
import io.tabellion.detect.engine.Text;
import io.tabellion.detect.engine.Trigger;
import io.tabellion.detect.engine.Validator;
import java.util.List;
import java.util.stream.Stream;

/**
 * Numbers without a checksum that only the words before them tell: passports, driving licences, and
 * dates of birth. Their triggers are those words.
 */
final class Documents {
  /** How far behind its word a number may start, in bytes. */
  private static final int REACH = 40;

  private static final CharSet SIGNS = CharSet.of("0-9A-Z-");
  private static final CharSet DATE = CharSet.of("0-9A-Za-z/.,-");
  private static final CharSet NAME = CharSet.of("A-Za-z_");
  private static final CharSet BETWEEN = CharSet.of(" :=\"'");
  private static final String MONTHS = "jan feb mar apr may jun jul aug sep oct nov dec";

  private Documents() {}

  static List<Detector> all() {
    return List.of(passport(), driverLicence(), dateOfBirth());
  }

  private static Detector passport() {
    return new Detector(
        "PASSPORT",
        Kind.PII,
        "After the word for a passport: at most three letters and five to nine digits, six to nine signs in"
            + " all, in capitals.",
        "ICAO Doc 9303-4 §4.2.2",
        words("passport", "passeport", "pasaporte", "reisepass", "passnummer", "passaporto"),
        9,
        (text, from, to, hits) -> numberAfter(text, to, 6, 9, hits),
        (text, start, end) -> digits(text, start, end) >= 5 ? 0.75 : 0,
        Context.NONE);
  }

  private static Detector driverLicence() {
    return new Detector(
        "DRIVER_LICENCE",
        Kind.PII,
        "After the words for a driving licence: six to eighteen letters and digits in capitals, of"
            + " which at least five are digits.",
        "AAMVA DL/ID Card Design Standard; DVLA driver number format",
        words(
            "driver license",
            "driver licence",
            "driver's license",
            "driver's licence",
            "drivers license",
            "drivers licence",
            "driving licence",
            "driving license",
            "driverlicense",
            "driverlicence",
            "driver_license",
            "driver_licence",
            "drivinglicence",
            "driving_licence",
            "permis de conduire",
            "fuhrerschein",
            "f\u00fchrerschein",
            "carnet de conducir",
            "dl no",
            "dl#",
            "dl number",
            "licence number",
            "license number"),
        24,
        (text, from, to, hits) -> numberAfter(text, to, 6, 18, hits),
        (text, start, end) -> digits(text, start, end) >= 5 ? 0.7 : 0,
        Context.NONE);
  }

  private static Detector dateOfBirth() {
    return new Detector(
        "DATE_OF_BIRTH",
        Kind.PII,
        "After the words for a birth: a date in figures or with the month's name, of 1900 to 2099; in"
            + " eight digits only directly behind the word.",
        "ISO 8601-1 and national ways to write dates",
        words(
            "birth",
            "born",
            "dob",
            "d.o.b",
            "geburt",
            "geboren",
            "naissance",
            "nee le",
            "ne le",
            "nacimiento",
            "nascita",
            "nascimento",
            "birthday",
            "bday",
            "geb.",
            "geboorte",
            "n\u00e9e le",
            "n\u00e9 le",
            "f\u00f8dt",
            "f\u00f8dsels",
            "f\u00f6delse",
            "f\u00f6dd",
            "syntym",
            "urodz",
            "narozen",
            "do\u011fum",
            "\u0440\u043e\u0436\u0434\u0435\u043d",
            "\u751f\u5e74\u6708\u65e5",
            "\u51fa\u751f\u65e5\u671f",
            "\uc0dd\ub144\uc6d4\uc77c"),
        20,
        Documents::dateAfter,
        Validator.always(0.8),
        Context.NONE);
  }

  private static List<Trigger> words(String... words) {
    return Stream.of(words).map(Trigger::word).toList();
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
      if (digits(text, at, end) > 0 && signs >= min && signs <= max && !isLong(text, end)) {
        hits.hit(at, end);
        return;
      }
      at = end;
    }
  }

  private static boolean isLong(Text text, int end) {
    return CharSet.WORD.has(text.at(end));
  }

  private static int digits(Text text, int start, int end) {
    return text.digits(start, end).length();
  }

  private static void dateAfter(Text text, int from, int to, Hits hits) {
    if (CharSet.LETTER.has(text.at(from - 1)) && !CharSet.UPPER.has(text.at(from))) {
      return; // the end of another word
    }
    if (compactAfter(text, to, hits)) {
      return;
    }
    for (int at = to; at < to + REACH && at < text.length(); at++) {
      boolean starts = CharSet.DIGIT.has(text.at(at)) || isMonth(text, at);
      if (starts && !CharSet.ALNUM.has(text.at(at - 1))) {
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

  private static boolean isMonth(Text text, int at) {
    return month(text, at) > 0;
  }

  private static int month(Text text, int at) {
    if (!CharSet.LETTER.has(text.at(at)) || !CharSet.LETTER.has(text.at(at + 2))) {
      return 0;
    }
    for (int i = 0; i < 12; i++) {
      if (text.hasIgnoringCase(at, MONTHS.substring(i * 4, i * 4 + 3))) {
        return i + 1;
      }
    }
    return 0;
  }

  /** Returns where the date at {@code start} ends: three parts, one a year; -1 if it is none. */
  private static int dateEnd(Text text, int start) {
    int[] parts = new int[3];
    boolean named = false;
    int at = start;
    for (int i = 0; i < 3; i++) {
      int end = text.runEnd(at, CharSet.DIGIT, 5);
      if (end == at) {
        parts[i] = month(text, at);
        end = text.runEnd(at, CharSet.LETTER, 10);
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
    return isDate(parts, named) && !CharSet.WORD.has(text.at(at))
        ? at
        : isDate(parts, named) && text.at(at) == 'T' ? at : -1;
  }

  private static int skipOrdinal(Text text, int end) {
    for (String ordinal : List.of("st", "nd", "rd", "th")) {
      if (text.hasIgnoringCase(end, ordinal) && !CharSet.LETTER.has(text.at(end + 2))) {
        return end + 2;
      }
    }
    return end;
  }

  private static int skipBetween(Text text, int from) {
    int at = from;
    while (at < from + 2
        && (text.at(at) == ' ' || (DATE.has(text.at(at)) && !CharSet.ALNUM.has(text.at(at))))) {
      at++;
    }
    return at;
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
