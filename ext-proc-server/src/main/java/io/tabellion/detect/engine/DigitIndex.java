package io.tabellion.detect.engine;

import io.tabellion.detect.engine.Trigger.Before;
import io.tabellion.detect.engine.Trigger.Digits;
import java.util.ArrayList;
import java.util.List;

/**
 * Which detectors a run of digits concerns, by its length, what stands before and what follows.
 * Most numbers in most texts concern none.
 *
 * <p>Immutable and thread-safe.
 */
final class DigitIndex {
  /** Longer runs are as long as this. */
  static final int LONGEST_RUN = 40;

  private static final String FOLLOW = "*.:-/ )A";
  private static final int KINDS = FOLLOW.length();
  private static final int[] NONE = {};

  /** What stands before a run: no letter; letters; letters and digits before them. */
  private static final int APART = 0;

  private static final int LETTERS = 1;
  private static final int INSIDE = 2;
  private static final int PLACES = 3;

  private final byte[] kinds = new byte[256];
  private final int[][] detectors;

  DigitIndex(List<Detector> all) {
    List<List<Integer>> lists = new ArrayList<>();
    for (int i = 0; i < (LONGEST_RUN + 1) * PLACES * KINDS; i++) {
      lists.add(new ArrayList<>(0));
    }
    for (int i = 0; i < all.size(); i++) {
      for (Trigger trigger : all.get(i).triggers()) {
        if (trigger instanceof Digits digits) {
          add(lists, digits, i);
        }
      }
    }
    for (int b = 0; b < 128; b++) {
      kinds[b] = (byte) (CharSet.LETTER.has(b) ? KINDS - 1 : Math.max(0, FOLLOW.indexOf(b)));
    }
    kinds['*'] = 0;
    kinds['A'] = (byte) (KINDS - 1);
    this.detectors =
        lists.stream()
            .map(list -> list.isEmpty() ? NONE : list.stream().mapToInt(i -> i).toArray())
            .toArray(int[][]::new);
  }

  private static void add(List<List<Integer>> lists, Digits digits, int detector) {
    for (int length = digits.min(); length <= Math.min(digits.max(), LONGEST_RUN); length++) {
      for (int i = 0; i < digits.follow().length(); i++) {
        int kind = FOLLOW.indexOf(digits.follow().charAt(i));
        if (digits.before() != Before.NO_LETTER) {
          add(lists.get(index(length, LETTERS, kind)), detector);
        }
        if (digits.before() == Before.ANY) {
          add(lists.get(index(length, INSIDE, kind)), detector);
        }
        if (digits.before() != Before.LETTER) {
          add(lists.get(index(length, APART, kind)), detector);
        }
      }
    }
  }

  private static void add(List<Integer> list, int detector) {
    if (!list.contains(detector)) {
      list.add(detector);
    }
  }

  private static int index(int length, int place, int kind) {
    return (length * PLACES + place) * KINDS + kind;
  }

  /** Returns the detectors for the run from {@code start} to {@code end}. */
  int[] at(byte[] bytes, int start, int end) {
    int kind = end < bytes.length ? kinds[bytes[end] & 0xff] : 0;
    return detectors[index(Math.min(end - start, LONGEST_RUN), place(bytes, start), kind)];
  }

  private static int place(byte[] bytes, int start) {
    int at = start - 1;
    while (at >= 0 && CharSet.LETTER.has(bytes[at])) {
      at--;
    }
    if (at == start - 1) {
      return APART;
    }
    return at >= 0 && isDigit(bytes[at]) ? INSIDE : LETTERS;
  }

  static boolean isDigit(byte b) {
    return b >= '0' && b <= '9';
  }
}
