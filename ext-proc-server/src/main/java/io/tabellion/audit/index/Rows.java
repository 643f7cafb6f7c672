package io.tabellion.audit.index;

import io.tabellion.audit.AuditDamagedException;
import io.tabellion.audit.EntryKind;
import io.tabellion.audit.Fact;
import io.tabellion.audit.Facts;
import io.tabellion.audit.Leaf;
import io.tabellion.audit.Outcome;
import io.tabellion.audit.StoredContent;
import io.tabellion.audit.StoredEntry;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Turns entries into rows: facts of the leaf as they are, and what they and the words of the
 * content are found by.
 *
 * <p>Belongs to the thread that writes, and to one connection.
 */
final class Rows implements AutoCloseable {
  /** In clear, for patterns that stand for many values. */
  private static final List<Fact> COLUMNS =
      List.of(
          Fact.SUBJECT, Fact.CLIENT_ID, Fact.CLAIMED_CLIENT, Fact.SERVER, Fact.METHOD, Fact.TOOL);

  /*
   * Plain INSERTs. With OR REPLACE SQLite takes a savepoint before each row, and at a savepoint
   * FTS5 writes out what it gathers: a segment for each entry, merged with the others later.
   */
  private static final String ENTRY =
      "INSERT INTO entry (idx, at, claimed_name, "
          + COLUMNS.stream().map(Fact::text).collect(Collectors.joining(", "))
          + ") VALUES (?, ?, ?"
          + ", ?".repeat(COLUMNS.size())
          + ")";

  private static final String TERM = "INSERT INTO term (rowid, terms) VALUES (?, ?)";

  private static final String SESSION_BEGINS =
      "INSERT OR REPLACE INTO session (server, digest, owner, revision, client, ended)"
          + " VALUES (?, ?, ?, ?, ?, 0)";

  private static final String SESSION_ENDS =
      "UPDATE session SET ended = 1 WHERE server = ? AND digest = ? AND owner = ?";

  private static final String TASK =
      "INSERT OR REPLACE INTO task (server, owner, digest, method, tool, prompt, resource)"
          + " VALUES (?, ?, ?, ?, ?, ?, ?)";

  /** Characters of the terms of an entry, mostly. */
  private static final int TERMS = 2048;

  /** {@code 10.0.0.1:5000}, {@code [::1]:5000}; an IPv6 address without brackets has no port. */
  private static final Pattern PORT = Pattern.compile("^([^:]+|\\[[^\\]]*\\]):[0-9]+$");

  private static final Pattern LONE = Pattern.compile("\\p{Cs}");

  private final Terms terms;
  private final PreparedStatement entries;
  private final PreparedStatement found;
  private final PreparedStatement begins;
  private final PreparedStatement ends;
  private final PreparedStatement tasks;
  private final Values values;
  private final Spans spans;
  private final Set<String> scratch = new LinkedHashSet<>();

  Rows(Connection connection, Terms terms) throws SQLException {
    this.terms = terms;
    entries = connection.prepareStatement(ENTRY);
    found = connection.prepareStatement(TERM);
    begins = connection.prepareStatement(SESSION_BEGINS);
    ends = connection.prepareStatement(SESSION_ENDS);
    tasks = connection.prepareStatement(TASK);
    values = new Values(connection);
    spans = new Spans(connection);
  }

  /** Adds an entry. */
  void insert(StoredEntry entry) throws SQLException {
    insertEntry(entry.index(), entry.leaf());
    insertSession(entry.leaf().kind(), entry.leaf().facts());
    insertTask(entry.leaf().kind(), entry.leaf().facts());
    found.setLong(1, entry.index());
    found.setString(2, termsOf(entry));
    found.executeUpdate();
  }

  /** Writes what is gathered over entries; before each commit. */
  void finish() throws SQLException {
    spans.write();
  }

  @Override
  public void close() throws SQLException {
    for (PreparedStatement statement : List.of(entries, found, begins, ends, tasks)) {
      statement.close();
    }
    values.close();
    spans.close();
  }

  private void insertEntry(long index, Leaf leaf) throws SQLException {
    long at = micros(leaf.at());
    spans.add(index, at);
    entries.setLong(1, index);
    entries.setLong(2, at);
    entries.setString(3, nameOf(text(leaf.facts(), Fact.CLAIMED_CLIENT)));
    int column = 4;
    for (Fact fact : COLUMNS) {
      entries.setString(column++, text(leaf.facts(), fact));
    }
    entries.executeUpdate();
  }

  private String termsOf(StoredEntry entry) throws SQLException {
    Leaf leaf = entry.leaf();
    StringBuilder all = new StringBuilder(TERMS).append(terms.id(leaf.id().toString()));
    for (Query.Field field : Query.Field.values()) {
      for (String value : valuesOf(field, leaf)) {
        all.append(' ').append(terms.value(field, value));
        if (field.open()) {
          values.add(field, value);
        }
      }
    }
    if (leaf.facts().text(Fact.CONVERSATION) != null && leaf.facts().text(Fact.INTENT) == null) {
      all.append(' ').append(Terms.ALONE);
    }
    if (leaf.content() != null && content(entry) instanceof StoredContent.Clear clear) {
      for (String word : Words.of(clear.content().mediaType(), clear.content().bytes())) {
        all.append(' ').append(terms.word(word));
      }
    }
    return all.toString();
  }

  /** Returns what an entry is found by in a field; valid until the next field is asked for. */
  private Set<String> valuesOf(Query.Field field, Leaf leaf) {
    Set<String> found = scratch;
    found.clear();
    if (field == Query.Field.KIND) {
      found.add(leaf.kind().text());
    }
    for (Fact fact : field.facts()) {
      for (String text : leaf.facts().texts(fact)) {
        String value = wellFormed(text);
        add(
            found,
            switch (fact) {
              case SOURCE -> hostOf(value);
              case SHADOW, CANDIDATE -> wouldOf(text);
              default -> value;
            });
        add(found, fact == Fact.CLAIMED_CLIENT ? nameOf(value) : null);
      }
    }
    return found;
  }

  private static void add(Set<String> found, @Nullable String value) {
    if (value != null && !value.isEmpty()) {
      found.add(value);
    }
  }

  /** The action in a line that says what would have been decided; null of another line. */
  private static @Nullable String wouldOf(String line) {
    return line.startsWith(Fact.WOULD) ? line.substring(Fact.WOULD.length()) : null;
  }

  /** An address without its port, which is another for each connection; brackets stay. */
  private static @Nullable String hostOf(@Nullable String address) {
    return address == null ? null : PORT.matcher(address).replaceFirst("$1");
  }

  /** Damaged content is found by what its leaf says, as erased content is. */
  private static StoredContent content(StoredEntry entry) {
    try {
      return entry.content().get();
    } catch (AuditDamagedException e) {
      return new StoredContent.Erased();
    }
  }

  /*
   * 1. A session begins with the answer of its initialize: only there has the server named it, and
   *    only for the caller who asked. A request that merely names a session proves nothing.
   * 2. It ends when its owner's DELETE went well.
   */
  private void insertSession(EntryKind kind, Facts facts) throws SQLException {
    String session = text(facts, Fact.SESSION);
    String owner = text(facts, Fact.OWNER);
    boolean answer = kind == EntryKind.CALL_OUTCOME || kind == EntryKind.STREAM_OPEN;
    if (session == null || owner == null || !answer) {
      return;
    }
    if ("initialize".equals(facts.text(Fact.METHOD))) {
      beginSession(facts, session, owner);
    } else if ("DELETE".equals(facts.text(Fact.HTTP_METHOD))
        && facts.says(Fact.OUTCOME, Outcome.OK)) {
      endSession(facts, session, owner);
    }
  }

  private void beginSession(Facts facts, String session, String owner) throws SQLException {
    begins.setString(1, orEmpty(text(facts, Fact.SERVER)));
    begins.setString(2, session);
    begins.setString(3, owner);
    begins.setString(4, text(facts, Fact.REVISION));
    begins.setString(5, text(facts, Fact.CLAIMED_CLIENT));
    begins.executeUpdate();
  }

  private void endSession(Facts facts, String session, String owner) throws SQLException {
    ends.setString(1, orEmpty(text(facts, Fact.SERVER)));
    ends.setString(2, session);
    ends.setString(3, owner);
    ends.executeUpdate();
  }

  /** The call that made a task is the latest whose answer named it, to the same caller. */
  private void insertTask(EntryKind kind, Facts facts) throws SQLException {
    String task = text(facts, Fact.TASK);
    String owner = text(facts, Fact.OWNER);
    String method = text(facts, Fact.METHOD);
    boolean answer = kind == EntryKind.CALL_OUTCOME || kind == EntryKind.STREAM_EVENT;
    boolean about = method != null && (method.startsWith("tasks/") || method.startsWith("notif"));
    if (task == null || owner == null || method == null || !answer || about) {
      return;
    }
    tasks.setString(1, orEmpty(text(facts, Fact.SERVER)));
    tasks.setString(2, owner);
    tasks.setString(3, task);
    tasks.setString(4, method);
    tasks.setString(5, text(facts, Fact.TOOL));
    tasks.setString(6, text(facts, Fact.PROMPT));
    tasks.setString(7, text(facts, Fact.RESOURCE));
    tasks.executeUpdate();
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

  /** A fact as its leaf has it: there half of a surrogate pair has no form. */
  private static @Nullable String text(Facts facts, Fact fact) {
    return wellFormed(facts.text(fact));
  }

  private static @Nullable String wellFormed(@Nullable String text) {
    for (int i = 0; text != null && i < text.length(); i++) {
      if (Character.isSurrogate(text.charAt(i))) {
        return LONE.matcher(text).replaceAll("\uFFFD");
      }
    }
    return text;
  }

  private static String orEmpty(@Nullable String text) {
    return text == null ? "" : text;
  }
}
