package io.tabellion.detect.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("unit")
class WordStartsTest {
  private static final List<String> WORDS =
      List.of("i", "id", "ip", "card", "cards", "0x", "tel no", "téléphone", "電話", "#", "a.b");

  private static final List<String> SIGNS =
      List.of(
          "i",
          "d",
          "I",
          "D",
          "card",
          "Card",
          "S",
          "0x",
          "0",
          "tel no",
          "TÉLÉ",
          "téléphone",
          "電話",
          "#",
          "a.b",
          " ",
          ".",
          "_",
          "9",
          "zz");

  private final List<String> words = WORDS.stream().map(Automaton::bytes).toList();
  private final WordStarts starts = new WordStarts(words);

  /** Each word at each place, told byte by byte. */
  private List<String> expected(byte[] bytes) {
    List<String> found = new ArrayList<>();
    for (int at = 0; at < bytes.length; at++) {
      int before = at == 0 ? 0 : bytes[at - 1];
      boolean camel = CharSet.LOWER.has(before) && CharSet.UPPER.has(bytes[at]);
      for (int word = 0; word < words.size(); word++) {
        if ((!CharSet.LETTER.has(before) || camel) && has(bytes, at, words.get(word))) {
          found.add(WORDS.get(word) + " at " + at);
        }
      }
    }
    return found;
  }

  private static boolean has(byte[] bytes, int at, String word) {
    for (int i = 0; i < word.length(); i++) {
      if (at + i == bytes.length || (Text.lower(bytes[at + i]) & 0xff) != word.charAt(i)) {
        return false;
      }
    }
    return true;
  }

  private List<String> found(byte[] bytes, int from) {
    List<String> found = new ArrayList<>();
    for (int at = from; at < bytes.length; at += EightBytes.BYTES) {
      for (long bits = starts.in(bytes, at); bits != 0; bits &= bits - 1) {
        int start = at + Long.numberOfTrailingZeros(bits) / Byte.SIZE;
        for (int word : starts.like(bytes, start)) {
          int end = starts.end(word, bytes, start);
          if (end >= 0) {
            assertThat(end - start).isEqualTo(words.get(word).length());
            found.add(WORDS.get(word) + " at " + start);
          }
        }
      }
    }
    return found;
  }

  @Test
  void findsWhatABytewiseSearchFinds() {
    Random random = new Random(5);
    int count = 0;
    for (int round = 0; round < 20_000; round++) {
      StringBuilder text = new StringBuilder();
      for (int part = random.nextInt(20); part >= 0; part--) {
        text.append(SIGNS.get(random.nextInt(SIGNS.size())));
      }
      byte[] bytes = text.toString().getBytes(StandardCharsets.UTF_8);
      List<String> expected = expected(bytes);

      assertThat(found(bytes, 0)).as("%s", text).isEqualTo(expected);
      count += expected.size();
    }
    assertThat(count).isGreaterThan(10_000);
  }

  @Test
  void startsAnywhereInAText() {
    byte[] bytes = "a card, cards and ids: ID".getBytes(StandardCharsets.UTF_8);
    for (int from = 0; from < bytes.length; from++) {
      int first = from;

      assertThat(found(bytes, from))
          .isEqualTo(
              expected(bytes).stream()
                  .filter(word -> Integer.parseInt(word.replaceAll(".* ", "")) >= first)
                  .toList());
    }
  }

  @Test
  void findsTheEndOfALine() {
    byte[] bytes = "0123456789\nabc\n".getBytes(StandardCharsets.UTF_8);

    assertThat(EightBytes.indexOf('\n', bytes, 0, bytes.length)).isEqualTo(10);
    assertThat(EightBytes.indexOf('\n', bytes, 11, bytes.length)).isEqualTo(14);
    assertThat(EightBytes.indexOf('\n', bytes, 0, 10)).isEqualTo(10);
    assertThat(EightBytes.indexOf('\n', bytes, 0, 5)).isEqualTo(5);
    assertThat(EightBytes.indexOf('\n', bytes, 7, 7)).isEqualTo(7);
  }
}
