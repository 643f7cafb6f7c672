package io.tabellion.console;

import io.tabellion.jsonrpc.Json;
import io.tabellion.jsonrpc.JsonWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A JSON value as lines that people read: a line for each value, long texts folded, texts of
 * several lines as they are.
 *
 * @param more values that are not among the lines, because they are too many
 */
record JsonView(List<Line> lines, int more) {
  private static final int MOST_LINES = 2_000;
  private static final int LONG_TEXT = 240;
  private static final int SUMMARY = 80;
  private static final int OPEN_TEXT = 2_000;
  private static final int DEEPEST_INDENT = 12;

  JsonView {
    lines = List.copyOf(lines);
  }

  /** Whether some values are not among the lines. */
  boolean cut() {
    return more > 0;
  }

  /**
   * A line.
   *
   * @param depth how far it is moved to the right
   * @param key of a member, with its colon; empty for items
   * @param kind {@code text}, {@code number}, {@code word} or {@code brackets}: how it is coloured
   * @param value one line of it; of a folded text, its beginning
   * @param folded the whole text; null if {@code value} is all
   * @param about what the folded text is, e.g. {@code 1,204 characters}
   * @param open whether the folded text is shown at first
   */
  record Line(
      int depth,
      String key,
      String kind,
      String value,
      @Nullable String folded,
      String about,
      boolean open) {}

  static JsonView of(Json value) {
    Lines lines = new Lines();
    lines.add(0, "", value, "");
    return new JsonView(lines.lines, lines.more);
  }

  /** Collects lines. */
  private static final class Lines {
    private final List<Line> lines = new ArrayList<>();
    private int more;

    void add(int depth, String key, Json value, String comma) {
      switch (value) {
        case Json.Obj object when !object.members().isEmpty() -> {
          line(depth, key, "brackets", "{");
          int left = object.members().size();
          for (Map.Entry<String, Json> member : object.members().entrySet()) {
            left--;
            add(depth + 1, name(member.getKey()), member.getValue(), left == 0 ? "" : ",");
          }
          line(depth, "", "brackets", "}" + comma);
        }
        case Json.Array array when !array.items().isEmpty() -> {
          line(depth, key, "brackets", "[");
          int left = array.items().size();
          for (Json item : array.items()) {
            left--;
            add(depth + 1, "", item, left == 0 ? "" : ",");
          }
          line(depth, "", "brackets", "]" + comma);
        }
        case Json.Obj _ -> line(depth, key, "brackets", "{}" + comma);
        case Json.Array _ -> line(depth, key, "brackets", "[]" + comma);
        case Json.Text(String text) -> text(depth, key, text, comma);
        case Json.Num(String lexeme) -> line(depth, key, "number", Visible.of(lexeme) + comma);
        case Json.Literal literal -> line(depth, key, "word", literal.text() + comma);
      }
    }

    private static String name(String key) {
      return Visible.brief(JsonWriter.toText(new Json.Text(key)), LONG_TEXT) + ": ";
    }

    private void text(int depth, String key, String text, String comma) {
      boolean several = text.strip().indexOf('\n') >= 0;
      if (text.length() <= LONG_TEXT && !several) {
        line(depth, key, "text", quoted(text) + comma);
        return;
      }
      String start = text.strip().lines().findFirst().orElse("");
      String about = "%,d characters".formatted(text.length());
      if (several) {
        about += ", %,d lines".formatted(text.lines().count());
      }
      add(
          new Line(
              Math.min(depth, DEEPEST_INDENT),
              key,
              "text",
              Visible.brief(start, SUMMARY),
              Visible.lines(text),
              about,
              text.length() <= OPEN_TEXT));
    }

    private void line(int depth, String key, String kind, String value) {
      add(new Line(Math.min(depth, DEEPEST_INDENT), key, kind, value, null, "", false));
    }

    private void add(Line line) {
      if (lines.size() < MOST_LINES) {
        lines.add(line);
      } else if (!line.kind().equals("brackets")) {
        more++;
      }
    }
  }

  private static String quoted(String text) {
    return Visible.of(JsonWriter.toText(new Json.Text(text)));
  }
}
