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
 * @param values wanted values by field; a field without values is no condition
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

  /** What can be looked for, beside time and words; a value may stand in any of the columns. */
  public enum Field {
    SUBJECT("subject", Fact.SUBJECT),
    CLIENT("client_id claimed_client claimed_name", null),
    SERVER("server", null),
    METHOD("method", null),
    TOOL("tool", Fact.TOOL),
    DECISION("decision", null),
    KIND("kind", null),
    CONVERSATION("conversation", Fact.CONVERSATION),
    SESSION("session", Fact.SESSION),
    INTENT("intent", Fact.INTENT),
    OUTCOME("outcome", null);

    private final String columns;
    private final @Nullable Fact fact;

    Field(String columns, @Nullable Fact fact) {
      this.columns = columns;
      this.fact = fact;
    }

    List<String> columns() {
      return List.of(columns.split(" "));
    }

    /** The fact whose term finds it; null if all rows must be looked at. */
    @Nullable Fact fact() {
      return fact;
    }
  }
}
