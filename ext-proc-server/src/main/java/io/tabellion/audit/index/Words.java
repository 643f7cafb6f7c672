package io.tabellion.audit.index;

import com.google.protobuf.ByteString;
import java.nio.charset.StandardCharsets;
import java.text.Normalizer;
import java.util.LinkedHashSet;
import java.util.Locale;
import java.util.SequencedSet;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.json.JsonFactory;

/**
 * The words of a text: runs of letters, digits and marks, folded so that searching does not depend
 * on case or form (NFKC, lower case of no locale). A character of a script without spaces between
 * words (ideographs, kana, Thai and its like) is a word by itself.
 *
 * <p>Limits: {@link #TEXT} characters are looked at, {@link #COUNT} different words kept, and a run
 * longer than {@link #LENGTH} code points is no word.
 */
final class Words {
  /** Characters of a content that are looked at. */
  static final int TEXT = 1 << 20;

  /** Different words of one content. */
  static final int COUNT = 1024;

  /** Code points of a word. */
  static final int LENGTH = 64;

  private static final String BYTES = "application/octet-stream";
  private static final JsonFactory JSON = new JsonFactory();

  /** ASCII in lower case; 0 for what is in no word. */
  private static final char[] ASCII = new char[128];

  static {
    for (char c = 0; c < ASCII.length; c++) {
      ASCII[c] = Character.isLetterOrDigit(c) ? Character.toLowerCase(c) : 0;
    }
  }

  /** A power of two. */
  private static final int RECENT = 256;

  private final SequencedSet<String> found = new LinkedHashSet<>();

  /** Words of ASCII that were found, by their hash: most words of a text stood in it before. */
  private final @Nullable String[] recent = new String[RECENT];

  private Words() {}

  /** Returns the words of a text, in order of first appearance. */
  static SequencedSet<String> of(String text) {
    var words = new Words();
    words.add(text);
    return words.found;
  }

  /** Returns the words of a content: of JSON its names and values, of bytes none, else as UTF-8. */
  static SequencedSet<String> of(String mediaType, ByteString bytes) {
    if (mediaType.equals(BYTES)) {
      return new LinkedHashSet<>();
    }
    String text = bytes.substring(0, Math.min(bytes.size(), TEXT)).toString(StandardCharsets.UTF_8);
    var words = new Words();
    if (!mediaType.startsWith("application/json") || !words.addJson(text)) {
      words.add(text);
    }
    return words.found;
  }

  /** Adds what is read as JSON; false if the text ends or breaks before its end. */
  private boolean addJson(String json) {
    try (JsonParser parser = JSON.createParser(ObjectReadContext.empty(), json)) {
      for (JsonToken token = parser.nextToken(); token != null; token = parser.nextToken()) {
        if (token.isScalarValue() || token == JsonToken.PROPERTY_NAME) {
          add(parser.getString());
        }
      }
      return true;
    } catch (JacksonException e) {
      return false;
    }
  }

  private void add(String text) {
    if (found.size() < COUNT && !addAscii(text)) {
      addFolded(text);
    }
  }

  /*
   * Most text is ASCII, which has no forms and no scripts; what the loop below does for any text
   * costs several times as much. False if the text is not ASCII: then nothing was added.
   */
  private boolean addAscii(String text) {
    for (int i = 0; i < text.length(); i++) {
      if (text.charAt(i) >= ASCII.length) {
        return false;
      }
    }
    int start = 0;
    int hash = 0;
    for (int at = 0; at <= text.length(); at++) {
      char folded = at == text.length() ? 0 : ASCII[text.charAt(at)];
      if (folded != 0) {
        hash = 31 * hash + folded;
      } else {
        if (start < at && at - start <= LENGTH) {
          keep(text, start, at, hash);
          if (found.size() == COUNT) {
            return true;
          }
        }
        start = at + 1;
        hash = 0;
      }
    }
    return true;
  }

  /** Keeps a word of ASCII, folded, unless the last one of its hash was the same. */
  private void keep(String text, int start, int end, int hash) {
    int slot = (hash ^ (hash >>> 8)) & (RECENT - 1);
    String last = recent[slot];
    boolean same =
        last != null
            && last.length() == end - start
            && text.regionMatches(true, start, last, 0, end - start);
    if (!same) {
      String word = text.substring(start, end).toLowerCase(Locale.ROOT);
      found.add(word);
      recent[slot] = word;
    }
  }

  private void addFolded(String text) {
    String folded = Normalizer.normalize(text, Normalizer.Form.NFKC).toLowerCase(Locale.ROOT);
    int start = 0;
    for (int at = 0; at < folded.length() && found.size() < COUNT; ) {
      int point = folded.codePointAt(at);
      int next = at + Character.charCount(point);
      if (alone(point) || !inWord(point)) {
        keep(folded, start, at);
        keep(folded, alone(point) ? at : next, next);
        start = next;
      }
      at = next;
    }
    keep(folded, start, folded.length());
  }

  private void keep(String text, int start, int end) {
    if (start < end && found.size() < COUNT && text.codePointCount(start, end) <= LENGTH) {
      found.add(text.substring(start, end));
    }
  }

  private static boolean inWord(int point) {
    return Character.isLetterOrDigit(point)
        || Character.getType(point) == Character.NON_SPACING_MARK
        || Character.getType(point) == Character.COMBINING_SPACING_MARK;
  }

  private static boolean alone(int point) {
    return Character.isIdeographic(point)
        || switch (Character.UnicodeScript.of(point)) {
          case HIRAGANA, KATAKANA, THAI, LAO, KHMER, MYANMAR -> Character.isLetter(point);
          default -> false;
        };
  }
}
