package io.tabellion.jsonrpc;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Repairs and flaws of one document while it is read. Their places grow at the front, as the reader
 * leaves the objects and arrays that hold them.
 *
 * <p>Not thread-safe: it belongs to one scanner.
 */
final class Oddities {
  /** A document with more of them than this is not worth reading. */
  static final int MOST = 1_000;

  private final List<Oddity> oddities = new ArrayList<>();

  /** One repair or one flaw; the other is null. */
  private record Oddity(
      Repair.@Nullable Kind repair,
      Flaw.@Nullable Kind flaw,
      String expected,
      Deque<String> place) {}

  int size() {
    return oddities.size();
  }

  boolean tooMany() {
    return oddities.size() > MOST;
  }

  void repair(Repair.Kind kind) {
    add(new Oddity(kind, null, "", new ArrayDeque<>()));
  }

  void flaw(Flaw.Kind kind, String expected) {
    add(new Oddity(null, kind, expected, new ArrayDeque<>()));
  }

  private void add(Oddity oddity) {
    if (!tooMany()) {
      oddities.add(oddity);
    }
  }

  /** What was noted since there were {@code before} of them lies in this member or item. */
  void within(int before, String step) {
    for (int i = before; i < oddities.size(); i++) {
      oddities.get(i).place().addFirst(step);
    }
  }

  /**
   * Returns the notes about the message at a place.
   *
   * @param item number of the message in a batch; null where the document is the message
   */
  Notes of(@Nullable String item) {
    if (oddities.isEmpty()) {
      return Notes.NONE;
    }
    List<Repair> repairs = new ArrayList<>();
    List<Flaw> flaws = new ArrayList<>();
    for (Oddity oddity : oddities) {
      List<String> place = within(oddity, item);
      if (place != null && oddity.repair() != null) {
        repairs.add(new Repair(oddity.repair(), place));
      } else if (place != null && oddity.flaw() != null) {
        flaws.add(new Flaw(oddity.flaw(), place, oddity.expected()));
      }
    }
    return new Notes(repairs, flaws);
  }

  /** What concerns the whole document concerns each message. */
  private static @Nullable List<String> within(Oddity oddity, @Nullable String item) {
    List<String> place = List.copyOf(oddity.place());
    if (item == null || place.isEmpty()) {
      return place;
    }
    return place.getFirst().equals(item) ? place.subList(1, place.size()) : null;
  }
}
