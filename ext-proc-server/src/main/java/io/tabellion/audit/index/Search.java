package io.tabellion.audit.index;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/*
 * 1. Every condition is a term of the full-text table, so that a rare one is found at once however
 *    common the others are: lists of rows are merged, rows are not looked at.
 * 2. A pattern becomes the values that it stands for. Where these are too many, what it finds is
 *    common, and the rows are looked at in order until the page is full.
 * 3. Time becomes a range of rows by way of the spans; only the rows at its ends are then wrong,
 *    and each row's own time decides.
 */
/**
 * One SELECT, put together from conditions.
 *
 * <p>Not thread-safe: made for one run.
 */
final class Search {
  /** Most values that a pattern is replaced by; with more, rows are looked at. */
  static final int FEW = 256;

  /** Most values where there is nothing to look at in rows. */
  static final int MANY = 4096;

  private static final String BOTH = "term CROSS JOIN entry ON entry.idx = term.rowid";

  private final Query query;
  private final Page page;
  private final Terms known;
  private final List<String> terms = new ArrayList<>();
  private final List<String> conditions = new ArrayList<>();
  private final List<Object> arguments = new ArrayList<>();
  private boolean rows;
  private boolean nothing;

  Search(Query query, Page page, Terms known) {
    this.query = query;
    this.page = page;
    this.known = known;
  }

  /** Adds an expression of terms. */
  Search and(String expression) {
    terms.add(expression);
    return this;
  }

  List<Long> run(Connection connection) throws SQLException {
    plan(connection);
    if (nothing) {
      return List.of();
    }
    String direction = up() ? "ASC" : "DESC";
    String tail = " ORDER BY %s %s LIMIT %d".formatted(place(), direction, page.limit());
    try (PreparedStatement select = prepare(connection, place(), tail)) {
      return indexes(select);
    }
  }

  int count(Connection connection) throws SQLException {
    plan(connection);
    if (nothing) {
      return 0;
    }
    try (PreparedStatement select = prepare(connection, "count(*)", "")) {
      return indexes(select).getFirst().intValue();
    }
  }

  /** Returns how SQLite would do it, one line a step. */
  List<String> explain(Connection connection) throws SQLException {
    plan(connection);
    String tail =
        " ORDER BY %s %s LIMIT %d".formatted(place(), up() ? "ASC" : "DESC", page.limit());
    List<String> steps = new ArrayList<>();
    try (PreparedStatement select =
            prepare(connection, "EXPLAIN QUERY PLAN SELECT", place(), tail);
        ResultSet step = select.executeQuery()) {
      while (step.next()) {
        steps.add(step.getString("detail"));
      }
    }
    return steps;
  }

  private void plan(Connection connection) throws SQLException {
    if (!query.words().isBlank()) {
      var words = Words.of(query.words());
      nothing = words.isEmpty();
      terms.addAll(words.stream().map(known::word).toList());
    }
    for (Map.Entry<Query.Field, List<String>> each : query.values().entrySet()) {
      addValues(connection, each.getKey(), each.getValue());
    }
    addTime(connection);
    if (byTerms()) {
      conditions.addFirst("term MATCH ?");
      arguments.addFirst(Terms.and(terms));
    }
    add(place() + " < ?", page.bound());
    add(place() + (up() ? " > ?" : " < ?"), page.after());
  }

  private void addValues(Connection connection, Query.Field field, List<String> wanted)
      throws SQLException {
    List<String> exact = new ArrayList<>();
    List<String> patterns = new ArrayList<>();
    for (String value : wanted) {
      if (field.open() && Values.isPattern(field, value)) {
        patterns.add(value);
      } else {
        exact.add(Values.exact(field, value));
      }
    }
    boolean inRows = !field.columns().isEmpty();
    List<String> values = new ArrayList<>(exact);
    for (String pattern : patterns) {
      values.addAll(Values.matching(connection, field, pattern, (inRows ? FEW : MANY) + 1));
    }
    if (values.size() <= FEW || (!inRows && values.size() <= MANY)) {
      nothing |= values.isEmpty();
      terms.add(known.any(field, values));
    } else if (inRows) {
      addColumns(field, exact, patterns);
    } else {
      throw new IndexException(
          IndexException.Code.TOO_MANY,
          "%s: more than %d values match (expected: a narrower pattern)"
              .formatted(patterns.getFirst(), MANY));
    }
  }

  private void addColumns(Query.Field field, List<String> exact, List<String> patterns) {
    rows = true;
    List<String> either = new ArrayList<>();
    for (String column : field.columns()) {
      exact.forEach(_ -> either.add(column + " = ?"));
      patterns.forEach(_ -> either.add(column + " GLOB ?"));
      arguments.addAll(exact);
      patterns.forEach(pattern -> arguments.add(Values.glob(field, pattern)));
    }
    conditions.add("(" + String.join(" OR ", either) + ")");
  }

  private void addTime(Connection connection) throws SQLException {
    if (query.from() == null && query.until() == null) {
      return;
    }
    long from = query.from() == null ? Long.MIN_VALUE : Rows.micros(query.from());
    long until = query.until() == null ? Long.MAX_VALUE : Rows.micros(query.until());
    Spans.Range range = Spans.find(connection, from, until);
    rows = true;
    nothing |= range.isEmpty();
    // Of the range, so that SQLite goes straight there; of each row, since clocks are set back.
    add(place() + " >= ?", range.first());
    add(place() + " < ?", range.end());
    add("at >= ?", from);
    add("at < ?", until);
  }

  private PreparedStatement prepare(Connection connection, String what, String tail)
      throws SQLException {
    return prepare(connection, "SELECT", what, tail);
  }

  private PreparedStatement prepare(Connection connection, String verb, String what, String tail)
      throws SQLException {
    String tables = !byTerms() ? "entry" : rows ? BOTH : "term";
    PreparedStatement select =
        connection.prepareStatement(
            "%s %s FROM %s WHERE %s%s"
                .formatted(verb, what, tables, String.join(" AND ", conditions), tail));
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

  private boolean up() {
    return page.order() == Page.Order.OLDEST_FIRST;
  }

  private boolean byTerms() {
    return !terms.isEmpty();
  }

  /** The column of places in the log, of the table that leads. */
  private String place() {
    return byTerms() ? "term.rowid" : "entry.idx";
  }

  private void add(String condition, Object... of) {
    conditions.add(condition);
    arguments.addAll(Arrays.asList(of));
  }
}
