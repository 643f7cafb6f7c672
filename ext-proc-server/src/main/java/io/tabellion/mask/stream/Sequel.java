package io.tabellion.mask.stream;

import io.tabellion.mask.edit.Edits;
import io.tabellion.mask.edit.Span;
import io.tabellion.mask.stream.Tails.Ending;
import io.tabellion.mask.stream.Tails.Tail;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The next message of a stream, while it is read: what its texts may go on from, and what was found
 * to go on in them.
 *
 * <p>Not thread-safe: it belongs to one walk.
 */
public final class Sequel {
  private final Tails tails;
  private final Talk talk;
  private final String digest;
  private final @Nullable Set<Cut> known;
  private final boolean unsure;
  private final boolean unsureOfFirst;

  private final List<Text> first = new ArrayList<>(Tails.MOST);
  private Text last = new Text(0, "");
  private int count;

  private final Set<Cut> cuts = new LinkedHashSet<>();
  private final Map<Integer, Set<Ended>> ended = new HashMap<>();

  private record Text(int site, String text) {}

  /** A value that ends at an index of a text. */
  private record Ended(int at, Ending ending) {}

  /**
   * @param known what was masked of the message when it went on before; null if it did not
   * @param unsure whether nobody knows what its texts go on from
   * @param unsureOfFirst whether nobody knows what its first text goes on from
   */
  Sequel(
      Tails tails,
      Talk talk,
      String digest,
      @Nullable Set<Cut> known,
      boolean unsure,
      boolean unsureOfFirst) {
    this.tails = tails;
    this.talk = talk;
    this.digest = digest;
    this.known = known;
    this.unsure = unsure;
    this.unsureOfFirst = unsureOfFirst;
  }

  // While it is read.

  /** Adds a text; returns its number. */
  public int add(int site, String text) {
    last = new Text(site, text);
    if (count < Tails.MOST) {
      first.add(last);
    }
    return count++;
  }

  /** What the text of this number may go on from. */
  public List<Tail> before(int number) {
    return tails.before(talk, number);
  }

  /** Whether the text of this number may go on from what nobody knows. */
  public boolean isUnsure(int number) {
    return number < Tails.MOST && (unsure || (unsureOfFirst && number == 0));
  }

  /** What was masked of a text when the message went on before. */
  public List<Cut> known(int site) {
    return known == null ? List.of() : known.stream().filter(cut -> cut.site() == site).toList();
  }

  public void cut(Cut cut) {
    cuts.add(cut);
  }

  /** A value ends here. */
  public void ended(int site, int at, String detector, int length) {
    ended
        .computeIfAbsent(site, _ -> new HashSet<>())
        .add(new Ended(at, new Ending(detector, length)));
  }

  // When it was read.

  Talk talk() {
    return talk;
  }

  String digest() {
    return digest;
  }

  Set<Cut> cuts() {
    return cuts;
  }

  boolean isEmpty() {
    return count == 0;
  }

  /** How many of its texts are looked at. */
  int count() {
    return first.size();
  }

  /** The message went on. */
  public void went(Edits kept) {
    tails.went(this, kept);
  }

  /** What ends with the text of this number, which stands behind a tail. */
  Tail behind(Tail tail, int number, Edits kept) {
    return behind(tail, first.get(number), kept);
  }

  /** What ends with its last text, if that stands behind a tail. */
  Tail lastBehind(Tail tail, Edits kept) {
    return behind(tail, last, kept);
  }

  private Tail behind(Tail tail, Text text, Edits kept) {
    return isSelected(text, kept) ? Tail.NONE : tail.and(text.text, endings(text));
  }

  private Set<Ending> endings(Text text) {
    Set<Ending> endings = new HashSet<>();
    for (Ended end : ended.getOrDefault(text.site, Set.of())) {
      if (end.at == text.text.length()) {
        endings.add(end.ending);
      }
    }
    return endings;
  }

  /** Whether a rule masks the whole text, whatever it is. */
  private static boolean isSelected(Text text, Edits kept) {
    return kept.at(text.site).stream()
        .anyMatch(span ->
            span.detector().equals(Span.SELECTED)
                && span.start() == 0
                && span.end() == text.text.length());
  }
}
