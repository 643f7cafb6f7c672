package io.tabellion.detect.engine;

import java.util.List;
import java.util.stream.Stream;

/**
 * Words of which any may stand in a range, ASCII in any case: looked for together, in one pass.
 *
 * <p>Immutable and thread-safe.
 */
public final class WordSet {
  private final Automaton automaton;

  private WordSet(List<String> words) {
    this.automaton = new Automaton(words);
  }

  /**
   * Returns the set of {@code words}, given in lower case; other letters than ASCII as they are.
   */
  public static WordSet of(String... words) {
    return new WordSet(Stream.of(words).map(Automaton::bytes).toList());
  }

  /** Returns whether one of them stands in the range. */
  public boolean in(Text text, int start, int end) {
    int state = 0;
    for (int i = start; i < end; i++) {
      state = automaton.table[(state << Automaton.SHIFT) + automaton.columns[text.at(i) & 0xff]];
      if (state < 0) {
        state = ~state;
        if (isAny(text, state, i + 1)) {
          return true;
        }
      }
    }
    return false;
  }

  private boolean isAny(Text text, int state, int end) {
    for (int word : automaton.endsIn(state)) {
      if (automaton.isAt(word, text, end)) {
        return true;
      }
    }
    return false;
  }
}
