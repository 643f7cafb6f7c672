package io.tabellion.policy.uri;

import com.ibm.icu.lang.UCharacter;
import io.tabellion.pace.Turns;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * What servers can take the URI of a resource for: RFC 3986, the URL Standard, frameworks and file
 * systems read one text in different ways. All steps that any of them takes are taken in every
 * order.
 *
 * <p>Pure; costs at most {@value #MOST_CHARACTERS} characters of spellings, and gives way to others
 * meanwhile.
 *
 * @param exact spellings that name the same resource for some server, the one given first
 * @param loose more spellings, for file systems that do not know upper case from lower and the like
 * @param flaw what is expected of a URI, where this is none; then there are no spellings
 */
public record UriReadings(List<String> exact, List<String> loose, @Nullable String flaw) {
  /** Longest URI that is read, in characters. */
  public static final int LONGEST = 8_192;

  /** About as many steps look at each spelling. */
  private static final int STEPS = 24;

  private static final int MOST = 512;
  private static final int MOST_CHARACTERS = 1 << 17;

  public UriReadings {
    exact = List.copyOf(exact);
    loose = List.copyOf(loose);
  }

  /** Reads a URI. Never throws on hostile input. */
  public static UriReadings of(String uri) {
    String flaw = flaw(uri);
    if (flaw != null) {
      return flawed(flaw);
    }
    Set<String> exact = all(List.of(uri), Steps::any);
    if (exact == null) {
      return flawed("a URI that can be read in fewer ways");
    }
    Set<String> loose = all(exact, Steps::loose);
    if (loose == null) {
      return flawed("a URI that can be read in fewer ways");
    }
    loose.removeAll(exact);
    Set<String> encoded = new LinkedHashSet<>(exact);
    exact.forEach(spelling -> encoded.add(encoded(spelling)));
    return new UriReadings(List.copyOf(encoded), List.copyOf(loose), null);
  }

  private static UriReadings flawed(String flaw) {
    return new UriReadings(List.of(), List.of(), flaw);
  }

  /** Whether it is a URI. */
  public boolean areKnown() {
    return flaw == null;
  }

  /**
   * Returns the spellings of a pattern.
   *
   * @param steps that are taken
   * @return null if they are too many
   */
  static @Nullable Set<String> ofPattern(
      String pattern, BiConsumer<String, Consumer<String>> steps) {
    Set<String> exact = all(List.of(pattern, encoded(pattern)), steps);
    if (exact != null) {
      List.copyOf(exact).forEach(spelling -> exact.add(encoded(spelling)));
    }
    return exact;
  }

  /** What is escaped of a spelling, where it holds what a URI must escape. */
  private static String encoded(String spelling) {
    Form form = Form.of(spelling);
    if (form == null) {
      return spelling;
    }
    String head = form.hasAuthority() ? "//" + form.authority() : "";
    return form.with(head + Escapes.encoded(form.rest().substring(head.length()))).toString();
  }

  /** Takes steps until nothing new is found; null where that is too much. */
  private static @Nullable Set<String> all(
      Iterable<String> from, BiConsumer<String, Consumer<String>> steps) {
    Set<String> found = new LinkedHashSet<>();
    Deque<String> open = new ArrayDeque<>();
    for (String start : from) {
      found.add(start);
      open.add(start);
    }
    long characters = 0;
    List<String> next = new ArrayList<>();
    while (!open.isEmpty()) {
      next.clear();
      String looked = open.remove();
      Turns.step(STEPS * looked.length());
      steps.accept(looked, next::add);
      for (String spelling : next) {
        if (found.add(spelling)) {
          open.add(spelling);
          characters += spelling.length();
        }
      }
      if (found.size() > MOST || characters > MOST_CHARACTERS) {
        return null;
      }
    }
    return found;
  }

  private static @Nullable String flaw(String uri) {
    if (uri.length() > LONGEST) {
      return "a URI of at most " + LONGEST + " characters";
    }
    if (uri.chars().anyMatch(c -> Character.isISOControl(c) || Wild.is((char) c))) {
      return "a URI without control characters";
    }
    if (!uri.isEmpty()
        && (isBlank(uri.codePointAt(0)) || isBlank(uri.codePointBefore(uri.length())))) {
      return "a URI without blanks at its ends";
    }
    Form form = Form.of(uri.replace('\\', '/'));
    if (form == null) {
      return "a URI with a scheme, as in file:///a or https://host/a";
    }
    if (form.rest().isEmpty()) {
      return "a URI with more than a scheme";
    }
    boolean hosted = form.isFile() && !form.authority().isEmpty();
    if (form.isFile() && !form.rest().startsWith("/")) {
      return "a URI with a path that begins with a slash, as in file:///a";
    }
    if (isQuery(form.bare()) || (hosted && isQuery(form.afterAuthority()))) {
      return "a URI with a path before ? and #";
    }
    boolean host =
        form.isSpecial() ? Hosts.isValid(host(form)) : !hosted || Hosts.isPlain(form.authority());
    return host ? null : "a URI with a valid host";
  }

  private static boolean isQuery(String rest) {
    return rest.startsWith("?") || rest.startsWith("#");
  }

  private static boolean isBlank(int c) {
    return c == '\uFEFF' || UCharacter.isUWhiteSpace(c);
  }

  private static String host(Form form) {
    String bare = form.bare();
    return bare.substring(0, Form.firstOf(bare, 0, "/?#"));
  }
}
