package io.tabellion.trail;

import com.google.protobuf.ByteString;
import io.tabellion.audit.Disposition;
import io.tabellion.audit.EntryId;
import io.tabellion.audit.EntryKind;
import io.tabellion.audit.Fact;
import io.tabellion.audit.Leaf;
import io.tabellion.audit.StoredEntry;
import io.tabellion.audit.index.Page;
import io.tabellion.audit.index.Query;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.function.Function;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Tells conversations: intents in order, each with what became of it. Each page is one {@code
 * access.read}.
 *
 * <p>Thread-safe. Blocks its caller.
 */
public final class TellTimeline {
  private static final String INITIALIZE = "initialize";
  private static final int PAGE_SIZE = 50;
  private static final int LARGEST_PAGE = 100;
  private static final int EVENTS = 32;
  private static final long CONTENT = 2 << 20;

  private final ReadingRoom room;
  private final Accesses accesses;

  TellTimeline(ReadingRoom room, Accesses accesses) {
    this.room = room;
    this.accesses = accesses;
  }

  /** How a conversation is named. */
  public sealed interface Key {
    /** By its digest, as {@link Fact#CONVERSATION} has it. */
    record Conversation(String digest) implements Key {}

    /** By the id of any entry of it. */
    record OfEntry(String id) implements Key {}
  }

  /**
   * What is asked.
   *
   * @param withContent show what was said too, as far as the page holds it
   * @param paging which page
   * @param encoded encodes a conversation by its digest: a token of a page is good for the
   *     conversation that is encoded alike
   */
  public record Question(
      Key key, boolean withContent, Paging paging, Function<String, ByteString> encoded) {}

  /**
   * A page.
   *
   * @param nextPage token of the page after; empty on the last
   */
  public record Answer(String conversation, List<Item> items, String nextPage, Reach searched) {
    public Answer {
      items = List.copyOf(items);
    }
  }

  /**
   * A call, or another entry of the conversation.
   *
   * @param outcome how the call ended; null while it is open, and for what needs none
   * @param outcomeContent null where there is no outcome
   * @param events of the call's event stream, the first 32
   * @param eventCount how many there are
   * @param open an intent that was let on and has no outcome yet
   */
  public record Item(
      EntryView entry,
      ContentView content,
      @Nullable EntryView outcome,
      @Nullable ContentView outcomeContent,
      List<EntryView> events,
      int eventCount,
      boolean open) {
    public Item {
      events = List.copyOf(events);
    }
  }

  /**
   * Tells a page.
   *
   * @throws TrailException if there is no such conversation
   */
  public Shown<Answer> ask(Visit visit, Question question) throws InterruptedException {
    Permit permit = visit.permit(Right.READ);
    Reach reach = room.reach(permit, question.paging().first());
    Told told = room.read(permit, open -> new Telling(question, reach, open).tell());
    String query =
        "timeline conversation=" + told.answer.conversation() + SearchEntries.range(told.shown);
    return accesses.read(permit, query, told.contents).shows(told.answer);
  }

  /**
   * A page that was read.
   *
   * @param shown indexes of its items
   * @param contents ids of the entries whose content it shows
   */
  private record Told(Answer answer, List<Long> shown, List<String> contents) {}

  /**
   * One page being read.
   *
   * <p>Confined to the thread that reads it.
   */
  private static final class Telling {
    private final Question question;
    private final Reach reach;
    private final ReadingRoom.Open open;
    private final List<String> contents = new ArrayList<>();

    /** Bytes of content that the page may still hold. */
    private long left = CONTENT;

    Telling(Question question, Reach reach, ReadingRoom.Open open) {
      this.question = question;
      this.reach = reach;
      this.open = open;
    }

    Told tell() {
      Paging paging = question.paging();
      String conversation = conversation(question.key());
      int size = paging.size(PAGE_SIZE, LARGEST_PAGE);
      ByteString encoded = question.encoded().apply(conversation);
      Page page = paging.page(encoded, Page.Order.OLDEST_FIRST, reach, size + 1);
      List<Long> found = open.index().conversation(conversation, page, open.stop());
      List<StoredEntry> begun =
          paging.first() ? begun(conversation, page.bound()) : List.<StoredEntry>of();
      if (paging.first() && found.isEmpty() && begun.isEmpty()) {
        throw reach.notFound("conversation: no such conversation");
      }
      List<Long> shown = found.subList(0, Math.min(size, found.size()));
      List<Item> items = new ArrayList<>();
      begun.forEach(entry -> items.add(item(entry, page.bound())));
      shown.stream()
          .map(open.log()::read)
          .filter(entry -> belongs(entry, conversation, page.bound()))
          .forEach(entry -> items.add(item(entry, page.bound())));
      String next = found.size() > size ? Paging.next(encoded, page, shown.getLast()) : "";
      Reach searched = reach.narrowedTo(open.index().size()).within(page, paging);
      return new Told(new Answer(conversation, items, next, searched), shown, contents);
    }

    /*
     * The intent of an initialize is written before the server names the session: it belongs to no
     * session, and its outcome to the one that it began. So it is shown there and nowhere else.
     */
    /** Returns the intents of the initialize requests that began a session. */
    private List<StoredEntry> begun(String conversation, long bound) {
      Query query =
          new Query(
              null,
              null,
              Map.of(
                  Query.Field.CONVERSATION, List.of(conversation),
                  Query.Field.METHOD, List.of(INITIALIZE),
                  Query.Field.KIND, List.of(EntryKind.CALL_OUTCOME.text())),
              "");
      Page page = Page.first(Page.Order.OLDEST_FIRST, bound, EVENTS);
      return open.index().search(query, page, open.stop()).stream()
          .flatMap(at -> Stream.ofNullable(leaf(at).facts().text(Fact.INTENT)))
          .map(EntryId::parse)
          .map(open.index()::find)
          .flatMapToLong(OptionalLong::stream)
          .mapToObj(open.log()::read)
          .filter(entry -> !conversation.equals(entry.leaf().facts().text(Fact.CONVERSATION)))
          .toList();
    }

    /** Whether an entry is shown in its own conversation: not if it began a session. */
    private boolean belongs(StoredEntry entry, String conversation, long bound) {
      return conversation.equals(began(entry.leaf(), bound, conversation));
    }

    /** Returns the conversation that an initialize began; {@code otherwise} for all else. */
    private String began(Leaf leaf, long bound, String otherwise) {
      boolean initialize =
          leaf.kind() == EntryKind.CALL_INTENT && INITIALIZE.equals(leaf.facts().text(Fact.METHOD));
      if (!initialize) {
        return otherwise;
      }
      return open.index().outcome(leaf.id().toString(), bound, open.stop()).stream()
          .flatMap(at -> Stream.ofNullable(leaf(at).facts().text(Fact.CONVERSATION)))
          .findFirst()
          .orElse(otherwise);
    }

    private String conversation(Key key) {
      return switch (key) {
        case Key.Conversation(String digest) -> digest;
        case Key.OfEntry(String id) -> conversationOf(id);
      };
    }

    private String conversationOf(String id) {
      Leaf leaf = leaf(ShowEntry.find(open.index(), reach, "entry_id", id));
      String intent = leaf.facts().text(Fact.INTENT);
      if (leaf.facts().text(Fact.CONVERSATION) == null && intent != null) {
        leaf = leaf(ShowEntry.find(open.index(), reach, "entry_id", intent));
      }
      String conversation = leaf.facts().text(Fact.CONVERSATION);
      if (conversation == null) {
        throw TrailException.invalid("entry_id", "belongs to none", "an entry of a conversation");
      }
      return began(leaf, reach.upTo(), conversation);
    }

    private Leaf leaf(long at) {
      return open.log().read(at).leaf();
    }

    private Item item(StoredEntry entry, long bound) {
      ContentView content = content(entry);
      if (entry.leaf().kind() != EntryKind.CALL_INTENT) {
        return new Item(EntryView.of(entry), content, null, null, List.of(), 0, false);
      }
      String id = entry.leaf().id().toString();
      List<Long> outcomes = open.index().outcome(id, bound, open.stop());
      int eventCount = open.index().countEvents(id, bound, open.stop());
      List<EntryView> events =
          open.index().events(id, bound, EVENTS, open.stop()).stream()
              .map(open.log()::read)
              .map(EntryView::of)
              .toList();
      StoredEntry outcome = outcomes.isEmpty() ? null : open.log().read(outcomes.getLast());
      boolean allowed = entry.leaf().facts().says(Fact.DECISION, Disposition.ALLOWED);
      return new Item(
          EntryView.of(entry),
          content,
          outcome == null ? null : EntryView.of(outcome),
          outcome == null ? null : content(outcome),
          events,
          eventCount,
          allowed && outcome == null);
    }

    /** Reads a content if it was asked for and the page still holds it. */
    private ContentView content(StoredEntry entry) {
      Leaf.ContentMark mark = entry.leaf().content();
      if (!question.withContent() || mark == null || mark.size() > left) {
        return ContentViews.leftOut(entry);
      }
      left -= mark.size();
      contents.add(entry.leaf().id().toString());
      return ContentViews.read(open.log(), entry);
    }
  }
}
