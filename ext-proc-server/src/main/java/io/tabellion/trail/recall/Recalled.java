package io.tabellion.trail.recall;

import io.tabellion.audit.Fact;
import io.tabellion.audit.FactWord;
import io.tabellion.audit.Facts;
import io.tabellion.audit.Leaf;
import io.tabellion.trail.EntryView;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/**
 * An entry of the past.
 *
 * @param index place in the log, from 0
 * @param id a UUID
 * @param kind its word; one of another version is kept as it is
 * @param at wall clock of the writer
 * @param log origin
 * @param facts those that this version knows
 * @param hasContent whether something was said
 */
public record Recalled(
    long index, String id, String kind, Instant at, String log, Facts facts, boolean hasContent) {

  /** Returns the same of an entry that is shown. */
  public static Recalled of(EntryView view) {
    return of(view.index(), view.leaf());
  }

  /** Returns the same of a leaf at that place of the log. */
  static Recalled of(long index, Leaf leaf) {
    return new Recalled(
        index,
        leaf.id().toString(),
        leaf.kind().text(),
        leaf.at(),
        leaf.log(),
        leaf.facts(),
        leaf.content() != null);
  }

  /** The text of a fact; empty if the entry does not have it. */
  public String text(Fact fact) {
    String text = facts.text(fact);
    return text == null ? "" : text;
  }

  /** Whether the fact is this word. */
  boolean says(Fact fact, FactWord word) {
    return facts.says(fact, word);
  }

  /** The texts of a fact that is a list. */
  public List<String> texts(Fact fact) {
    if (!(facts.values().get(fact) instanceof List<?> list)) {
      String text = facts.text(fact);
      return text == null ? List.of() : List.of(text);
    }
    List<String> texts = new ArrayList<>(list.size());
    for (Object each : list) {
      texts.add(String.valueOf(each));
    }
    return texts;
  }

  /** The number of a fact; 0 if the entry does not have it. */
  long number(Fact fact) {
    return facts.values().get(fact) instanceof Long number ? number : 0;
  }
}
