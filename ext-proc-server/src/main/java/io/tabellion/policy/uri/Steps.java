package io.tabellion.policy.uri;

import com.ibm.icu.lang.UCharacter;
import com.ibm.icu.lang.UProperty;
import com.ibm.icu.text.Normalizer2;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Locale;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What parsers, frameworks and file systems do to a URI, each as one small step. Servers take some
 * of these steps, in any order, some twice; which, nobody outside knows.
 */
final class Steps {
  private static final Pattern DRIVE = Pattern.compile("/*(?:[?.]/)?([A-Za-z])[:|](?=/|$)");
  private static final Normalizer2 NFKC = Normalizer2.getNFKCInstance();
  private static final Normalizer2 FOLDED = Normalizer2.getNFKCCasefoldInstance();

  private Steps() {}

  /** Tells the spellings of a URI that are one step away, those that leave out a part too. */
  static void any(String uri, Consumer<String> found) {
    same(uri, found);
    Form form = Form.of(uri);
    if (form != null) {
      parts(form, other -> found.accept(form.with(other).toString()));
    }
  }

  /** Tells the spellings of a URI that are one step away and say all that it says. */
  static void same(String uri, Consumer<String> found) {
    Form form = Form.of(uri);
    if (form == null) {
      return;
    }
    found.accept(new Form(form.scheme().toLowerCase(Locale.ROOT), form.rest()).toString());
    if (form.scheme().equalsIgnoreCase("url")) { // Python's urlopen and Java's URL take it off
      found.accept(form.rest().strip());
    }
    Consumer<String> rest = other -> found.accept(form.with(other).toString());
    characters(form, rest);
    if (form.isFile()) {
      file(form, rest);
    } else if (form.isSpecial()) {
      special(form, rest);
    } else {
      general(form, rest);
    }
  }

  /** A server may look at a part of a URI alone: no query, no user, no port, no parameters. */
  private static void parts(Form form, Consumer<String> found) {
    String rest = form.rest();
    int end = Form.firstOf(rest, 0, "?#");
    found.accept(rest.substring(0, Form.firstOf(rest, 0, "\0")));
    found.accept(rest.substring(0, Form.firstOf(rest, 0, "#")));
    found.accept(rest.substring(0, end));
    if (rest.indexOf(';') >= 0) {
      found.accept(segments(rest, end, Steps::withoutParameters));
      int last = rest.lastIndexOf('/', end - 1) + 1;
      String segment = withoutParameters(rest.substring(last, end));
      found.accept(rest.substring(0, last) + segment + rest.substring(end));
    }
    String authority = form.authority();
    if (authority.isEmpty()) {
      return;
    }
    String path = form.afterAuthority();
    found.accept("//" + authority.substring(authority.lastIndexOf('@') + 1) + path);
    if (form.isFile()) {
      found.accept("//" + (path.startsWith("/") ? path : "/" + path));
    } else if (!form.isSpecial()) {
      found.accept("//" + Hosts.withoutPort(authority) + path);
    }
  }

  /** Steps that only look at characters, and at segments between slashes. */
  private static void characters(Form form, Consumer<String> found) {
    String rest = form.rest();
    if (rest.indexOf('%') >= 0) {
      String decoded = Escapes.decoded(rest);
      found.accept(decoded);
      found.accept(decoded.replace("\uFFFD", "")); // decoders that leave out what is no UTF-8
      found.accept(Escapes.normalised(rest));
      found.accept(Escapes.unescaped(rest));
      found.accept(Escapes.latin(rest));
      found.accept(Escapes.overlong(rest));
    }
    if (rest.indexOf('+') >= 0) {
      found.accept(rest.replace('+', ' '));
    }
    int path = Form.firstOf(rest, 0, "?#");
    found.accept(rest.replace('\\', '/'));
    found.accept(rest.substring(0, path).replace('\\', '/') + rest.substring(path));
    found.accept(withoutControls(rest));
    found.accept(NFKC.normalize(rest));
    found.accept(withoutIgnorable(rest));
    String authority = form.hasAuthority() ? "//" + form.authority() : "";
    path(rest.substring(authority.length()), other -> found.accept(authority + other));
    // A server that cuts off the scheme, and joins the rest to a folder.
    if (form.hasAuthority()) {
      found.accept("//" + resolved(rest.substring(2), rest.length() - 2, UnaryOperator.identity()));
    }
  }

  private static void path(String path, Consumer<String> found) {
    int end = Form.firstOf(path, 0, "?#");
    for (int until : List.of(end, path.length())) {
      found.accept(resolved(path, until, UnaryOperator.identity()));
      found.accept(resolved(path, until, Steps::unescapedDots));
    }
    found.accept(segments(path, end, Steps::trimmedDots));
    if (path.contains("//")) {
      found.accept(path.substring(0, end).replaceAll("/{2,}", "/") + path.substring(end));
      found.accept(path.replaceAll("/{2,}", "/"));
    }
  }

  private static String segments(String path, int end, UnaryOperator<String> change) {
    List<String> segments = new ArrayList<>();
    for (String segment : path.substring(0, end).split("/", -1)) {
      segments.add(change.apply(segment));
    }
    return String.join("/", segments) + path.substring(end);
  }

  private static String withoutParameters(String segment) {
    return segment.substring(0, Form.firstOf(segment, 0, ";"));
  }

  /** Windows drops blanks at the end, and looks up the name of a stream apart. */
  private static String trimmedDots(String segment) {
    String trimmed = segment.substring(0, Form.firstOf(segment, 0, ":")).stripTrailing();
    return trimmed.equals("..") || trimmed.equals(".") ? trimmed : segment;
  }

  /**
   * Takes out dot segments (RFC 3986 §5.2.4), of a path that begins with a slash or not.
   *
   * @param end of what is looked at
   * @param dots of a segment, how it is looked at
   */
  private static String resolved(String path, int end, UnaryOperator<String> dots) {
    return resolved(path, end, dots, segment -> false);
  }

  /** The same, but that some segments stay. */
  private static String resolved(
      String path, int end, UnaryOperator<String> dots, Predicate<String> stays) {
    String looked = path.substring(0, end);
    if (looked.indexOf('.') < 0 && looked.indexOf('%') < 0) {
      return path;
    }
    Deque<String> left = new ArrayDeque<>();
    String[] segments = looked.split("/", -1);
    boolean rooted = segments[0].isEmpty();
    for (int i = 0; i < segments.length; i++) {
      boolean up = dots.apply(segments[i]).equals("..");
      boolean dot = up || dots.apply(segments[i]).equals(".");
      if (up && left.size() > (rooted ? 1 : 0) && !stays.test(left.getLast())) {
        left.removeLast();
      }
      if (!dot) {
        left.addLast(segments[i]);
      } else if (i == segments.length - 1) {
        left.addLast("");
      }
    }
    return String.join("/", left) + path.substring(end);
  }

  /** The URL Standard does not leave a drive of Windows. */
  private static boolean isDrive(String segment) {
    return segment.length() == 2 && beginsAsDrive(segment);
  }

  private static boolean beginsAsDrive(String segment) {
    return segment.length() > 1
        && Character.isLetter(segment.charAt(0))
        && ":|".indexOf(segment.charAt(1)) >= 0;
  }

  /** The URL Standard takes an escaped dot for one in dot segments, and leaves other segments. */
  private static String unescapedDots(String segment) {
    return segment.indexOf('%') < 0 || segment.length() > 6
        ? segment
        : segment.replace("%2e", ".").replace("%2E", ".");
  }

  private static String withoutControls(String rest) {
    boolean some = rest.chars().anyMatch(c -> c == '\t' || c == '\n' || c == '\r');
    String kept = some ? rest.replaceAll("[\\t\\n\\r]", "") : rest;
    int end = kept.length();
    while (end > 0 && kept.charAt(end - 1) <= ' ') {
      end--;
    }
    return kept.substring(0, end);
  }

  private static String withoutIgnorable(String rest) {
    if (rest.chars().allMatch(c -> c < 0x80)) {
      return rest;
    }
    StringBuilder to = new StringBuilder(rest.length());
    rest.codePoints()
        .filter(c -> !UCharacter.hasBinaryProperty(c, UProperty.DEFAULT_IGNORABLE_CODE_POINT))
        .forEach(to::appendCodePoint);
    return to.toString();
  }

  /** {@code file:/x}, {@code file:////x}, {@code file://localhost/x} and drives of Windows. */
  private static void file(Form form, Consumer<String> found) {
    String bare = form.bare();
    found.accept("///" + bare);
    if (form.rest().startsWith("////")) {
      found.accept("//" + bare);
    }
    if (!form.authority().isEmpty()) {
      for (String host : Hosts.spellings(form.scheme(), form.authority())) {
        found.accept("//" + (host.equals("localhost") ? "" : host) + form.afterAuthority());
      }
    }
    Matcher drive = DRIVE.matcher(form.rest());
    if (drive.lookingAt()) {
      found.accept("///" + drive.group(1) + ":" + form.rest().substring(drive.end()));
    }
    String path = form.afterAuthority();
    String head = form.rest().substring(0, form.rest().length() - path.length());
    int end = Form.firstOf(path, 0, "?#");
    found.accept(head + resolved(path, end, Steps::unescapedDots, Steps::isDrive));
    found.accept(head + resolved(path, end, Steps::unescapedDots, Steps::beginsAsDrive));
  }

  /** However many slashes stand before the host, and which host it is. */
  private static void special(Form form, Consumer<String> found) {
    found.accept("//" + form.bare());
    if (form.hasAuthority()) {
      String path = form.afterAuthority();
      String full = path.startsWith("/") ? path : "/" + path;
      found.accept("//" + form.authority() + full);
      for (String host : Hosts.spellings(form.scheme(), form.authority())) {
        found.accept("//" + host + full);
      }
    }
  }

  private static void general(Form form, Consumer<String> found) {
    found.accept("//" + form.bare());
    if (!form.authority().isEmpty()) {
      String authority = form.authority();
      found.accept("//" + authority.toLowerCase(Locale.ROOT) + form.afterAuthority());
      found.accept("//" + Hosts.plainPort(authority) + form.afterAuthority());
    }
  }

  /** Without differences of case, width and composition, which some file systems do not know. */
  static String folded(String uri) {
    return FOLDED.normalize(uri);
  }

  /** Tells what file systems that know less than others open for the same name. */
  static void loose(String uri, Consumer<String> found) {
    found.accept(folded(uri));
    Form form = Form.of(uri);
    if (form == null) {
      return;
    }
    String prefix =
        form.hasAuthority() ? form.scheme() + "://" + form.authority() : form.scheme() + ":";
    String path = form.afterAuthority();
    found.accept(prefix + segments(path, path.length(), Steps::withoutTail));
    found.accept(prefix + segments(path, path.length(), Steps::withoutStream));
    found.accept(path.endsWith("/") ? trimmed(uri, "/") : uri + "/");
  }

  private static String withoutTail(String segment) {
    String kept = trimmed(segment, ". ");
    return kept.isEmpty() ? segment : kept;
  }

  /** Without these characters at the end; an expression would try each of them as the first. */
  private static String trimmed(String text, String characters) {
    int end = text.length();
    while (end > 0 && characters.indexOf(text.charAt(end - 1)) >= 0) {
      end--;
    }
    return text.substring(0, end);
  }

  /** The name of a stream of NTFS; a drive has a colon, too. */
  private static String withoutStream(String segment) {
    int colon = segment.indexOf(':');
    return colon > 1 ? segment.substring(0, colon) : segment;
  }
}
