package io.tabellion.detect.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Tag;
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
}
