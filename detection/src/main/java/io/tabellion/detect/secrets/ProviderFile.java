package io.tabellion.detect.secrets;

import io.tabellion.detect.engine.CharSet;
import io.tabellion.detect.engine.Detector;
import io.tabellion.detect.engine.Kind;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * The tables of providers beside this class: every kind of token that a provider documents, a line
 * each. The head of {@code providers.txt} says their form.
 */
final class ProviderFile {
  private static final Pattern RUN = Pattern.compile("\\{(?:uuid|(.)([0-9]+)(?:-([0-9]+))?)}");

  private static final Pattern NAMES = Pattern.compile("(.+) (:?=) (.+)");

  private static final Map<String, CharSet> SETS =
      Map.ofEntries(
          Map.entry("A", CharSet.ALNUM),
          Map.entry("a", CharSet.LOWER_ALNUM),
          Map.entry("U", CharSet.UPPER_ALNUM),
          Map.entry("h", CharSet.LOWER_HEX),
          Map.entry("H", CharSet.of("0-9A-F")),
          Map.entry("x", CharSet.HEX),
          Map.entry("d", CharSet.DIGIT),
          Map.entry("l", CharSet.LOWER),
          Map.entry("L", CharSet.LETTER),
          Map.entry("s", CharSet.BASE64URL),
          Map.entry("w", CharSet.WORD),
          Map.entry("D", CharSet.of("0-9A-Za-z_.-")),
          Map.entry("q", CharSet.of("2-7A-Z")),
          Map.entry("y", CharSet.of("0-9a-f-")),
          Map.entry("z", CharSet.of("0-9A-Za-z%._~+/=-")),
          Map.entry("p", CharSet.of("0-9A-Za-z_=-")),
          Map.entry("Z", CharSet.of("0-9A-Za-z_~.-")),
          Map.entry("%", CharSet.of("0-9A-Za-z%")),
          Map.entry("/", CharSet.of("0-9A-Za-z_/-")),
          Map.entry("+", CharSet.of("0-9A-Za-z+/=_-")),
          Map.entry(".", CharSet.of("0-9A-Za-z_.-")));

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
    List<String> lines = text(file).lines().filter(line -> !line.startsWith("#")).toList();
    Provider provider = Provider.NONE;
    for (String line : lines) {
      if (line.startsWith("  ")) {
        provider.add(line.strip());
      } else if (!line.isBlank()) {
        provider.finish(kind, detectors);
        provider = Provider.of(line);
      }
    }
    provider.finish(kind, detectors);
    return detectors;
  }

  /** One provider while its kinds are read. Confined. */
  private static final class Provider {
    static final Provider NONE = new Provider("", "", "");

    /** In the place of a source: each kind has its own. */
    private static final String EACH = "-";

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
      String[] parts = line.split(" \\| ", -1);
      if (parts.length != 4) {
        throw new IllegalStateException(line + " (expected: NAME | category | provider | source)");
      }
      return new Provider(parts[0], parts[2] + " (" + parts[1] + ")", parts[3]);
    }

    void add(String line) {
      String[] parts = line.split(" \\| ", 3);
      String kind = parts[0];
      String shape = parts[1];
      sources.add(parts.length > 2 ? parts[2] : own(line));
      Matcher names = NAMES.matcher(shape);
      if (names.matches()) {
        String value = names.group(3);
        String[] words = names.group(1).split(", ", -1);
        for (String word : words) {
          assign(word, names.group(2).equals(":="), shape(value, true));
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
      return sources.stream()
          .flatMap(of -> Arrays.stream(of.split("; ", -1)))
          .distinct()
          .collect(Collectors.joining("; "));
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
    Shape shape = Shape.of("");
    boolean begun = value;
    int at = 0;
    Matcher runs = RUN.matcher(text);
    while (at < text.length()) {
      boolean found = runs.find(at);
      int next = found ? runs.start() : text.length();
      if (next > at) {
        String literal = text.substring(at, next);
        shape = begun ? shape.then(literal) : new Shape(shape.lead(), literal, List.of());
        begun = true;
      }
      if (found) {
        shape = begun ? with(shape, runs, text) : lead(shape, runs);
      }
      at = found ? runs.end() : next;
    }
    if (!begun) {
      throw new IllegalStateException("shape: " + text + " (expected: a literal in it)");
    }
    return shape;
  }

  private static Shape lead(Shape shape, Matcher run) {
    int min = Integer.parseInt(run.group(2));
    return shape.after(set(run.group(1), false), min, most(run, min));
  }

  private static Shape with(Shape shape, Matcher run, String text) {
    if (run.group(1) == null) {
      Shape uuid = shape.run(CharSet.HEX, 8);
      for (int length : new int[] {4, 4, 4, 12}) {
        uuid = uuid.then("-").run(CharSet.HEX, length);
      }
      return uuid;
    }
    int min = Integer.parseInt(run.group(2));
    boolean padded = !text.startsWith("=", run.end());
    return shape.run(set(run.group(1), padded), min, most(run, min));
  }

  private static int most(Matcher run, int min) {
    String max = run.group(3);
    return max == null ? min : Integer.parseInt(max);
  }

  private static CharSet set(String letter, boolean padded) {
    if (letter.equals("b")) {
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
