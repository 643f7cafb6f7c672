package io.tabellion.trail.recall;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import io.tabellion.audit.Entry;
import io.tabellion.audit.EntryKind;
import io.tabellion.audit.Fact;
import io.tabellion.audit.Facts;
import io.tabellion.audit.index.Page;
import io.tabellion.policy.Decision.Action;
import io.tabellion.policy.Explanation;
import io.tabellion.policy.Replay;
import io.tabellion.testing.ManualClock;
import io.tabellion.testing.MemoryAuditLog;
import io.tabellion.testing.Samples;
import io.tabellion.testing.TrailFixture;
import io.tabellion.trail.Filter;
import io.tabellion.trail.Reader;
import io.tabellion.trail.Role;
import io.tabellion.trail.ShowEntry;
import io.tabellion.trail.Trail;
import io.tabellion.trail.TrailException;
import io.tabellion.trail.Visit;
import io.tabellion.trail.recall.ExplainMessage.Answer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Explain, replay and why over the use cases of the trail, without an edge. */
@Tag("unit")
class RecallTest {
  private static final String POLICY =
      """
      apiVersion: tabellion.io/v1
      kind: Policy
      metadata: {name: desk}
      rules:
        - {id: all, match: {}, then: allow}
        - {id: drops, match: {tools: [query]}, when: "args.sql.contains('drop')", then: deny}
      """;

  @TempDir Path directory;

  @SuppressWarnings("NullAway.Init") // by JUnit, before each test
  private TrailFixture fixture;

  @SuppressWarnings("NullAway.Init") // by JUnit, before each test
  private ManualClock clock;

  @SuppressWarnings("NullAway.Init") // by JUnit, before each test
  private MemoryAuditLog log;

  @SuppressWarnings("NullAway.Init") // by JUnit, before each test
  private Trail trail;

  @SuppressWarnings("NullAway.Init") // by JUnit, before each test
  private Visit visit;

  @SuppressWarnings("NullAway.Init") // by JUnit, before each test
  private VisitRecords records;

  @SuppressWarnings("NullAway.Init") // by JUnit, before each test
  private Entry call;

  @BeforeEach
  void start() throws Exception {
    fixture = new TrailFixture(directory);
    clock = fixture.clock();
    log = fixture.log();
    trail = fixture.trail();
    visit = trail.enter(new Reader("ann", Role.AUDITOR, Instant.MAX), () -> false);
    records = new VisitRecords(trail, visit);
    String digest = Explanation.of(Path.of("policy"), ByteString.copyFromUtf8(POLICY)).digest();
    Facts load = Facts.builder().put(Fact.POLICY, digest).put(Fact.DECISION, "allowed").build();
    log.append(Samples.entry(clock, EntryKind.POLICY_LOADED, load, POLICY));
    call = called("select 1", digest);
    log.append(Samples.outcome(clock, call, "{\"result\":{}}"));
  }

  @AfterEach
  void stop() {
    visit.close();
    fixture.close();
  }

  private Entry called(String sql, String policy) {
    Entry sample =
        Samples.intent(
            clock,
            "bob",
            "query",
            "{\"params\":{\"name\":\"query\",\"arguments\":{\"sql\":\"%s\"}}}".formatted(sql));
    Facts facts =
        sample.facts().toBuilder().put(Fact.POLICY, policy).put(Fact.MESSAGE, "request").build();
    Entry entry = new Entry(sample.id(), sample.kind(), facts, sample.content());
    log.append(entry);
    return entry;
  }

  @Test
  void explainReadsTheMessageAndThePolicyThatJudgedItAndEachReadIsAnEntry() throws Exception {
    long before = log.size();
    assertThat(new ExplainMessage(records).explain(key(call), null))
        .isInstanceOfSatisfying(
            Answer.Explained.class,
            explained -> {
              assertThat(explained.rules())
                  .extracting(Explanation.Considered::id)
                  .containsExactly("all", "drops");
              assertThat(explained.rules().getLast().fires()).isEqualTo("does not fire");
            });
    assertThat(queries(before))
        .containsExactly(
            "entry 1", "search kind=policy.loaded shown=1 first=0 last=0", "entry 0", "entry 1");
  }

  @Test
  void explainSaysWhatIsMissing() throws Exception {
    Entry other = called("select 1", "0".repeat(64));
    var explain = new ExplainMessage(records);
    assertThat(explain.explain(key(other), null)).isEqualTo(new Answer.PolicyMissing());
    var given =
        new ExplainMessage.Given(Path.of("mine.yaml"), () -> ByteString.copyFromUtf8(POLICY));
    assertThat(explain.explain(key(other), given))
        .isEqualTo(new Answer.OtherPolicy(Path.of("mine.yaml"), "0".repeat(64)));
    assertThat(explain.explain(new ShowEntry.Key.Index(0), null)).isEqualTo(new Answer.NotJudged());
  }

  @Test
  void replayReadsContentOnlyWhereADecisionHangsOnIt() throws Exception {
    called("drop table t", "d");
    Path file = Files.writeString(directory.resolve("new.yaml"), POLICY);
    long before = log.size();
    List<Action> decided = new ArrayList<>();
    new ReplayMessages(records, Replay.of(file, false))
        .each(
            Instant.EPOCH,
            (message, rejudged) -> {
              if (rejudged != null && rejudged.action() != null) {
                decided.add(rejudged.action());
              }
            });
    assertThat(decided).containsExactly(Action.ALLOW, Action.DENY);
    assertThat(queries(before))
        .containsExactly(
            "search from=1970-01-01T00:00:00Z kind=call.intent,call.outcome,stream.event"
                + " shown=3 first=1 last=3",
            "entry 1",
            "entry 3");
  }

  @Test
  void whyTellsTheStoryOfACallByItsAnswerToo() throws Exception {
    for (long at : List.of(1L, 2L)) {
      TellWhy.Story story = new TellWhy(records).tell(new ShowEntry.Key.Index(at), true);
      assertThat(story.call().entry().id()).isEqualTo(call.id().toString());
      assertThat(story.named().entry().index()).isEqualTo(at);
      assertThat(story.answered().shows()).isTrue();
      var sentences = new Sentences(story, Instant::toString);
      assertThat(sentences.all())
          .contains(
              "Entry 1 is a request that was judged, recorded at 2026-11-24T06:00:00Z.",
              "Asked for: tools/call of the tool query on the server sample. Conversation: "
                  + Samples.digest("bob")
                  + ".");
      assertThat(sentences.proof().getFirst()).startsWith("Proof: entry " + at + " (id ");
    }
  }

  @Test
  void whatCannotBeRecordedIsNotToldEither() {
    log.fail();
    assertThatThrownBy(() -> new TellWhy(records).tell(key(call), false))
        .satisfies(e ->
            assertThat(TrailException.of(e).code()).isEqualTo(TrailException.Code.UNAVAILABLE));
  }

  @Test
  void goesThroughAllPages() throws Exception {
    for (int i = 0; i < 5; i++) {
      called("select " + i, "d");
    }
    List<Long> seen = new ArrayList<>();
    records.each(Filter.ALL, 2, entry -> seen.add(entry.index()));
    assertThat(seen).startsWith(0L, 1L, 2L, 3L, 4L, 5L, 6L, 7L).doesNotHaveDuplicates();
    assertThat(records.find("018f0000-0000-7000-8000-000000000000")).isEmpty();
    assertThat(records.search(Filter.ALL, Page.Order.NEWEST_FIRST, 1, "").entries()).hasSize(1);
  }

  private static ShowEntry.Key key(Entry entry) {
    return new ShowEntry.Key.Id(entry.id().toString());
  }

  /** What was read, as the entries about it say. */
  private List<String> queries(long from) {
    return log.read(from, 100).stream()
        .map(entry -> String.valueOf(entry.leaf().facts().text(Fact.QUERY)))
        .toList();
  }
}
