package io.tabellion.audit;

import com.google.protobuf.ByteString;
import io.tabellion.audit.merkle.Hash;
import io.tabellion.audit.store.DamagedException;
import io.tabellion.audit.store.LeafCheck;
import io.tabellion.audit.store.Sealed;
import io.tabellion.secret.SecretBytes;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * What a start learns from the leaves: where this writer's chain stands, and which intents are
 * open.
 *
 * <p>Not thread-safe.
 */
final class Recovered implements LeafCheck {
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
  private final LogKeys keys;
  private final Vault vault;
  private final Map<EntryId, Facts> open = new LinkedHashMap<>();
  private Hash prev = Hash.ZERO;

  Recovered(String origin, String writer, LogKeys keys, Vault vault) {
    this.origin = origin;
    this.writer = writer;
    this.keys = keys;
    this.vault = vault;
  }

  /** Hash of this writer's newest leaf; zero if it has none. */
  Hash prev() {
    return prev;
  }

  /** One outcome for each intent that was let on and never came back. */
  List<Entry> closings(Supplier<EntryId> ids) {
    return open.entrySet().stream()
        .map(intent -> closing(ids.get(), intent.getKey(), intent.getValue()))
        .toList();
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
    if (leaf.kind() == EntryKind.KEY_CREATED) {
      requireKey(leaf.facts());
    }
    note(leaf);
  }

  /** Requires that a key is the one that the log was made with. */
  private void requireKey(Facts created) throws DamagedException {
    String said = String.valueOf(created.text(Fact.DETAIL));
    switch (String.valueOf(created.text(Fact.REASON))) {
      case "log" -> requireKey(LogKeys.LOG_KEY, said, keys.signing().verifier().text());
      case "kek" -> requireKey(LogKeys.KEK, said, keys.kek());
      case "digest" -> requireKey(LogKeys.DIGEST, said, keys.digest());
      default -> {}
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
        && "allowed".equals(leaf.facts().text(Fact.DECISION))) {
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
            .put(Fact.OUTCOME, "unknown")
            .put(Fact.EXECUTED, "unknown")
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
