package io.tabellion.mask.find;

import io.tabellion.jsonrpc.Json;
import io.tabellion.mask.rule.Reach;
import org.jspecify.annotations.Nullable;

/**
 * What a place has to do with structured content: it may stand in some, or beside some, in a text
 * that says the same again. What a rule masks in the one must not be read in the other.
 *
 * <p>Each value of it is for one place and what is below. Not thread-safe: it belongs to one walk.
 *
 * @param typed whether a schema may stand over the place
 * @param selected takes what rules select here; null outside of structured content
 * @param repeated how far selectors reach in the structured content that texts here repeat; null if
 *     they repeat none
 * @param structured the structured content beside; null if there is none
 * @param prose takes texts that stand beside structured content; null for others
 */
record Counterpart(
    boolean typed,
    @Nullable Repeats selected,
    @Nullable Reach repeated,
    @Nullable Json structured,
    @Nullable Repeats prose) {
  static final Counterpart NONE = new Counterpart(false, null, null, null, null);

  /** In structured content, which may stand in other. */
  Counterpart within(@Nullable Repeats repeats) {
    Repeats into = repeats == null ? selected : repeats;
    return new Counterpart(true, into, repeated, structured, prose);
  }

  /**
   * In the content beside structured content, or where that could be.
   *
   * @param reach of the structured content
   * @param content null if there is none
   */
  Counterpart beside(Reach reach, @Nullable Json content, @Nullable Repeats repeats) {
    return new Counterpart(typed, selected, reach, content, repeats);
  }

  /** In the JSON of a text. */
  Counterpart inText() {
    boolean shaped = typed || (repeated != null && structured != null);
    return new Counterpart(shaped, selected, null, structured, prose);
  }

  /**
   * How far selectors reach in a text: what is selected in what it repeats is selected in it.
   *
   * @param same whether it is the JSON of just that, so that what is allowed there is so in it
   */
  Reach reach(Reach outer, boolean same) {
    return repeated == null ? outer : outer.and(repeated, same);
  }

  /** A text or number, which prose may repeat if rules select it here. */
  void value(String value, Reach reach) {
    Repeats into = selected;
    if (into != null) {
      reach.whole((operator, rule) -> into.value(value, operator, rule));
    }
  }

  /** A text that may repeat values. */
  void text(int site, String text) {
    if (prose != null) {
      prose.text(site, text);
    }
  }
}
