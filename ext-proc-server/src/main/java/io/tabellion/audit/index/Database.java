package io.tabellion.audit.index;

import io.tabellion.audit.StoredEntry;
import io.tabellion.audit.index.IndexException.Code;
import io.tabellion.audit.merkle.Hash;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Properties;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import org.jspecify.annotations.Nullable;

/**
 * The SQLite file: one connection that writes and a few that read (WAL, so that neither waits for
 * the other).
 *
 * <p>Reads are thread-safe; writing belongs to one thread.
 */
final class Database implements AutoCloseable {
  /** Raised when what is stored, or how words are split, changes: an older file is built anew. */
  private static final String VERSION = "3";

  private static final int READERS = 4;

  private static final List<String> SCHEMA =
      List.of(
          "CREATE TABLE meta (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID",
          """
          CREATE TABLE entry (idx INTEGER PRIMARY KEY, id TEXT NOT NULL, kind TEXT NOT NULL,
            at INTEGER NOT NULL, subject TEXT, client_id TEXT, claimed_client TEXT,
            claimed_name TEXT, server TEXT, method TEXT, tool TEXT, decision TEXT, outcome TEXT,
            conversation TEXT, session TEXT, intent TEXT)
          """,
          "CREATE INDEX entry_at ON entry (at)",
          """
          CREATE TABLE session (server TEXT NOT NULL, digest TEXT NOT NULL, owner TEXT NOT NULL,
            revision TEXT, client TEXT, ended INTEGER NOT NULL, PRIMARY KEY (server, digest))
            WITHOUT ROWID
          """,
          """
          CREATE TABLE task (server TEXT NOT NULL, owner TEXT NOT NULL, digest TEXT NOT NULL,
            method TEXT NOT NULL, tool TEXT, prompt TEXT, resource TEXT,
            PRIMARY KEY (server, owner, digest)) WITHOUT ROWID
          """,
          """
          CREATE VIRTUAL TABLE term USING fts5 (terms, content = '', columnsize = 0,
            detail = none, tokenize = 'ascii')
          """,
          "INSERT INTO term (term, rank) VALUES ('hashsize', 8388608)",
          "INSERT INTO term (term, rank) VALUES ('automerge', 8)");

  private static final String SET_META = "INSERT OR REPLACE INTO meta VALUES (?, ?)";

  /** With generated keys the driver makes and runs a query of its own behind each INSERT. */
  private static final Properties OPTIONS = new Properties();

  static {
    OPTIONS.setProperty("jdbc.get_generated_keys", "false");
  }

  private final Path file;
  private final Connection writer;
  private final List<Connection> all = new ArrayList<>();
  private final BlockingQueue<Connection> readers = new LinkedBlockingQueue<>();
  private @Nullable Rows rows; // of the writing thread, once it needs them

  private Database(Path file) throws SQLException {
    this.file = file;
    this.writer = connect();
  }

  /**
   * Opens the file, or makes it.
   *
   * @param identity what the file must have been made for: log and keys
   * @throws IndexException {@code CORRUPT} if it is no index of this version for this log
   */
  static Database open(Path file, String identity) {
    Database database = Sql.call(file, Database::new);
    try {
      Sql.call(identity, database::prepare);
      return database;
    } catch (IndexException e) {
      database.close();
      throw e;
    }
  }

  private boolean prepare(String identity) throws SQLException {
    execute("PRAGMA journal_mode = WAL");
    execute("PRAGMA synchronous = NORMAL");
    writer.setAutoCommit(false);
    if (tables() == 0) {
      for (String statement : SCHEMA) {
        execute(statement);
      }
      setMeta("identity", VERSION + " " + identity);
      setMeta("next", "0");
    }
    if (!(VERSION + " " + identity).equals(meta("identity"))) {
      throw new IndexException(Code.CORRUPT, file + ": made for another log, key or version");
    }
    writer.commit();
    for (int i = 0; i < READERS; i++) {
      Connection reader = connect();
      readers.add(reader);
      try (Statement statement = reader.createStatement()) {
        statement.execute("PRAGMA query_only = ON");
      }
    }
    return true;
  }

  /**
   * Adds entries, and says how far it got, in one transaction. Only the writing thread calls it.
   *
   * @param entries at least one, the first of them the one at {@link #next}
   */
  void add(List<StoredEntry> entries, Terms terms) {
    try {
      Rows target = rows == null ? new Rows(writer, terms) : rows;
      rows = target;
      for (StoredEntry entry : entries) {
        target.insert(entry);
      }
      setMeta("next", Long.toString(entries.getLast().index() + 1));
      setMeta("last", Hash.ofLeaf(entries.getLast().bytes()).hex());
      writer.commit();
    } catch (SQLException e) {
      rollback();
      throw Sql.failure(e);
    }
  }

  /** Does work on a connection of its own that cannot write; waits for one to be free. */
  <T extends @Nullable Object> T read(Sql.Call<Connection, T> work) {
    Connection reader = take();
    try {
      return Sql.call(reader, work);
    } finally {
      readers.add(reader);
    }
  }

  /** Returns how many entries are indexed. */
  long next() {
    return read(reader -> Long.parseLong(String.valueOf(meta(reader, "next"))));
  }

  @Nullable String meta(String name) {
    return Sql.call(writer, connection -> meta(connection, name));
  }

  private static @Nullable String meta(Connection connection, String name) throws SQLException {
    try (PreparedStatement select =
        connection.prepareStatement("SELECT value FROM meta WHERE name = ?")) {
      select.setString(1, name);
      try (ResultSet row = select.executeQuery()) {
        return row.next() ? row.getString(1) : null;
      }
    }
  }

  /** Sets a value within the transaction of the writing thread. */
  private void setMeta(String name, String value) throws SQLException {
    try (PreparedStatement insert = writer.prepareStatement(SET_META)) {
      insert.setString(1, name);
      insert.setString(2, value);
      insert.executeUpdate();
    }
  }

  @Override
  public void close() {
    Rows written = rows;
    if (written != null) {
      Sql.call(
          written,
          open -> {
            open.close();
            return true;
          });
    }
    for (Connection connection : all) {
      Sql.call(
          connection,
          open -> {
            open.close();
            return true;
          });
    }
  }

  private Connection take() {
    try {
      return readers.take();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IndexException(Code.FAILED, file + ": interrupted", e);
    }
  }

  private Connection connect() throws SQLException {
    Connection connection = DriverManager.getConnection("jdbc:sqlite:" + file, OPTIONS);
    all.add(connection);
    return connection;
  }

  private int tables() throws SQLException {
    try (Statement statement = writer.createStatement();
        ResultSet row = statement.executeQuery("SELECT count(*) FROM sqlite_schema")) {
      return row.getInt(1);
    }
  }

  private void execute(String sql) throws SQLException {
    try (Statement statement = writer.createStatement()) {
      statement.execute(sql);
    }
  }

  private void rollback() {
    try {
      writer.rollback();
    } catch (SQLException e) {
      // The failure that led here is thrown; the next write fails as well.
      System.getLogger(Database.class.getName())
          .log(System.Logger.Level.DEBUG, "index.sqlite: rollback failed", e);
    }
  }
}
