package io.tabellion.detect.engine;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Finds many keywords in one pass: the automaton of Aho and Corasick (1975) as a table without
 * failure links, letters folded to lower case.
 *
 * <p>A row of the table is a state, a column a class of bytes; bytes that no keyword has share one
 * column. An entry is the next state, or its complement where a keyword ends. Rows are short, with
 * the commonest letters side by side, so that what texts visit stays in the nearest cache. Where
 * keywords have more signs than there are columns, some share one: {@link #isAt} then tells.
 *
 * <p>Immutable and thread-safe.
 */
final class Automaton {
  /** A row has so many columns, as a power of two. */
  static final int SHIFT = 6;

  private static final int WIDTH = 1 << SHIFT;

  /** Columns of their own go up to here; the rest are shared. */
  private static final int OWN = WIDTH - 4;

  private static final String COMMON = " etaoinsrhldcumfpgwybvkxqjz0123456789";
  private static final int[] NONE = {};

  final byte[] columns = new byte[256];
  final short[] table;
  private final String[] keywords;
  private final boolean[] shares;
  private final int longest;
  private final int[][] ends;

  /** Whether what was read for each state is dull, as {@link FirstDigits#DULL} has it. */
  private final boolean[] dull;

  /**
   * @param keywords as {@link #bytes} gives them; their indices are what {@link #endsIn} gives
   */
  Automaton(List<String> keywords) {
    this.keywords = keywords.toArray(String[]::new);
    this.shares = new boolean[keywords.size()];
    this.longest = keywords.stream().mapToInt(String::length).max().orElse(0);
    columns(keywords);
    Trie trie = new Trie(WIDTH);
    for (int i = 0; i < keywords.size(); i++) {
      trie.add(keywords.get(i), i, columns);
    }
    if (trie.size > Short.MAX_VALUE) {
      throw new IllegalArgumentException(
          "keywords: " + trie.size + " states (expected: at most " + Short.MAX_VALUE + ")");
    }
    this.dull = trie.dull(keywords, columns);
    int[] order = trie.close();
    this.ends = trie.ends(order);
    this.table = new short[trie.size << SHIFT];
    for (int i = 0; i < table.length; i++) {
      int next = trie.next[i];
      table[i] = (short) (ends[next].length > 0 ? ~next : next);
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

  int states() {
    return ends.length;
  }

  /** Returns whether no keyword is under way in {@code state} but one that began dull. */
  boolean isDull(int state) {
    return dull[state];
  }

  /** Returns the state where {@value FirstDigits#LEAST} or more dull bytes end. */
  int behindDull(byte[] bytes, int end) {
    return stateBehind(bytes, end - FirstDigits.LEAST, end);
  }

  /** Returns how many bytes the longest keyword has. */
  int longest() {
    return longest;
  }

  /**
   * Returns the state at {@code end}, if no keyword is under way there that began before {@code
   * start}.
   */
  int stateBehind(byte[] bytes, int start, int end) {
    int state = 0;
    for (int i = start; i < end; i++) {
      state = table[(state << SHIFT) + columns[bytes[i] & 0xff]];
      state = state < 0 ? ~state : state;
    }
    return state;
  }

  /** Returns the keywords that end where the automaton is in {@code state}, if {@link #isAt}. */
  int[] endsIn(int state) {
    return ends[state];
  }

  /**
   * Returns whether the automaton may find a keyword where it is not, so that {@link #isAt} tells.
   */
  boolean isUnsure(int keyword) {
    return shares[keyword];
  }

  /** Returns whether the keyword that the automaton found ends before {@code end} in the text. */
  boolean isAt(int keyword, Text text, int end) {
    if (!shares[keyword]) {
      return true;
    }
    String bytes = keywords[keyword];
    int start = end - bytes.length();
    for (int i = 0; i < bytes.length(); i++) {
      if ((Text.lower(text.at(start + i)) & 0xff) != bytes.charAt(i)) {
        return false;
      }
    }
    return true;
  }

  /** Gives each byte of a keyword a column of its own as long as there are some. */
  private void columns(List<String> keywords) {
    boolean[] used = new boolean[256];
    keywords.forEach(keyword -> keyword.chars().forEach(c -> used[c] = true));
    int count = 1;
    for (int c : order(used)) {
      columns[c] = (byte) (c < 0x80 && count < OWN ? count++ : OWN + (c & 3));
    }
    for (int i = 0; i < shares.length; i++) {
      shares[i] = keywords.get(i).chars().anyMatch(c -> columns[c] >= OWN);
    }
    for (int c = 'A'; c <= 'Z'; c++) {
      columns[c] = columns[c + 32];
    }
  }

  /** Returns the bytes that are used, the commonest first. */
  private static List<Integer> order(boolean[] used) {
    List<Integer> order = new ArrayList<>();
    COMMON.chars().filter(c -> used[c]).forEach(order::add);
    for (int c = 0; c < used.length; c++) {
      if (used[c] && COMMON.indexOf(c) < 0) {
        order.add(c);
      }
    }
    return order;
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

    void add(String keyword, int index, byte[] columns) {
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

    /**
     * Returns which nodes dull bytes lead to; none where a keyword is dull as a whole, or for too
     * long, and must not be passed over.
     */
    boolean[] dull(List<String> keywords, byte[] columns) {
      boolean[] dull = new boolean[size];
      dull[0] = true;
      for (String keyword : keywords) {
        int state = 0;
        int at = 0;
        while (at < keyword.length() && FirstDigits.DULL.has(keyword.charAt(at))) {
          state = next[state * width + columns[keyword.charAt(at++)]];
          dull[state] = true;
        }
        if (at == keyword.length() || at >= FirstDigits.LEAST) {
          return new boolean[size];
        }
      }
      return dull;
    }

    /** Fills what is missing breadth first; returns each state's longest suffix that is a state. */
    int[] close() {
      int[] suffix = new int[size];
      int[] queue = new int[size];
      int last = 0;
      for (int first = 0; first <= last; first++) {
        int row = queue[first] * width;
        int other = suffix[queue[first]] * width;
        for (int column = 0; column < width; column++) {
          int fallback = row == 0 ? 0 : next[other + column];
          int child = next[row + column];
          if (child < 0) {
            next[row + column] = fallback;
          } else if (child > 0) {
            suffix[child] = fallback;
            own.get(child).addAll(own.get(fallback));
            queue[++last] = child;
          }
        }
      }
      return suffix;
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
