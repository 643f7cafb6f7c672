package io.tabellion.audit.index;

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
    SUBJECT("subject"),
    CLIENT("client_id claimed_client claimed_name"),
    SERVER("server"),
    METHOD("method"),
    TOOL("tool"),
    DECISION("decision"),
    KIND("kind"),
    CONVERSATION("conversation"),
    SESSION("session"),
    INTENT("intent"),
    OUTCOME("outcome");

    private final String columns;

    Field(String columns) {
      this.columns = columns;
    }

    List<String> columns() {
      return List.of(columns.split(" "));
    }
  }
}
