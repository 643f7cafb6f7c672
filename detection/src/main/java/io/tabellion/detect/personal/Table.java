package io.tabellion.detect.personal;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Stream;

/**
 * A data file beside this class: rows of cells, and below each of them lines of its own.
 *
 * <pre>
 * # a comment
 * NAME | another cell
 *   key: value
 *   words en: one, another
 * </pre>
 *
 * <p>Immutable.
 *
 * @param file its name
 */
record Table(String file, List<Row> rows) {
  Table {
    rows = List.copyOf(rows);
  }

  /**
   * Reads a file that comes with the product.
   *
   * @param columns what each row says, as the head of the file names it
   * @param keys of lines, without what stands behind a space in them
   * @throws IllegalStateException if the file has not this form
   */
  static Table read(String file, List<String> columns, Set<String> keys) {
    return new Table(file, rows(file, text(file), columns, keys));
  }

  private static String text(String file) {
    try (InputStream in = Table.class.getResourceAsStream(file)) {
      return new String(Objects.requireNonNull(in, file).readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static List<Row> rows(String file, String text, List<String> columns, Set<String> keys) {
    List<Row> rows = new ArrayList<>();
    for (String line : text.split("\n", -1)) {
      if (line.startsWith("  ") && !rows.isEmpty()) {
        rows.getLast().lines().add(Line.of(file, line, keys));
      } else if (!line.isEmpty() && line.charAt(0) != '#') {
        List<String> cells = split(line, '|');
        if (line.charAt(0) == ' ' || cells.size() != columns.size()) {
          throw wrong(file, line, String.join(" | ", columns));
        }
        rows.add(new Row(file, cells, new ArrayList<>()));
      }
    }
    return rows;
  }

  static IllegalStateException wrong(String file, String what, String expected) {
    return new IllegalStateException(file + ": " + what + " (expected: " + expected + ")");
  }

  /** What stands between the signs, without what is blank around it; no pattern is compiled. */
  private static List<String> split(String text, char sign) {
    List<String> parts = new ArrayList<>();
    int from = 0;
    for (int at = text.indexOf(sign); at >= 0; at = text.indexOf(sign, from)) {
      parts.add(text.substring(from, at).strip());
      from = at + 1;
    }
    parts.add(text.substring(from).strip());
    return parts;
  }

  /**
   * A line below a row.
   *
   * @param more what stands behind a space in its key; empty if nothing does
   */
  record Line(String key, String more, String value) {
    private static Line of(String file, String line, Set<String> keys) {
      int colon = line.indexOf(": ");
      String whole = line.substring(2, Math.max(2, colon));
      int space = whole.indexOf(' ');
      String key = space < 0 ? whole : whole.substring(0, space);
      if (!keys.contains(key)) {
        throw wrong(file, line.strip(), "a line of " + keys.stream().sorted().toList());
      }
      return new Line(
          key, space < 0 ? "" : whole.substring(space + 1), line.substring(colon + 2).strip());
    }
  }

  /** One row, and the lines below it in their order. */
  record Row(String file, List<String> cells, List<Line> lines) {
    String name() {
      return cells.getFirst();
    }

    /** The number in a cell. */
    double number(int cell) {
      try {
        return Double.parseDouble(cells.get(cell));
      } catch (NumberFormatException e) {
        throw wrong(cells.get(cell), "a number");
      }
    }

    boolean has(String key) {
      return lines(key).findAny().isPresent();
    }

    Stream<Line> lines(String key) {
      return lines.stream().filter(line -> line.key().equals(key));
    }

    /** The value of the one line of that key; empty if there is none. */
    String line(String key) {
      return lines(key).map(Line::value).findFirst().orElse("");
    }

    /** What stands between commas in all lines of that key. */
    String[] list(String key) {
      return lines(key).flatMap(line -> split(line.value(), ',').stream()).toArray(String[]::new);
    }

    /** A mistake of this row. */
    IllegalStateException wrong(String what, String expected) {
      return Table.wrong(file, name() + ": " + what, expected);
    }
  }
}
