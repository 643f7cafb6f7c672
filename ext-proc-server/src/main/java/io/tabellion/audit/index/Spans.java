package io.tabellion.audit.index;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Map;
import java.util.TreeMap;

/**
 * From when to when the entries of each block of {@link #BLOCK} places are: so a time is a range of
 * places, also where the clock was set back. Times are microseconds since 1970.
 *
 * <p>Belongs to the thread that writes; what reads is static.
 */
final class Spans implements AutoCloseable {
  static final String TABLE =
      "CREATE TABLE span (block INTEGER PRIMARY KEY, earliest INTEGER NOT NULL,"
          + " latest INTEGER NOT NULL)";

  private static final int BLOCK = 256;

  private final PreparedStatement upsert;
  private final Map<Long, Span> unwritten = new TreeMap<>();

  private record Span(long earliest, long latest) {
    Span with(Span other) {
      return new Span(Math.min(earliest, other.earliest), Math.max(latest, other.latest));
    }
  }

  /** Places from {@code first} to before {@code end}. */
  record Range(long first, long end) {
    boolean isEmpty() {
      return first >= end;
    }
  }

  Spans(Connection connection) throws SQLException {
    upsert =
        connection.prepareStatement(
            "INSERT INTO span (block, earliest, latest) VALUES (?, ?, ?) ON CONFLICT (block) DO"
                + " UPDATE SET earliest = min(earliest, excluded.earliest), latest = max(latest,"
                + " excluded.latest)");
  }

  /** Takes note of an entry; {@link #write} writes what was taken note of. */
  void add(long index, long at) {
    unwritten.merge(index / BLOCK, new Span(at, at), Span::with);
  }

  void write() throws SQLException {
    for (Map.Entry<Long, Span> span : unwritten.entrySet()) {
      upsert.setLong(1, span.getKey());
      upsert.setLong(2, span.getValue().earliest());
      upsert.setLong(3, span.getValue().latest());
      upsert.executeUpdate();
    }
    unwritten.clear();
  }

  @Override
  public void close() throws SQLException {
    upsert.close();
  }

  /** Returns where the entries at or after {@code from} and before {@code until} are. */
  static Range find(Connection connection, long from, long until) throws SQLException {
    try (PreparedStatement select =
        connection.prepareStatement(
            "SELECT min(block), max(block) FROM span WHERE latest >= ? AND earliest < ?")) {
      select.setLong(1, from);
      select.setLong(2, until);
      try (ResultSet row = select.executeQuery()) {
        long first = row.getLong(1);
        return row.wasNull()
            ? new Range(0, 0)
            : new Range(first * BLOCK, (row.getLong(2) + 1) * BLOCK);
      }
    }
  }
}
