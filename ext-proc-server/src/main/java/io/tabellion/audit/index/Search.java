package io.tabellion.audit.index;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

/** One SELECT, put together from conditions. */
final class Search {
  private final Page page;
  private final List<String> conditions = new ArrayList<>();
  private final List<Object> arguments = new ArrayList<>();
  private String table = "entry";

  Search(Query query, Page page, Rows rows) {
    this.page = page;
    boolean up = page.order() == Page.Order.OLDEST_FIRST;
    if (!query.words().isBlank()) {
      table = "word CROSS JOIN entry ON entry.idx = word.rowid";
      var words = Words.of(query.words());
      add("word MATCH ?", words.isEmpty() ? "\"\"" : rows.hashes(words).replace(" ", " AND "));
      add("word.rowid < ?", page.bound());
      add(up ? "word.rowid > ?" : "word.rowid < ?", page.after());
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
    String column = table.startsWith("word") ? "word.rowid" : "entry.idx";
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
                .formatted(what, table, String.join(" AND ", conditions), tail));
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
