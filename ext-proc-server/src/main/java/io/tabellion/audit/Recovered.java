package io.tabellion.audit;

import com.google.protobuf.ByteString;
import io.tabellion.audit.merkle.Hash;
import io.tabellion.audit.store.DamagedException;
import io.tabellion.audit.store.LeafCheck;
import io.tabellion.audit.store.Sealed;
import io.tabellion.secret.SecretBytes;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * What a start learns from the leaves: where this writer's chain stands, and which intents are
 * open. The writer goes on telling it, so that the next start need not read them all.
 *
 * <p>Not thread-safe: of the start, then of the writer.
 */
public final class Recovered implements LeafCheck {
  /** What an outcome says again of its intent, so that it is found by the same search. */
  private static final List<Fact> SHARED =
      List.of(
          Fact.EXCHANGE,
          Fact.REQUEST_ID,
          Fact.CONVERSATION,
          Fact.OWNER,
          Fact.SESSION,
          Fact.SUBJECT,
          Fact.SERVER,
          Fact.METHOD,
          Fact.RPC_ID,
          Fact.TOOL);

  private final String origin;
  private final String writer;
  private final boolean alone;
  private final LogKeys keys;
  private final Vault vault;
  private final Map<EntryId, Facts> open = new LinkedHashMap<>();
  private Hash prev = Hash.ZERO;
  private Instant newest = Instant.MIN;

  /**
   * Knows nothing yet.
   *
   * @param origin of the log
   * @param writer whose start it is
   * @param alone whether no other writer can have the store now, so that all entries are of this
   *     one, under whatever name it wrote them
   * @param keys that the log must have been written with
   */
  public Recovered(String origin, String writer, boolean alone, LogKeys keys) {
    this.origin = origin;
    this.writer = writer;
    this.alone = alone;
    this.keys = keys;
    this.vault = new Vault(keys.kek(), new SecureRandom());
  }

  /** Hash of this writer's newest leaf; zero if it has none. */
  Hash prev() {
    return prev;
  }

  /** Wall clock of the newest leaf; {@link Instant#MIN} if there is none. */
  Instant newest() {
    return newest;
  }

  /**
   * One outcome for each intent that was let on by this writer, and never came back. Those of
   * others are theirs to close: they may be under way.
   */
  List<Entry> closings(Supplier<EntryId> ids) {
    return open.entrySet().stream()
        .map(intent -> closing(ids.get(), intent.getKey(), intent.getValue()))
        .toList();
  }

  /** Takes note of a leaf that was appended since; in order. */
  void follow(Leaf leaf, Hash hash) {
    prev = hash;
    newest = leaf.at();
    note(leaf);
  }

  /** What a later start of this writer must know, to go on from here. */
  ByteString memory() {
    try {
      ByteArrayOutputStream bytes = new ByteArrayOutputStream();
      DataOutputStream out = new DataOutputStream(bytes);
      out.writeUTF(prev.hex());
      out.writeUTF(newest.toString());
      out.writeInt(open.size());
      for (Map.Entry<EntryId, Facts> intent : open.entrySet()) {
        out.writeUTF(intent.getKey().toString());
        for (Fact fact : SHARED) {
          String value = intent.getValue().text(fact);
          out.writeBoolean(value != null);
          if (value != null) {
            out.writeUTF(value);
          }
        }
      }
      return ByteString.copyFrom(bytes.toByteArray());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * Goes on from what an earlier start or run remembered.
   *
   * @throws IOException if it is not what {@link #memory} made
   */
  public void remember(ByteString memory) throws IOException {
    DataInputStream in = new DataInputStream(memory.newInput());
    prev = Hash.parseHex(in.readUTF());
    newest = Instant.parse(in.readUTF());
    for (int left = in.readInt(); left > 0; left--) {
      EntryId id = EntryId.parse(in.readUTF());
      Facts.Builder shared = Facts.builder();
      for (Fact fact : SHARED) {
        shared.put(fact, in.readBoolean() ? in.readUTF() : null);
      }
      open.put(id, shared.build());
    }
  }

  @Override
  public void visit(long index, ByteString bytes, Hash hash) throws DamagedException {
    Leaf leaf = read(index, bytes);
    if (!leaf.log().equals(origin)) {
      throw new DamagedException("leaf " + index + ": of another log (expected: " + origin + ")");
    }
    if (leaf.writer().equals(writer)) {
      if (!leaf.prev().equals(prev)) {
        throw new DamagedException(
            "leaf " + index + ": does not follow this writer's entry before");
      }
      prev = hash;
    }
    newest = leaf.at();
    if (leaf.kind() == EntryKind.KEY_CREATED) {
      requireKey(leaf.facts());
    }
    note(leaf);
  }

  /** Requires that a key is the one that the log was made with. */
  private void requireKey(Facts created) throws DamagedException {
    String said = String.valueOf(created.text(Fact.DETAIL));
    switch (KeyUse.of(String.valueOf(created.text(Fact.REASON))).orElse(null)) {
      case LOG -> requireKey(LogKeys.LOG_KEY, said, keys.signing().verifier().text());
      case KEK -> requireKey(LogKeys.KEK, said, keys.kek());
      case DIGEST -> requireKey(LogKeys.DIGEST, said, keys.digest());
      case null -> {}
    }
  }

  private static void requireKey(String name, String said, SecretBytes key)
      throws DamagedException {
    if (!said.equals(name)) { // logs that were made without fingerprints say the name alone
      requireKey(name, said, LogKeys.fingerprint(name, key));
    }
  }

  private static void requireKey(String name, String said, String found) throws DamagedException {
    if (!said.equals(found)) {
      throw new DamagedException(
          "keys/" + name + ": another key (expected: the one that this log was made with)");
    }
  }

  @Override
  public boolean isIntact(ByteString leaf, @Nullable Sealed sealed) {
    return vault.isIntact(LeafParser.parse(leaf), sealed);
  }

  private void note(Leaf leaf) {
    if (leaf.kind() == EntryKind.CALL_INTENT
        && (alone || leaf.writer().equals(writer))
        && leaf.facts().says(Fact.DECISION, Disposition.ALLOWED)) {
      open.put(leaf.id(), shared(leaf.facts()));
    }
    String intent = leaf.facts().text(Fact.INTENT);
    if (leaf.kind() == EntryKind.CALL_OUTCOME && intent != null) {
      open.remove(EntryId.parse(intent));
    }
  }

  private static Facts shared(Facts facts) {
    Facts.Builder shared = Facts.builder();
    SHARED.forEach(fact -> shared.put(fact, facts.text(fact)));
    return shared.build();
  }

  private static Entry closing(EntryId id, EntryId intent, Facts shared) {
    Facts facts =
        shared.toBuilder()
            .put(Fact.INTENT, intent.toString())
            .put(Fact.OUTCOME, Outcome.UNKNOWN)
            .put(Fact.EXECUTED, Executed.UNKNOWN)
            .put(Fact.DETAIL, "restart")
            .build();
    return new Entry(id, EntryKind.CALL_OUTCOME, facts, null);
  }

  private static Leaf read(long index, ByteString bytes) throws DamagedException {
    try {
      return LeafParser.parse(bytes);
    } catch (AuditDamagedException e) {
      throw new DamagedException("leaf " + index + ": " + e.getMessage());
    }
  }
}
