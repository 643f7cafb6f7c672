package io.tabellion.detect.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Tag("unit")
class FirstDigitsTest {
  private static final String SIGNS = "0123456789012345abcxyzAZ@[`{/:.- \u00e9\u4e00";

  private static List<Integer> read(byte[] bytes, boolean everyRun) {
    List<Integer> found = new ArrayList<>();
    FirstDigits digits = new FirstDigits(bytes, everyRun);
    for (int block = 0; block < bytes.length; block += FirstDigits.BLOCK) {
      for (long bits = digits.in(block); bits != 0; bits &= bits - 1) {
        int start = block + Long.numberOfTrailingZeros(bits);
        found.add(start);
        found.add(digits.end(start));
      }
    }
    return found;
  }

  /** Starts and ends, of texts in which each byte is a character. */
  private static List<Integer> expected(String text, boolean everyRun) {
    Pattern runs = Pattern.compile(everyRun ? "[0-9]+" : "(?<![0-9A-Za-z])[A-Za-z]*([0-9]+)");
    List<Integer> expected = new ArrayList<>();
    for (MatchResult run : runs.matcher(text).results().toList()) {
      expected.add(run.start(run.groupCount()));
      expected.add(run.end(run.groupCount()));
    }
    return expected;
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void findsWhatAnExpressionFinds(boolean everyRun) {
    Random random = new Random(7);
    for (int round = 0; round < 3000; round++) {
      StringBuilder text = new StringBuilder();
      int length = random.nextInt(300);
      int signs = round % 2 == 0 ? SIGNS.length() : 20;
      while (text.length() < length) {
        text.append(SIGNS.charAt(random.nextInt(signs)));
      }
      byte[] bytes = text.toString().getBytes(StandardCharsets.UTF_8);

      assertThat(read(bytes, everyRun))
          .as("%s", text)
          .isEqualTo(expected(new String(bytes, StandardCharsets.ISO_8859_1), everyRun));
    }
  }

  @Test
  void knowsWhatIsAroundANumber() {
    Random random = new Random(19);
    for (int round = 0; round < 300; round++) {
      StringBuilder text = new StringBuilder();
      for (int i = random.nextInt(300); i > 0; i--) {
        text.append("0123456789 ab.-\n1 2".charAt(random.nextInt(19)));
      }
      byte[] bytes = text.toString().getBytes(StandardCharsets.UTF_8);
      FirstDigits digits = new FirstDigits(bytes, false);
      for (int block = 0; block < bytes.length; block += FirstDigits.BLOCK) {
        for (long bits = digits.in(block); bits != 0; bits &= bits - 1) {
          assertAround(text.toString(), digits, block + Long.numberOfTrailingZeros(bits));
        }
      }
    }
  }

  private static void assertAround(String text, FirstDigits digits, int start) {
    for (int i = 0; i < 63; i++) {
      assertThat(digits.from(start) >>> i & 1)
          .as("digit %s behind %s of %s", i, start, text)
          .isEqualTo(isIn(text, start + i, CharSet.DIGIT) ? 1 : 0);
      boolean last =
          isIn(text, start + i, CharSet.ALNUM) && !isIn(text, start + i + 1, CharSet.ALNUM);
      assertThat(digits.wordEnds(start) >>> i & 1)
          .as("end %s behind %s of %s", i, start, text)
          .isEqualTo(last ? 1 : 0);
      boolean first =
          isIn(text, start - i, CharSet.ALNUM) && !isIn(text, start - i - 1, CharSet.ALNUM);
      assertThat(digits.wordStarts(start) >>> (63 - i) & 1)
          .as("start %s before %s of %s", i, start, text)
          .isEqualTo(first ? 1 : 0);
    }
  }

  private static boolean isIn(String text, int index, CharSet set) {
    return index >= 0 && index < text.length() && set.has(text.charAt(index));
  }

  @Test
  void whatIsDullEndsBeforeTheFirstOtherSign() {
    String table = "12 34 56 78\n".repeat(9);
    for (int other = 0; other <= table.length(); other++) {
      String text = table.substring(0, other) + "/" + table.substring(other);
      FirstDigits digits = new FirstDigits(text.getBytes(StandardCharsets.UTF_8), false);
      for (int block = 0; block < text.length() - FirstDigits.BLOCK; block += FirstDigits.BLOCK) {
        long _ = digits.in(block);
        int end = Math.min(block + FirstDigits.BLOCK, other < block ? Integer.MAX_VALUE : other);
        int expected = end - block < FirstDigits.LEAST ? block : end;
        assertThat(digits.dullEnd(block)).as("%s in block %s", other, block).isEqualTo(expected);
      }
    }
  }
}
