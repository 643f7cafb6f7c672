package io.tabellion.detect.secrets;

import io.tabellion.detect.engine.CharSet;
import io.tabellion.detect.engine.Context;
import io.tabellion.detect.engine.Detector;
import io.tabellion.detect.engine.Hits;
import io.tabellion.detect.engine.Kind;
import io.tabellion.detect.engine.Matcher;
import io.tabellion.detect.engine.Text;
import io.tabellion.detect.engine.Trigger;
import io.tabellion.detect.engine.WordSet;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.ToIntFunction;

/**
 * The tokens of one provider: by their own shape, or by their length where the provider's name
 * stands in the name that they are assigned to.
 *
 * @param name the detector's
 * @param kind its group
 * @param shapes shapes that say enough
 * @param weak shapes whose literal is short: the token must look random too
 * @param assigned values that only count behind a name
 */
record Token(
    String name, Kind kind, List<Shape> shapes, List<Shape> weak, List<Assigned> assigned) {
  /** Fewest different signs; placeholders of one letter repeated have less. */
  private static final int DISTINCT = 6;

  private static final CharSet NAME_REST = CharSet.of("A-Za-z_-");
  private static final CharSet MARKS = CharSet.of(" \"'=:");

  /** What a name has in it that is given a secret. */
  private static final WordSet SECRET_NAMES =
      WordSet.of(
          "key", "token", "secret", "pass", "pat", "auth", "cred", "sig", "private", "licen", "api",
          "seed", "pwd", "storage", "webjobs", "_sk", "skey");

  /** What a name has in it that is given something else. */
  private static final WordSet OTHER_NAMES =
      WordSet.of(
          "sha",
          "commit",
          "hash",
          "digest",
          "checksum",
          "fingerprint",
          "public",
          "publish",
          "url",
          "version",
          "revision",
          "path",
          "keyid",
          "key_id",
          "key-id",
          "client_id",
          "clientid",
          "client-id",
          "cache",
          "trace",
          "idempot",
          "csrf");

  /**
   * @param word what the name has in it, lower case
   * @param whole whether it must be a word of the name's own: {@code wise}, not {@code otherwise}
   * @param near whether the value must stand close behind the word: cheap to look for
   * @param shape of the value, without a literal that triggers
   */
  record Assigned(String word, boolean whole, boolean near, Shape shape) {
    boolean isAt(Text text, int from, int to) {
      return word.length() == to - from
          && text.hasIgnoringCase(from, word)
          && (!whole || isWord(text, from, to));
    }

    private static boolean isWord(Text text, int from, int to) {
      boolean starts =
          !CharSet.LETTER.has(text.at(from - 1))
              || (CharSet.UPPER.has(text.at(from)) && CharSet.LOWER.has(text.at(from - 1)));
      return starts
          && (!CharSet.LETTER.has(text.at(to - 1))
              || !CharSet.LETTER.has(text.at(to))
              || (CharSet.UPPER.has(text.at(to)) && CharSet.LOWER.has(text.at(to - 1))));
    }
  }

  Token {
    shapes = List.copyOf(shapes);
    weak = List.copyOf(weak);
    assigned = List.copyOf(assigned);
  }

  Detector detector(String rule, String source) {
    Map<String, Trigger> triggers = new LinkedHashMap<>(); // each once
    for (Shape shape : shapes) {
      triggers.putIfAbsent(shape.triggerKey(), shape.trigger());
    }
    for (Shape shape : weak) {
      triggers.putIfAbsent(shape.triggerKey(), shape.trigger());
    }
    for (Assigned value : assigned) {
      triggers.putIfAbsent(" " + value.word(), Trigger.word(value.word()));
    }
    return new Detector(
        name,
        kind,
        rule,
        source,
        List.copyOf(triggers.values()),
        longest(),
        ByLength.of(this),
        Token::score,
        Context.NONE);
  }

  private int longest() {
    int longest = 1;
    for (Shape shape : shapes) {
      longest = Math.max(longest, shape.longest());
    }
    for (Shape shape : weak) {
      longest = Math.max(longest, shape.longest());
    }
    for (Assigned value : assigned) {
      longest = Math.max(longest, value.shape().longest());
    }
    return longest;
  }

  /**
   * What is tried where a trigger of some length fired: few of the many that a provider has.
   *
   * @param shapes by the length of their literal
   * @param weak the same
   * @param assigned by the length of their word
   */
  private record ByLength(
      List<List<Shape>> shapes, List<List<Shape>> weak, List<List<Assigned>> assigned)
      implements Matcher {

    static ByLength of(Token token) {
      return new ByLength(
          grouped(token.shapes, shape -> shape.literal().length()),
          grouped(token.weak, shape -> shape.literal().length()),
          grouped(token.assigned, value -> value.word().length()));
    }

    private static <T> List<List<T>> grouped(List<T> all, ToIntFunction<T> length) {
      List<List<T>> groups = new ArrayList<>();
      for (T one : all) {
        int at = length.applyAsInt(one);
        while (groups.size() <= at) {
          groups.add(new ArrayList<>(1));
        }
        groups.get(at).add(one);
      }
      return groups;
    }

    private static <T> List<T> at(List<List<T>> grouped, int length) {
      return length < grouped.size() ? grouped.get(length) : List.of();
    }

    @Override
    public void match(Text text, int from, int to, Hits hits) {
      for (Shape shape : at(shapes, to - from)) {
        matchShape(text, from, to, shape, false, hits);
      }
      for (Shape shape : at(weak, to - from)) {
        matchShape(text, from, to, shape, true, hits);
      }
      matchAssigned(text, from, to, at(assigned, to - from), hits);
    }
  }

  private static void matchShape(
      Text text, int from, int to, Shape shape, boolean weak, Hits hits) {
    if (!text.has(from, shape.literal())) {
      return;
    }
    int start = shape.start(text, from);
    int end = start < 0 ? -1 : shape.end(text, to);
    if (end > 0 && (!weak || Entropy.isRandom(text, to, end))) {
      hits.hit(start, end);
    }
  }

  private static void matchAssigned(
      Text text, int from, int to, List<Assigned> assigned, Hits hits) {
    Assignment found = Assignment.NONE;
    for (Assigned value : assigned) {
      if (!value.isAt(text, from, to)) {
        continue;
      }
      if (value.near()) {
        matchNear(text, to, value.shape(), hits);
        continue;
      }
      if (found.length() == 0) {
        found = Assignment.at(text, from, to);
        if (found.quiet() > found.start()) {
          hits.quietUntil(found.quiet());
        }
        if (found.length() == 0 || !isOfSecret(text, found)) {
          return;
        }
      }
      if (value.shape().end(text, found.start()) == found.end()
          && Entropy.has(text, found.start(), found.end(), CharSet.DIGIT)) {
        hits.hit(found.start(), found.end());
      }
    }
  }

  private static void matchNear(Text text, int to, Shape shape, Hits hits) {
    int name = text.runEnd(to, NAME_REST, 8);
    int start = text.runEnd(name, MARKS, 6);
    int end = start == name ? -1 : shape.end(text, start);
    if (end > 0 && Entropy.has(text, start, end, CharSet.DIGIT)) {
      hits.hit(start, end);
    }
  }

  private static boolean isOfSecret(Text text, Assignment found) {
    return SECRET_NAMES.in(text, found.nameStart(), found.nameEnd())
        && !OTHER_NAMES.in(text, found.nameStart(), found.nameEnd());
  }

  private static double score(Text text, int start, int end) {
    if (Entropy.distinct(text, start, end) < DISTINCT || hasLongRun(text, start, end)) {
      return 0;
    }
    return 0.9;
  }

  /** Returns whether one sign stands eight times in a row: a placeholder. */
  private static boolean hasLongRun(Text text, int start, int end) {
    int run = 1;
    for (int i = start + 1; i < end; i++) {
      run = text.at(i) == text.at(i - 1) ? run + 1 : 1;
      if (run == 8 && text.at(i) != 'A') {
        return true;
      }
    }
    return false;
  }
}
