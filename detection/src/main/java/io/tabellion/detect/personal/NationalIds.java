package io.tabellion.detect.personal;

import io.tabellion.detect.engine.CharSet;
import io.tabellion.detect.engine.Detector;
import io.tabellion.detect.engine.Hits;
import io.tabellion.detect.engine.Template;
import io.tabellion.detect.engine.Text;
import io.tabellion.detect.engine.Trigger;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.Predicate;

/**
 * Identity, tax and health numbers that states give to people, from the table {@code
 * national-ids.txt} beside this class; its head says its form.
 */
final class NationalIds {
  private static final String FILE = "national-ids.txt";
  private static final String US_SSN = "US_SSN";
  private static final String SSN = "ssn";

  private NationalIds() {}

  static List<Detector> all() {
    List<Detector> all = new ArrayList<>();
    Row row = null;
    for (String line : text().split("\n", -1)) {
      if (line.startsWith("  ") && row != null) {
        row.add(line);
      } else if (!line.isEmpty() && line.charAt(0) != '#') {
        if (row != null) {
          all.add(row.detector());
        }
        row = new Row(line);
      }
    }
    all.add(Objects.requireNonNull(row, FILE).detector());
    return List.copyOf(all);
  }

  private static String text() {
    try (InputStream in = NationalIds.class.getResourceAsStream(FILE)) {
      return new String(Objects.requireNonNull(in, FILE).readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** One number while its lines are read. Confined. */
  private static final class Row {
    private final String name;
    private final double formatted;
    private final double bare;
    private final String source;
    private String[] shapes = {};
    private String first = "";
    private String third = "";
    private String[] words = {};
    private String rule = "";

    Row(String line) {
      String[] parts = split(line, "\\|");
      if (parts.length != 4) {
        throw wrong(line, "NAME | score | score of digits only | source");
      }
      this.name = parts[0];
      this.formatted = Double.parseDouble(parts[1]);
      this.bare = Double.parseDouble(parts[2]);
      this.source = parts[3];
    }

    void add(String line) {
      int colon = line.indexOf(": ");
      String value = line.substring(colon + 2);
      switch (line.substring(2, Math.max(2, colon))) {
        case "shapes" -> shapes = split(value, ",");
        case "first" -> first = value;
        case "third" -> third = value;
        case "words" -> words = split(value, ",");
        case "rule" -> rule = value;
        default -> throw wrong(line, "shapes, first, third, words or rule");
      }
    }

    Detector detector() {
      Template template = Template.of(shapes);
      template = first.isEmpty() ? template : template.first(first);
      template = third.isEmpty() ? template : template.third(third);
      Predicate<String> check = NationalChecks.ALL.get(name);
      if (check == null) {
        throw wrong(name, "a name that has its check in NationalChecks");
      }
      Detector detector =
          new NationalId(name, template, check, formatted, bare).detector(rule, source, words);
      return name.equals(US_SSN) ? labelled(detector, template) : detector;
    }

    /** By one sign, so that no pattern is compiled, without what is blank around it. */
    private static String[] split(String text, String sign) {
      String[] parts = text.split(sign, -1);
      for (int i = 0; i < parts.length; i++) {
        parts[i] = parts[i].strip();
      }
      return parts;
    }

    private static IllegalStateException wrong(String what, String expected) {
      return new IllegalStateException(FILE + ": " + what + " (expected: " + expected + ")");
    }
  }

  /** The same that also finds a number right behind its label, and trusts some shapes less. */
  private static Detector labelled(Detector ssn, Template template) {
    List<Trigger> triggers = new ArrayList<>(ssn.triggers());
    triggers.add(Trigger.word(SSN));
    return new Detector(
        ssn.name(),
        ssn.kind(),
        ssn.rule(),
        ssn.source(),
        triggers,
        ssn.longest(),
        (text, from, to, hits) -> {
          if (text.hasIgnoringCase(from, SSN)) {
            glued(text, from, to, hits);
          } else {
            template.match(text, from, to, hits);
          }
        },
        (text, start, end) -> {
          double score = ssn.validator().score(text, start, end);
          boolean weak = text.at(start) == '9' || text.at(start + 3) == '.';
          return weak ? Math.min(0.3, score) : score;
        },
        ssn.context());
  }

  /** Offers the number that follows its label at once: three, two and four digits. */
  private static void glued(Text text, int from, int to, Hits hits) {
    int first = text.runEnd(to, CharSet.DIGIT, 10);
    int sign = text.at(first);
    boolean grouped =
        first - to == 3
            && (sign == '-' || sign == ' ')
            && text.runEnd(first + 1, CharSet.DIGIT, 3) == first + 3
            && text.at(first + 3) == sign;
    int end = grouped ? text.runEnd(first + 4, CharSet.DIGIT, 5) : first;
    boolean whole = grouped ? end - to == 11 : end - to == 9;
    boolean goesOn =
        CharSet.ALNUM.has(text.at(end))
            || ((text.at(end) == '-' || text.at(end) == '.')
                && CharSet.DIGIT.has(text.at(end + 1)));
    if (whole && !goesOn && !CharSet.LETTER.has(text.at(from - 1))) {
      hits.hit(to, end);
    }
  }
}
