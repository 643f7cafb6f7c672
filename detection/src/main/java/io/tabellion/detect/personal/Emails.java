package io.tabellion.detect.personal;

import io.tabellion.detect.engine.CharSet;
import io.tabellion.detect.engine.Context;
import io.tabellion.detect.engine.Detector;
import io.tabellion.detect.engine.Hits;
import io.tabellion.detect.engine.Kind;
import io.tabellion.detect.engine.Text;
import io.tabellion.detect.engine.Trigger;
import java.util.List;
import java.util.Set;

/** E-mail addresses. */
final class Emails {
  private static final CharSet LOCAL = CharSet.of("0-9A-Za-z._%+~-");
  private static final CharSet USER_INFO = CharSet.of("0-9A-Za-z._%+~:-");
  private static final CharSet LABEL = CharSet.of("0-9A-Za-z-");

  /** What ends file names, and no domain. */
  private static final Set<String> FILES =
      Set.of(
          "PNG", "JPG", "JPEG", "GIF", "SVG", "WEBP", "CSS", "JS", "MJS", "CJS", "TS", "TSX", "JSX",
          "JSON", "MAP", "HTML", "XML", "YML", "YAML", "TGZ", "JAR", "PATCH", "MD", "TXT");

  private static final int LONGEST_ENDING =
      FILES.stream().mapToInt(String::length).max().orElseThrow();

  private static final int LOCAL_MAX = 64;
  private static final int DOMAIN_MAX = 253;

  private Emails() {}

  static Detector detector() {
    return new Detector(
        "EMAIL",
        Kind.PII,
        "A local part of at most 64, @, and a domain of labels whose last is of letters and no ending"
            + " of file names. Not the login of a repository's address (git@host:path).",
        "RFC 5321 §4.1.2, RFC 6531",
        List.of(Trigger.run("@")),
        LOCAL_MAX * 2 + DOMAIN_MAX + 1,
        Emails::match,
        Emails::score,
        Context.NONE);
  }

  private static void match(Text text, int from, int to, Hits hits) {
    int start = localStart(text, from);
    if (start >= from || text.at(from - 1) == '.' || CharSet.WORD.has(text.at(start - 1))) {
      return;
    }
    int end = domainEnd(text, to);
    hits.quietUntil(to);
    if (end < 0 || isRepository(text, start, from, end) || isInUrl(text, start)) {
      return;
    }
    hits.hit(start, end);
  }

  /** The name before a host may be a token, which says more. */
  private static double score(Text text, int start, int end) {
    return text.has(start - 3, "://") ? 0.8 : 0.95;
  }

  private static int localStart(Text text, int at) {
    int start = at;
    while (at - start < LOCAL_MAX) {
      int width = widthBefore(text, start);
      if (width == 0) {
        break;
      }
      start -= width;
    }
    while (start < at
        && (text.at(start) == '.' || text.at(start) == '-' || text.at(start) == '%')) {
      start++;
    }
    return start;
  }

  /** Returns how many bytes the character of a local part before {@code index} has; 0 if none. */
  private static int widthBefore(Text text, int index) {
    int b = text.at(index - 1);
    if (LOCAL.has(b)) {
      return b == '.' && text.at(index) == '.' ? 0 : 1;
    }
    if (b == '\'' || b == '&') {
      return CharSet.LETTER.has(text.at(index)) && CharSet.LETTER.has(text.at(index - 2)) ? 1 : 0;
    }
    // Letters of two bytes: Latin, Greek, Cyrillic. Scripts that put no spaces between words end
    // it.
    int lead = text.at(index - 2) & 0xff;
    return b < 0 && lead >= 0xc3 && lead <= 0xd3 ? 2 : 0;
  }

  private static int domainEnd(Text text, int from) {
    int label = from;
    int end = -1;
    while (label - from < DOMAIN_MAX) {
      int next = labelEnd(text, label);
      if (next == label || text.at(label) == '-' || text.at(next - 1) == '-') {
        break;
      }
      if (label > from && isTop(text, label, next)) {
        end = next;
      }
      if (text.at(next) != '.') {
        break;
      }
      label = next + 1;
    }
    return end > 0 && !CharSet.WORD.has(text.at(end)) ? end : -1;
  }

  private static int labelEnd(Text text, int from) {
    int end = from;
    while (end - from < 63 && (LABEL.has(text.at(end)) || isLetterOfMoreBytes(text, end))) {
      end++;
    }
    return end;
  }

  private static boolean isLetterOfMoreBytes(Text text, int index) {
    int b = text.at(index) & 0xff;
    return (b >= 0xc3 && b <= 0xd3) || (b >= 0x80 && b < 0xc0 && isLead(text.at(index - 1) & 0xff));
  }

  private static boolean isLead(int b) {
    return b >= 0xc3 && b <= 0xd3;
  }

  private static boolean isTop(Text text, int start, int end) {
    boolean letters = text.runEnd(start, CharSet.LETTER, 63) == end && end - start >= 2;
    boolean punycode = text.hasIgnoringCase(start, "xn--");
    boolean file = end - start <= LONGEST_ENDING && FILES.contains(text.alnum(start, end));
    return (letters && !file) || punycode || text.at(start) < 0;
  }

  /**
   * Returns whether {@code start} is in the name and password of an address with a scheme. A name
   * alone is somebody's, as in {@code crm://jane@example.org}, unless it is a service's login.
   */
  private static boolean isInUrl(Text text, int start) {
    int before = text.at(start - 1);
    if (before != ':' && before != '/') {
      return false;
    }
    int info = text.runStart(start, USER_INFO, LOCAL_MAX);
    return text.has(info - 3, "://") && (info < start || isService(text, start));
  }

  private static boolean isService(Text text, int start) {
    return text.has(start, "git@") || text.has(start, "hg@") || text.has(start, "svn@");
  }

  private static boolean isRepository(Text text, int start, int at, int end) {
    return text.at(end) == ':'
        && text.at(end + 1) != ' '
        && !CharSet.DIGIT.has(text.at(end + 1))
        && isService(text, start)
        && at > start;
  }
}
