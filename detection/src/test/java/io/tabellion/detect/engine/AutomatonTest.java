package io.tabellion.detect.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("unit")
class AutomatonTest {

  private static List<String> found(List<String> keywords, String text) {
    Automaton automaton = new Automaton(keywords);
    List<String> found = new ArrayList<>();
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    Text read = new Text(bytes);
    int row = 0;
    for (int i = 0; i < bytes.length; i++) {
      int next = automaton.table[(row << Automaton.SHIFT) + automaton.columns[bytes[i] & 0xff]];
      if (next < 0) {
        next = ~next;
        for (int keyword : automaton.endsIn(next)) {
          if (automaton.isAt(keyword, read, i + 1)) {
            found.add(keywords.get(keyword) + "@" + (i + 1));
          }
        }
      }
      row = next;
    }
    return found;
  }

  @Test
  void findsKeywordsInsideEachOther() {
    assertThat(found(List.of("he", "she", "hers", "his"), "ushers"))
        .containsExactlyInAnyOrder("she@4", "he@4", "hers@6");
  }

  @Test
  void foldsCase() {
    assertThat(found(List.of("key"), "KeY")).containsExactly("key@3");
  }

  @Test
  void takesAnyNumberOfScripts() {
    List<String> keywords = new ArrayList<>();
    for (int c = 0x21; c < 0x800; c++) {
      keywords.add(Automaton.bytes(Character.toString(c)));
    }

    assertThat(keywords.stream().flatMapToInt(String::chars).distinct().count()).isGreaterThan(127);
    assertThat(found(keywords, "\u0633")).hasSize(1);
  }

  @Test
  void findsWhatANaiveSearchFinds() {
    Random random = new Random(1);
    for (int round = 0; round < 200; round++) {
      List<String> keywords =
          random
              .ints(12, 0, 81)
              .mapToObj(i -> Integer.toString(i + 81, 3).substring(random.nextInt(3)))
              .distinct()
              .toList();
      List<String> letters =
          keywords.stream()
              .map(k -> k.replace('0', 'a').replace('1', 'b').replace('2', 'c'))
              .toList();
      String text =
          random
              .ints(60, 0, 3)
              .collect(
                  StringBuilder::new, (s, i) -> s.append((char) ('A' + i)), StringBuilder::append)
              .toString();
      List<String> naive = new ArrayList<>();
      for (int end = 1; end <= text.length(); end++) {
        for (String keyword : letters) {
          if (text.substring(0, end).toLowerCase(Locale.ROOT).endsWith(keyword)) {
            naive.add(keyword + "@" + end);
          }
        }
      }

      assertThat(found(letters, text)).containsExactlyInAnyOrderElementsOf(naive);
    }
  }

  /** Tables are passed over; what begins at their end is found all the same. */
  @Test
  void behindDullBytesItIsWhereReadingThemLeads() {
    Automaton automaton =
        new Automaton(List.of("1000x", "---- B", "00d", "1//0", "+12:", "a 1b", "7"));
    Automaton passed = new Automaton(List.of("1000x", "---- B", "00d", "1//0", "+12:", "a 1b"));
    Random random = new Random(17);
    int compared = 0;
    for (int round = 0; round < 20_000; round++) {
      StringBuilder text = new StringBuilder();
      for (int i = random.nextInt(4); i > 0; i--) {
        text.append("ax:/+-d10 ".charAt(random.nextInt(10)));
      }
      int state = walked(passed, text.toString(), 0);
      StringBuilder dull = new StringBuilder();
      for (int i = FirstDigits.LEAST + random.nextInt(9); i > 0; i--) {
        dull.append("0012-+, \n1".charAt(random.nextInt(10)));
      }
      byte[] bytes = (text.toString() + dull).getBytes(StandardCharsets.UTF_8);
      if (passed.isDull(state)) {
        compared++;
        assertThat(passed.behindDull(bytes, bytes.length))
            .as("%s|%s", text, dull)
            .isEqualTo(walked(passed, dull.toString(), state));
      }
    }
    assertThat(compared).isGreaterThan(1000);
    assertThat(automaton.isDull(0)).as("with a keyword that is dull as a whole").isFalse();
  }

  /** The state behind the text, in which no keyword ends but at its start. */
  private static int walked(Automaton automaton, String text, int from) {
    int state = from;
    for (byte b : text.getBytes(StandardCharsets.UTF_8)) {
      int next = automaton.table[(state << Automaton.SHIFT) + automaton.columns[b & 0xff]];
      state = next < 0 ? ~next : next;
    }
    return state;
  }
}
