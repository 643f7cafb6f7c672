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
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.sqlite.ProgressHandler;

/**
 * The SQLite file: one connection that writes, some for searches, some for what traffic asks (WAL,
 * so that none waits for another).
 *
 * <p>Reads are thread-safe; writing belongs to one thread.
 */
final class Database implements AutoCloseable {
  /** Raised when what is stored, or how words are split, changes: an older file is built anew. */
  private static final String VERSION = "5";

  /** Connections for whoever searches. */
  private static final int SEARCHES = 4;

  /** Connections for what traffic asks, which no search may keep waiting. */
  private static final int LOOKUPS = 2;

  /** Steps of SQLite's machine, some 0.1 ms, between two questions whether to stop. */
  private static final int STEPS = 10_000;

  private static final List<String> SCHEMA =
      List.of(
          "CREATE TABLE meta (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID",
          """
          CREATE TABLE entry (idx INTEGER PRIMARY KEY, at INTEGER NOT NULL, subject TEXT,
            client_id TEXT, claimed_client TEXT, claimed_name TEXT, server TEXT, method TEXT,
            tool TEXT)
          """,
          Spans.TABLE,
          Values.TABLE,
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
  private final List<Connection> all = new ArrayList<>(); // but the writer
  private @Nullable Connection writer; // of the writing thread; null until it is needed again
  private final BlockingQueue<Searcher> searchers = new LinkedBlockingQueue<>();
  private final BlockingQueue<Connection> lookups = new LinkedBlockingQueue<>();
  private volatile @Nullable CountDownLatch gate; // where readers wait while it is drained
  private final List<Searcher> drainedSearchers = new ArrayList<>(); // of the writing thread
  private final List<Connection> drainedLookups = new ArrayList<>(); // of the writing thread
  private @Nullable Rows rows; // of the writing thread, once it needs them
  private long others; // of the writing thread: versionOfOthers when the writer was connected
  private volatile boolean closed;
  private volatile boolean damaged; // a reader found it so

  private Database(Path file) {
    this.file = file;
  }

  /** One that is not open: whoever reads it is told so. */
  static Database closed(Path file) {
    Database database = new Database(file);
    database.closed = true;
    return database;
  }

  /**
   * Opens the file, or makes it.
   *
   * @param identity what the file must have been made for: log and keys
   * @throws IndexException {@code CORRUPT} if it is no index of this version for this log
   */
  static Database open(Path file, String identity) {
    Database database = new Database(file);
    try {
      Sql.call(identity, database::prepare);
      return database;
    } catch (IndexException e) {
      database.close();
      throw e;
    }
  }

  private boolean prepare(String identity) throws SQLException {
    Connection writer = writer();
    if (tables() == 0) {
      for (String statement : SCHEMA) {
        execute(statement);
      }
      setMeta("identity", VERSION + " " + identity);
      setMeta("next", "0");
    }
    if (!(VERSION + " " + identity).equals(meta(writer, "identity"))) {
      throw new IndexException(Code.CORRUPT, file + ": made for another log, key or version");
    }
    writer.commit();
    for (int i = 0; i < LOOKUPS; i++) {
      lookups.add(connectToRead());
    }
    for (int i = 0; i < SEARCHES; i++) {
      searchers.add(new Searcher(connectToRead()));
    }
    return true;
  }

  private Connection connectToRead() throws SQLException {
    Connection reader = connect();
    try (Statement statement = reader.createStatement()) {
      statement.execute("PRAGMA query_only = ON");
    }
    return reader;
  }

  /** A connection whose work can be told to stop. */
  private static final class Searcher {
    private final Connection connection;
    private volatile Stop stop = Stop.NEVER;

    Searcher(Connection connection) throws SQLException {
      this.connection = connection;
      ProgressHandler.setHandler(
          connection,
          STEPS,
          new ProgressHandler() {
            @Override
            protected int progress() {
              return stop.now() ? 1 : 0;
            }
          });
    }
  }

  /**
   * Adds entries, and says how far it got, in one transaction. Only the writing thread calls it.
   * After a failure nothing of them is there.
   *
   * @param entries at least one, the first of them the one at {@link #next}
   */
  void add(List<StoredEntry> entries, Terms terms) {
    try {
      Connection to = writer();
      Rows target = rows == null ? new Rows(to, terms) : rows;
      rows = target;
      for (StoredEntry entry : entries) {
        target.insert(entry);
      }
      target.finish();
      setMeta("next", Long.toString(entries.getLast().index() + 1));
      setMeta("last", Hash.ofLeaf(entries.getLast().bytes()).hex());
      to.commit();
    } catch (SQLException e) {
      dropWriter();
      throw Sql.failure(e);
    } catch (RuntimeException e) {
      dropWriter();
      throw e;
    }
  }

  /** Whether nobody else wrote to it since it was opened. Only the writing thread calls it. */
  boolean isOnlyOurs() {
    return Sql.call(
        this,
        database -> {
          long now = database.versionOfOthers(); // first: it may connect anew
          return now == database.others;
        });
  }

  /** SQLite's counter of what other connections than the writer committed. */
  private long versionOfOthers() throws SQLException {
    Connection asking = writer();
    long version;
    try (Statement statement = asking.createStatement();
        ResultSet row = statement.executeQuery("PRAGMA data_version")) {
      version = row.getLong(1);
    }
    if (!asking.getAutoCommit()) {
      asking.commit(); // else the question stays open, and sees no later answer
    }
    return version;
  }

  /** Whether it can be read, and nobody who read it met damage. */
  boolean isUsable() {
    return !closed && !damaged;
  }

  private <T extends @Nullable Object> T noting(Supplier<T> read) {
    try {
      return read.get();
    } catch (IndexException e) {
      damaged |= e.code() == Code.CORRUPT;
      throw e;
    }
  }

  /** Does a short piece of work that traffic waits for, on a connection that no search uses. */
  <T extends @Nullable Object> T look(Sql.Call<Connection, T> work) {
    Connection reader = take(lookups);
    try {
      return noting(() -> Sql.call(reader, work));
    } finally {
      lookups.add(reader);
    }
  }

  /**
   * Does work for a search, on a connection that cannot write; waits for one to be free.
   *
   * @throws IndexException {@code STOPPED} if it was told to stop before it was done
   */
  <T extends @Nullable Object> T search(Stop stop, Sql.Call<Connection, T> work) {
    Searcher searcher = take(searchers);
    try {
      searcher.stop = stop;
      return noting(() -> Sql.call(searcher.connection, work));
    } finally {
      searcher.stop = Stop.NEVER;
      searchers.add(searcher);
    }
  }

  /** Returns how many entries are indexed. */
  long next() {
    return look(reader -> Long.parseLong(String.valueOf(meta(reader, "next"))));
  }

  @Nullable String meta(String name) {
    return look(connection -> meta(connection, name));
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
    try (PreparedStatement insert = writer().prepareStatement(SET_META)) {
      insert.setString(1, name);
      insert.setString(2, value);
      insert.executeUpdate();
    }
  }

  @Override
  public void close() {
    closed = true;
    dropWriter();
    all.forEach(Database::quietly);
  }

  /**
   * Waits for those who read, and closes the file. Whoever comes then waits, too, until it is
   * {@link #letGo}. Only the writing thread calls it, once.
   */
  void drain() throws InterruptedException {
    gate = new CountDownLatch(1);
    for (int i = 0; i < SEARCHES; i++) {
      drainedSearchers.add(searchers.take());
    }
    for (int i = 0; i < LOOKUPS; i++) {
      drainedLookups.add(lookups.take());
    }
    dropWriter();
    all.forEach(Database::quietly);
  }

  /** Tells those who wait that it is closed. */
  void letGo() {
    close();
    searchers.addAll(drainedSearchers);
    lookups.addAll(drainedLookups);
    CountDownLatch waitedAt = gate;
    if (waitedAt != null) {
      waitedAt.countDown();
    }
  }

  /**
   * The connection that writes. SQLite rolls a transaction back by itself when the disk is full or
   * fails, and the driver does not notice; so after a failure there is a new one.
   */
  private Connection writer() throws SQLException {
    Connection open = writer;
    if (open == null) {
      open = DriverManager.getConnection("jdbc:sqlite:" + file, OPTIONS);
      writer = open;
      execute("PRAGMA journal_mode = WAL");
      execute("PRAGMA synchronous = NORMAL");
      others = versionOfOthers();
      open.setAutoCommit(false);
    }
    return open;
  }

  private void dropWriter() {
    quietly(rows);
    rows = null;
    quietly(writer);
    writer = null;
  }

  /** Closes what may be broken already. */
  private static void quietly(@Nullable AutoCloseable broken) {
    try {
      if (broken != null) {
        broken.close();
      }
    } catch (Exception e) {
      System.getLogger(Database.class.getName())
          .log(System.Logger.Level.DEBUG, "index.sqlite: cannot be closed", e);
    }
  }

  private <C> C take(BlockingQueue<C> free) {
    try {
      CountDownLatch closing = gate;
      if (closing != null) {
        closing.await();
      }
      if (closed) {
        throw new IndexException(Code.CLOSED, file + ": not open");
      }
      C taken = free.take();
      if (closed) {
        free.add(taken); // for the next who waits
        throw new IndexException(Code.CLOSED, file + ": closed meanwhile");
      }
      return taken;
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
    try (Statement statement = writer().createStatement();
        ResultSet row = statement.executeQuery("SELECT count(*) FROM sqlite_schema")) {
      return row.getInt(1);
    }
  }

  private void execute(String sql) throws SQLException {
    try (Statement statement = writer().createStatement()) {
      statement.execute(sql);
    }
  }
}
