package io.tabellion.audit.index;

import java.sql.SQLException;
import org.jspecify.annotations.Nullable;
import org.sqlite.SQLiteErrorCode;
import org.sqlite.SQLiteException;

/** Work on a connection; what goes wrong becomes an {@link IndexException}. */
final class Sql {

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

  private static boolean corrupt(SQLException e) {
    return e instanceof SQLiteException sqlite
        && switch (sqlite.getResultCode()) {
          case SQLITE_CORRUPT,
              SQLITE_CORRUPT_VTAB,
              SQLITE_CORRUPT_INDEX,
              SQLITE_CORRUPT_SEQUENCE,
              SQLITE_NOTADB,
              SQLITE_FORMAT ->
              true;
          default -> false;
        };
  }
}
