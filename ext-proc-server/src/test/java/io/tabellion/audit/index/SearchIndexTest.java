package io.tabellion.audit.index;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.tabellion.audit.Entry;
import io.tabellion.audit.EntryId;
import io.tabellion.audit.EntryKind;
import io.tabellion.audit.Fact;
import io.tabellion.audit.Facts;
import io.tabellion.audit.Receipt;
import io.tabellion.audit.files.FileAuditLog;
import io.tabellion.audit.files.LogSettings;
import io.tabellion.audit.index.Page.Order;
import io.tabellion.audit.index.Query.Field;
import io.tabellion.metrics.Metrics;
import io.tabellion.secret.KeyedHash;
import io.tabellion.testing.ManualClock;
import io.tabellion.testing.MemoryAuditLog;
import io.tabellion.testing.Samples;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Tag("unit")
class SearchIndexTest {
  private static final Duration PATIENCE = Duration.ofSeconds(30);
  private static final Instant START = Instant.parse("2026-11-24T06:00:00Z");

  @TempDir Path directory;
  private final ManualClock clock = new ManualClock(START);
  private final MemoryAuditLog log = new MemoryAuditLog(clock);

  @Test
  void findsByEachField() {
    Entry first = Samples.intent(clock, "alice", "echo", "{}");
    log.append(List.of(first, Samples.outcome(clock, first, "{}")));
    log.append(Samples.intent(clock, "bob", "forbidden", "{}"));
    try (SearchIndex index = open()) {
      assertThat(found(index, Field.SUBJECT, "alice")).containsExactly(0L);
      assertThat(found(index, Field.SUBJECT, "alice", "bob")).containsExactly(0L, 2L);
      assertThat(found(index, Field.CLIENT, "client-bob")).containsExactly(2L);
      assertThat(found(index, Field.CLIENT, "inspector")).containsExactly(0L, 2L);
      assertThat(found(index, Field.CLIENT, "inspector/1.2")).containsExactly(0L, 2L);
      assertThat(found(index, Field.SERVER, "sample")).containsExactly(0L, 1L, 2L);
      assertThat(found(index, Field.METHOD, "tools/call")).containsExactly(0L, 1L, 2L);
      assertThat(found(index, Field.TOOL, "echo")).containsExactly(0L);
      assertThat(found(index, Field.DECISION, "denied")).containsExactly(2L);
      assertThat(found(index, Field.KIND, "call.outcome")).containsExactly(1L);
      assertThat(found(index, Field.OUTCOME, "ok")).containsExactly(1L);
      assertThat(found(index, Field.CONVERSATION, Samples.digest("alice"))).containsExactly(0L, 1L);
      assertThat(found(index, Field.SESSION, Samples.digest("session bob"))).containsExactly(2L);
      assertThat(found(index, Field.INTENT, first.id().toString())).containsExactly(1L);
      assertThat(index.find(first.id())).hasValue(0);
    }
  }

  @Test
  void findsByTime() {
    for (int i = 0; i < 5; i++) {
      log.append(Samples.intent(clock, "alice", "echo", "{}"));
      clock.advance(Duration.ofMinutes(1));
    }
    try (SearchIndex index = open()) {
      Query minutes =
          new Query(
              START.plus(Duration.ofMinutes(1)), START.plus(Duration.ofMinutes(3)), Map.of(), "");
      assertThat(index.search(minutes, all(index))).containsExactly(1L, 2L);
    }
  }

  @Test
  void findsByWordsOfContentInAnyOrder() {
    log.append(Samples.intent(clock, "alice", "echo", "{\"text\":\"the quick brown Fox\"}"));
    log.append(Samples.intent(clock, "alice", "echo", "{\"text\":\"a slow fox\"}"));
    try (SearchIndex index = open()) {
      assertThat(words(index, "fox")).containsExactly(0L, 1L);
      assertThat(words(index, "FOX quick")).containsExactly(0L);
      assertThat(words(index, "wolf")).isEmpty();
      assertThat(words(index, "\" OR *")).isEmpty();
    }
  }

  @Test
  void holdsNoContentInClear() throws IOException {
    log.append(Samples.intent(clock, "alice", "echo", "{\"text\":\"xylophone\"}"));
    try (SearchIndex index = open()) {
      assertThat(words(index, "xylophone")).containsExactly(0L);
    }
    try (var files = Files.list(directory)) {
      for (Path file : files.toList()) {
        String bytes = new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1);
        assertThat(bytes).as(file.toString()).doesNotContain("xylophone");
      }
    }
  }

  @Test
  void pagesInBothOrdersWithinTheBound() {
    for (int i = 0; i < 10; i++) {
      log.append(Samples.intent(clock, "alice", "echo", "{}"));
    }
    try (SearchIndex index = open()) {
      assertThat(index.search(Query.ALL, Page.first(Order.NEWEST_FIRST, 8, 3)))
          .containsExactly(7L, 6L, 5L);
      assertThat(index.search(Query.ALL, new Page(Order.NEWEST_FIRST, 5, 8, 3)))
          .containsExactly(4L, 3L, 2L);
      assertThat(index.search(Query.ALL, Page.first(Order.OLDEST_FIRST, 2, 3)))
          .containsExactly(0L, 1L);
    }
  }

  @Test
  void followsTheLog() throws Exception {
    try (SearchIndex index = open()) {
      index.follow();
      log.append(Samples.intent(clock, "alice", "echo", "{}"));
      assertThat(index.await(1, Duration.ofSeconds(10))).isEqualTo(1);
      assertThat(found(index, Field.SUBJECT, "alice")).containsExactly(0L);
    }
  }

  @Test
  void catchesUpWhenItOpens() {
    log.append(Samples.intent(clock, "alice", "echo", "{}"));
    open().close();
    log.append(Samples.intent(clock, "bob", "echo", "{}"));
    try (SearchIndex index = open()) {
      assertThat(found(index, Field.SUBJECT, "alice", "bob")).containsExactly(0L, 1L);
    }
  }

  @Test
  void isTheSameAfterRebuilding() {
    fill();
    List<Long> before;
    try (SearchIndex index = open()) {
      before = words(index, "text");
    }
    assertThat(SearchIndex.rebuild(directory, log, Samples.HASH)).isEqualTo(log.size());
    try (SearchIndex index = open()) {
      assertThat(words(index, "text")).isEqualTo(before).hasSize(300);
    }
  }

  @Test
  void survivesBeingDeleted() throws IOException {
    fill();
    open().close();
    Files.delete(directory.resolve(SearchIndex.FILE));
    try (SearchIndex index = open()) {
      assertThat(words(index, "text")).hasSize(300);
    }
  }

  @Test
  void throwsADamagedFileAwayAndBuildsAnew() throws IOException {
    fill();
    open().close();
    Files.write(directory.resolve(SearchIndex.FILE), new byte[8192], StandardOpenOption.WRITE);
    try (SearchIndex index = open()) {
      assertThat(words(index, "text")).hasSize(300);
    }
  }

  @Test
  void buildsAnewWhileItServesWhenRowsAreThereAlready() throws Exception {
    fill();
    open().close();
    alter("INSERT INTO entry (idx, at) VALUES (300, 0)");
    breakSeal();
    fill();
    try (SearchIndex index = SearchIndex.following(directory, log, Samples.HASH)) {
      assertThat(index.await(600, PATIENCE)).isEqualTo(600);
      assertThat(words(index, "text")).hasSize(600);
    }
  }

  @Test
  void aSearchThatMeetsDamageHasItBuiltAnew() throws Exception {
    fill();
    open().close();
    alter("DROP TABLE term");
    breakSeal();
    try (SearchIndex index = SearchIndex.following(directory, log, Samples.HASH)) {
      assertThatExceptionOfType(IndexException.class).isThrownBy(() -> words(index, "text"));
      log.append(Samples.intent(clock, "alice", "echo", "{}"));
      assertThat(index.await(301, PATIENCE)).isEqualTo(301);
      assertThat(words(index, "text")).hasSize(300);
    }
  }

  @Test
  void rowsThatSomebodyElseAlteredWhileItServesAreNotBelieved() throws Exception {
    fill();
    try (SearchIndex index = SearchIndex.following(directory, log, Samples.HASH)) {
      assertThat(index.await(300, PATIENCE)).isEqualTo(300);
      alter("DELETE FROM entry WHERE idx = 7");
      awaitEntry(index, 7);
    }
  }

  @Test
  void rowsThatSomebodyElseAlteredWhileNobodyServedAreNotBelieved() throws Exception {
    fill();
    open().close();
    alter("DELETE FROM entry WHERE idx = 7");
    try (SearchIndex index = SearchIndex.following(directory, log, Samples.HASH)) {
      awaitEntry(index, 7);
    }
  }

  @Test
  void rowsThatWaitBesideASealedFileAreNotBelieved() throws Exception {
    fill();
    open().close();
    Path ahead = directory.resolve(SearchIndex.FILE + "-wal");
    assertThat(ahead).doesNotExist();
    Path index = directory.resolve(SearchIndex.FILE);
    byte[] sealed = Files.readAllBytes(index);
    byte[] rows;
    try (var connection = DriverManager.getConnection("jdbc:sqlite:" + index);
        var statement = connection.createStatement()) {
      statement.execute("PRAGMA wal_autocheckpoint = 0");
      statement.execute("DELETE FROM entry WHERE idx = 7");
      rows = Files.readAllBytes(ahead);
    }
    Files.write(index, sealed);
    Files.write(ahead, rows);
    try (SearchIndex found = SearchIndex.following(directory, log, Samples.HASH)) {
      awaitEntry(found, 7);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "DELETE FROM entry WHERE idx = 7",
        "INSERT INTO term (term) VALUES ('delete-all')",
        "DELETE FROM term_data WHERE id > 10",
      })
  void whatSomebodyElseTookOutAfterAKillIsThereAgain(String sql) throws Exception {
    fill();
    open().close();
    breakSeal();
    alter(sql);
    try (SearchIndex index = SearchIndex.following(directory, log, Samples.HASH)) {
      awaitEntry(index, 7);
      awaitAll(index, new Query(null, null, Map.of(Field.KIND, List.of("call.*")), ""));
    }
    try (Stream<Path> files = Files.list(directory)) {
      assertThat(files.map(file -> file.getFileName().toString()))
          .contains(SearchIndex.FILE, SearchIndex.FILE + ".seal")
          .noneMatch(name -> name.contains(".new"));
    }
  }

  @Test
  void searchesGoOnWhileAnotherIndexIsPutInPlace() throws Exception {
    fill();
    open().close();
    breakSeal();
    try (SearchIndex index = SearchIndex.following(directory, log, Samples.HASH);
        ExecutorService searching = Executors.newVirtualThreadPerTaskExecutor()) {
      Object before = Files.readAttributes(indexFile(), BasicFileAttributes.class).fileKey();
      List<Future<?>> all = new ArrayList<>();
      for (int i = 0; i < 16; i++) {
        all.add(
            searching.submit(() -> {
              while (Files.readAttributes(indexFile(), BasicFileAttributes.class)
                  .fileKey()
                  .equals(before)) {
                assertThat(index.search(Query.ALL, all(index))).hasSize(300);
              }
              return index.search(Query.ALL, all(index)).size();
            }));
      }
      for (Future<?> one : all) {
        try {
          one.get();
        } catch (ExecutionException e) {
          assertThat(e).hasCauseInstanceOf(NoSuchFileException.class); // between two files
        }
      }
      assertThat(index.search(Query.ALL, all(index))).hasSize(300);
    }
  }

  @Test
  void whatNobodyVouchesForIsNotSealed() throws Exception {
    fill();
    open().close();
    breakSeal();
    open().close(); // before it could be built anew
    assertThat(directory.resolve(SearchIndex.FILE + ".seal")).doesNotExist();
  }

  private Path indexFile() {
    return directory.resolve(SearchIndex.FILE);
  }

  @Test
  void nothingThatASealedFileSaysCountsBeforeItWasCompared() throws Exception {
    fill();
    open().close();
    alter("DELETE FROM entry WHERE idx = 7");
    CountDownLatch comparing = new CountDownLatch(1);
    CountDownLatch compare = new CountDownLatch(1); // never
    KeyedHash slow =
        (label, value) -> {
          if (label.equals("index-seal") && comparing.getCount() > 0) {
            comparing.countDown();
            try {
              compare.await();
            } catch (InterruptedException e) {
              throw new IllegalStateException(e);
            }
          }
          return Samples.HASH.of(label, value);
        };
    try (SearchIndex index = SearchIndex.following(directory, log, slow)) {
      comparing.await();
      assertThat(index.size()).isZero();
    } // ends before it compared, so the next one must
    try (SearchIndex index = SearchIndex.following(directory, log, Samples.HASH)) {
      assertThat(index.await(300, PATIENCE)).isEqualTo(300);
      awaitEntry(index, 7);
    }
  }

  /** Waits until an entry is found again by its time. */
  private void awaitEntry(SearchIndex index, long wanted) throws InterruptedException {
    awaitAll(index, new Query(START, null, Map.of(), ""));
    assertThat(index.search(new Query(START, null, Map.of(), ""), all(index))).contains(wanted);
  }

  /** Waits until a question finds all entries. */
  private void awaitAll(SearchIndex index, Query everything) throws InterruptedException {
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    List<Long> found = List.of();
    while (found.size() < 300 && System.nanoTime() < deadline) {
      index.await(Long.MAX_VALUE, Duration.ofMillis(50));
      try {
        found = index.search(everything, all(index));
      } catch (IndexException e) {
        // Being built anew, or damage that the search met.
        assertThat(e.code()).isIn(IndexException.Code.CLOSED, IndexException.Code.CORRUPT);
      }
    }
    assertThat(found).hasSize(300);
  }

  /** As if the server that wrote the index had been killed. */
  private void breakSeal() throws IOException {
    Files.delete(directory.resolve(SearchIndex.FILE + ".seal"));
  }

  private void alter(String sql) throws SQLException {
    try (var connection =
            DriverManager.getConnection("jdbc:sqlite:" + directory.resolve(SearchIndex.FILE));
        var statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  @Test
  void buildsAnewWhenTheFileIsOfAnotherLog() {
    fill();
    open().close();
    var other = new MemoryAuditLog(clock);
    other.append(Samples.intent(clock, "carol", "echo", "{}"));
    try (SearchIndex index = SearchIndex.open(directory, other, Samples.HASH)) {
      assertThat(found(index, Field.SUBJECT, "carol")).containsExactly(0L);
      assertThat(found(index, Field.SUBJECT, "alice")).isEmpty();
    }
  }

  private Entry about(EntryKind kind, String method, String tool, String owner) {
    Facts facts =
        Facts.builder()
            .put(Fact.OWNER, owner)
            .put(Fact.SERVER, "sample")
            .put(Fact.METHOD, method)
            .put(Fact.TOOL, tool)
            .put(Fact.TASK, "t-1")
            .build();
    return new Entry(EntryId.next(clock), kind, facts, null);
  }

  @Test
  void knowsWhichCallMadeATask() {
    log.append(about(EntryKind.CALL_OUTCOME, "tools/call", "echo", "mallory"));
    log.append(about(EntryKind.STREAM_EVENT, "tools/call", "crm", "alice"));
    log.append(about(EntryKind.CALL_INTENT, "tools/call", "other", "alice"));
    log.append(about(EntryKind.CALL_OUTCOME, "tasks/get", "other", "alice"));
    log.append(about(EntryKind.STREAM_EVENT, "notifications/tasks", "other", "alice"));
    try (SearchIndex index = open()) {
      assertThat(index.callOfTask("sample", "alice", "t-1"))
          .contains(new SearchIndex.Call("tools/call", "crm", null, null));
      assertThat(index.callOfTask("sample", "bob", "t-1")).isEmpty();
      assertThat(index.callOfTask("other", "alice", "t-1")).isEmpty();
    }
  }

  @Test
  void knowsWhoOwnsASession() {
    log.append(session(EntryKind.CALL_OUTCOME, "initialize", "mallory", "POST", "ok"));
    log.append(session(EntryKind.CALL_OUTCOME, "initialize", "alice", "POST", "ok"));
    log.append(session(EntryKind.CALL_INTENT, "initialize", "mallory", "POST", "ok"));
    log.append(session(EntryKind.CALL_OUTCOME, "tools/call", "mallory", "POST", "ok"));
    log.append(session(EntryKind.CALL_OUTCOME, "", "mallory", "DELETE", "ok"));
    log.append(session(EntryKind.CALL_OUTCOME, "", "alice", "DELETE", "http_error"));
    try (SearchIndex index = open()) {
      assertThat(index.sessionOwner("sample", "s-1"))
          .contains(new SearchIndex.Session("alice", "2025-11-25", "inspector/1.2", false));
      assertThat(index.sessionOwner("other", "s-1")).isEmpty();
    }
    log.append(session(EntryKind.CALL_OUTCOME, "", "alice", "DELETE", "ok"));
    try (SearchIndex index = open()) {
      assertThat(index.sessionOwner("sample", "s-1").map(SearchIndex.Session::ended))
          .contains(true);
    }
  }

  @Test
  void findsNothingByWordsWithoutALetter() {
    log.append(Samples.intent(clock, "alice", "echo", "{}"));
    try (SearchIndex index = open()) {
      var query = new Query(null, null, Map.of(Field.SUBJECT, List.of("alice")), "?!");
      assertThat(index.search(query, all(index))).isEmpty();
    }
  }

  @Test
  void findsTheSameWhetherItFollowedOrReadTheDisk() throws Exception {
    List<String> followed;
    try (FileAuditLog file = onDisk();
        SearchIndex index = SearchIndex.open(directory, file.reader(), Samples.HASH)) {
      index.follow();
      for (int i = 0; i < 5; i++) {
        Entry intent =
            Samples.intent(clock, "al\uD83Dice" + i, "echo", "{\"a\":\"word" + i + "\"}");
        file.append(List.of(intent));
        file.append(List.of(Samples.outcome(clock, intent, "{\"b\":\"wörd\"}")));
      }
      assertThat(index.await(file.reader().size(), Duration.ofSeconds(10)))
          .isEqualTo(file.reader().size());
      followed = rows();
      assertThat(words(index, "word3")).hasSize(1);
    }
    try (FileAuditLog file = onDisk()) {
      SearchIndex.rebuild(directory, file.reader(), Samples.HASH);
      assertThat(rows()).startsWith(followed.toArray(String[]::new)).hasSizeGreaterThan(10);
      try (SearchIndex index = SearchIndex.open(directory, file.reader(), Samples.HASH)) {
        assertThat(words(index, "word3")).hasSize(1);
        assertThat(words(index, "wörd")).hasSize(5);
        assertThat(found(index, Field.SUBJECT, "al\uFFFDice3")).hasSize(1);
      }
    }
  }

  @Test
  void losesNothingWhereItLagsBehindWhatMemoryHolds() throws Exception {
    try (FileAuditLog file = onDisk();
        SearchIndex index = SearchIndex.open(directory, file.reader(), Samples.HASH)) {
      long start = file.reader().size();
      List<Receipt> receipts = new ArrayList<>(); // on a busy machine a heartbeat comes between
      for (int i = 0; i < 9000; i += 300) {
        receipts.addAll(
            file.append(
                IntStream.range(i, i + 300)
                    .mapToObj(at -> Samples.intent(clock, "alice", "echo", "[\"n" + at + "\"]"))
                    .toList()));
      }
      assertThat(index.size()).isEqualTo(start);
      index.follow();
      long all = receipts.getLast().index() + 1;
      assertThat(index.await(all, Duration.ofSeconds(30))).isGreaterThanOrEqualTo(all);
      for (int i : List.of(0, 1, 299, 300, 807, 808, 809, 8999)) {
        assertThat(words(index, "n" + i)).containsExactly(receipts.get(i).index());
      }
    }
  }

  private FileAuditLog onDisk() throws IOException {
    LogSettings settings =
        LogSettings.of(directory, "audit.example/test", "0.1.0").withSegments(1 << 24, 1 << 22);
    return FileAuditLog.open(settings, clock, new Metrics());
  }

  /** What the index holds of facts, one line for each entry. */
  private List<String> rows() throws SQLException {
    List<String> rows = new ArrayList<>();
    try (var connection =
            DriverManager.getConnection("jdbc:sqlite:" + directory.resolve(SearchIndex.FILE));
        var statement = connection.createStatement();
        var row = statement.executeQuery("SELECT * FROM entry ORDER BY idx")) {
      while (row.next()) {
        StringBuilder line = new StringBuilder();
        for (int i = 1; i <= row.getMetaData().getColumnCount(); i++) {
          line.append(row.getString(i)).append('|');
        }
        rows.add(line.toString());
      }
    }
    return rows;
  }

  private Entry session(EntryKind kind, String method, String owner, String http, String outcome) {
    Facts facts =
        Facts.builder()
            .put(Fact.SESSION, "s-1")
            .put(Fact.OWNER, owner)
            .put(Fact.SERVER, "sample")
            .put(Fact.METHOD, method)
            .put(Fact.REVISION, "2025-11-25")
            .put(Fact.CLAIMED_CLIENT, "inspector/1.2")
            .put(Fact.HTTP_METHOD, http)
            .put(Fact.OUTCOME, outcome)
            .build();
    return Samples.entry(clock, kind, facts, null);
  }

  private void fill() {
    for (int i = 0; i < 300; i++) {
      log.append(Samples.intent(clock, "alice", "echo", "{\"text\":\"word" + i + "\"}"));
    }
  }

  private SearchIndex open() {
    return SearchIndex.open(directory, log, Samples.HASH);
  }

  private static List<Long> found(SearchIndex index, Field field, String... values) {
    Query query = new Query(null, null, Map.of(field, List.of(values)), "");
    return index.search(query, all(index));
  }

  private static List<Long> words(SearchIndex index, String words) {
    return index.search(new Query(null, null, Map.of(), words), all(index));
  }

  private static Page all(SearchIndex index) {
    return Page.first(Order.OLDEST_FIRST, index.size(), 1000);
  }
}
