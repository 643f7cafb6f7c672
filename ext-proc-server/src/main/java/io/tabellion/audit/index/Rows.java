package io.tabellion.audit.index;

import io.tabellion.audit.AuditDamagedException;
import io.tabellion.audit.EntryKind;
import io.tabellion.audit.Fact;
import io.tabellion.audit.Facts;
import io.tabellion.audit.Leaf;
import io.tabellion.audit.StoredContent;
import io.tabellion.audit.StoredEntry;
import io.tabellion.secret.KeyedHash;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Turns entries into rows: facts of the leaf as they are, words of the content as keyed hashes. */
final class Rows {
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

  /** Most words of a content, member names above all, were in the content before. */
  private static final int KNOWN = 8192;

  private final KeyedHash hash;

  /** The words used last, and their hashes; in memory alone. */
  private final Map<String, String> known =
      Collections.synchronizedMap(
          new LinkedHashMap<>(16, 0.75f, true) {
            @Override
            protected boolean removeEldestEntry(Map.Entry<String, String> eldest) {
              return size() > KNOWN;
            }
          });

  Rows(KeyedHash hash) {
    this.hash = hash;
  }

  /** Adds an entry. */
  void insert(Connection connection, StoredEntry entry) throws SQLException {
    insertLeaf(connection, entry.index(), entry.leaf());
    insertSession(connection, entry.leaf());
    if (entry.leaf().content() != null && content(entry) instanceof StoredContent.Clear clear) {
      var words = Words.of(clear.content().mediaType(), clear.content().bytes());
      insertWords(connection, entry.index(), hashes(words));
    }
  }

  /** Damaged content is found by what its leaf says, as erased content is. */
  private static StoredContent content(StoredEntry entry) {
    try {
      return entry.content().get();
    } catch (AuditDamagedException e) {
      return new StoredContent.Erased();
    }
  }

  /** Returns what the index knows the words by. */
  String hashes(Collection<String> words) {
    return words.stream()
        .map(word -> known.computeIfAbsent(word, this::hashOf))
        .collect(Collectors.joining(" "));
  }

  private String hashOf(String word) {
    return hash.of("index-word", word).substring(0, HASH);
  }

  private static void insertLeaf(Connection connection, long index, Leaf leaf) throws SQLException {
    try (PreparedStatement insert = connection.prepareStatement(INSERT)) {
      insert.setLong(1, index);
      insert.setString(2, leaf.id().toString());
      insert.setString(3, leaf.kind().text());
      insert.setLong(4, micros(leaf.at()));
      insert.setString(5, nameOf(leaf.facts().text(Fact.CLAIMED_CLIENT)));
      int column = 6;
      for (Fact fact : COLUMNS) {
        insert.setString(column++, leaf.facts().text(fact));
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
    Facts facts = leaf.facts();
    String session = facts.text(Fact.SESSION);
    String owner = facts.text(Fact.OWNER);
    boolean answer = leaf.kind() == EntryKind.CALL_OUTCOME || leaf.kind() == EntryKind.STREAM_OPEN;
    if (session == null || owner == null || !answer) {
      return;
    }
    if ("initialize".equals(facts.text(Fact.METHOD))) {
      beginSession(connection, facts, session, owner);
    } else if ("DELETE".equals(facts.text(Fact.HTTP_METHOD))
        && "ok".equals(facts.text(Fact.OUTCOME))) {
      endSession(connection, facts, session, owner);
    }
  }

  private static void beginSession(Connection connection, Facts facts, String session, String owner)
      throws SQLException {
    try (PreparedStatement insert =
        connection.prepareStatement(
            "INSERT OR REPLACE INTO session (server, digest, owner, revision, client, ended)"
                + " VALUES (?, ?, ?, ?, ?, 0)")) {
      insert.setString(1, orEmpty(facts.text(Fact.SERVER)));
      insert.setString(2, session);
      insert.setString(3, owner);
      insert.setString(4, facts.text(Fact.REVISION));
      insert.setString(5, facts.text(Fact.CLAIMED_CLIENT));
      insert.executeUpdate();
    }
  }

  private static void endSession(Connection connection, Facts facts, String session, String owner)
      throws SQLException {
    try (PreparedStatement update =
        connection.prepareStatement(
            "UPDATE session SET ended = 1 WHERE server = ? AND digest = ? AND owner = ?")) {
      update.setString(1, orEmpty(facts.text(Fact.SERVER)));
      update.setString(2, session);
      update.setString(3, owner);
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
