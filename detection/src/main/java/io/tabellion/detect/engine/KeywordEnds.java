package io.tabellion.detect.engine;

/**
 * Where keywords end in a text, in order, and the automaton's states there.
 *
 * <p>Each look-up of the automaton waits for the one before. So long pieces are read at two places
 * at once: what it knows of the text before a place it also knows if it has read only as much of it
 * as the longest keyword has.
 *
 * <p>Confined to one scan.
 */
final class KeywordEnds {
  /** Bytes that are read at one place while as many are at the other. */
  private static final int HALF = 1024;

  /** Bytes that are read at once, if the text has as many more. */
  static final int PIECE = 2 * HALF;

  /** Reading more bytes twice does not pay. */
  private static final int MOST_TWICE = HALF / 8;

  private final byte[] bytes;
  private final Automaton automaton;
  private int[] ends = new int[FirstDigits.BLOCK];
  private int[] states = new int[FirstDigits.BLOCK];

  // Of the second half, until the first one is read.
  private int[] laterEnds = {};
  private int[] laterStates = {};
  private int size;
  private int next;
  private int state;

  KeywordEnds(byte[] bytes, Automaton automaton) {
    this.bytes = bytes;
    this.automaton = automaton;
  }

  /** Returns whether no keyword is under way but one that began dull. */
  boolean isDull() {
    return automaton.isDull(state);
  }

  /** Passes over dull bytes up to {@code end}. */
  void passOver(int end) {
    state = automaton.behindDull(bytes, end);
  }

  /** Reads from {@code from} to {@code to}, at most a block; what was found before is forgotten. */
  void read(int from, int to) {
    byte[] columns = automaton.columns;
    short[] table = automaton.table;
    int found = 0;
    int now = state;
    for (int i = from; i < to; i++) {
      now = table[(now << Automaton.SHIFT) + columns[bytes[i] & 0xff]];
      if (now < 0) {
        now = ~now;
        ends[found] = i;
        states[found++] = now;
      }
    }
    state = now;
    size = found;
    next = 0;
  }

  /** Returns whether {@link #readPiece} may be asked for. */
  boolean canReadPiece(int from) {
    return from + PIECE <= bytes.length && automaton.longest() <= MOST_TWICE;
  }

  /** Reads {@value #PIECE} bytes from {@code from} on; what was found before is forgotten. */
  void readPiece(int from) {
    if (laterEnds.length == 0) {
      ends = new int[PIECE];
      states = new int[PIECE];
      laterEnds = new int[HALF];
      laterStates = new int[HALF];
    }
    byte[] columns = automaton.columns;
    short[] table = automaton.table;
    int middle = from + HALF;
    int found = 0;
    int foundLater = 0;
    int now = state;
    int later = automaton.stateBehind(bytes, middle - automaton.longest(), middle);
    for (int i = from; i < middle; i++) {
      now = table[(now << Automaton.SHIFT) + columns[bytes[i] & 0xff]];
      later = table[(later << Automaton.SHIFT) + columns[bytes[i + HALF] & 0xff]];
      if ((now | later) < 0) {
        if (now < 0) {
          now = ~now;
          ends[found] = i;
          states[found++] = now;
        }
        if (later < 0) {
          later = ~later;
          laterEnds[foundLater] = i + HALF;
          laterStates[foundLater++] = later;
        }
      }
    }
    System.arraycopy(laterEnds, 0, ends, found, foundLater);
    System.arraycopy(laterStates, 0, states, found, foundLater);
    state = later;
    size = found + foundLater;
    next = 0;
  }

  /** Returns whether the next keyword ends at a byte before {@code end}. */
  boolean isBefore(int end) {
    return next < size && ends[next] < end;
  }

  /** Goes on to the next keyword; returns its last byte. */
  int next() {
    return ends[next++];
  }

  /** Returns the state at the keyword that {@link #next} told. */
  int state() {
    return states[next - 1];
  }
}
