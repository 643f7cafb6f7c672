package io.tabellion.trail;

import io.tabellion.audit.AuditReader;
import io.tabellion.audit.EntryId;
import io.tabellion.audit.StoredEntry;
import io.tabellion.audit.checkpoint.SignedCheckpoint;
import io.tabellion.audit.index.SearchIndex;
import java.util.List;

/**
 * Shows one entry with its content and a proof: a receipt. One {@code access.read}.
 *
 * <p>Thread-safe. Blocks its caller.
 */
public final class ShowEntry {
  private final ReadingRoom room;
  private final Accesses accesses;

  ShowEntry(ReadingRoom room, Accesses accesses) {
    this.room = room;
    this.accesses = accesses;
  }

  /** How an entry is named. */
  public sealed interface Key {
    /** By its id, a UUID. */
    record Id(String id) implements Key {}

    /** By its place in the log, from 0. */
    record Index(long index) implements Key {}
  }

  /**
   * What is asked.
   *
   * @param withContent show what was said
   */
  public record Question(Key key, boolean withContent) {}

  /** The entry. */
  public record Answer(EntryView entry, ContentView content, Proof proof) {}

  /**
   * Shows it.
   *
   * @throws TrailException if there is no such entry
   */
  public Shown<Answer> ask(Visit visit, Question question) throws InterruptedException {
    Permit permit = visit.permit(Right.READ);
    Reach reach = room.reach(permit, question.key() instanceof Key.Id);
    Answer answer = room.read(permit, open -> read(question, reach, open));
    List<String> contents =
        answer.content().shows() ? List.of(answer.entry().id()) : List.<String>of();
    return accesses.read(permit, "entry " + answer.entry().index(), contents).shows(answer);
  }

  private static Answer read(Question question, Reach reach, ReadingRoom.Open open) {
    AuditReader log = open.log();
    StoredEntry entry = log.read(index(question.key(), reach, open));
    boolean withContent = question.withContent() && entry.leaf().content() != null;
    SignedCheckpoint head = log.head();
    return new Answer(
        EntryView.of(entry),
        withContent ? ContentViews.read(log, entry) : ContentViews.leftOut(entry),
        new Proof(log.prove(entry.index(), head.checkpoint().size()), head, entry.bytes()));
  }

  private static long index(Key key, Reach reach, ReadingRoom.Open open) {
    return switch (key) {
      case Key.Id(String id) -> find(open.index(), reach, "id", id);
      case Key.Index(long index) -> checked(index, open.log().size());
    };
  }

  private static long checked(long at, long size) {
    if (at < 0) {
      throw TrailException.invalid("index", "negative", "0 or more");
    }
    if (at >= size) {
      throw TrailException.of(TrailException.Code.NOT_FOUND, "index: beyond the end of the log");
    }
    return at;
  }

  /** Returns the index of an entry by its id. */
  static long find(SearchIndex index, Reach reach, String field, String id) {
    EntryId key;
    try {
      key = EntryId.parse(id);
    } catch (IllegalArgumentException e) {
      throw TrailException.invalid(field, "no entry id", "a UUID");
    }
    return index.find(key).orElseThrow(() -> reach.notFound(field + ": no such entry"));
  }
}
