package io.tabellion.trail;

import io.tabellion.audit.index.Query.Field;
import java.time.Instant;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Which entries, as a reader asks: conditions joined by AND, the values of one by OR.
 *
 * @param from at or after, null for no bound
 * @param until before, null for no bound
 * @param values wanted values by field, with patterns; a field without values is no condition
 * @param words all of them, in any order; empty for no condition
 */
public record Filter(
    @Nullable Instant from,
    @Nullable Instant until,
    Map<Field, List<String>> values,
    String words) {

  /** Everything. */
  public static final Filter ALL = new Filter(null, null, Map.of(), "");

  /** Fields and their names at every edge. */
  private static final Map<Field, String> NAMES =
      new EnumMap<>(
          Map.ofEntries(
              Map.entry(Field.SUBJECT, "subjects"),
              Map.entry(Field.CLIENT, "clients"),
              Map.entry(Field.SERVER, "servers"),
              Map.entry(Field.METHOD, "methods"),
              Map.entry(Field.TOOL, "tools"),
              Map.entry(Field.DECISION, "decisions"),
              Map.entry(Field.KIND, "kinds"),
              Map.entry(Field.CONVERSATION, "conversations"),
              Map.entry(Field.SESSION, "sessions"),
              Map.entry(Field.INTENT, "intents"),
              Map.entry(Field.OUTCOME, "outcomes"),
              Map.entry(Field.REASON, "reasons"),
              Map.entry(Field.RULE, "rules"),
              Map.entry(Field.GROUP, "groups"),
              Map.entry(Field.SOURCE, "sources"),
              Map.entry(Field.POLICY, "policies"),
              Map.entry(Field.REQUEST_ID, "request_ids"),
              Map.entry(Field.WOULD, "would")));

  public Filter {
    values = Map.copyOf(values);
  }

  /** The name of a field, e.g. {@code tools}; messages about it begin with {@code filter.}. */
  public static String name(Field field) {
    return String.valueOf(NAMES.get(field));
  }

  List<String> of(Field field) {
    return values.getOrDefault(field, List.of());
  }
}
