package io.tabellion.audit.index;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import java.util.ArrayList;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("unit")
class WordsTest {

  @Test
  void splitsAtWhatIsNeitherLetterNorDigit() {
    assertThat(Words.of("read_file: Müller's 4711, a@b.example"))
        .containsExactly("read", "file", "müller", "s", "4711", "a", "b", "example");
  }

  @Test
  void foldsCaseAndForm() {
    assertThat(Words.of("STRASSE ﬁne Ａ１ Cafe\u0301"))
        .containsExactly("strasse", "fine", "a1", "caf\u00e9");
  }

  @Test
  void splitsAsciiAsItSplitsAnyText() {
    StringBuilder all = new StringBuilder();
    for (char c = 0; c < 128; c++) {
      all.append("Ab").append(c).append("1Z ");
    }
    String ascii = all.append("x".repeat(Words.LENGTH + 1)).toString();
    var words = new ArrayList<>(Words.of(ascii + " é"));
    assertThat(words.removeLast()).isEqualTo("é");
    assertThat(Words.of(ascii)).containsExactlyElementsOf(words);
  }

  @Test
  void findsEachOfManyWordsThatComeAgain() {
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < 3 * 500; i++) {
      text.append(i % 2 == 0 ? "Word" : "wORD").append(i % 500).append(' ');
    }
    assertThat(Words.of(text.toString())).hasSize(500).startsWith("word0").endsWith("word499");
  }

  @Test
  void takesEachCharacterOfScriptsWithoutSpaces() {
    assertThat(Words.of("東京 tower カ")).containsExactly("東", "京", "tower", "カ");
  }

  @Test
  void readsJsonStringsDecoded() {
    String json = "{\"na\\u006de\":\"one\\ntwo\",\"n\":[12.5,true]}";
    assertThat(Words.of("application/json", ByteString.copyFromUtf8(json)))
        .containsExactly("name", "one", "two", "n", "12", "5", "true");
  }

  @Test
  void readsBrokenJsonAsText() {
    assertThat(Words.of("application/json", ByteString.copyFromUtf8("{\"a\": hello world")))
        .contains("a", "hello", "world");
  }

  @Test
  void leavesOutWhatIsTooLongAndStopsAtTheLimit() {
    assertThat(Words.of("a".repeat(Words.LENGTH) + " " + "b".repeat(Words.LENGTH + 1)))
        .containsExactly("a".repeat(Words.LENGTH));
    StringBuilder many = new StringBuilder();
    for (int i = 0; i < 2 * Words.COUNT; i++) {
      many.append('w').append(i).append(' ');
    }
    assertThat(Words.of(many.toString())).hasSize(Words.COUNT);
  }

  @Test
  void bytesHaveNone() {
    var bytes = ByteString.copyFromUtf8("what looks like words");
    assertThat(Words.of("application/octet-stream", bytes)).isEmpty();
    assertThat(Words.of("text/plain", bytes)).isNotEmpty();
  }
}
