package io.tabellion.audit;

import com.google.protobuf.ByteString;
import io.tabellion.audit.checkpoint.TreeHead;
import io.tabellion.audit.store.LogStore;
import io.tabellion.audit.store.Row;
import io.tabellion.metrics.Metrics;
import java.io.IOException;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * A log that one of its writers opens: what is the same for every store. The store was read before;
 * what was learnt of its leaves is {@link Recovered}.
 *
 * <p>Used once, by one thread.
 */
public final class Opening {
  private final WriterSettings settings;
  private final LogKeys keys;
  private final Recovered recovered;
  private final Parts parts;
  private final LogClock clock;
  private final LeafText text;
  private final Chain chain;
  private TreeHead head;

  /**
   * What a log stands on beside its store; tests put other parts under it.
   *
   * @param background whether threads of its own beat and look after the store
   */
  public record Parts(
      InstantSource wall,
      LongSupplier nanos,
      SecureRandom random,
      Metrics metrics,
      boolean background) {}

  /**
   * Begins a run of the writer.
   *
   * @param recovered what was learnt of all leaves that are there
   * @param head over these leaves
   */
  public Opening(
      WriterSettings settings, LogKeys keys, Recovered recovered, TreeHead head, Parts parts) {
    this.settings = settings;
    this.keys = keys;
    this.recovered = recovered;
    this.head = head;
    this.parts = parts;
    clock = new LogClock(parts.wall(), parts.nanos());
    text = new LeafText(settings.origin(), settings.writer(), UUID.randomUUID().toString());
    chain = new Chain(text, recovered.prev());
  }

  /** A group as a store takes it. */
  public record Group(List<Row> rows, TreeHead head) {}

  /**
   * Makes the group that says what the start dropped. The store is to write it before anything
   * else, in the place of that.
   *
   * @param facts of the {@code gap} entry, which is alone in its group
   */
  public Group gap(Facts facts) {
    Chain.Draft draft = Chain.Draft.of(new Entry(clock.nextId(), EntryKind.GAP, facts, null));
    Chain.Link link = chain.next(draft, clock.now());
    head = head.append(List.of(link.row().hash()), keys.signing());
    recovered.follow(link.leaf(), link.row().hash());
    return new Group(List.of(link.row()), head);
  }

  /**
   * Opens the log: the entries of the start are durable, and open intents of earlier runs have
   * their outcome, on return; where there is no room for them they are owed ({@link
   * AuditLog#appendFirst}).
   *
   * @param store what was read, and the {@link #gap} if one was made
   * @throws IOException if that fails
   */
  public StoredAuditLog open(LogStore store) throws IOException {
    return open(store, null);
  }

  /** The same for a new log, which begins with its keys. */
  public StoredAuditLog openNew(LogStore store) throws IOException {
    return open(store, birth());
  }

  /**
   * The same for a new log that begins with a {@code freeze}: it succeeds another.
   *
   * @param detail what is known of that one
   * @param checkpoint of that one, as it was found; empty if there is none
   */
  public StoredAuditLog openSuccessor(LogStore store, String detail, ByteString checkpoint)
      throws IOException {
    Facts facts = Facts.builder().put(Fact.DETAIL, detail).build();
    Entry.Content content =
        checkpoint.isEmpty() ? null : new Entry.Content("text/plain", checkpoint);
    List<Entry> entries = new ArrayList<>();
    entries.add(new Entry(clock.nextId(), EntryKind.FREEZE, facts, content));
    entries.addAll(birth());
    return open(store, entries);
  }

  private StoredAuditLog open(LogStore store, @Nullable List<Entry> birth) throws IOException {
    StoredAuditLog log = new StoredAuditLog(this, store);
    log.begin(birth);
    return log;
  }

  /** The first entries of a log: its keys. */
  private List<Entry> birth() {
    return List.of(
        created(KeyUse.LOG, keys.signing().verifier().text()),
        created(KeyUse.KEK, LogKeys.fingerprint(LogKeys.KEK, keys.kek())),
        created(KeyUse.DIGEST, LogKeys.fingerprint(LogKeys.DIGEST, keys.digest())));
  }

  private Entry created(KeyUse use, String detail) {
    Facts facts = Facts.builder().put(Fact.REASON, use).put(Fact.DETAIL, detail).build();
    return new Entry(clock.nextId(), EntryKind.KEY_CREATED, facts, null);
  }

  WriterSettings settings() {
    return settings;
  }

  LogKeys keys() {
    return keys;
  }

  Recovered recovered() {
    return recovered;
  }

  TreeHead head() {
    return head;
  }

  Parts parts() {
    return parts;
  }

  LogClock clock() {
    return clock;
  }

  LeafText text() {
    return text;
  }

  Chain chain() {
    return chain;
  }
}
