package io.tabellion.detect.engine;

import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Finds many ASCII keywords in one pass: the automaton of Aho and Corasick (1975) as a table
 * without failure links, letters folded to lower case.
 *
 * <p>A row of the table is a state, a column a class of bytes; bytes that no keyword has share one
 * column. An entry is the next row's offset, or its complement where a keyword ends.
 *
 * <p>Immutable and thread-safe.
 */
final class Automaton {
  private static final int[] NONE = {};

  final short[] columns = new short[256];
  final int[] table;
  private final int width;
  private final int[][] ends;

  /**
   * @param keywords as {@link #bytes} gives them; their indices are what {@link #endsIn} gives
   */
  Automaton(List<String> keywords) {
    this.width = columns(keywords);
    Trie trie = new Trie(width);
    for (int i = 0; i < keywords.size(); i++) {
      trie.add(keywords.get(i), i, columns);
    }
    int[] order = trie.close();
    this.ends = trie.ends(order);
    this.table = new int[trie.size * width];
    for (int state = 0; state < trie.size; state++) {
      for (int column = 0; column < width; column++) {
        int next = trie.next[state * width + column];
        boolean look = ends[next].length > 0;
        table[state * width + column] = look ? ~(next * width) : next * width;
      }
    }
  }

  /** Returns the UTF-8 of {@code keyword} as a character for each byte, ASCII in lower case. */
  static String bytes(String keyword) {
    StringBuilder bytes = new StringBuilder();
    for (byte b : keyword.getBytes(StandardCharsets.UTF_8)) {
      bytes.append((char) (Text.lower(b) & 0xff));
    }
    return bytes.toString();
  }

  /** Returns the keywords that end where the automaton is in the row at {@code offset}. */
  int[] endsIn(int offset) {
    return ends[offset / width];
  }

  /** Gives each byte of a keyword a column; returns how many. */
  private int columns(List<String> keywords) {
    int count = 1;
    for (String keyword : keywords) {
      for (int i = 0; i < keyword.length(); i++) {
        int c = keyword.charAt(i);
        if (columns[c] == 0) {
          columns[c] = (short) count++;
        }
      }
    }
    for (int c = 'A'; c <= 'Z'; c++) {
      columns[c] = columns[c + 32];
    }
    return count;
  }

  /** The keywords as a tree, grown and then closed to an automaton. */
  private static final class Trie {
    private final int width;
    private final List<List<Integer>> own = new ArrayList<>();
    private int[] next;
    private int size;

    Trie(int width) {
      this.width = width;
      this.next = new int[64 * width];
      node();
    }

    private int node() {
      if ((size + 1) * width > next.length) {
        next = Arrays.copyOf(next, next.length * 2);
      }
      Arrays.fill(next, size * width, (size + 1) * width, -1);
      own.add(new ArrayList<>(1));
      return size++;
    }

    void add(String keyword, int index, short[] columns) {
      int state = 0;
      for (int i = 0; i < keyword.length(); i++) {
        int column = columns[keyword.charAt(i)];
        if (next[state * width + column] < 0) {
          int node = node();
          next[state * width + column] = node;
        }
        state = next[state * width + column];
      }
      own.get(state).add(index);
    }

    /** Fills what is missing breadth first; returns each state's longest suffix that is a state. */
    int[] close() {
      int[] suffix = new int[size];
      ArrayDeque<Integer> queue = new ArrayDeque<>();
      for (int column = 0; column < width; column++) {
        enter(0, column, 0, suffix, queue);
      }
      while (!queue.isEmpty()) {
        int state = queue.poll();
        for (int column = 0; column < width; column++) {
          enter(state, column, next[suffix[state] * width + column], suffix, queue);
        }
      }
      return suffix;
    }

    private void enter(
        int state, int column, int fallback, int[] suffix, ArrayDeque<Integer> queue) {
      int child = next[state * width + column];
      if (child < 0) {
        next[state * width + column] = fallback;
      } else {
        suffix[child] = fallback;
        own.get(child).addAll(own.get(fallback));
        queue.add(child);
      }
    }

    int[][] ends(int[] suffix) {
      int[][] ends = new int[suffix.length][];
      for (int state = 0; state < suffix.length; state++) {
        List<Integer> found = own.get(state);
        ends[state] = found.isEmpty() ? NONE : found.stream().mapToInt(i -> i).toArray();
      }
      return ends;
    }
  }
}
