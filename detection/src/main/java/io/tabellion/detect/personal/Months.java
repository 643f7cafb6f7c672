package io.tabellion.detect.personal;

import io.tabellion.detect.engine.CharSet;
import io.tabellion.detect.engine.Text;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * The names of months, by what they begin with in any of some languages of Europe: what follows of
 * the word does not matter, so that cases and abbreviations are found too.
 */
final class Months {
  private static final String[] BEGINNINGS = {
    "jan ene gen stycz янв oca tammi led",
    "feb fév lut фев şub helmi únor",
    "mar mär maa мар bře",
    "apr avr abr kwi апр nis huhti dub",
    "may mai mag maj mei май мая touko kvě",
    "jun juin giu czerw июн haz kesä",
    "jul juil lug lip июл tem heinä červenec",
    "aug aoû ago sier авг ağu elo srp",
    "sep set wrz сен eyl syys zář",
    "oct okt out ott paź окт eki loka říj",
    "nov lis ноя kas marras",
    "dec déc dez dic des gru дек ara joulu pros"
  };

  private static final List<String> ENGLISH =
      List.of("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec");

  private static final List<List<byte[]>> MONTHS =
      Stream.of(BEGINNINGS).map(Months::beginnings).toList();

  /** Whether a month's name begins with the byte, in lower case. */
  private static final boolean[] FIRST = new boolean[256];

  static {
    MONTHS.forEach(names -> names.forEach(name -> FIRST[Text.lower(name[0]) & 0xff] = true));
  }

  /** A beginning of a month's name. */
  @SuppressWarnings("ArrayRecordComponent") // read only, and never compared
  private record Beginning(int month, byte[] name) {}

  /** They by their first two bytes, in lower case: few are left of hundreds. */
  private static final Map<Integer, List<Beginning>> BY_BEGINNING = byBeginning();

  private static final int LONGEST =
      MONTHS.stream().flatMap(List::stream).mapToInt(name -> name.length).max().orElseThrow();

  private Months() {}

  private static List<byte[]> beginnings(String words) {
    return Spellings.inAnyCase(words.split(" "))
        .map(word -> word.getBytes(StandardCharsets.UTF_8))
        .toList();
  }

  /** Returns the number of the month whose name begins at {@code at}, 0 if there is none. */
  static int at(Text text, int at) {
    if (!FIRST[Text.lower(text.at(at)) & 0xff] || !isLetter(text.at(at + 2))) {
      return 0;
    }
    byte[] word = new byte[LONGEST];
    for (int i = 0; i < LONGEST; i++) {
      word[i] = (byte) text.at(at + i);
    }
    int best = 0;
    int length = 0;
    for (Beginning beginning : BY_BEGINNING.getOrDefault(two(word), List.of())) {
      if (beginning.name.length > length && begins(word, beginning.name)) {
        best = beginning.month;
        length = beginning.name.length;
      }
    }
    return best;
  }

  private static Map<Integer, List<Beginning>> byBeginning() {
    Map<Integer, List<Beginning>> all = new HashMap<>();
    for (int i = 0; i < MONTHS.size(); i++) {
      for (byte[] name : MONTHS.get(i)) {
        all.computeIfAbsent(two(name), key -> new ArrayList<>()).add(new Beginning(i + 1, name));
      }
    }
    return all;
  }

  private static int two(byte[] word) {
    return (Text.lower(word[0]) & 0xff) << 8 | (Text.lower(word[1]) & 0xff);
  }

  /** Returns whether an English month begins there: it alone may stand before the day. */
  static boolean isEnglish(Text text, int at) {
    int first = Text.lower(text.at(at));
    for (String month : ENGLISH) {
      if (month.charAt(0) == first && text.hasIgnoringCase(at, month)) {
        return true;
      }
    }
    return false;
  }

  /** Returns where the word at {@code at} ends, at most so many bytes on. */
  static int end(Text text, int at, int atMost) {
    int end = at;
    while (end < at + atMost && isLetter(text.at(end))) {
      end++;
    }
    return end;
  }

  private static boolean begins(byte[] word, byte[] beginning) {
    for (int i = 0; i < beginning.length; i++) {
      if (Text.lower(word[i]) != Text.lower(beginning[i])) {
        return false;
      }
    }
    return true;
  }

  /** A letter of ASCII, or a byte of a longer character. */
  private static boolean isLetter(int b) {
    return b < 0 || CharSet.LETTER.has(b);
  }
}
