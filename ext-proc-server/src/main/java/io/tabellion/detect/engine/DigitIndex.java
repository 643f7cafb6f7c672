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

  private final byte[] kinds = new byte[256];
  private final int[][] detectors;

  DigitIndex(List<Detector> all) {
    List<List<Integer>> lists = new ArrayList<>();
    for (int i = 0; i < (LONGEST_RUN + 1) * 2 * KINDS; i++) {
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
          add(lists.get(index(length, true, kind)), detector);
        }
        if (digits.before() != Before.LETTER) {
          add(lists.get(index(length, false, kind)), detector);
        }
      }
    }
  }

  private static void add(List<Integer> list, int detector) {
    if (!list.contains(detector)) {
      list.add(detector);
    }
  }

  private static int index(int length, boolean afterLetter, int kind) {
    return (length * 2 + (afterLetter ? 1 : 0)) * KINDS + kind;
  }

  /** Returns the detectors for the run from {@code start} to {@code end}. */
  int[] at(Text text, int start, int end) {
    int length = Math.min(end - start, LONGEST_RUN);
    boolean afterLetter = CharSet.LETTER.has(text.at(start - 1));
    return detectors[index(length, afterLetter, kinds[text.at(end) & 0xff])];
  }
}
