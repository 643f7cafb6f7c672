package io.tabellion.cli.audit;

import com.google.protobuf.Timestamp;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.tabellion.audit.index.Page;
import io.tabellion.audit.index.Query.Field;
import io.tabellion.audit.v1.AuditServiceGrpc.AuditServiceBlockingStub;
import io.tabellion.audit.v1.Content;
import io.tabellion.audit.v1.Entry;
import io.tabellion.audit.v1.GetEntryRequest;
import io.tabellion.audit.v1.GetEntryResponse;
import io.tabellion.audit.v1.Order;
import io.tabellion.audit.v1.SearchEntriesRequest;
import io.tabellion.audit.v1.SearchEntriesResponse;
import io.tabellion.trail.ContentView;
import io.tabellion.trail.Filter;
import io.tabellion.trail.ShowEntry;
import io.tabellion.trail.recall.Recalled;
import io.tabellion.trail.recall.Records;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/** The record as a server shows it; each call is one request. */
public final class RemoteRecords implements Records {
  private final AuditServiceBlockingStub stub;
  private final Consumer<Entry> seen;

  public RemoteRecords(AuditServiceBlockingStub stub) {
    this(stub, _ -> {});
  }

  /** The same for who prints entries as they came: each is {@code seen}. */
  RemoteRecords(AuditServiceBlockingStub stub, Consumer<Entry> seen) {
    this.stub = stub;
    this.seen = seen;
  }

  @Override
  public One entry(ShowEntry.Key key, boolean withContent) {
    GetEntryRequest.Builder request = GetEntryRequest.newBuilder().setWithoutContent(!withContent);
    if (key instanceof ShowEntry.Key.Id(String id)) {
      request.setId(id);
    } else if (key instanceof ShowEntry.Key.Index(long index)) {
      request.setIndex(index);
    }
    GetEntryResponse answer = stub.getEntry(request.build());
    return new One(
        recalled(answer.getEntry()), content(answer.getContent()), answer.getProof().getTreeSize());
  }

  @Override
  public Optional<Recalled> find(String id) {
    try {
      return Optional.of(entry(new ShowEntry.Key.Id(id), false).entry());
    } catch (StatusRuntimeException e) {
      if (e.getStatus().getCode() == Status.Code.NOT_FOUND) {
        return Optional.empty();
      }
      throw e;
    }
  }

  @Override
  public Found search(Filter filter, Page.Order order, int size, String token) {
    SearchEntriesResponse page =
        stub.searchEntries(
            SearchEntriesRequest.newBuilder()
                .setFilter(toApi(filter))
                .setOrder(
                    order == Page.Order.OLDEST_FIRST
                        ? Order.ORDER_OLDEST_FIRST
                        : Order.ORDER_NEWEST_FIRST)
                .setPageSize(size)
                .setPageToken(token)
                .build());
    List<Recalled> entries = new ArrayList<>();
    page.getEntriesList().forEach(entry -> entries.add(recalled(entry)));
    return new Found(entries, page.getNextPageToken());
  }

  private static io.tabellion.audit.v1.Filter toApi(Filter filter) {
    var builder = io.tabellion.audit.v1.Filter.newBuilder().setWords(filter.words());
    if (filter.from() != null) {
      builder.setFrom(timestamp(filter.from()));
    }
    if (filter.until() != null) {
      builder.setUntil(timestamp(filter.until()));
    }
    filter.values().forEach((field, values) -> add(builder, field, values));
    return builder.build();
  }

  private static void add(
      io.tabellion.audit.v1.Filter.Builder filter, Field field, List<String> values) {
    switch (field) {
      case SUBJECT -> filter.addAllSubjects(values);
      case CLIENT -> filter.addAllClients(values);
      case SERVER -> filter.addAllServers(values);
      case METHOD -> filter.addAllMethods(values);
      case TOOL -> filter.addAllTools(values);
      case DECISION -> filter.addAllDecisions(values);
      case KIND -> filter.addAllKinds(values);
      case CONVERSATION -> filter.addAllConversations(values);
      case SESSION -> filter.addAllSessions(values);
      case INTENT -> filter.addAllIntents(values);
      case OUTCOME -> filter.addAllOutcomes(values);
      case REASON -> filter.addAllReasons(values);
      case RULE -> filter.addAllRules(values);
      case GROUP -> filter.addAllGroups(values);
      case SOURCE -> filter.addAllSources(values);
      case POLICY -> filter.addAllPolicies(values);
      case REQUEST_ID -> filter.addAllRequestIds(values);
      case WOULD -> filter.addAllWould(values);
    }
  }

  private static Timestamp timestamp(Instant at) {
    return Timestamp.newBuilder().setSeconds(at.getEpochSecond()).setNanos(at.getNano()).build();
  }

  private Recalled recalled(Entry entry) {
    seen.accept(entry);
    Timestamp at = entry.getAt();
    return new Recalled(
        entry.getIndex(),
        entry.getId(),
        entry.getKind(),
        Instant.ofEpochSecond(at.getSeconds(), at.getNanos()),
        entry.getLog(),
        FactsOfApi.read(entry.getFacts()),
        entry.hasContent());
  }

  private static ContentView content(Content content) {
    return switch (content.getState()) {
      case PRESENT ->
          new ContentView.Present(content.getType(), content.getBytes(), content.getSalt());
      case NONE -> new ContentView.None();
      case ERASED -> new ContentView.Erased();
      case UNREADABLE -> new ContentView.Unreadable();
      case OMITTED, STATE_UNSPECIFIED, UNRECOGNIZED -> new ContentView.Omitted();
    };
  }
}
