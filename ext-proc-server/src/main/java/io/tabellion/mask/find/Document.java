package io.tabellion.mask.find;

import io.tabellion.detect.Finding;
import io.tabellion.mask.rule.Plan;
import io.tabellion.mask.text.Disguise;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Names and values of a tree as one text, line by line, so that detectors read them together, with
 * names as the context of values; and where each of them came from.
 *
 * <p>Not thread-safe: it belongs to one walk.
 */
final class Document {
  /** Most texts have a thousand characters. */
  private static final int LEAST = 1 << 10;

  /** A text of so many characters is read, and the next one begun. */
  private static final int ENOUGH = 1 << 16;

  /** What is found in so much of a name is no word before a value. */
  private static final int LONGEST_WORD = 32;

  private final StringBuilder text = new StringBuilder();
  private final List<Slot> slots = new ArrayList<>();
  private int lastFirst;

  /**
   * Where a name or value stands in the text.
   *
   * @param start index in the text
   * @param end index after it
   * @param offset what is to be added to an index in the text to get the one in the value
   */
  record Slot(Origin origin, Kind kind, int start, int end, int offset) {
    private int site() {
      return origin.site();
    }
  }

  enum Kind {
    NAME,
    TEXT,
    /** Masked whole, whatever part of it was found. */
    NUMBER
  }

  void append(String words) {
    text.append(words);
  }

  void append(char c) {
    text.append(c);
  }

  /** Adds a name or value, or the part of it between the two indexes. */
  void append(Origin origin, Kind kind, String value, int from, int to) {
    int start = text.length();
    text.ensureCapacity(LEAST);
    text.append(value, from, to);
    slots.add(new Slot(origin, kind, start, text.length(), from - start));
  }

  boolean isFull() {
    return text.length() >= ENOUGH;
  }

  boolean isEmpty() {
    return slots.isEmpty();
  }

  void clear() {
    text.setLength(0);
    slots.clear();
  }

  /** Takes what was found in a name or value. */
  interface Hits {
    void hit(Slot slot, int from, int to, Finding finding);
  }

  /**
   * Scans the text, with and without disguises.
   *
   * @param read the text
   * @param disguise null if it has none
   * @param across whether only what stands in two values at once counts
   */
  void scan(Plan.Scan scan, String read, @Nullable Disguise disguise, boolean across, Hits hits) {
    List<Finding> found = scan.scan(read);
    for (int i = 0; i < found.size(); i++) { // they may be many
      Finding finding = found.get(i);
      found(finding, finding.start(), finding.end(), across, hits);
    }
    if (disguise != null) {
      for (Finding finding : scan.scan(disguise.text())) {
        int start = disguise.start(finding.start());
        found(finding, start, disguise.end(finding.end() - 1), across, hits);
      }
    }
  }

  /** The text so far. */
  String text() {
    return text.toString();
  }

  private void found(Finding finding, int start, int end, boolean across, Hits hits) {
    int first = isIn(lastFirst, start) ? lastFirst : firstBehind(start);
    lastFirst = first;
    if (isWithin(first, start, end)) {
      Slot slot = slots.get(first);
      if (!across) {
        hits.hit(slot, start + slot.offset, end + slot.offset, finding);
      }
      return;
    }
    boolean values = false;
    boolean several = false;
    int behind = first;
    for (; behind < slots.size() && slots.get(behind).start < end; behind++) {
      values |= slots.get(behind).kind != Kind.NAME;
      several |= slots.get(behind).site() != slots.get(first).site();
    }
    if (across && !several) {
      return;
    }
    for (int i = first; i < behind; i++) {
      Slot slot = slots.get(i);
      int from = Math.max(start, slot.start);
      int to = Math.min(end, slot.end);
      boolean word = slot.kind == Kind.NAME && values && to - from <= LONGEST_WORD;
      if (slot.end > slot.start && !word) {
        hits.hit(slot, from + slot.offset, to + slot.offset, finding);
      }
    }
  }

  /** Whether this slot is the first that ends behind the place: a text may have many values. */
  private boolean isIn(int slot, int place) {
    return slot < slots.size() && slots.get(slot).start <= place && place < slots.get(slot).end;
  }

  /** Whether all of what was found is in this slot, as nearly all is. */
  private boolean isWithin(int slot, int start, int end) {
    return isIn(slot, start) && end <= slots.get(slot).end;
  }

  /** Index of the first slot that ends behind this place. */
  private int firstBehind(int place) {
    int low = 0;
    int high = slots.size();
    while (low < high) {
      int middle = (low + high) >>> 1;
      if (slots.get(middle).end <= place) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    return low;
  }
}
