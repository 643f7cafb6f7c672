package io.tabellion.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import com.google.protobuf.Timestamp;
import io.grpc.Status.Code;
import io.grpc.StatusRuntimeException;
import io.tabellion.audit.Entry;
import io.tabellion.audit.EntryKind;
import io.tabellion.audit.Fact;
import io.tabellion.audit.StoredEntry;
import io.tabellion.audit.merkle.Hash;
import io.tabellion.audit.merkle.InclusionProof;
import io.tabellion.audit.v1.AuditServiceGrpc.AuditServiceBlockingStub;
import io.tabellion.audit.v1.Content;
import io.tabellion.audit.v1.Content.State;
import io.tabellion.audit.v1.Facts;
import io.tabellion.audit.v1.Filter;
import io.tabellion.audit.v1.GetCheckpointRequest;
import io.tabellion.audit.v1.GetEntryRequest;
import io.tabellion.audit.v1.GetEntryResponse;
import io.tabellion.audit.v1.GetTimelineRequest;
import io.tabellion.audit.v1.GetTimelineResponse;
import io.tabellion.audit.v1.Order;
import io.tabellion.audit.v1.SearchEntriesRequest;
import io.tabellion.audit.v1.SearchEntriesResponse;
import io.tabellion.testing.Samples;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Tag("unit")
class AuditServiceTest {
  @TempDir Path directory;
  private ApiFixture api;
  private AuditServiceBlockingStub auditor;

  @BeforeEach
  void start() throws Exception {
    api = new ApiFixture(directory);
    auditor = api.stub("alice");
  }

  @AfterEach
  void stop() {
    api.close();
  }

  @Test
  void searchShowsLeavesNewestFirst() {
    Entry intent = api.call("bob", "echo", "{\"text\":\"hello\"}");
    SearchEntriesResponse answer =
        auditor.searchEntries(search(Filter.newBuilder().addSubjects("bob").build()));
    assertThat(answer.getEntriesList()).hasSize(1);
    assertThat(answer.getEntries(0).getId()).isEqualTo(intent.id().toString());
    assertThat(answer.getEntries(0).getFacts().getTool()).isEqualTo("echo");
    assertThat(answer.getEntries(0).getContent().getType()).isEqualTo("application/json");
    assertThat(answer.getNextPageToken()).isEmpty();
  }

  @Test
  void anIndexThatLagsSaysHowFarItSearched() throws Exception {
    Path other = Files.createDirectory(directory.resolve("lagging"));
    try (ApiFixture lagging = new ApiFixture(other, false)) {
      String id = lagging.call("bob", "echo", "{}").id().toString();
      AuditServiceBlockingStub asking = lagging.stub("alice");
      SearchEntriesResponse answer = asking.searchEntries(search(Filter.getDefaultInstance()));
      assertThat(answer.getEntriesList()).isEmpty();
      assertThat(answer.getSearchedUpTo()).isZero();
      assertThat(answer.getLogSize()).isOne();
      for (ThrowingCallable asked :
          List.<ThrowingCallable>of(
              () -> asking.getEntry(GetEntryRequest.newBuilder().setId(id).build()),
              () -> asking.getTimeline(GetTimelineRequest.newBuilder().setEntryId(id).build()))) {
        assertThatThrownBy(asked)
            .isInstanceOf(StatusRuntimeException.class)
            .hasMessageContaining("UNAVAILABLE")
            .hasMessageContaining("searched up to entry 0 of");
      }
      assertThat(
              asking.getEntry(GetEntryRequest.newBuilder().setIndex(0).build()).getEntry().getId())
          .isEqualTo(id);
    }
  }

  @Test
  void anIndexThatDoesNotLagSearchesAll() {
    Entry intent = api.call("bob", "echo", "{}");
    api.log().append(Samples.intent(api.clock(), "carol", "echo", "{}"));
    SearchEntriesRequest.Builder one =
        search(Filter.getDefaultInstance()).toBuilder().setPageSize(1);
    SearchEntriesResponse first = auditor.searchEntries(one.build());
    assertThat(first.getSearchedUpTo()).isEqualTo(first.getLogSize()).isEqualTo(2);
    SearchEntriesResponse second =
        auditor.searchEntries(one.setPageToken(first.getNextPageToken()).build());
    assertThat(second.getSearchedUpTo()).isEqualTo(second.getLogSize()).isEqualTo(2);
    GetTimelineResponse told =
        auditor.getTimeline(
            GetTimelineRequest.newBuilder().setEntryId(intent.id().toString()).build());
    assertThat(told.getSearchedUpTo()).isEqualTo(told.getLogSize()).isEqualTo(4);
  }

  @Test
  void everyFactHasItsField() {
    for (Fact fact : Fact.values()) {
      assertThat(Facts.getDescriptor().findFieldByName(fact.text())).as(fact.text()).isNotNull();
    }
    assertThat(Facts.getDescriptor().getFields()).hasSize(Fact.values().length);
  }

  @Test
  void pagesStayTheSameWhileTheLogGrows() {
    for (int i = 0; i < 25; i++) {
      api.log().append(Samples.intent(api.clock(), "bob", "t" + i, "{}"));
    }
    for (Order order : List.of(Order.ORDER_NEWEST_FIRST, Order.ORDER_OLDEST_FIRST)) {
      List<String> tools = new ArrayList<>();
      SearchEntriesRequest request =
          search(Filter.newBuilder().addSubjects("bob").addKinds("call.intent").build()).toBuilder()
              .setOrder(order)
              .setPageSize(10)
              .build();
      String token = "";
      do {
        SearchEntriesResponse page =
            auditor.searchEntries(request.toBuilder().setPageToken(token).build());
        page.getEntriesList().forEach(entry -> tools.add(entry.getFacts().getTool()));
        api.log().append(Samples.intent(api.clock(), "bob", "late", "{}"));
        token = page.getNextPageToken();
      } while (!token.isEmpty());
      assertThat(tools.stream().filter(tool -> !tool.equals("late")))
          .hasSize(25)
          .doesNotHaveDuplicates();
    }
  }

  @Test
  void aPageTokenOfAnotherQuestionIsRefused() {
    api.call("bob", "echo", "{}");
    api.call("bob", "echo", "{}");
    SearchEntriesRequest first =
        search(Filter.newBuilder().addSubjects("bob").build()).toBuilder().setPageSize(1).build();
    String token = auditor.searchEntries(first).getNextPageToken();
    assertThat(token).isNotEmpty();
    SearchEntriesRequest other =
        search(Filter.newBuilder().addSubjects("eve").build()).toBuilder()
            .setPageToken(token)
            .build();
    assertInvalid(() -> auditor.searchEntries(other), "page_token");
    assertInvalid(
        () -> auditor.searchEntries(first.toBuilder().setPageToken("nonsense").build()),
        "page_token");
  }

  @Test
  void invalidFieldsAreNamed() {
    assertInvalid(
        () -> auditor.searchEntries(SearchEntriesRequest.newBuilder().setPageSize(-1).build()),
        "page_size");
    assertInvalid(
        () -> auditor.searchEntries(search(Filter.newBuilder().addTools("x".repeat(257)).build())),
        "filter.tools");
    assertInvalid(
        () -> auditor.getEntry(GetEntryRequest.newBuilder().setId("no-uuid").build()), "id");
    assertInvalid(() -> auditor.getEntry(GetEntryRequest.getDefaultInstance()), "id");
    assertInvalid(
        () -> auditor.getTimeline(GetTimelineRequest.getDefaultInstance()), "conversation");
  }

  @Test
  void aWordOfNoClosedSetIsRefusedWithTheWordsThereAre() {
    api.call("bob", "echo", "{}");
    Filter.Builder none = Filter.newBuilder();
    assertListed(none.clone().addDecisions("denid"), "filter.decisions", "denid", "denied");
    assertListed(
        none.clone().addKinds("call.indent"), "filter.kinds", "call.indent", "call.intent");
    assertListed(none.clone().addOutcomes("okay"), "filter.outcomes", "okay", "not_released");
    assertListed(none.clone().addWould("denied"), "filter.would", "denied", "requireApproval");
    assertListed(none.clone().addKinds("x.*"), "filter.kinds", "x.*", "policy.loaded");
    assertListed(none.clone().addKinds("call.intent").addKinds("e\u001b[0m"), "filter.kinds", "e");
    assertThat(
            auditor.searchEntries(search(none.clone().addKinds("call.*").build())).getEntriesList())
        .hasSize(1);
  }

  @Test
  void wordsOfOtherVersionsAreKnownOnceAnEntryHasThem() {
    api.log()
        .append(
            Samples.entry(
                api.clock(),
                EntryKind.REFUSED,
                io.tabellion.audit.Facts.builder().put(Fact.DECISION, "postponed").build(),
                null));
    assertThat(
            auditor
                .searchEntries(search(Filter.newBuilder().addDecisions("postponed").build()))
                .getEntriesList())
        .hasSize(1);
  }

  @Test
  void anEmptyRangeIsRefused() {
    Timestamp at = Timestamp.newBuilder().setSeconds(1_700_000_000).build();
    Filter empty = Filter.newBuilder().setFrom(at).setUntil(at).build();
    assertInvalid(() -> auditor.searchEntries(search(empty)), "filter.until");
    Timestamp before = Timestamp.newBuilder().setSeconds(1_600_000_000).build();
    Filter inverted = Filter.newBuilder().setFrom(at).setUntil(before).build();
    assertInvalid(() -> auditor.searchEntries(search(inverted)), "filter.until");
  }

  @Test
  void whatFindsNothingSaysWhichValuesAreUnknown() {
    api.call("bob", "echo", "{}");
    api.call("bob", "find_customer", "{}");
    SearchEntriesResponse answer =
        auditor.searchEntries(
            search(Filter.newBuilder().addTools("find_*").addSubjects("bop").build()));
    assertThat(answer.getEntriesList()).isEmpty();
    assertThat(answer.getUnknownValuesList())
        .singleElement()
        .satisfies(unknown -> {
          assertThat(unknown.getField()).isEqualTo("subjects");
          assertThat(unknown.getValue()).isEqualTo("bop");
          assertThat(unknown.getKnownList()).containsExactly("bob");
          assertThat(unknown.getMore()).isFalse();
        });
  }

  @Test
  void anInitializeIsToldInTheSessionThatItBeganAndNowhereElse() {
    String before = Samples.digest("no session");
    String session = Samples.digest("session");
    Entry initialize = told(EntryKind.CALL_INTENT, before, "initialize", null);
    Entry began = told(EntryKind.CALL_OUTCOME, session, "initialize", initialize);
    Entry call = told(EntryKind.CALL_INTENT, session, "tools/call", null);
    Entry other = told(EntryKind.CALL_INTENT, before, "tools/list", null);
    GetTimelineResponse timeline = timeline(session);
    assertThat(timeline.getItemsList().stream().map(item -> item.getEntry().getId()))
        .containsExactly(initialize.id().toString(), call.id().toString());
    assertThat(timeline.getItems(0).getOutcome().getId()).isEqualTo(began.id().toString());
    assertThat(timeline(before).getItemsList())
        .singleElement()
        .satisfies(item -> assertThat(item.getEntry().getId()).isEqualTo(other.id().toString()));
    GetTimelineRequest byEntry =
        GetTimelineRequest.newBuilder().setEntryId(initialize.id().toString()).build();
    assertThat(auditor.getTimeline(byEntry).getConversation()).isEqualTo(session);
  }

  private GetTimelineResponse timeline(String conversation) {
    return auditor.getTimeline(
        GetTimelineRequest.newBuilder().setConversation(conversation).build());
  }

  private Entry told(EntryKind kind, String conversation, String method, @Nullable Entry intent) {
    Entry entry =
        Samples.entry(
            api.clock(),
            kind,
            io.tabellion.audit.Facts.builder()
                .put(Fact.CONVERSATION, conversation)
                .put(Fact.METHOD, method)
                .put(Fact.DECISION, "allowed")
                .put(Fact.INTENT, intent == null ? null : intent.id().toString())
                .build(),
            null);
    api.log().append(entry);
    return entry;
  }

  private void assertListed(Filter.Builder filter, String field, String... named) {
    assertInvalid(() -> auditor.searchEntries(search(filter.build())), field);
    assertThatThrownBy(() -> auditor.searchEntries(search(filter.build())))
        .hasMessageContainingAll(named)
        .message()
        .doesNotContain("\u001b");
  }

  @Test
  void whatIsNotThereIsNotFound() {
    assertCode(
        Code.NOT_FOUND,
        () -> auditor.getEntry(GetEntryRequest.newBuilder().setIndex(1_000_000).build()));
    assertCode(
        Code.NOT_FOUND,
        () ->
            auditor.getEntry(
                GetEntryRequest.newBuilder()
                    .setId("018f0000-0000-7000-8000-000000000000")
                    .build()));
    assertCode(
        Code.NOT_FOUND,
        () ->
            auditor.getTimeline(GetTimelineRequest.newBuilder().setConversation("nobody").build()));
  }

  @Test
  void anEntryComesWithContentAndAProofThatHolds() {
    Entry intent = api.call("bob", "echo", "{\"text\":\"hello\"}");
    GetEntryResponse answer =
        auditor.getEntry(GetEntryRequest.newBuilder().setId(intent.id().toString()).build());
    StoredEntry stored = api.log().read(answer.getEntry().getIndex());
    assertThat(answer.getLeaf()).isEqualTo(stored.bytes());
    assertThat(answer.getContent().getState()).isEqualTo(State.PRESENT);
    assertThat(answer.getContent().getBytes().toStringUtf8()).isEqualTo("{\"text\":\"hello\"}");
    var proof =
        new InclusionProof(
            answer.getProof().getIndex(),
            answer.getProof().getTreeSize(),
            answer.getProof().getHashesList().stream().map(Hash::copyOf).toList());
    List<String> note = answer.getProof().getCheckpoint().lines().toList();
    assertThat(note.get(1)).isEqualTo(Long.toString(answer.getProof().getTreeSize()));
    Hash root = Hash.copyOf(ByteString.copyFrom(Base64.getDecoder().decode(note.get(2))));
    assertThat(proof.verify(Hash.ofLeaf(answer.getLeaf()), root)).isTrue();
    assertThat(answer.getProof().getTlogProof())
        .startsWith(
            "c2sp.org/tlog-proof@v1\nextra "
                + Base64.getEncoder().encodeToString(answer.getLeaf().toByteArray())
                + "\nindex "
                + answer.getEntry().getIndex()
                + "\n")
        .endsWith("\n\n" + answer.getProof().getCheckpoint());
  }

  @Test
  void readingContentIsAnEntryThatNamesReaderAndEntry() {
    Entry intent = api.call("bob", "echo", "{}");
    auditor.getEntry(GetEntryRequest.newBuilder().setId(intent.id().toString()).build());
    StoredEntry last = api.log().read(api.log().size() - 1);
    assertThat(last.leaf().kind()).isEqualTo(EntryKind.ACCESS_READ);
    assertThat(last.leaf().facts().text(Fact.READER)).isEqualTo("alice");
    assertThat(last.leaf().facts().values())
        .containsEntry(Fact.ENTRIES, List.of(intent.id().toString()));
  }

  @Test
  void eachPageIsOneReadAndNeverSaysTheWords() {
    api.call("bob", "echo", "{\"text\":\"xylophone\"}");
    long before = api.log().size();
    auditor.searchEntries(search(Filter.newBuilder().setWords("xylophone").build()));
    assertThat(api.log().size()).isEqualTo(before + 1);
    assertThat(api.log().read(before).leaf().facts().text(Fact.QUERY))
        .isEqualTo("search words=yes shown=1 first=0 last=0");
  }

  @Test
  void contentsComePageByPageAndEachPageNamesTheEntriesThatItShows() {
    String large = "{\"text\":\"" + "x".repeat(2 << 20) + "\"}";
    List<String> ids = new ArrayList<>();
    for (String said : List.of("{}", large, large, "{}")) {
      ids.add(api.call("bob", "echo", said).id().toString());
    }
    SearchEntriesRequest.Builder request =
        SearchEntriesRequest.newBuilder()
            .setWithContents(true)
            .setOrder(Order.ORDER_OLDEST_FIRST)
            .setFilter(Filter.newBuilder().addSubjects("bob"));
    List<List<String>> pages = new ArrayList<>();
    do {
      long before = api.log().size();
      SearchEntriesResponse page = auditor.searchEntries(request.build());
      pages.add(page.getEntriesList().stream().map(e -> e.getId()).toList());
      assertThat(page.getContentsList())
          .hasSize(page.getEntriesCount())
          .allMatch(content -> content.getState() == Content.State.PRESENT);
      assertThat(api.log().read(before).leaf().facts().values().get(Fact.ENTRIES))
          .isEqualTo(pages.getLast());
      request.setPageToken(page.getNextPageToken());
    } while (!request.getPageToken().isEmpty());
    assertThat(pages).containsExactly(ids.subList(0, 2), ids.subList(2, 4));
    assertThat(auditor.searchEntries(search(Filter.getDefaultInstance())).getContentsList())
        .isEmpty();
  }

  @Test
  void nothingIsShownThatCannotBeRecorded() {
    Entry intent = api.call("bob", "echo", "{}");
    api.log().fail();
    assertCode(
        Code.UNAVAILABLE,
        () -> auditor.getEntry(GetEntryRequest.newBuilder().setId(intent.id().toString()).build()));
    assertCode(Code.UNAVAILABLE, () -> auditor.searchEntries(search(Filter.getDefaultInstance())));
    assertCode(
        Code.UNAVAILABLE,
        () ->
            auditor.getTimeline(
                GetTimelineRequest.newBuilder().setEntryId(intent.id().toString()).build()));
    assertThat(auditor.getCheckpoint(GetCheckpointRequest.getDefaultInstance()).getSize())
        .isEqualTo(1);
  }

  @Test
  void theReadIsDurableBeforeTheAnswerIsSent() throws Exception {
    Entry intent = api.call("bob", "echo", "{}");
    var gate = new CountDownLatch(1);
    var reached = new CountDownLatch(1);
    api.log()
        .beforeAppend(() -> {
          reached.countDown();
          ApiFixture.await(gate);
        });
    var answer =
        api.futureStub("alice")
            .getEntry(GetEntryRequest.newBuilder().setId(intent.id().toString()).build());
    ApiFixture.await(reached);
    assertThat(answer.isDone()).isFalse();
    assertThat(api.log().size()).isEqualTo(1);
    gate.countDown();
    assertThat(answer.get().getContent().getState()).isEqualTo(State.PRESENT);
    assertThat(api.log().size()).isEqualTo(2);
  }

  @Test
  void aTimelineJoinsIntentsWithOutcomes() {
    Entry first = api.call("bob", "echo", "{\"n\":1}");
    Entry second = api.call("bob", "forbidden", "{\"n\":2}");
    Entry third = api.call("bob", "slow", "{\"n\":3}");
    api.log().append(api.outcome(first, "{\"r\":1}"));
    api.call("eve", "echo", "{}");
    GetTimelineResponse answer =
        auditor.getTimeline(
            GetTimelineRequest.newBuilder()
                .setEntryId(second.id().toString())
                .setWithContent(true)
                .build());
    assertThat(answer.getItemsList().stream().map(item -> item.getEntry().getId()))
        .containsExactly(first.id().toString(), second.id().toString(), third.id().toString());
    assertThat(answer.getItems(0).getOutcome().getFacts().getOutcome()).isEqualTo("ok");
    assertThat(answer.getItems(0).getContent().getBytes().toStringUtf8()).isEqualTo("{\"n\":1}");
    assertThat(answer.getItems(0).getOutcomeContent().getBytes().toStringUtf8())
        .isEqualTo("{\"r\":1}");
    assertThat(answer.getItemsList().stream().map(item -> item.getOpen()))
        .containsExactly(false, false, true);
  }

  @Test
  void aTimelineIsPaged() {
    Entry first = api.call("bob", "echo", "{}");
    api.call("bob", "echo", "{}");
    GetTimelineRequest request =
        GetTimelineRequest.newBuilder().setEntryId(first.id().toString()).setPageSize(1).build();
    GetTimelineResponse one = auditor.getTimeline(request);
    api.call("bob", "late", "{}");
    GetTimelineResponse two =
        auditor.getTimeline(request.toBuilder().setPageToken(one.getNextPageToken()).build());
    assertThat(one.getItemsCount()).isEqualTo(1);
    assertThat(two.getItems(0).getEntry().getIndex()).isEqualTo(1);
    assertThat(two.getNextPageToken()).isEmpty();
  }

  private static SearchEntriesRequest search(Filter filter) {
    return SearchEntriesRequest.newBuilder().setFilter(filter).build();
  }

  private static void assertInvalid(ThrowingCallable call, String field) {
    assertThatThrownBy(call)
        .isInstanceOfSatisfying(
            StatusRuntimeException.class,
            e -> {
              assertThat(e.getStatus().getCode()).isEqualTo(Code.INVALID_ARGUMENT);
              assertThat(e.getStatus().getDescription()).startsWith(field + ": ");
            });
  }

  private static void assertCode(Code code, ThrowingCallable call) {
    assertThatThrownBy(call)
        .isInstanceOfSatisfying(
            StatusRuntimeException.class, e -> assertThat(e.getStatus().getCode()).isEqualTo(code));
  }
}
