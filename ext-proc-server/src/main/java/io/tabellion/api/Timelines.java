package io.tabellion.api;

import io.tabellion.audit.AuditReader;
import io.tabellion.audit.EntryId;
import io.tabellion.audit.EntryKind;
import io.tabellion.audit.Fact;
import io.tabellion.audit.Leaf;
import io.tabellion.audit.StoredEntry;
import io.tabellion.audit.index.Page;
import io.tabellion.audit.index.Query;
import io.tabellion.audit.index.SearchIndex;
import io.tabellion.audit.index.Stop;
import io.tabellion.audit.v1.Content;
import io.tabellion.audit.v1.GetTimelineRequest;
import io.tabellion.audit.v1.GetTimelineResponse;
import io.tabellion.audit.v1.TimelineItem;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.stream.Stream;

/**
 * Tells conversations: intents in order, each with what became of it.
 *
 * <p>Thread-safe. Blocks its caller.
 */
final class Timelines {
  private static final String INITIALIZE = "initialize";
  private static final int PAGE_SIZE = 50;
  private static final int LARGEST_PAGE = 100;
  private static final int EVENTS = 32;
  private static final long CONTENT = 2 << 20;

  private final AuditReader reader;
  private final SearchIndex index;
  private final Accesses accesses;
  private final ReadingRoom readingRoom;

  Timelines(AuditReader reader, SearchIndex index, Accesses accesses, ReadingRoom readingRoom) {
    this.reader = reader;
    this.index = index;
    this.accesses = accesses;
    this.readingRoom = readingRoom;
  }

  GetTimelineResponse page(Reader who, GetTimelineRequest request, Reach reach)
      throws InterruptedException {
    Told told = readingRoom.read(stop -> tell(request, reach, stop));
    accesses.record(
        who,
        "timeline conversation=" + told.answer.getConversation() + AuditService.range(told.shown),
        told.contents);
    return told.answer;
  }

  /**
   * A page that was read.
   *
   * @param shown indexes of its items
   * @param contents ids of the entries whose content it shows
   */
  private record Told(GetTimelineResponse answer, List<Long> shown, List<String> contents) {}

  private Told tell(GetTimelineRequest request, Reach reach, Stop stop) {
    String conversation = conversation(request, reach, stop);
    int size = AuditService.pageSize(request.getPageSize(), PAGE_SIZE, LARGEST_PAGE);
    long question =
        PageToken.question(GetTimelineRequest.newBuilder().setConversation(conversation).build());
    Page page = page(request, question, reach, size + 1);
    List<Long> found = index.conversation(conversation, page, stop);
    boolean none = found.isEmpty() && request.getPageToken().isEmpty();
    if (none && begun(conversation, page.bound(), stop).isEmpty()) {
      throw reach.notFound("conversation: no such conversation");
    }
    List<Long> shown = found.subList(0, Math.min(size, found.size()));
    var room = new Room(request.getWithContent());
    GetTimelineResponse.Builder answer =
        GetTimelineResponse.newBuilder().setConversation(conversation);
    if (request.getPageToken().isEmpty()) {
      begun(conversation, page.bound(), stop)
          .forEach(entry -> answer.addItems(item(entry, page.bound(), room, stop)));
    }
    shown.stream()
        .map(reader::read)
        .filter(entry -> belongs(entry, conversation, page.bound(), stop))
        .forEach(entry -> answer.addItems(item(entry, page.bound(), room, stop)));
    if (found.size() > size) {
      answer.setNextPageToken(new PageToken(question, page.bound(), shown.getLast()).text());
    }
    Reach searched = reach.narrowedTo(index.size()).within(page, request.getPageToken());
    answer.setSearchedUpTo(searched.upTo()).setLogSize(searched.of());
    return new Told(answer.build(), shown, room.shown);
  }

  /*
   * The intent of an initialize is written before the server names the session: it belongs to no
   * session, and its outcome to the one that it began. So it is shown there and nowhere else.
   */
  /** Returns the intents of the initialize requests that began a session. */
  private List<StoredEntry> begun(String conversation, long bound, Stop stop) {
    Query query =
        new Query(
            null,
            null,
            Map.of(
                Query.Field.CONVERSATION, List.of(conversation),
                Query.Field.METHOD, List.of(INITIALIZE),
                Query.Field.KIND, List.of(EntryKind.CALL_OUTCOME.text())),
            "");
    return index.search(query, Page.first(Page.Order.OLDEST_FIRST, bound, EVENTS), stop).stream()
        .flatMap(at -> Stream.ofNullable(reader.read(at).leaf().facts().text(Fact.INTENT)))
        .map(EntryId::parse)
        .map(index::find)
        .flatMapToLong(OptionalLong::stream)
        .mapToObj(reader::read)
        .filter(entry -> !conversation.equals(entry.leaf().facts().text(Fact.CONVERSATION)))
        .toList();
  }

  /** Whether an entry is shown in its own conversation: not if it began a session. */
  private boolean belongs(StoredEntry entry, String conversation, long bound, Stop stop) {
    return conversation.equals(began(entry.leaf(), bound, stop, conversation));
  }

  /** Returns the conversation that an initialize began; {@code otherwise} for all else. */
  private String began(Leaf leaf, long bound, Stop stop, String otherwise) {
    boolean initialize =
        leaf.kind() == EntryKind.CALL_INTENT && INITIALIZE.equals(leaf.facts().text(Fact.METHOD));
    if (!initialize) {
      return otherwise;
    }
    return index.outcome(leaf.id().toString(), bound, stop).stream()
        .flatMap(at -> Stream.ofNullable(reader.read(at).leaf().facts().text(Fact.CONVERSATION)))
        .findFirst()
        .orElse(otherwise);
  }

  private static Page page(GetTimelineRequest request, long question, Reach reach, int limit) {
    if (request.getPageToken().isEmpty()) {
      return Page.first(Page.Order.OLDEST_FIRST, reach.upTo(), limit);
    }
    PageToken token = PageToken.parse(request.getPageToken(), question);
    return new Page(Page.Order.OLDEST_FIRST, token.last(), token.bound(), limit);
  }

  private String conversation(GetTimelineRequest request, Reach reach, Stop stop) {
    return switch (request.getKeyCase()) {
      case CONVERSATION -> request.getConversation();
      case ENTRY_ID -> conversationOf(request.getEntryId(), reach, stop);
      case KEY_NOT_SET ->
          throw ApiException.invalid("conversation", "not there", "conversation or entry_id");
    };
  }

  private String conversationOf(String id, Reach reach, Stop stop) {
    Leaf leaf = reader.read(AuditService.find(index, reach, "entry_id", id)).leaf();
    String intent = leaf.facts().text(Fact.INTENT);
    if (leaf.facts().text(Fact.CONVERSATION) == null && intent != null) {
      leaf = reader.read(AuditService.find(index, reach, "entry_id", intent)).leaf();
    }
    String conversation = leaf.facts().text(Fact.CONVERSATION);
    if (conversation == null) {
      throw ApiException.invalid("entry_id", "belongs to none", "an entry of a conversation");
    }
    return began(leaf, reach.upTo(), stop, conversation);
  }

  private TimelineItem item(StoredEntry entry, long bound, Room room, Stop stop) {
    TimelineItem.Builder item = TimelineItem.newBuilder().setEntry(Entries.toApi(entry));
    item.setContent(room.content(entry));
    String id = entry.leaf().id().toString();
    boolean intent = entry.leaf().kind() == EntryKind.CALL_INTENT;
    List<Long> outcome = intent ? index.outcome(id, bound, stop) : List.of();
    if (intent) {
      item.setEventCount(index.countEvents(id, bound, stop));
      index
          .events(id, bound, EVENTS, stop)
          .forEach(at -> item.addEvents(Entries.toApi(reader.read(at))));
    }
    for (long at : outcome) {
      StoredEntry ended = reader.read(at);
      item.setOutcome(Entries.toApi(ended)).setOutcomeContent(room.content(ended));
    }
    boolean allowed = "allowed".equals(entry.leaf().facts().text(Fact.DECISION));
    return item.setOpen(intent && allowed && outcome.isEmpty()).build();
  }

  /** How much content the page may still hold, and what it holds. */
  private final class Room {
    private final boolean wanted;
    private final List<String> shown = new ArrayList<>();
    private long left = CONTENT;

    Room(boolean wanted) {
      this.wanted = wanted;
    }

    Content content(StoredEntry entry) {
      Leaf.ContentMark mark = entry.leaf().content();
      if (!wanted || mark == null || mark.size() > left) {
        return Contents.leftOut(entry);
      }
      left -= mark.size();
      shown.add(entry.leaf().id().toString());
      return Contents.toApi(reader, entry);
    }
  }
}
