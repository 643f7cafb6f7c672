package io.tabellion.audit.index;

import com.google.protobuf.ByteString;
import io.tabellion.audit.EntryKind;
import io.tabellion.audit.Fact;
import io.tabellion.secret.KeyedHash;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Collection;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Turns entries into rows: facts of the leaf as they are, words of the content as keyed hashes. */
final class Rows {
  /** Kind of a leaf that this version cannot read. */
  static final String UNREADABLE = "unreadable";

  private static final List<Fact> COLUMNS =
      List.of(
          Fact.SUBJECT,
          Fact.CLIENT_ID,
          Fact.CLAIMED_CLIENT,
          Fact.SERVER,
          Fact.METHOD,
          Fact.TOOL,
          Fact.DECISION,
          Fact.OUTCOME,
          Fact.CONVERSATION,
          Fact.SESSION,
          Fact.INTENT);

  private static final String INSERT =
      "INSERT OR REPLACE INTO entry (idx, id, kind, at, claimed_name, "
          + COLUMNS.stream().map(Fact::text).collect(Collectors.joining(", "))
          + ") VALUES (?, ?, ?, ?, ?"
          + ", ?".repeat(COLUMNS.size())
          + ")";

  /** Hex digits of a word's hash: 64 bits, so that a few words in a million share one. */
  private static final int HASH = 16;

  private final KeyedHash hash;

  Rows(KeyedHash hash) {
    this.hash = hash;
  }

  /** Adds an entry. */
  void insert(Connection connection, long index, ByteString bytes, Trail.Said said)
      throws SQLException {
    Leaf leaf = read(bytes);
    if (leaf == null) {
      insertUnreadable(connection, index);
      return;
    }
    insertLeaf(connection, index, leaf);
    insertSession(connection, leaf);
    if (said instanceof Trail.Said.Content content) {
      insertWords(connection, index, hashes(Words.of(content.mediaType(), content.bytes())));
    }
  }

  /** Returns what the index knows the words by. */
  String hashes(Collection<String> words) {
    return words.stream()
        .map(word -> hash.of("index-word", word).substring(0, HASH))
        .collect(Collectors.joining(" "));
  }

  private static @Nullable Leaf read(ByteString bytes) {
    try {
      return Leaf.parse(bytes);
    } catch (IllegalArgumentException e) {
      return null;
    }
  }

  private static void insertUnreadable(Connection connection, long index) throws SQLException {
    try (PreparedStatement insert =
        connection.prepareStatement(
            "INSERT OR REPLACE INTO entry (idx, id, kind, at) VALUES (?, '', ?, 0)")) {
      insert.setLong(1, index);
      insert.setString(2, UNREADABLE);
      insert.executeUpdate();
    }
  }

  private static void insertLeaf(Connection connection, long index, Leaf leaf) throws SQLException {
    try (PreparedStatement insert = connection.prepareStatement(INSERT)) {
      insert.setLong(1, index);
      insert.setString(2, leaf.id());
      insert.setString(3, leaf.kind());
      insert.setLong(4, micros(leaf.at()));
      insert.setString(5, nameOf(leaf.text(Fact.CLAIMED_CLIENT)));
      int column = 6;
      for (Fact fact : COLUMNS) {
        insert.setString(column++, leaf.text(fact));
      }
      insert.executeUpdate();
    }
  }

  /*
   * 1. A session begins with the answer of its initialize: only there has the server named it, and
   *    only for the caller who asked. A request that merely names a session proves nothing.
   * 2. It ends when its owner's DELETE went well.
   */
  private static void insertSession(Connection connection, Leaf leaf) throws SQLException {
    String session = leaf.text(Fact.SESSION);
    String owner = leaf.text(Fact.OWNER);
    boolean done =
        leaf.kind().equals(EntryKind.CALL_OUTCOME.text()) && "ok".equals(leaf.text(Fact.OUTCOME));
    if (session == null || owner == null || !done) {
      return;
    }
    if ("initialize".equals(leaf.text(Fact.METHOD))) {
      beginSession(connection, leaf, session, owner);
    } else if ("DELETE".equals(leaf.text(Fact.HTTP_METHOD))) {
      endSession(connection, session, owner);
    }
  }

  private static void beginSession(Connection connection, Leaf leaf, String session, String owner)
      throws SQLException {
    try (PreparedStatement insert =
        connection.prepareStatement("INSERT OR REPLACE INTO session VALUES (?, ?, ?, ?, 0)")) {
      insert.setString(1, session);
      insert.setString(2, owner);
      insert.setString(3, orEmpty(leaf.text(Fact.REVISION)));
      insert.setString(4, orEmpty(leaf.text(Fact.SERVER)));
      insert.executeUpdate();
    }
  }

  private static void endSession(Connection connection, String session, String owner)
      throws SQLException {
    try (PreparedStatement update =
        connection.prepareStatement(
            "UPDATE session SET ended = 1 WHERE digest = ? AND owner = ?")) {
      update.setString(1, session);
      update.setString(2, owner);
      update.executeUpdate();
    }
  }

  private static void insertWords(Connection connection, long index, String hashes)
      throws SQLException {
    try (PreparedStatement insert =
        connection.prepareStatement("INSERT INTO word (rowid, hashes) VALUES (?, ?)")) {
      insert.setLong(1, index);
      insert.setString(2, hashes);
      insert.executeUpdate();
    }
  }

  static long micros(Instant at) {
    return ChronoUnit.MICROS.between(Instant.EPOCH, at);
  }

  /** Returns a claimed client without its version: what stands before the last blank or slash. */
  private static @Nullable String nameOf(@Nullable String client) {
    if (client == null) {
      return null;
    }
    int end = Math.max(client.lastIndexOf(' '), client.lastIndexOf('/'));
    return end > 0 ? client.substring(0, end) : client;
  }

  private static String orEmpty(@Nullable String text) {
    return text == null ? "" : text;
  }
}
