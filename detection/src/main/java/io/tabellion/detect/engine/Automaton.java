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
    Trie trie = new Trie();
    for (int i = 0; i < keywords.size(); i++) {
      trie.add(keywords.get(i), i, columns);
    }
    if (trie.size > Short.MAX_VALUE) {
      throw new IllegalArgumentException(
          "keywords: " + trie.size + " states (expected: at most " + Short.MAX_VALUE + ")");
    }
    this.dull = trie.dull(keywords, columns);
    this.table = trie.table();
    this.ends = Arrays.copyOf(trie.ends, trie.size);
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
    for (String keyword : keywords) {
      for (int i = 0; i < keyword.length(); i++) {
        used[keyword.charAt(i)] = true;
      }
    }
    int count = 1;
    for (int c : order(used)) {
      columns[c] = (byte) (c < 0x80 && count < OWN ? count++ : OWN + (c & 3));
    }
    for (int i = 0; i < shares.length; i++) {
      shares[i] = shares(keywords.get(i));
    }
    for (int c = 'A'; c <= 'Z'; c++) {
      columns[c] = columns[c + 32];
    }
  }

  private boolean shares(String keyword) {
    for (int i = 0; i < keyword.length(); i++) {
      if (columns[keyword.charAt(i)] >= OWN) {
        return true;
      }
    }
    return false;
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

  /** The keywords as a tree, grown and then made an automaton. Confined. */
  private static final class Trie {
    /** Of each node its child in each column; 0 where it has none. */
    private int[] next = new int[64 << SHIFT];

    /** Of each node its last child, the child of its parent before it, and its column. */
    private int[] child = new int[64];

    private int[] sibling = new int[64];
    private byte[] column = new byte[64];

    private int[][] ends = new int[64][];
    private int size;

    Trie() {
      node();
    }

    private int node() {
      if (size == ends.length) {
        next = Arrays.copyOf(next, next.length * 2);
        child = Arrays.copyOf(child, size * 2);
        sibling = Arrays.copyOf(sibling, size * 2);
        column = Arrays.copyOf(column, size * 2);
        ends = Arrays.copyOf(ends, size * 2);
      }
      ends[size] = NONE;
      return size++;
    }

    void add(String keyword, int index, byte[] columns) {
      int state = 0;
      for (int i = 0; i < keyword.length(); i++) {
        byte at = columns[keyword.charAt(i)];
        int to = next[(state << SHIFT) + at];
        state = to == 0 ? grown(state, at) : to;
      }
      ends[state] = joined(ends[state], new int[] {index});
    }

    private int grown(int parent, byte at) {
      int node = node();
      next[(parent << SHIFT) + at] = node;
      sibling[node] = child[parent];
      child[parent] = node;
      column[node] = at;
      return node;
    }

    private static int[] joined(int[] some, int[] others) {
      if (some.length == 0 || others.length == 0) {
        return some.length == 0 ? others : some;
      }
      int[] all = Arrays.copyOf(some, some.length + others.length);
      System.arraycopy(others, 0, all, some.length, others.length);
      return all;
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
          state = next[(state << SHIFT) + columns[keyword.charAt(at++)]];
          dull[state] = true;
        }
        if (at == keyword.length() || at >= FirstDigits.LEAST) {
          return new boolean[size];
        }
      }
      return dull;
    }

    /**
     * Returns the table, and gives each state what ends in its longest suffix too. Breadth first: a
     * row is that of the suffix, which is done, with the node's own children put into it.
     */
    short[] table() {
      short[] table = new short[size << SHIFT];
      int[] suffix = new int[size];
      int[] queue = new int[size];
      int last = 0;
      for (int first = 0; first <= last; first++) {
        int node = queue[first];
        int row = node << SHIFT;
        System.arraycopy(table, suffix[node] << SHIFT, table, row, WIDTH);
        for (int to = child[node]; to != 0; to = sibling[to]) {
          int shorter = table[row + column[to]];
          suffix[to] = shorter < 0 ? ~shorter : shorter;
          ends[to] = joined(ends[to], ends[suffix[to]]);
          table[row + column[to]] = (short) (ends[to].length > 0 ? ~to : to);
          queue[++last] = to;
        }
      }
      return table;
    }
  }
}
