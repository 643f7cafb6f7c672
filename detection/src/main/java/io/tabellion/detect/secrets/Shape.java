package io.tabellion.detect.secrets;

import io.tabellion.detect.engine.CharSet;
import io.tabellion.detect.engine.Text;
import io.tabellion.detect.engine.Trigger;
import java.util.List;

/**
 * The shape of a token: a literal that is its trigger, runs and literals behind it, perhaps one run
 * before it. Read without going back: a run takes all it can, one of a fixed length with something
 * behind it just that.
 *
 * @param lead the run before the literal; of length 0 if there is none
 * @param literal the trigger; empty in the shape of a value that its name tells
 * @param parts what follows
 */
record Shape(Part lead, String literal, List<Part> parts) {
  private static final CharSet NONE = CharSet.of("");
  static final Part NO_LEAD = new Part(NONE, 0, 0, "");

  /**
   * A run or a literal.
   *
   * @param set of the run
   * @param min fewest bytes
   * @param max most bytes
   * @param literal if not empty, this is the part instead of a run
   */
  record Part(CharSet set, int min, int max, String literal) {
    static Part of(CharSet set, int min, int max) {
      return new Part(set, min, max, "");
    }

    static Part of(String literal) {
      return new Part(NONE, 0, 0, literal);
    }

    int longest() {
      return literal.isEmpty() ? max : literal.length();
    }
  }

  Shape {
    parts = List.copyOf(parts);
  }

  int longest() {
    int longest = lead.max() + literal.length();
    for (Part part : parts) {
      longest += part.longest();
    }
    return longest;
  }

  Trigger trigger() {
    return startsWord() ? Trigger.start(literal) : Trigger.literal(literal);
  }

  /** Returns what is equal for equal triggers of shapes; none begins with a space. */
  String triggerKey() {
    return (startsWord() ? "^" : "*") + literal;
  }

  private boolean startsWord() {
    return lead.max() == 0 && CharSet.WORD.has(literal.charAt(0));
  }

  /** Returns where the token starts whose literal stands at {@code from}; -1 if it cannot. */
  int start(Text text, int from) {
    if (lead.max() == 0) {
      return from;
    }
    int start = text.runStart(from, lead.set(), lead.max() + 1);
    int length = from - start;
    boolean fits = length >= lead.min() && length <= lead.max();
    return fits && !CharSet.WORD.has(text.at(start - 1)) ? start : -1;
  }

  /** Returns where the token ends whose literal ends at {@code to}; -1 if it does not fit. */
  int end(Text text, int to) {
    int at = to;
    for (int i = 0; i < parts.size(); i++) {
      Part part = parts.get(i);
      boolean last = i + 1 == parts.size();
      at = part.literal().isEmpty() ? runEnd(text, at, part, last) : literalEnd(text, at, part);
      if (at < 0) {
        return -1;
      }
    }
    return CharSet.ALNUM.has(text.at(at)) ? -1 : at;
  }

  private static int literalEnd(Text text, int at, Part part) {
    return text.has(at, part.literal()) ? at + part.literal().length() : -1;
  }

  private static int runEnd(Text text, int at, Part part, boolean last) {
    boolean fixed = part.min() == part.max() && !last;
    int end = text.runEnd(at, part.set(), fixed ? part.max() : part.max() + 1);
    while (last && end > at && text.at(end - 1) == '.') {
      end--; // the end of a sentence
    }
    return end - at < part.min() || end - at > part.max() ? -1 : end;
  }
}
