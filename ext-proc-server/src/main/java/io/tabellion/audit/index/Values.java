package io.tabellion.audit.index;

import io.tabellion.audit.index.Query.Field;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Each different value of the fields that patterns find, once: what patterns stand for, and what
 * there is to look for.
 *
 * <p>Belongs to the thread that writes; what reads is static.
 */
final class Values implements AutoCloseable {
  static final String TABLE =
      "CREATE TABLE value (field TEXT NOT NULL, value TEXT NOT NULL, PRIMARY KEY (field, value))"
          + " WITHOUT ROWID";

  /** Values that need not be written again, as long as they are few. */
  private static final int REMEMBERED = 1 << 15;

  private final PreparedStatement insert;
  private final Set<String> written = new HashSet<>();

  Values(Connection connection) throws SQLException {
    insert =
        connection.prepareStatement("INSERT OR IGNORE INTO value (field, value) VALUES (?, ?)");
  }

  /** Keeps a value. */
  void add(Field field, String value) throws SQLException {
    if (written.add(field.letter() + value)) {
      insert.setString(1, field.name());
      insert.setString(2, value);
      insert.executeUpdate();
    }
    if (written.size() > REMEMBERED) {
      written.clear();
    }
  }

  @Override
  public void close() throws SQLException {
    insert.close();
  }

  /**
   * Whether a value is a pattern. Names of tools may have wild cards in them: there a backslash
   * before one makes it stand for itself.
   */
  static boolean isPattern(Field field, String value) {
    for (int i = 0; i < value.length(); i++) {
      char c = value.charAt(i);
      if (escapes(field, value, i)) {
        i++;
      } else if (c == '*' || c == '?') {
        return true;
      }
    }
    return false;
  }

  /** Returns the value that one without wild cards stands for. */
  static String exact(Field field, String value) {
    StringBuilder exact = new StringBuilder(value.length());
    for (int i = 0; i < value.length(); i++) {
      i += escapes(field, value, i) ? 1 : 0;
      exact.append(value.charAt(i));
    }
    return exact.toString();
  }

  /** Returns the pattern in SQLite's words: there a bracket begins a set of characters. */
  static String glob(Field field, String pattern) {
    StringBuilder glob = new StringBuilder(pattern.length());
    for (int i = 0; i < pattern.length(); i++) {
      boolean escaped = escapes(field, pattern, i);
      i += escaped ? 1 : 0;
      char c = pattern.charAt(i);
      if (c == '[' || (escaped && c != '\\')) {
        glob.append('[').append(c).append(']');
      } else {
        glob.append(c);
      }
    }
    return glob.toString();
  }

  private static boolean escapes(Field field, String value, int at) {
    return field == Field.TOOL
        && value.charAt(at) == '\\'
        && at + 1 < value.length()
        && "*?\\".indexOf(value.charAt(at + 1)) >= 0;
  }

  static boolean isKnown(Connection connection, Field field, String value) throws SQLException {
    return !(isPattern(field, value)
            ? matching(connection, field, value, 1)
            : select(
                connection,
                "SELECT value FROM value WHERE field = ? AND value = ?",
                field.name(),
                exact(field, value)))
        .isEmpty();
  }

  /** Returns values that match, at most {@code limit}. */
  static List<String> matching(Connection connection, Field field, String pattern, int limit)
      throws SQLException {
    return select(
        connection,
        "SELECT value FROM value WHERE field = ? AND value GLOB ? LIMIT ?",
        field.name(),
        glob(field, pattern),
        limit);
  }

  /** Returns the first values of a field in their order, at most {@code limit}. */
  static List<String> first(Connection connection, Field field, int limit) throws SQLException {
    return select(
        connection,
        "SELECT value FROM value WHERE field = ? ORDER BY value LIMIT ?",
        field.name(),
        limit);
  }

  private static List<String> select(Connection connection, String sql, Object... arguments)
      throws SQLException {
    List<String> found = new ArrayList<>();
    try (PreparedStatement select = connection.prepareStatement(sql)) {
      for (int i = 0; i < arguments.length; i++) {
        select.setObject(i + 1, arguments[i]);
      }
      try (ResultSet row = select.executeQuery()) {
        while (row.next()) {
          found.add(row.getString(1));
        }
      }
    }
    return found;
  }
}
