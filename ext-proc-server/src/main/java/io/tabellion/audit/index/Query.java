package io.tabellion.audit.index;

import io.tabellion.audit.Fact;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What is looked for: conditions joined by AND; the values of one condition by OR.
 *
 * @param from at or after, null for no bound
 * @param until before, null for no bound
 * @param values wanted values by field; a field without values is no condition. In a value of an
 *     {@link Field#open open} field {@code *} stands for any characters and {@code ?} for one
 * @param words in any order, all of them; folded and split as content is
 */
public record Query(
    @Nullable Instant from,
    @Nullable Instant until,
    Map<Field, List<String>> values,
    String words) {

  /** Everything. */
  public static final Query ALL = new Query(null, null, Map.of(), "");

  public Query {
    var copy = new TreeMap<Field, List<String>>();
    values.forEach((field, wanted) -> {
      if (!wanted.isEmpty()) {
        copy.put(field, List.copyOf(wanted));
      }
    });
    values = copy;
  }

  /** What can be looked for, beside time and words. */
  public enum Field {
    SUBJECT('h', Kept.ROW, Fact.SUBJECT),
    CLIENT('r', Kept.ROW, Fact.CLIENT_ID, Fact.CLAIMED_CLIENT),
    SERVER('p', Kept.ROW, Fact.SERVER),
    METHOD('q', Kept.ROW, Fact.METHOD),
    TOOL('i', Kept.ROW, Fact.TOOL),
    DECISION('n', Kept.VALUES, Fact.DECISION),
    KIND('m', Kept.VALUES),
    CONVERSATION('j', Kept.HASH, Fact.CONVERSATION),
    SESSION('k', Kept.HASH, Fact.SESSION),
    INTENT('l', Kept.HASH, Fact.INTENT),
    OUTCOME('o', Kept.VALUES, Fact.OUTCOME),
    REASON('s', Kept.VALUES, Fact.REASON),
    RULE('t', Kept.VALUES, Fact.RULES),
    GROUP('u', Kept.VALUES, Fact.GROUPS),
    SOURCE('v', Kept.VALUES, Fact.SOURCE),
    POLICY('w', Kept.VALUES, Fact.POLICY),
    REQUEST_ID('x', Kept.HASH, Fact.REQUEST_ID),
    /** What would have been decided, where that is not what was. */
    WOULD('z', Kept.VALUES, Fact.SHADOW, Fact.CANDIDATE);

    private final char letter;
    private final Kept kept;

    @SuppressWarnings("ImmutableEnumChecker") // List.of
    private final List<Fact> facts;

    Field(char letter, Kept kept, Fact... facts) {
      this.letter = letter;
      this.kept = kept;
      this.facts = List.of(facts);
    }

    /** Whether patterns find it; without, only whole values do. */
    public boolean open() {
      return kept != Kept.HASH;
    }

    /** What its terms begin with; no hex digit. */
    char letter() {
      return letter;
    }

    /** The facts that it stands in; none for the kind of the entry. */
    List<Fact> facts() {
      return facts;
    }

    /** Columns of the row with its values in clear; none if the row does not have them. */
    List<String> columns() {
      return switch (this) {
        case CLIENT -> List.of("client_id", "claimed_client", "claimed_name");
        default -> kept == Kept.ROW ? List.of(facts.getFirst().text()) : List.of();
      };
    }
  }

  /** What the index keeps of a value. */
  private enum Kept {
    /** A keyed hash. */
    HASH,
    /** That, and each different value once. */
    VALUES,
    /** That, and the value in each row. */
    ROW
  }
}
