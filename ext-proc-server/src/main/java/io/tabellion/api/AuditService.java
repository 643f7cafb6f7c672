package io.tabellion.api;

import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import io.tabellion.audit.AuditReader;
import io.tabellion.audit.EntryId;
import io.tabellion.audit.Leaf;
import io.tabellion.audit.StoredEntry;
import io.tabellion.audit.checkpoint.SignedCheckpoint;
import io.tabellion.audit.index.Page;
import io.tabellion.audit.index.Query;
import io.tabellion.audit.index.SearchIndex;
import io.tabellion.audit.index.Stop;
import io.tabellion.audit.v1.AuditServiceGrpc;
import io.tabellion.audit.v1.Checkpoint;
import io.tabellion.audit.v1.Content;
import io.tabellion.audit.v1.Entry;
import io.tabellion.audit.v1.Filter;
import io.tabellion.audit.v1.GetCheckpointRequest;
import io.tabellion.audit.v1.GetEntryRequest;
import io.tabellion.audit.v1.GetEntryResponse;
import io.tabellion.audit.v1.GetTimelineRequest;
import io.tabellion.audit.v1.GetTimelineResponse;
import io.tabellion.audit.v1.Order;
import io.tabellion.audit.v1.SearchEntriesRequest;
import io.tabellion.audit.v1.SearchEntriesResponse;
import io.tabellion.audit.v1.TailEntriesRequest;
import io.tabellion.audit.v1.TailEntriesResponse;
import io.tabellion.audit.v1.UnknownValue;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.stream.IntStream;

/**
 * The audit API (audit.proto says what each call does). Each read is durable as an entry before its
 * answer leaves.
 *
 * <p>Thread-safe. Calls run on virtual threads and block on files.
 */
final class AuditService extends AuditServiceGrpc.AuditServiceImplBase {
  private static final int PAGE_SIZE = 50;

  /** Bytes of contents of a page, unless one is larger; a client takes 4 MiB if it says nothing. */
  private static final long CONTENTS_OF_PAGE = 3L << 20;

  private static final int LARGEST_PAGE = 500;
  private static final Duration INDEX_PATIENCE = Duration.ofSeconds(2);

  private final AuditReader reader;
  private final SearchIndex index;
  private final Accesses accesses;
  private final Queries queries;
  private final Timelines timelines;
  private final Tails tails;
  private final ReadingRoom room;
  private final Calls calls;

  AuditService(
      AuditReader reader,
      SearchIndex index,
      Accesses accesses,
      Queries queries,
      Tails tails,
      ReadingRoom room,
      Calls calls) {
    this.reader = reader;
    this.index = index;
    this.accesses = accesses;
    this.queries = queries;
    this.timelines = new Timelines(reader, index, accesses, room);
    this.tails = tails;
    this.room = room;
    this.calls = calls;
  }

  @Override
  public void searchEntries(
      SearchEntriesRequest request, StreamObserver<SearchEntriesResponse> observer) {
    calls.answer(observer, who -> search(who, request));
  }

  @Override
  public void getEntry(GetEntryRequest request, StreamObserver<GetEntryResponse> observer) {
    calls.answer(observer, who -> entry(who, request));
  }

  @Override
  public void getTimeline(
      GetTimelineRequest request, StreamObserver<GetTimelineResponse> observer) {
    calls.answer(
        observer, who -> timelines.page(who, request, reach(request.getPageToken().isEmpty())));
  }

  @Override
  public void getCheckpoint(GetCheckpointRequest request, StreamObserver<Checkpoint> observer) {
    calls.answer(observer, who -> Proofs.toApi(reader.head()));
  }

  @Override
  public void tailEntries(
      TailEntriesRequest request, StreamObserver<TailEntriesResponse> observer) {
    tails.begin(
        Reader.KEY.get(), request, (ServerCallStreamObserver<TailEntriesResponse>) observer);
  }

  private SearchEntriesResponse search(Reader who, SearchEntriesRequest request)
      throws InterruptedException {
    int size = pageSize(request.getPageSize(), PAGE_SIZE, LARGEST_PAGE);
    long question =
        PageToken.question(request.toBuilder().clearPageSize().clearPageToken().build());
    Reach reach = reach(request.getPageToken().isEmpty());
    Page page = page(request, question, reach, size + 1);
    boolean contents = request.getWithContents();
    Found found = room.read(stop -> find(request.getFilter(), page, reach, contents, stop));
    Reach searched = found.reach().within(page, request.getPageToken());
    SearchEntriesResponse.Builder answer =
        SearchEntriesResponse.newBuilder()
            .setSize(page.bound())
            .setSearchedUpTo(searched.upTo())
            .setLogSize(searched.of())
            .addAllEntries(found.entries())
            .addAllContents(found.contents())
            .addAllUnknownValues(found.unknown());
    if (found.more()) {
      answer.setNextPageToken(new PageToken(question, page.bound(), found.last()).text());
    }
    accesses.record(
        who,
        "search" + Queries.describe(found.query()) + range(found.shown()),
        found.idsOfContents());
    return answer.build();
  }

  /**
   * A page that was found.
   *
   * @param query the question
   * @param shown indexes of its entries
   * @param contents theirs, if they were asked for
   * @param more whether there is a page after it
   * @param unknown if nothing was found, values that no entry has
   * @param reach what was searched
   */
  private record Found(
      Query query,
      List<Long> shown,
      List<Entry> entries,
      List<Content> contents,
      boolean more,
      List<UnknownValue> unknown,
      Reach reach) {
    /** Of the entries whose content is shown. */
    List<String> idsOfContents() {
      return IntStream.range(0, contents.size())
          .filter(i -> contents.get(i).getState() == Content.State.PRESENT)
          .mapToObj(i -> entries.get(i).getId())
          .toList();
    }

    long last() {
      return shown.getLast();
    }
  }

  private Found find(Filter filter, Page page, Reach reach, boolean withContents, Stop stop) {
    Query query = queries.toQuery(filter);
    List<Long> found = index.search(query, page, stop);
    Reach searched = reach.narrowedTo(index.size());
    List<Entry> entries = new ArrayList<>();
    List<Content> contents = new ArrayList<>();
    long bytes = 0;
    for (long at : found.subList(0, Math.min(page.limit() - 1, found.size()))) {
      StoredEntry entry = reader.read(at);
      if (withContents) {
        Leaf.ContentMark mark = entry.leaf().content();
        bytes += mark == null ? 0 : mark.size();
        if (!entries.isEmpty() && bytes > CONTENTS_OF_PAGE) {
          break;
        }
        contents.add(Contents.toApi(reader, entry));
      }
      entries.add(Entries.toApi(entry));
    }
    List<Long> shown = found.subList(0, entries.size());
    return new Found(
        query,
        shown,
        entries,
        contents,
        found.size() > shown.size(),
        found.isEmpty() ? queries.unknown(query) : List.of(),
        searched);
  }

  private static Page page(SearchEntriesRequest request, long question, Reach reach, int limit) {
    Page.Order order =
        switch (request.getOrder()) {
          case ORDER_OLDEST_FIRST -> Page.Order.OLDEST_FIRST;
          case ORDER_NEWEST_FIRST, ORDER_UNSPECIFIED -> Page.Order.NEWEST_FIRST;
          case UNRECOGNIZED ->
              throw ApiException.invalid("order", "unknown", String.join(", ", orders()));
        };
    if (request.getPageToken().isEmpty()) {
      return Page.first(order, reach.upTo(), limit);
    }
    PageToken token = PageToken.parse(request.getPageToken(), question);
    return new Page(order, token.last(), token.bound(), limit);
  }

  private GetEntryResponse entry(Reader who, GetEntryRequest request) throws InterruptedException {
    boolean byId = request.getKeyCase() == GetEntryRequest.KeyCase.ID;
    Reach reach = reach(byId);
    GetEntryResponse answer = room.read(_ -> entry(request, reach));
    boolean shown = answer.getContent().getState() == Content.State.PRESENT;
    accesses.record(
        who,
        "entry " + answer.getEntry().getIndex(),
        shown ? List.of(answer.getEntry().getId()) : List.of());
    return answer;
  }

  private GetEntryResponse entry(GetEntryRequest request, Reach reach) {
    StoredEntry entry = reader.read(indexOf(request, reach));
    boolean withContent = !request.getWithoutContent() && entry.leaf().content() != null;
    SignedCheckpoint head = reader.head();
    return GetEntryResponse.newBuilder()
        .setEntry(Entries.toApi(entry))
        .setLeaf(entry.bytes())
        .setContent(withContent ? Contents.toApi(reader, entry) : Contents.leftOut(entry))
        .setProof(
            Proofs.toApi(
                reader.prove(entry.index(), head.checkpoint().size()), head, entry.bytes()))
        .build();
  }

  private long indexOf(GetEntryRequest request, Reach reach) {
    return switch (request.getKeyCase()) {
      case ID -> find(index, reach, "id", request.getId());
      case INDEX -> checked(request.getIndex());
      case KEY_NOT_SET -> throw ApiException.invalid("id", "not there", "id or index");
    };
  }

  private long checked(long at) {
    if (at < 0) {
      throw ApiException.invalid("index", "negative", "0 or more");
    }
    if (at >= reader.size()) {
      throw ApiException.of(ApiException.Code.NOT_FOUND, "index: beyond the end of the log");
    }
    return at;
  }

  /** Returns the index of an entry by its id. */
  static long find(SearchIndex index, Reach reach, String field, String id) {
    EntryId key;
    try {
      key = EntryId.parse(id);
    } catch (IllegalArgumentException e) {
      throw ApiException.invalid(field, "no entry id", "a UUID");
    }
    OptionalLong found = index.find(key);
    return found.orElseThrow(() -> reach.notFound(field + ": no such entry"));
  }

  /** Returns a page size within its limits. */
  static int pageSize(int asked, int usual, int largest) {
    if (asked < 0) {
      throw ApiException.invalid("page_size", "negative", "0 to " + largest);
    }
    return asked == 0 ? usual : Math.min(asked, largest);
  }

  /** Waits for the index to know what is durable now; returns what it knows in the end. */
  private Reach awaitIndex() throws InterruptedException {
    long size = reader.size();
    return new Reach(index.await(size, INDEX_PATIENCE), size);
  }

  /** The first page waits for what is durable; later ones show what was there then. */
  private Reach reach(boolean first) throws InterruptedException {
    return first ? awaitIndex() : new Reach(index.size(), index.size());
  }

  static String range(List<Long> shown) {
    return shown.isEmpty()
        ? " shown=0"
        : " shown=%d first=%d last=%d".formatted(shown.size(), shown.getFirst(), shown.getLast());
  }

  private static List<String> orders() {
    return List.of(Order.ORDER_NEWEST_FIRST.name(), Order.ORDER_OLDEST_FIRST.name());
  }
}
