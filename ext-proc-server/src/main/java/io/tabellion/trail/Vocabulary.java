package io.tabellion.trail;

import io.tabellion.audit.Disposition;
import io.tabellion.audit.EntryKind;
import io.tabellion.audit.FactWord;
import io.tabellion.audit.Outcome;
import io.tabellion.audit.index.Query.Field;
import io.tabellion.audit.index.SearchIndex;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The words of fields that are closed sets. A value that is none of them is a mistake, and not a
 * search that finds nothing.
 *
 * <p>Thread-safe.
 */
final class Vocabulary {
  private static final Map<Field, Set<String>> WORDS =
      Map.of(
          Field.KIND,
          Stream.of(EntryKind.values()).map(EntryKind::text).collect(Collectors.toSet()),
          Field.DECISION,
          FactWord.all(Disposition.values()),
          Field.OUTCOME,
          FactWord.all(Outcome.values()),
          Field.WOULD,
          Set.of("allow", "requireApproval", "deny"));

  /** More different words of one field than any version has. */
  private static final int MOST = 200;

  private final SearchIndex index;

  /**
   * @param index knows words that entries of other versions have
   */
  Vocabulary(SearchIndex index) {
    this.index = index;
  }

  /**
   * Returns the words that the values and patterns stand for.
   *
   * @param name of the field, as in the API
   * @throws TrailException if one stands for none; the message lists all
   */
  List<String> words(Field field, String name, List<String> values) {
    Set<String> known = WORDS.get(field);
    if (known == null || known.containsAll(values)) {
      return values;
    }
    SortedSet<String> all = new TreeSet<>(known);
    all.addAll(index.values(field, MOST));
    Set<String> found = new LinkedHashSet<>();
    for (String value : values) {
      List<String> matching = matching(value, all);
      if (matching.isEmpty()) {
        throw TrailException.unknown("filter." + name, value, List.copyOf(all));
      }
      found.addAll(matching);
    }
    return List.copyOf(found);
  }

  private static List<String> matching(String value, Set<String> all) {
    Pattern pattern = pattern(value);
    List<String> matching = new ArrayList<>(all);
    matching.removeIf(word -> !pattern.matcher(word).matches());
    return matching;
  }

  private static Pattern pattern(String glob) {
    return Pattern.compile(
        glob.codePoints()
            .mapToObj(point ->
                switch (point) {
                  case '*' -> ".*";
                  case '?' -> ".";
                  default -> Pattern.quote(Character.toString(point));
                })
            .collect(Collectors.joining()),
        Pattern.DOTALL);
  }
}
