package io.tabellion.trail;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import io.tabellion.audit.AuditLog;
import io.tabellion.audit.AuditUnavailableException;
import io.tabellion.audit.Entry;
import io.tabellion.audit.EntryKind;
import io.tabellion.audit.Fact;
import io.tabellion.audit.Leaf;
import io.tabellion.audit.Receipt;
import io.tabellion.audit.index.Page;
import io.tabellion.audit.index.Query.Field;
import io.tabellion.jsonrpc.Json;
import io.tabellion.pin.Pins;
import io.tabellion.pin.Source;
import io.tabellion.stop.Selector;
import io.tabellion.stop.Stop;
import io.tabellion.stop.Traffic;
import io.tabellion.testing.ManualClock;
import io.tabellion.testing.MemoryAuditLog;
import io.tabellion.testing.SamplePins;
import io.tabellion.testing.Samples;
import io.tabellion.testing.StopLog;
import io.tabellion.testing.TrailFixture;
import io.tabellion.trail.TrailException.Code;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What each role may ask, and what of it is written down: without an edge. */
@Tag("unit")
class TrailTest {
  @TempDir Path directory;
  private final FullDisk full = new FullDisk();

  @SuppressWarnings("NullAway.Init") // by JUnit, before each test
  private TrailFixture fixture;

  @SuppressWarnings("NullAway.Init") // by JUnit, before each test
  private ManualClock clock;

  @SuppressWarnings("NullAway.Init") // by JUnit, before each test
  private MemoryAuditLog log;

  @SuppressWarnings("NullAway.Init") // by JUnit, before each test
  private Pins pins;

  @SuppressWarnings("NullAway.Init") // by JUnit, before each test
  private Trail trail;

  @SuppressWarnings("NullAway.Init") // by JUnit, before each test
  private Entry call;

  /** One that holds before each test. */
  @SuppressWarnings("NullAway.Init") // by JUnit, before each test
  private Stop stopped;

  @BeforeEach
  void start() throws Exception {
    fixture = new TrailFixture(directory);
    clock = fixture.clock();
    log = fixture.log();
    pins = fixture.pins();
    trail = fixture.trail();
    see("Gets.");
    see("Gets, and tells others.");
    call = Samples.intent(clock, "bob", "echo", "{\"text\":\"hello\"}");
    log.append(call);
    log.append(Samples.outcome(clock, call, "{\"result\":{}}"));
    stopped = new StopLog(fixture.stops(), Traffic.NONE, log, clock).set(Selector.ALL, null);
  }

  @AfterEach
  void stop() {
    fixture.close();
  }

  private static final SetStop.What CRM = new SetStop.What("", "", "crm", "", false);

  /**
   * Who asks what, and what comes of it.
   *
   * @param kind of the entry that is written; null if none is due
   * @param query that stands in it
   */
  record Case(
      UseCase asked,
      Role role,
      boolean allowed,
      @Nullable EntryKind kind,
      @Nullable String query) {}

  /** Each thing that can be asked. */
  enum UseCase {
    SEARCH,
    SEARCH_CONTENTS,
    ENTRY,
    TIMELINE,
    HEAD,
    TAIL,
    PINS,
    PIN,
    ACCEPT,
    STOPS,
    PREVIEW_STOP,
    SET_STOP,
    LIFT_STOP
  }

  static Stream<Case> cases() {
    EntryKind read = EntryKind.ACCESS_READ;
    return Stream.of(Role.values())
        .flatMap(role ->
            Stream.of(
                new Case(
                    UseCase.SEARCH,
                    role,
                    reads(role),
                    read,
                    "search subject=bob shown=1 first=0 last=0"),
                new Case(
                    UseCase.SEARCH_CONTENTS,
                    role,
                    reads(role),
                    read,
                    "search subject=bob shown=1 first=0 last=0"),
                new Case(UseCase.ENTRY, role, reads(role), read, "entry 0"),
                new Case(
                    UseCase.TIMELINE,
                    role,
                    reads(role),
                    read,
                    "timeline conversation=%s shown=1 first=0 last=0"
                        .formatted(Samples.digest("bob"))),
                new Case(UseCase.HEAD, role, reads(role), null, null),
                new Case(UseCase.TAIL, role, reads(role), read, "tail from=0 subject=bob"),
                new Case(UseCase.PINS, role, reads(role), read, "pins shown=1"),
                new Case(UseCase.PIN, role, reads(role), read, "pin"),
                new Case(UseCase.ACCEPT, role, role == Role.ADMIN, EntryKind.PIN_ACCEPTED, null),
                new Case(UseCase.STOPS, role, reads(role), read, "stops shown=1"),
                new Case(UseCase.PREVIEW_STOP, role, stops(role), read, "stop preview open=0"),
                new Case(UseCase.SET_STOP, role, stops(role), EntryKind.STOP_SET, null),
                new Case(UseCase.LIFT_STOP, role, stops(role), EntryKind.STOP_LIFTED, null)));
  }

  private static boolean stops(Role role) {
    return role == Role.RESPONDER || role == Role.ADMIN;
  }

  /** Who decides about calls does not read the trail. */
  private static boolean reads(Role role) {
    return role != Role.APPROVER;
  }

  @ParameterizedTest
  @MethodSource("cases")
  void aRoleIsAllowedOrRefusedAndWhatIsShownIsWrittenDownBefore(Case tried) throws Exception {
    long before = log.size();
    if (!tried.allowed()) {
      assertThatThrownBy(() -> ask(trail, tried.asked(), tried.role()))
          .isInstanceOfSatisfying(
              TrailException.class, e -> assertThat(e.code()).isEqualTo(Code.DENIED))
          .hasMessageContaining("role of ann: " + tried.role().name().toLowerCase(Locale.ROOT))
          .hasMessageContaining("admin, as api.tokens[].role");
      assertThat(log.size()).isEqualTo(before);
      assertThat(waiting()).isTrue();
      return;
    }
    Object shown = ask(trail, tried.asked(), tried.role());
    assertThat(shown).isNotNull();
    if (tried.kind() == null) {
      assertThat(log.size()).isEqualTo(before);
      return;
    }
    Leaf entry = log.read(before).leaf();
    assertThat(entry.kind()).isEqualTo(tried.kind());
    assertThat(entry.facts().text(Fact.READER)).isEqualTo("ann");
    assertThat(entry.facts().text(Fact.QUERY)).isEqualTo(tried.query());
    boolean contents = tried.asked() == UseCase.SEARCH_CONTENTS || tried.asked() == UseCase.ENTRY;
    assertThat(entry.facts().texts(Fact.ENTRIES))
        .isEqualTo(contents ? List.of(call.id().toString()) : List.of());
    assertThat(entry.facts().text(Fact.DETAIL))
        .isEqualTo(
            tried.kind() == EntryKind.ACCESS_READ
                ? "role=" + tried.role().name().toLowerCase(Locale.ROOT)
                : null);
  }

  @ParameterizedTest
  @MethodSource("cases")
  void onAFullDiskNothingIsShownThatMustBeWrittenDown(Case tried) throws Exception {
    long before = log.size();
    try (Trail unrecorded = fixture.over(full)) {
      if (tried.kind() == null && tried.allowed()) {
        assertThat(ask(unrecorded, tried.asked(), tried.role())).isNotNull();
        return;
      }
      assertThatThrownBy(() -> ask(unrecorded, tried.asked(), tried.role()))
          .satisfies(e ->
              assertThat(TrailException.of(e).code())
                  .isEqualTo(tried.allowed() ? Code.UNAVAILABLE : Code.DENIED));
    }
    assertThat(log.size()).isEqualTo(before);
    assertThat(waiting()).isTrue();
  }

  @Test
  void whatIsAskedInVainGivesItsPlaceBack() {
    Reader ann = new Reader("ann", Role.AUDITOR, Instant.MAX);
    for (int i = 0; i < 2 * Trail.TAILS_EACH; i++) {
      assertThatThrownBy(
              () -> {
                Visit visit = trail.enterToFollow(ann, () -> false);
                var question = new FollowEntries.Question(Filter.ALL, OptionalLong.of(1_000_000));
                trail.follow().begin(visit, question, new Collected());
              })
          .hasMessageStartingWith("from_index: ");
    }
  }

  @Test
  void aPageTokenIsGoodForItsQuestionOnly() throws Exception {
    log.append(Samples.intent(clock, "bob", "echo", null));
    Shown<SearchEntries.Answer> first = search("", "one");
    assertThat(first.answer().entries()).hasSize(1);
    String token = first.answer().nextPage();
    assertThat(search(token, "one").answer().entries().getFirst().index()).isZero();
    assertThatThrownBy(() -> search(token, "another")).hasMessageStartingWith("page_token: ");
  }

  private Shown<SearchEntries.Answer> search(String token, String encoded) throws Exception {
    var question =
        new SearchEntries.Question(
            bob(),
            Page.Order.NEWEST_FIRST,
            false,
            new Paging(1, token),
            ByteString.copyFromUtf8(encoded));
    try (Visit visit = trail.enter(new Reader("ann", Role.AUDITOR, Instant.MAX), () -> false)) {
      return trail.search().ask(visit, question);
    }
  }

  private Object ask(Trail asked, UseCase useCase, Role role) throws Exception {
    Reader ann = new Reader("ann", role, Instant.MAX);
    if (useCase == UseCase.TAIL) {
      return follow(asked, ann);
    }
    try (Visit visit = asked.enter(ann, () -> false)) {
      return shown(asked, useCase, visit).answer();
    }
  }

  private Shown<?> shown(Trail asked, UseCase useCase, Visit visit) throws Exception {
    var tool = new ShowPin.Question("crm", "", "get");
    return switch (useCase) {
      case SEARCH -> asked.search().ask(visit, bobs(false));
      case SEARCH_CONTENTS -> asked.search().ask(visit, bobs(true));
      case ENTRY ->
          asked
              .entry()
              .ask(visit, new ShowEntry.Question(new ShowEntry.Key.Id(call.id().toString()), true));
      case TIMELINE ->
          asked
              .timeline()
              .ask(
                  visit,
                  new TellTimeline.Question(
                      new TellTimeline.Key.OfEntry(call.id().toString()),
                      false,
                      new Paging(0, ""),
                      ByteString::copyFromUtf8));
      case HEAD -> asked.head().ask(visit);
      case PINS -> asked.pins().ask(visit, new ListPins.Question("", false, new Paging(0, "")));
      case PIN -> asked.pin().ask(visit, tool);
      case ACCEPT -> asked.accept().ask(visit, new AcceptPin.Question(tool, pending()));
      case STOPS -> asked.stops().ask(visit);
      case PREVIEW_STOP -> asked.previewStop().ask(visit, CRM);
      case SET_STOP -> asked.setStop().ask(visit, new SetStop.Question(CRM, "why", null));
      case LIFT_STOP -> asked.liftStop().ask(visit, stopped.id());
      case TAIL -> throw new AssertionError("is no single answer");
    };
  }

  private static SearchEntries.Question bobs(boolean withContents) {
    return new SearchEntries.Question(
        bob(), Page.Order.NEWEST_FIRST, withContents, new Paging(0, ""), ByteString.EMPTY);
  }

  private static Filter bob() {
    return new Filter(null, null, Map.of(Field.SUBJECT, List.of("bob")), "");
  }

  private static Object follow(Trail asked, Reader ann) throws Exception {
    var collected = new Collected();
    Visit visit = asked.enterToFollow(ann, collected.first::isDone);
    asked.follow().begin(visit, new FollowEntries.Question(bob(), OptionalLong.of(0)), collected);
    try {
      return collected.first.get(20, TimeUnit.SECONDS);
    } catch (ExecutionException e) {
      throw e.getCause() instanceof TrailException refused ? refused : e;
    }
  }

  private String pending() {
    var pending = pins.find("crm", "", "get").orElseThrow().pending();
    return pending == null ? "" : pending.digest();
  }

  private boolean waiting() {
    return !pending().isEmpty();
  }

  private void see(String description) {
    SamplePins.see(
        pins,
        new Source("crm", "", ""),
        "get",
        Json.Obj.EMPTY.with("description", new Json.Text(description)));
  }

  /** Takes the first step of a tail, or its failure. */
  private static final class Collected implements Outlet {
    private final CompletableFuture<FollowEntries.Step> first = new CompletableFuture<>();

    @Override
    public boolean ready() {
      return true;
    }

    @Override
    public void onChange(Runnable bell) {
      var _ = first.whenComplete((_, _) -> bell.run());
    }

    @Override
    public void send(Shown<FollowEntries.Step> step) {
      first.complete(step.answer());
    }

    @Override
    public void fail(TrailException why) {
      first.completeExceptionally(why);
    }
  }

  /** A log that has no room. */
  private static final class FullDisk implements AuditLog {
    @Override
    public List<Receipt> append(List<Entry> entries) {
      throw new AuditUnavailableException(AuditUnavailableException.Code.FULL, "log: full");
    }

    @Override
    public Reservation reserve(long bytes) {
      throw new AuditUnavailableException(AuditUnavailableException.Code.FULL, "log: full");
    }

    @Override
    public boolean writable() {
      return false;
    }
  }
}
