package io.tabellion.policy.uri;

import java.util.List;
import java.util.Set;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A pattern for URIs of resources: {@code *} stands for any characters, also none, {@code ?} for
 * one, and where {@code name=} or the last {@code *} follows for itself. In a host that ends in a
 * slash neither stands for a slash.
 *
 * <p>It is written as servers write their URIs, and known in every other spelling too. Immutable
 * and thread-safe.
 */
public final class UriPattern {
  private static final int LONGEST = 512;
  private static final Pattern SCHEME = Pattern.compile("[A-Za-z][A-Za-z0-9+.-]*(:.*|[*?].*)");
  private static final Pattern ADDRESS = Pattern.compile("//\\[[0-9A-Fa-f:.]+]");
  private static final Pattern DOTS = Pattern.compile("/\\.\\.?[/?#]");
  private static final Pattern QUERY = Pattern.compile("\\?(?=[A-Za-z0-9_.-]+=)");
  private static final Pattern ANY_QUERY = Pattern.compile("\\?(?=[A-Za-z0-9_.-]+=|\\*$)");

  private final String text;

  /** Its spellings that say all that it says. */
  private final List<String> exact;

  /** The same without differences of case and the like. */
  private final List<String> folded;

  /** Also spellings that leave out a part, for URIs that are looked at without it. */
  private final List<String> parts;

  private UriPattern(String text) {
    String marked = marked(text);
    this.text = text;
    this.exact = spellings(marked, Steps::same);
    this.folded = exact.stream().map(Steps::folded).distinct().toList();
    this.parts = spellings(marked, Steps::any);
  }

  /**
   * Reads a pattern.
   *
   * @throws IllegalArgumentException if no URI could match it
   */
  public static UriPattern parse(String text) {
    check(text);
    return new UriPattern(text);
  }

  private static List<String> spellings(String marked, BiConsumer<String, Consumer<String>> steps) {
    Set<String> found = UriReadings.ofPattern(marked, steps);
    if (found == null) {
      throw new IllegalArgumentException("a pattern that can be read in fewer ways");
    }
    return List.copyOf(found);
  }

  private static void check(String text) {
    String plain = ADDRESS.matcher(text).replaceFirst("//host");
    boolean odd = plain.chars().anyMatch(c -> isOdd((char) c)) || Wild.isIn(Escapes.decoded(text));
    if (text.isEmpty() || text.length() > LONGEST || odd) {
      throw new IllegalArgumentException(
          "a URI with * and ?, 1 to 512 characters, no blanks (%20), none of []{}\\");
    }
    boolean opens = text.startsWith("*") || text.startsWith("?");
    if (!opens && !SCHEME.matcher(text).matches()) {
      throw new IllegalArgumentException(
          "a pattern that a URI matches: it begins with a scheme, as in file:///docs/*, or with *");
    }
    for (int i = text.indexOf('%'); i >= 0; i = text.indexOf('%', i + 1)) {
      if (!Escapes.isEscape(text, i)) {
        throw new IllegalArgumentException("a percent sign only before two hexadecimal digits");
      }
    }
    if (DOTS.matcher("/" + Escapes.decoded(text) + "/").find()) {
      throw new IllegalArgumentException("a URI without the segments . and ..");
    }
  }

  private static boolean isOdd(char c) {
    return c <= ' ' || Character.isISOControl(c) || Wild.is(c) || "[]{}\\".indexOf(c) >= 0;
  }

  /** Puts marks for the wild cards. */
  private static String marked(String text) {
    return (text.regionMatches(true, 0, "file:", 0, 5) ? QUERY : ANY_QUERY)
        .matcher(text)
        .replaceAll("\u0000")
        .replace('*', Wild.ANY)
        .replace('?', Wild.ONE)
        .replace('\u0000', '?');
  }

  /** As it is written. */
  public String text() {
    return text;
  }

  /** Whether one spelling is enough to match: for what refuses. */
  public boolean matchesSome(UriReadings readings) {
    return readings.exact().stream().anyMatch(this::some)
        || readings.loose().stream().anyMatch(this::some);
  }

  private boolean some(String spelling) {
    return exact.stream().anyMatch(one -> Wild.matches(one, spelling))
        || folded.stream().anyMatch(one -> Wild.matches(one, spelling));
  }

  /** Whether every spelling matches one of the patterns: for what lets pass. */
  public static boolean matchAll(List<UriPattern> patterns, UriReadings readings) {
    if (!readings.areKnown()) {
      return false;
    }
    String came = readings.exact().getFirst();
    return patterns.stream().anyMatch(pattern -> within(pattern.exact, came))
        && readings.exact().stream()
            .allMatch(
                spelling -> patterns.stream().anyMatch(pattern -> within(pattern.parts, spelling)));
  }

  /**
   * Whether every URI that begins so matches it.
   *
   * @param beginning of a template, before its first expression
   */
  public boolean coversAll(UriReadings beginning) {
    return isPrefix()
        && beginning.exact().stream()
            .anyMatch(start -> exact.stream().anyMatch(one -> start.startsWith(Wild.prefix(one))));
  }

  /** Whether some URI that begins so can match it. */
  public boolean canMatch(UriReadings beginning) {
    return !beginning.areKnown()
        || beginning.exact().stream()
            .anyMatch(start ->
                exact.stream()
                    .map(Wild::prefix)
                    .anyMatch(prefix -> start.startsWith(prefix) || prefix.startsWith(start)));
  }

  /** Whether it matches every URI that the other one does; if it says no, it may all the same. */
  public boolean covers(UriPattern other) {
    return text.equals("*")
        || text.equals(other.text)
        || (isPrefix() && Wild.prefix(marked(other.text)).startsWith(Wild.prefix(marked(text))));
  }

  private boolean isPrefix() {
    return Wild.prefix(marked(text)).length() == text.length() - 1 && text.endsWith("*");
  }

  private static boolean within(List<String> patterns, String uri) {
    return patterns.stream().anyMatch(pattern -> within(pattern, uri));
  }

  /** Whether it matches, and a wild card in the host stays in the host. */
  private static boolean within(String pattern, String uri) {
    if (!Wild.matches(pattern, uri)) {
      return false;
    }
    int[] ofPattern = host(pattern);
    if (ofPattern == null) {
      return true;
    }
    int[] ofUri = host(uri);
    return ofUri != null
        && Wild.matches(pattern.substring(0, ofPattern[0]), uri.substring(0, ofUri[0]))
        && Wild.matches(
            pattern.substring(ofPattern[0], ofPattern[1]), uri.substring(ofUri[0], ofUri[1]))
        && Wild.matches(pattern.substring(ofPattern[1]), uri.substring(ofUri[1]));
  }

  /** Where a host begins and ends; null where there is none that ends in a slash. */
  private static int @Nullable [] host(String uri) {
    int begin = uri.indexOf("://");
    int end = begin < 0 ? -1 : Form.firstOf(uri, begin + 3, "/?#\\");
    return begin < 0 || end == uri.length() ? null : new int[] {begin + 3, end};
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof UriPattern pattern && pattern.text.equals(text);
  }

  @Override
  public int hashCode() {
    return text.hashCode();
  }

  @Override
  public String toString() {
    return text;
  }
}
