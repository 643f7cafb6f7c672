package io.tabellion.detect.secrets;

import io.tabellion.detect.engine.CharSet;
import io.tabellion.detect.engine.Detector;
import io.tabellion.detect.engine.Kind;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * The tables of providers beside this class: every kind of token that a provider documents, a line
 * each. The head of {@code providers.txt} says their form.
 */
final class ProviderFile {
  private static final String CELL = " | ";
  private static final String EQUALS = " = ";
  private static final String NEAR = " := ";
  private static final String UUID = "uuid";
  private static final List<Shape.Part> UUID_PARTS = uuid();

  private static final Map<Character, CharSet> SETS =
      Map.ofEntries(
          Map.entry('A', CharSet.ALNUM),
          Map.entry('a', CharSet.LOWER_ALNUM),
          Map.entry('U', CharSet.UPPER_ALNUM),
          Map.entry('h', CharSet.LOWER_HEX),
          Map.entry('H', CharSet.of("0-9A-F")),
          Map.entry('x', CharSet.HEX),
          Map.entry('d', CharSet.DIGIT),
          Map.entry('l', CharSet.LOWER),
          Map.entry('L', CharSet.LETTER),
          Map.entry('s', CharSet.BASE64URL),
          Map.entry('w', CharSet.WORD),
          Map.entry('D', CharSet.of("0-9A-Za-z_.-")),
          Map.entry('q', CharSet.of("2-7A-Z")),
          Map.entry('y', CharSet.of("0-9a-f-")),
          Map.entry('z', CharSet.of("0-9A-Za-z%._~+/=-")),
          Map.entry('p', CharSet.of("0-9A-Za-z_=-")),
          Map.entry('Z', CharSet.of("0-9A-Za-z_~.-")),
          Map.entry('%', CharSet.of("0-9A-Za-z%")),
          Map.entry('/', CharSet.of("0-9A-Za-z_/-")),
          Map.entry('+', CharSet.of("0-9A-Za-z+/=_-")),
          Map.entry('.', CharSet.of("0-9A-Za-z_.-")));

  private static final CharSet BASE64_BODY = CharSet.of("0-9A-Za-z+/");

  private ProviderFile() {}

  static List<Detector> secrets() {
    return read("providers.txt", Kind.SECRET);
  }

  static List<Detector> identifiers() {
    return read("public.txt", Kind.PUBLIC);
  }

  private static List<Detector> read(String file, Kind kind) {
    List<Detector> detectors = new ArrayList<>();
    Provider provider = Provider.NONE;
    for (String line : split(text(file), "\n", Integer.MAX_VALUE)) {
      if (line.startsWith("  ")) {
        provider.add(line.strip());
      } else if (!line.isBlank() && line.charAt(0) != '#') {
        provider.finish(kind, detectors);
        provider = Provider.of(line);
      }
    }
    provider.finish(kind, detectors);
    return detectors;
  }

  /** Returns the parts between the signs, the last with what is left; no pattern is compiled. */
  private static List<String> split(String text, String signs, int most) {
    List<String> parts = new ArrayList<>();
    int from = 0;
    int at = text.indexOf(signs);
    while (at >= 0 && parts.size() + 1 < most) {
      parts.add(text.substring(from, at));
      from = at + signs.length();
      at = text.indexOf(signs, from);
    }
    parts.add(text.substring(from));
    return parts;
  }

  /** One provider while its kinds are read. Confined. */
  private static final class Provider {
    static final Provider NONE = new Provider("", "", "");

    /** In the place of a source: each kind has its own. */
    private static final String EACH = "-";

    private static final String SOURCES = "; ";

    /** Shorter words and their underscore are looked for with it: few texts have them. */
    private static final int BRIEF = 5;

    private final String name;
    private final String title;
    private final String source;
    private final Set<String> sources = new LinkedHashSet<>();
    private final List<Shape> shapes = new ArrayList<>();
    private final List<Shape> weak = new ArrayList<>();
    private final List<Token.Assigned> assigned = new ArrayList<>();
    private final List<String> rules = new ArrayList<>();

    private Provider(String name, String title, String source) {
      this.name = name;
      this.title = title;
      this.source = source;
    }

    static Provider of(String line) {
      List<String> parts = split(line, CELL, Integer.MAX_VALUE);
      if (parts.size() != 4) {
        throw new IllegalStateException(line + " (expected: NAME | category | provider | source)");
      }
      return new Provider(
          parts.getFirst(), parts.get(2) + " (" + parts.get(1) + ")", parts.getLast());
    }

    void add(String line) {
      List<String> parts = split(line, CELL, 3);
      String kind = parts.getFirst();
      String shape = parts.get(1);
      sources.add(parts.size() > 2 ? parts.get(2) : own(line));
      int near = shape.lastIndexOf(NEAR);
      int equals = Math.max(near, shape.lastIndexOf(EQUALS));
      if (equals > 0) {
        String names = shape.substring(0, equals);
        String value = shape.substring(shape.indexOf("= ", equals) + 2);
        List<String> words = split(names, ", ", Integer.MAX_VALUE);
        for (String word : words) {
          assign(word, near > 0, shape(value, true));
        }
        rules.add(kind + ": " + value + " of a name with " + String.join(" or ", words) + " in it");
      } else if (shape.startsWith("~")) {
        weak.add(shape(shape.substring(1), false));
        rules.add(kind + ": " + shape.substring(1));
      } else {
        shapes.add(shape(shape, false));
        rules.add(kind + ": " + shape);
      }
    }

    /** Returns the source that stands beside the provider's name. */
    private String own(String line) {
      if (source.equals(EACH)) {
        throw new IllegalStateException(
            name + ": " + line + " (expected: its source behind the shape)");
      }
      return source;
    }

    /** Returns the sources of all kinds, each once. */
    private String source() {
      Set<String> each = new LinkedHashSet<>();
      for (String of : sources) {
        each.addAll(split(of, SOURCES, Integer.MAX_VALUE));
      }
      return String.join(SOURCES, each);
    }

    /** Takes the word as it is, with hyphens, and with humps. */
    private void assign(String word, boolean near, Shape value) {
      boolean whole = word.endsWith("_");
      boolean brief = whole && word.length() <= BRIEF;
      String name = whole && !brief ? word.substring(0, word.length() - 1) : word;
      for (String spelt : new TreeSet<>(spellings(name, brief))) {
        assigned.add(new Token.Assigned(spelt, whole, near, value));
      }
    }

    private static List<String> spellings(String name, boolean brief) {
      String hyphens = name.replace('_', '-');
      return brief ? List.of(name, hyphens) : List.of(name, hyphens, name.replace("_", ""));
    }

    void finish(Kind kind, List<Detector> detectors) {
      if (!name.isEmpty()) {
        String rule = title + ". " + String.join("; ", rules) + ".";
        detectors.add(new Token(name, kind, shapes, weak, assigned).detector(rule, source()));
      }
    }
  }

  /**
   * Returns the shape that {@code text} writes.
   *
   * @param value whether it is that of a value which its name tells, and so needs no literal
   */
  static Shape shape(String text, boolean value) {
    Shape.Part lead = Shape.NO_LEAD;
    String literal = "";
    List<Shape.Part> parts = new ArrayList<>();
    boolean begun = value;
    int at = 0;
    while (at < text.length()) {
      int open = text.indexOf('{', at);
      int next = open < 0 ? text.length() : open;
      if (next > at) {
        String between = text.substring(at, next);
        if (begun) {
          parts.add(Shape.Part.of(between));
        } else {
          literal = between;
        }
        begun = true;
      }
      if (open >= 0) {
        next = text.indexOf('}', open) + 1;
        String run = text.substring(open + 1, Math.max(open + 1, next - 1));
        boolean padded = !text.startsWith("=", next);
        if (begun && run.equals(UUID)) {
          parts.addAll(UUID_PARTS);
        } else if (begun) {
          parts.add(run(run, padded));
        } else {
          lead = run(run, false);
        }
      }
      at = next;
    }
    if (!begun) {
      throw new IllegalStateException("shape: " + text + " (expected: a literal in it)");
    }
    return new Shape(lead, literal, parts);
  }

  private static List<Shape.Part> uuid() {
    List<Shape.Part> parts = new ArrayList<>();
    for (int length : new int[] {8, 4, 4, 4, 12}) {
      if (!parts.isEmpty()) {
        parts.add(Shape.Part.of("-"));
      }
      parts.add(Shape.Part.of(CharSet.HEX, length, length));
    }
    return List.copyOf(parts);
  }

  /** Returns the run that stands between braces: the letter of its set, and how long it is. */
  private static Shape.Part run(String text, boolean padded) {
    int hyphen = text.indexOf('-', 1);
    String min = text.substring(Math.min(1, text.length()), hyphen < 0 ? text.length() : hyphen);
    int least = number(min, text);
    int most = hyphen < 0 ? least : number(text.substring(hyphen + 1), text);
    return Shape.Part.of(set(text.charAt(0), padded), least, most);
  }

  private static int number(String digits, String run) {
    try {
      return Integer.parseInt(digits);
    } catch (NumberFormatException e) {
      throw new IllegalStateException("{%s} (expected: a letter and N or N-M)".formatted(run), e);
    }
  }

  private static CharSet set(char letter, boolean padded) {
    if (letter == 'b') {
      return padded ? CharSet.BASE64 : BASE64_BODY;
    }
    CharSet set = SETS.get(letter);
    if (set == null) {
      throw new IllegalStateException("run of " + letter + " (expected: a known set)");
    }
    return set;
  }

  private static String text(String file) {
    try (InputStream in = ProviderFile.class.getResourceAsStream(file)) {
      if (in == null) {
        throw new IllegalStateException(file + ": missing (expected: beside the class)");
      }
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
