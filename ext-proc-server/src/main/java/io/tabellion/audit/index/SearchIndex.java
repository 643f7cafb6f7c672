package io.tabellion.audit.index;

import io.tabellion.audit.AuditReader;
import io.tabellion.audit.EntryId;
import io.tabellion.audit.EntryKind;
import io.tabellion.audit.StoredEntry;
import io.tabellion.audit.follow.Follower;
import io.tabellion.audit.follow.Work;
import io.tabellion.audit.index.IndexException.Code;
import io.tabellion.audit.merkle.Hash;
import io.tabellion.secret.KeyedHash;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Function;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Finds entries: a SQLite file that follows the record. It is derived: what it says is looked up in
 * the record before it is shown, it can be deleted at any time, and {@link #rebuild} makes the same
 * again. It holds no content: words of content are known by keyed hashes only.
 *
 * <p>Nothing that happens to the file stops anything else. One that is damaged or of another log is
 * thrown away and built anew; where the disk fails or is full the index stays behind, says how far
 * it got ({@link #size}), and tries again.
 *
 * <p>Thread-safe. One thread of its own writes; others read, and block while they do.
 */
public final class SearchIndex implements AutoCloseable {
  /** Name of the file in the log's directory. */
  public static final String FILE = "index.sqlite";

  private static final System.Logger LOG = System.getLogger(SearchIndex.class.getName());

  /** Most entries of one transaction. */
  private static final int BATCH = 4096;

  /** How long entries are gathered, so that one transaction takes many, while nobody waits. */
  private static final Duration GATHERING = Duration.ofMillis(200);

  /** The same while somebody listens for what is new. */
  private static final Duration LISTENING = Duration.ofMillis(50);

  /** How long it takes until building anew is tried again. */
  private static final Duration AGAIN = Duration.ofMinutes(10);

  private final Path file;
  private final AuditReader reader;
  private final AuditReader.Feed feed;
  private final Terms terms;
  private final String identity;
  private final Seal seal;
  private final List<Runnable> listeners = new CopyOnWriteArrayList<>();
  private final Object growth = new Object();

  /** Written by the thread that follows, or before it starts. */
  private volatile Database database;

  /** Entries indexed. Guarded for waiters by {@link #growth}; written as {@link #database} is. */
  private volatile long size;

  private int waiting; // who waits for entries to be found; guarded by growth
  private volatile boolean closed;
  private final Follower follower;
  private @Nullable String sealed; // what the seal said, not compared yet; of that thread
  private boolean
      unproved; // no seal says that nobody altered it since a server wrote it; of that thread
  private @Nullable Replacement replacement; // of that thread
  private long replaceAfter = System.nanoTime(); // of that thread

  private SearchIndex(Path directory, AuditReader reader, KeyedHash hash) {
    this.file = directory.resolve(FILE);
    this.reader = reader;
    this.feed = reader.feed();
    this.terms = new Terms(hash);
    this.identity = reader.key().name() + " " + hash.of("index-identity", reader.key().name());
    this.database = Database.closed(file);
    this.seal = new Seal(file, hash);
    this.follower =
        new Follower(
            "index",
            "the search index",
            reader,
            new Following(),
            Thread.ofPlatform().name("audit-index").daemon().factory());
  }

  /**
   * Opens the index of a log, and builds what is missing before it returns.
   *
   * @param directory of the log
   * @param hash under the log's digest key
   * @throws IndexException if that fails
   */
  public static SearchIndex open(Path directory, AuditReader reader, KeyedHash hash) {
    SearchIndex index = new SearchIndex(directory, reader, hash);
    try {
      index.openOrRebuild();
      index.requireUnaltered();
      index.catchUp();
      return index;
    } catch (RuntimeException e) {
      index.close();
      throw e;
    }
  }

  /**
   * Opens the index of a log as far as it is there, and has a thread build what is missing and
   * follow the record. It never fails, and takes no longer for a log that is longer.
   */
  public static SearchIndex following(Path directory, AuditReader reader, KeyedHash hash) {
    SearchIndex index = new SearchIndex(directory, reader, hash);
    try {
      index.openOrRebuild();
    } catch (RuntimeException | LinkageError e) {
      LOG.log(System.Logger.Level.DEBUG, "index.sqlite: tried again, then told", e);
    }
    index.follow();
    return index;
  }

  /**
   * Drops the index of a log and builds it anew.
   *
   * @return entries indexed
   */
  public static long rebuild(Path directory, AuditReader reader, KeyedHash hash) {
    try {
      delete(directory.resolve(FILE));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    try (SearchIndex index = open(directory, reader, hash)) {
      return index.size();
    }
  }

  /** Starts the thread that follows the record. */
  public void follow() {
    follower.start();
  }

  /** What follows the record, from {@link #follow} on. */
  public Follower follower() {
    return follower;
  }

  /** Returns how many entries can be found: indexes 0 to size - 1. */
  public long size() {
    return size;
  }

  /** Waits until {@code wanted} entries can be found or the time is over; returns how many can. */
  public long await(long wanted, Duration time) throws InterruptedException {
    long deadline = System.nanoTime() + time.toNanos();
    synchronized (growth) {
      waiting++;
      growth.notifyAll();
      try {
        long left = time.toMillis();
        while (size < wanted && !closed && left > 0) {
          growth.wait(left);
          left = (deadline - System.nanoTime()) / 1_000_000;
        }
      } finally {
        waiting--;
      }
    }
    return size;
  }

  /** Calls {@code listener} whenever there is more to find, until the answer is closed. */
  public Subscription subscribe(Runnable listener) {
    listeners.add(listener);
    return () -> listeners.remove(listener);
  }

  /**
   * What a call was about.
   *
   * @param tool null if it named none; so are the others
   */
  public record Call(
      String method, @Nullable String tool, @Nullable String prompt, @Nullable String resource) {}

  /**
   * A session.
   *
   * @param owner keyed digest of the principal, as in {@code Fact.OWNER}
   * @param revision protocol revision that was agreed, null if the record does not say
   * @param client what the client claimed to be, null if the record does not say
   * @param ended whether its owner deleted it since
   */
  public record Session(
      String owner, @Nullable String revision, @Nullable String client, boolean ended) {}

  /** A listener that can be taken away. */
  public interface Subscription extends AutoCloseable {
    @Override
    void close();
  }

  /** Returns the indexes of entries that match. */
  public List<Long> search(Query query, Page page) {
    return search(query, page, Stop.NEVER);
  }

  /**
   * The same, for as long as it need not stop.
   *
   * @throws IndexException {@code STOPPED} if it had to; {@code TOO_MANY} if a pattern stands for
   *     too much
   */
  public List<Long> search(Query query, Page page, Stop stop) {
    return select(new Search(query, page, terms), stop);
  }

  /** Returns how a search would go, in SQLite's words, for tests. */
  List<String> explain(Query query, Page page) {
    return reading(index -> index.search(Stop.NEVER, new Search(query, page, terms)::explain));
  }

  /** Returns whether a value or pattern of an open field stands in any entry. */
  public boolean isKnown(Query.Field field, String value) {
    return reading(
        index -> index.search(Stop.NEVER, connection -> Values.isKnown(connection, field, value)));
  }

  /** Returns values of an open field that entries have, in their order, at most {@code limit}. */
  public List<String> values(Query.Field field, int limit) {
    return reading(
        index -> index.search(Stop.NEVER, connection -> Values.first(connection, field, limit)));
  }

  /** Returns the index of an entry. */
  public OptionalLong find(EntryId id) {
    Page first = Page.first(Page.Order.OLDEST_FIRST, Long.MAX_VALUE, 1);
    String term = terms.id(id.toString());
    return select(new Search(Query.ALL, first, terms).and(term), Stop.NEVER).stream()
        .mapToLong(Long::longValue)
        .findFirst();
  }

  /** Returns the indexes of what a conversation consists of: intents, and what stands alone. */
  public List<Long> conversation(String digest, Page page, Stop stop) {
    return select(
        new Search(query(Query.Field.CONVERSATION, digest), page, terms).and(Terms.ALONE), stop);
  }

  /** Returns the index of the entry that closed an intent, if there is one below {@code bound}. */
  public List<Long> outcome(String intent, long bound, Stop stop) {
    return select(belonging(intent, bound, 1, EntryKind.CALL_OUTCOME), stop);
  }

  /** Returns the first entries of an intent's event stream. */
  public List<Long> events(String intent, long bound, int limit, Stop stop) {
    return select(ofStream(intent, bound, limit), stop);
  }

  /** Returns how many entries an intent's event stream has. */
  public int countEvents(String intent, long bound, Stop stop) {
    return reading(index -> index.search(stop, ofStream(intent, bound, 1)::count));
  }

  private Search ofStream(String intent, long bound, int limit) {
    return belonging(intent, bound, limit, EntryKind.STREAM_OPEN, EntryKind.STREAM_EVENT);
  }

  private Search belonging(String intent, long bound, int limit, EntryKind... kinds) {
    Page page = Page.first(Page.Order.OLDEST_FIRST, bound, limit);
    List<String> words = Stream.of(kinds).map(EntryKind::text).toList();
    return new Search(query(Query.Field.INTENT, intent), page, terms)
        .and(terms.any(Query.Field.KIND, words));
  }

  private static Query query(Query.Field field, String value) {
    return new Query(null, null, Map.of(field, List.of(value)), "");
  }

  /**
   * Returns the newest owner of a session: the caller whose {@code initialize} was answered with
   * it.
   *
   * @param server MCP server by our name for it
   * @param session keyed digest of the session id, as in {@code Fact.SESSION}
   * @throws IndexException if the index cannot be read; the session is then unknown
   */
  public Optional<Session> sessionOwner(String server, String session) {
    return reading(index -> index.look(connection -> session(connection, server, session)));
  }

  @Override
  public void close() {
    closed = true;
    follower.close();
    feed.close();
    dropReplacement();
    boolean intact = isIntact();
    database.close();
    if (intact) {
      setSeal();
    }
  }

  private boolean isIntact() {
    try {
      return sealed == null && !unproved && database.isUsable() && database.isOnlyOurs();
    } catch (IndexException e) {
      return false;
    }
  }

  private void setSeal() {
    try {
      seal.set();
    } catch (IOException e) {
      LOG.log(System.Logger.Level.DEBUG, "index.sqlite: cannot be sealed", e);
    }
  }

  private List<Long> select(Search search, Stop stop) {
    return reading(index -> index.search(stop, search::run));
  }

  /** Reads the index; once more, if another one was put in its place meanwhile. */
  private <T> T reading(Function<Database, T> work) {
    Database now = database;
    try {
      return work.apply(now);
    } catch (IndexException e) {
      if (e.code() == Code.CLOSED && database != now) {
        return work.apply(database);
      }
      throw e;
    }
  }

  private static Optional<Session> session(Connection connection, String server, String digest)
      throws SQLException {
    try (PreparedStatement select =
        connection.prepareStatement(
            "SELECT owner, revision, client, ended FROM session WHERE server = ? AND digest = ?")) {
      select.setString(1, server);
      select.setString(2, digest);
      try (ResultSet row = select.executeQuery()) {
        return row.next() ? Optional.of(session(row)) : Optional.empty();
      }
    }
  }

  /**
   * Returns the call that made a task.
   *
   * @param server MCP server by our name for it
   * @param owner keyed digest of the principal who made the call
   * @param task keyed digest of the task's id, as in {@code Fact.TASK}
   * @throws IndexException if the index cannot be read; the task is then unknown
   */
  public Optional<Call> callOfTask(String server, String owner, String task) {
    return reading(index -> index.look(connection -> task(connection, server, owner, task)));
  }

  private static Optional<Call> task(
      Connection connection, String server, String owner, String digest) throws SQLException {
    try (PreparedStatement select =
        connection.prepareStatement(
            "SELECT method, tool, prompt, resource FROM task"
                + " WHERE server = ? AND owner = ? AND digest = ?")) {
      select.setString(1, server);
      select.setString(2, owner);
      select.setString(3, digest);
      try (ResultSet row = select.executeQuery()) {
        return row.next()
            ? Optional.of(
                new Call(row.getString(1), row.getString(2), row.getString(3), row.getString(4)))
            : Optional.empty();
      }
    }
  }

  private static Session session(ResultSet row) throws SQLException {
    return new Session(row.getString(1), row.getString(2), row.getString(3), row.getBoolean(4));
  }

  /** What the follower does: it goes on where the file says that it ended. */
  private final class Following implements Work {

    @Override
    public long begin() {
      if (!database.isUsable()) {
        openOrRebuild();
      }
      requireUnaltered();
      return size;
    }

    /** Comparing the seal takes as long as reading the file. */
    @Override
    public boolean interruptible() {
      return true;
    }

    /** Waits for more, not longer than whoever waits likes; not at all for a full transaction. */
    @Override
    public void gather() throws InterruptedException {
      if (reader.size() - size < BATCH) {
        awaitMore();
      }
    }

    @Override
    public long take(long from, long goal) {
      requireUnaltered();
      if (size < goal) {
        addNext(goal);
      }
      return size;
    }

    @Override
    public long rest(long at) throws InterruptedException {
      requireUnaltered();
      prove();
      return size;
    }
  }

  /**
   * Throws the index away if anybody else wrote to it: while no server ran, if it was closed in
   * order; or since, through SQLite. Of a sealed file nothing counts before this.
   */
  private void requireUnaltered() {
    String said = sealed;
    try {
      if ((said != null && !seal.fits(said)) || !database.isOnlyOurs()) {
        throwAway(
            new IndexException(Code.CORRUPT, file + ": altered by somebody else than this server"));
        openOrRebuild();
      } else if (said != null) {
        seal.remove();
        sealed = null;
        grown(database.next());
      }
    } catch (IOException e) {
      throw new IndexException(Code.FAILED, file + ": cannot be read: " + e.getMessage(), e);
    }
  }

  /**
   * After a kill: builds the index anew beside this one, and puts it in its place. What is found
   * until then may lack what somebody took out; all that is shown is read from the record.
   */
  private void prove() throws InterruptedException {
    Replacement building = replacement;
    if (!unproved || System.nanoTime() - replaceAfter < 0) {
      return;
    }
    if (building == null) {
      LOG.log(
          System.Logger.Level.INFO,
          "{0}: no seal says that nobody altered it since the last server ended, so it is built anew"
              + " beside; searches go on",
          file);
      replacement = Replacement.start(file, identity, reader, terms, () -> size);
      return;
    }
    switch (building.state()) {
      case BUILDING -> {}
      case BUILT -> putInPlace(building);
      case FAILED -> {
        replacement = null;
        replaceAfter = System.nanoTime() + AGAIN.toNanos();
      }
    }
  }

  private void putInPlace(Replacement built) throws InterruptedException {
    Database before = database;
    replacement = null;
    try {
      before.drain();
      built.putInPlace(size);
      unproved = false;
      use(Database.open(file, identity));
      LOG.log(System.Logger.Level.INFO, "{0}: built anew, {1} entries", file, size);
    } catch (IOException e) {
      throw new IndexException(Code.FAILED, file + ": cannot be replaced: " + e.getMessage(), e);
    } finally {
      before.letGo();
      built.stop();
    }
  }

  private void dropReplacement() {
    Replacement building = replacement;
    replacement = null;
    if (building != null) {
      building.stop();
    }
  }

  private void awaitMore() throws InterruptedException {
    long deadline = System.nanoTime() + GATHERING.toNanos();
    synchronized (growth) {
      long left = GATHERING.toMillis();
      while (waiting == 0 && left > 0) {
        growth.wait(listeners.isEmpty() ? left : Math.min(left, LISTENING.toMillis()));
        left = listeners.isEmpty() ? (deadline - System.nanoTime()) / 1_000_000 : 0;
      }
    }
  }

  private void catchUp() {
    for (long goal = reader.size(); size < goal && !closed; ) {
      addNext(goal);
    }
  }

  /** Adds what one transaction takes; throws away a file that is damaged. */
  private void addNext(long goal) {
    try {
      add(next(goal));
    } catch (IndexException e) {
      if (e.code() != Code.CORRUPT) {
        throw e;
      }
      throwAway(e);
      openOrRebuild();
    }
  }

  /** Returns what one transaction takes, of what is there below {@code goal}. */
  private List<StoredEntry> next(long goal) {
    List<StoredEntry> entries = new ArrayList<>();
    int most = (int) Math.min(BATCH, goal - size);
    while (entries.size() < most) {
      entries.addAll(feed.read(size + entries.size(), most - entries.size()));
    }
    return entries;
  }

  private void add(List<StoredEntry> entries) {
    database.add(entries, terms);
    grown(entries.getLast().index() + 1);
  }

  private void grown(long to) {
    synchronized (growth) {
      size = to;
      growth.notifyAll();
    }
    listeners.forEach(Runnable::run);
  }

  /** Opens the file, or a new one in its place if it is not about this very record. */
  private void openOrRebuild() {
    NativeLibrary.unpackInto(file.resolveSibling(NativeLibrary.FOLDER));
    if (!database.isUsable()) {
      database.close();
    }
    try {
      sealed = seal.read();
      use(Database.open(file, identity));
      if (agrees()) {
        unproved = sealed == null && database.next() > 0;
        return;
      }
      throwAway(new IndexException(Code.CORRUPT, file + ": ahead of the log, or of another one"));
    } catch (IOException e) {
      throw new IndexException(Code.FAILED, file + ": its seal: " + e.getMessage(), e);
    } catch (IndexException e) {
      if (e.code() != Code.CORRUPT) {
        database.close();
        throw e;
      }
      throwAway(e);
    }
    use(Database.open(file, identity));
  }

  private void use(Database opened) {
    database = opened;
    grown(sealed == null ? opened.next() : 0);
  }

  /** Whether the index is about a prefix of this very record. */
  private boolean agrees() {
    long next = database.next();
    return next <= reader.size()
        && (next == 0
            || Hash.ofLeaf(reader.read(next - 1).bytes()).hex().equals(database.meta("last")));
  }

  private void throwAway(IndexException why) {
    LOG.log(
        System.Logger.Level.WARNING,
        "{0}; thrown away, and built anew from the log",
        why.getMessage());
    dropReplacement();
    unproved = false;
    database.close();
    sealed = null;
    grown(0);
    try {
      delete(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static void delete(Path file) throws IOException {
    for (String suffix : List.of("", "-wal", "-shm", ".seal")) {
      Files.deleteIfExists(file.resolveSibling(file.getFileName() + suffix));
    }
  }

  static void join(Thread thread) {
    try {
      thread.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
