package io.tabellion.detect.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("unit")
class KeywordEndsTest {
  private static final List<String> KEYWORDS =
      List.of("a", "ab", "abab", "bab", "ccab", "aaaaaaaaaaaaaaaaaaaa", "babababababababababab");

  private static byte[] text(Random random) {
    StringBuilder text = new StringBuilder();
    while (text.length() < 2 * KeywordEnds.PIECE) {
      text.append("abc".charAt(random.nextInt(3)));
      if (random.nextInt(20) == 0) {
        text.append(KEYWORDS.get(random.nextInt(KEYWORDS.size())));
      }
    }
    return text.toString().getBytes(StandardCharsets.US_ASCII);
  }

  private static void note(KeywordEnds ends, List<String> told) {
    while (ends.isBefore(Integer.MAX_VALUE)) {
      told.add(ends.next() + ":" + ends.state());
    }
  }

  @Test
  void aPieceHasWhatItsBlocksHave() {
    Automaton automaton = new Automaton(KEYWORDS);
    Random random = new Random(3);
    for (int round = 0; round < 200; round++) {
      byte[] text = text(random);
      int from = random.nextInt(FirstDigits.BLOCK);
      KeywordEnds blocks = new KeywordEnds(text, automaton);
      List<String> expected = new ArrayList<>();
      int end = from + KeywordEnds.PIECE + FirstDigits.BLOCK;
      for (int at = from; at < end; at += FirstDigits.BLOCK) {
        blocks.read(at, at + FirstDigits.BLOCK);
        note(blocks, expected);
      }
      KeywordEnds piece = new KeywordEnds(text, automaton);
      List<String> told = new ArrayList<>();
      piece.readPiece(from);
      note(piece, told);
      piece.read(from + KeywordEnds.PIECE, end);
      note(piece, told);

      assertThat(told).isEqualTo(expected).hasSizeGreaterThan(100);
    }
  }
}
