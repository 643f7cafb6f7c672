package io.tabellion.mask;

import java.util.ArrayList;
import java.util.List;

/**
 * The ends of the texts of the last message of a stream that went on, so that a value that is cut
 * over two messages is found in the second: of the first a part went out, the rest is masked.
 *
 * <p>Bounded: {@value #MOST} texts and {@value #LONGEST} characters of each. Not thread-safe: it
 * belongs to one stream.
 */
public final class Tails {
  /** Texts of a message that are looked at; the last one is, too. */
  static final int MOST = 8;

  /** Characters of a text that are looked at. */
  static final int LONGEST = 256;

  private List<String> before = List.of();

  /**
   * The ends of the message before, in the order of its texts, as they came; empty for one that
   * ended with what was found, for that was whole.
   */
  List<String> before() {
    return before;
  }

  /** The next message went on. One without texts changes nothing. */
  void next(List<String> ends) {
    if (!ends.isEmpty()) {
      before = List.copyOf(ends);
    }
  }

  /** Forgets them: the stream is over. */
  public void clear() {
    before = List.of();
  }

  /** The texts of a message, while it is read. */
  static final class Texts {
    private final List<Text> first = new ArrayList<>(MOST);
    private Text last = new Text(0, "");
    private int count;

    private record Text(int site, String text) {}

    /** Adds a text; returns its number. */
    int add(int site, String text) {
      last = new Text(site, text);
      if (count < MOST) {
        first.add(last);
      }
      return count++;
    }

    /** Their ends: of the first ones, and of the last. */
    List<String> ends(Edits kept) {
      List<String> ends = new ArrayList<>(first.size() + 1);
      first.forEach(text -> ends.add(end(text, kept)));
      if (count > MOST) {
        ends.add(end(last, kept));
      }
      return ends;
    }

    private static String end(Text text, Edits kept) {
      String all = text.text;
      List<Span> spans = kept.at(text.site);
      boolean found = !spans.isEmpty() && spans.getLast().end() == all.length();
      return found ? "" : all.substring(Math.max(0, all.length() - LONGEST));
    }
  }
}
