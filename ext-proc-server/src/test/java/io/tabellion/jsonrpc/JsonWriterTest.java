package io.tabellion.jsonrpc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("unit")
class JsonWriterTest {
  private final JsonReader reader = new JsonReader(new Limits(64, 1_000_000, 10_000, 1_000, 1));

  /** Row 10: what some reader takes for the end of a line is an escape. */
  @Test
  void escapesEverythingThatCouldEndALine() {
    assertThat(
            JsonWriter.toText(
                new Json.Text("\u2028\u2029\u0085\u000b\f\r\n\b\t\u0000\u001b\u007f\u009f")))
        .isEqualTo("\"\\u2028\\u2029\\u0085\\u000b\\f\\r\\n\\b\\t\\u0000\\u001b\\u007f\\u009f\"");
  }

  @Test
  void escapesNoMore() {
    assertThat(
            JsonWriter.toText(new Json.Text("/<>&'\u00a0\u00e9\u2027\u202a\ufeff\ud83d\ude00\"\\")))
        .isEqualTo("\"/<>&'\u00a0\u00e9\u2027\u202a\ufeff\ud83d\ude00\\\"\\\\\"");
  }

  @Test
  void writesALongTextAsItWritesItsCharacters() {
    for (char c = 0; c < 0x100; c++) {
      String written = JsonWriter.toText(new Json.Text(String.valueOf(c)));
      String inside = written.substring(1, written.length() - 1);
      for (int at = 60; at < 80; at++) {
        String before = "a".repeat(at);
        String text = before + c + c + "\u000b" + c + "z";

        assertThat(JsonWriter.toText(new Json.Text(text)))
            .as("%x at %d", (int) c, at)
            .isEqualTo('"' + before + inside + inside + "\\u000b" + inside + "z\"");
      }
    }
  }

  @Test
  void refusesToWriteALoneSurrogate() {
    for (String text : List.of("\ud83d", "a\ude00", "\ud83dx", "\ud83d\ud83d")) {
      assertThatThrownBy(() -> JsonWriter.write(new Json.Text(text)))
          .isInstanceOf(IllegalArgumentException.class);
    }
  }

  @Test
  void growsForTextOfAnyWidth() {
    for (String unit : List.of("x", "\"", "\u00e9", "\u20ac", "\ud83d\ude00", "\u0001")) {
      Json text = new Json.Text(unit.repeat(5_000));
      assertThat(reader.read(JsonWriter.write(text))).isEqualTo(new Reading.Document(text));
    }
  }

  @Test
  void whatIsWrittenIsReadAsTheSame() {
    Random random = new Random(7);
    for (int i = 0; i < 5_000; i++) {
      Json value = value(random, 5);
      assertThat(reader.read(JsonWriter.write(value))).isEqualTo(new Reading.Document(value));
      assertThat(JsonWriter.write(value)).isEqualTo(JsonWriter.write(value));
      assertThat(JsonWriter.toText(value).lines()).hasSize(1);
    }
  }

  private static Json value(Random random, int depth) {
    return switch (random.nextInt(depth > 0 ? 6 : 4)) {
      case 0 -> new Json.Text(text(random));
      case 1 -> number(random);
      case 2 -> Json.Literal.of(random.nextBoolean());
      case 3 -> Json.Literal.NULL;
      case 4 -> object(random, depth);
      default -> array(random, depth);
    };
  }

  private static Json number(Random random) {
    String[] lexemes = {"0", "-0", "1E2", "1e-7", "12345678901234567890", "0.10", "7"};
    return new Json.Num(lexemes[random.nextInt(lexemes.length)]);
  }

  private static Json object(Random random, int depth) {
    Json.Obj object = Json.Obj.EMPTY;
    for (int i = random.nextInt(5); i > 0; i--) {
      object = object.with(text(random), value(random, depth - 1));
    }
    return object;
  }

  private static Json array(Random random, int depth) {
    List<Json> items = new ArrayList<>();
    for (int i = random.nextInt(5); i > 0; i--) {
      items.add(value(random, depth - 1));
    }
    return new Json.Array(items);
  }

  private static String text(Random random) {
    StringBuilder text = new StringBuilder();
    for (int i = random.nextInt(20); i > 0; i--) {
      int point =
          switch (random.nextInt(4)) {
            case 0 -> random.nextInt(0x80);
            case 1 -> random.nextInt(0x800);
            case 2 -> random.nextInt(0xD800);
            default -> 0x10000 + random.nextInt(0x100000);
          };
      text.appendCodePoint(point);
    }
    return text.toString();
  }
}
