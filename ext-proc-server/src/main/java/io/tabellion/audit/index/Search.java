package io.tabellion.audit.index;

import io.tabellion.audit.Fact;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

/**
 * One SELECT, put together from conditions. What has terms is found by them; the row then decides.
 */
final class Search {
  private static final String BY_TERMS = "term CROSS JOIN entry ON entry.idx = term.rowid";

  /** Matches no entry. */
  private static final String NOTHING = "\"\"";

  private final Page page;
  private final List<String> conditions = new ArrayList<>();
  private final List<Object> arguments = new ArrayList<>();
  private final List<String> terms = new ArrayList<>();

  Search(Query query, Page page, Terms known) {
    this.page = page;
    boolean up = page.order() == Page.Order.OLDEST_FIRST;
    if (!query.words().isBlank()) {
      var words = Words.of(query.words());
      terms.add(words.isEmpty() ? NOTHING : known.all(words));
    }
    query.values().forEach(this::addTerms);
    if (byTerms()) {
      add("term MATCH ?", String.join(" AND ", terms));
      add("term.rowid < ?", page.bound());
      add(up ? "term.rowid > ?" : "term.rowid < ?", page.after());
    }
    add("entry.idx < ?", page.bound());
    add(up ? "entry.idx > ?" : "entry.idx < ?", page.after());
    if (query.from() != null) {
      add("at >= ?", Rows.micros(query.from()));
    }
    if (query.until() != null) {
      add("at < ?", Rows.micros(query.until()));
    }
    query.values().forEach(this::addValues);
  }

  Search and(String condition) {
    conditions.add(condition);
    return this;
  }

  List<Long> run(Connection connection) throws SQLException {
    String direction = page.order() == Page.Order.OLDEST_FIRST ? "ASC" : "DESC";
    String column = byTerms() ? "term.rowid" : "entry.idx";
    String tail = " ORDER BY %s %s LIMIT %d".formatted(column, direction, page.limit());
    try (PreparedStatement select = prepare(connection, "entry.idx", tail)) {
      return indexes(select);
    }
  }

  int count(Connection connection) throws SQLException {
    try (PreparedStatement select = prepare(connection, "count(*)", "")) {
      return indexes(select).getFirst().intValue();
    }
  }

  private PreparedStatement prepare(Connection connection, String what, String tail)
      throws SQLException {
    PreparedStatement select =
        connection.prepareStatement(
            "SELECT %s FROM %s WHERE %s%s"
                .formatted(
                    what, byTerms() ? BY_TERMS : "entry", String.join(" AND ", conditions), tail));
    for (int i = 0; i < arguments.size(); i++) {
      select.setObject(i + 1, arguments.get(i));
    }
    return select;
  }

  private static List<Long> indexes(PreparedStatement select) throws SQLException {
    List<Long> found = new ArrayList<>();
    try (ResultSet row = select.executeQuery()) {
      while (row.next()) {
        found.add(row.getLong(1));
      }
    }
    return found;
  }

  private boolean byTerms() {
    return !terms.isEmpty();
  }

  private void addTerms(Query.Field field, List<String> values) {
    Fact fact = field.fact();
    if (fact != null) {
      terms.add(Terms.any(fact, values));
    }
  }

  private void addValues(Query.Field field, List<String> values) {
    String in = " IN (" + String.join(", ", values.stream().map(v -> "?").toList()) + ")";
    List<String> either = field.columns().stream().map(column -> column + in).toList();
    conditions.add("(" + String.join(" OR ", either) + ")");
    field.columns().forEach(column -> arguments.addAll(values));
  }

  private void add(String condition, Object argument) {
    conditions.add(condition);
    arguments.add(argument);
  }
}
