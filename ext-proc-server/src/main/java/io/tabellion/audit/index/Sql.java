package io.tabellion.audit.index;

import java.sql.SQLException;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.sqlite.SQLiteErrorCode;
import org.sqlite.SQLiteException;

/** Work on a connection; what goes wrong becomes an {@link IndexException}. */
final class Sql {

  /** The part of an extended result code that says what kind it is. */
  private static final int PRIMARY = 0xff;

  private static final Set<Integer> CORRUPT =
      Stream.of(
              SQLiteErrorCode.SQLITE_CORRUPT,
              SQLiteErrorCode.SQLITE_NOTADB,
              SQLiteErrorCode.SQLITE_FORMAT,
              SQLiteErrorCode.SQLITE_CONSTRAINT)
          .map(kind -> kind.code)
          .collect(Collectors.toUnmodifiableSet());

  private Sql() {}

  /** Work that answers. */
  interface Call<C, T extends @Nullable Object> {
    T on(C connection) throws SQLException;
  }

  /** Does the work. */
  static <C, T extends @Nullable Object> T call(C on, Call<C, T> work) {
    try {
      return work.on(on);
    } catch (SQLException e) {
      throw failure(e);
    }
  }

  static IndexException failure(SQLException e) {
    return new IndexException(code(e), "index.sqlite: " + e.getMessage(), e);
  }

  private static IndexException.Code code(SQLException e) {
    if (e instanceof SQLiteException sqlite
        && sqlite.getResultCode() == SQLiteErrorCode.SQLITE_INTERRUPT) {
      return IndexException.Code.STOPPED;
    }
    return corrupt(e) ? IndexException.Code.CORRUPT : IndexException.Code.FAILED;
  }

  /**
   * Whether the file holds something else than what was written: also where a row is there already,
   * or a table is not.
   */
  private static boolean corrupt(SQLException e) {
    return e instanceof SQLiteException sqlite
        && (CORRUPT.contains(sqlite.getResultCode().code & PRIMARY)
            || String.valueOf(e.getMessage()).contains("no such table"));
  }
}
