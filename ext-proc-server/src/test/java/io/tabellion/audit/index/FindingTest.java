package io.tabellion.audit.index;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tabellion.audit.Entry;
import io.tabellion.audit.EntryKind;
import io.tabellion.audit.Fact;
import io.tabellion.audit.Facts;
import io.tabellion.audit.index.Page.Order;
import io.tabellion.audit.index.Query.Field;
import io.tabellion.testing.ManualClock;
import io.tabellion.testing.MemoryAuditLog;
import io.tabellion.testing.Samples;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** How entries are found: each filter, alone and with each other one, by lists of the index. */
@Tag("unit")
class FindingTest {
  private static final Instant START = Instant.parse("2026-11-24T06:00:00Z");

  @TempDir Path directory;
  private final ManualClock clock = new ManualClock(START);
  private final MemoryAuditLog log = new MemoryAuditLog(clock);

  /** One value for each field, which stands in one entry. */
  private static final Map<Field, String> MARKS =
      Map.ofEntries(
          Map.entry(Field.SUBJECT, "eve@example.com"),
          Map.entry(Field.CLIENT, "inspector"),
          Map.entry(Field.SERVER, "crm"),
          Map.entry(Field.METHOD, "completion/complete"),
          Map.entry(Field.TOOL, "find_customer"),
          Map.entry(Field.DECISION, "withheld"),
          Map.entry(Field.KIND, "stream.event"),
          Map.entry(Field.CONVERSATION, Samples.digest("c")),
          Map.entry(Field.SESSION, Samples.digest("s")),
          Map.entry(Field.INTENT, "00000000-0000-7000-8000-000000000001"),
          Map.entry(Field.OUTCOME, "tool_error"),
          Map.entry(Field.REASON, "too-large"),
          Map.entry(Field.RULE, "no-deletes"),
          Map.entry(Field.GROUP, "support"),
          Map.entry(Field.SOURCE, "192.0.2.7"),
          Map.entry(Field.POLICY, Samples.digest("p")),
          Map.entry(Field.REQUEST_ID, "11111111-2222-4333-8444-555555555555"),
          Map.entry(Field.WOULD, "deny"));

  @Test
  void everyFieldFindsItsEntryAlone() {
    try (SearchIndex index = filled()) {
      for (Field field : Field.values()) {
        assertThat(find(index, Map.of(field, List.of(MARKS.get(field)))))
            .as(field.name())
            .containsExactly(20L);
        assertThat(find(index, Map.of(field, List.of("no such value")))).isEmpty();
      }
    }
  }

  @Test
  void everyPairOfFieldsIsFoundByListsInBothOrders() {
    try (SearchIndex index = filled()) {
      for (Field one : Field.values()) {
        for (Field other : Field.values()) {
          var both = Map.of(one, List.of(MARKS.get(one)));
          if (one != other) {
            both = Map.of(one, List.of(MARKS.get(one)), other, List.of(MARKS.get(other)));
          }
          Query query = new Query(null, null, both, "");
          assertThat(find(index, both)).containsExactly(20L);
          for (Order order : Order.values()) {
            assertThat(index.explain(query, Page.first(order, index.size(), 50)))
                .as("%s %s", one, other)
                .singleElement()
                .asString()
                .startsWith("SCAN term VIRTUAL TABLE INDEX")
                .doesNotContain("B-TREE");
          }
        }
      }
    }
  }

  @Test
  void aTimeIsARangeOfRows() {
    try (SearchIndex index = filled()) {
      Instant from = START.plusSeconds(5);
      Instant until = START.plusSeconds(8);
      Page all = Page.first(Order.NEWEST_FIRST, index.size(), 50);
      Query time = new Query(from, until, Map.of(), "");
      assertThat(index.search(time, all)).containsExactly(7L, 6L, 5L);
      assertThat(index.explain(time, all))
          .singleElement()
          .asString()
          .contains("USING INTEGER PRIMARY KEY (rowid>? AND rowid<?)");
      Query both = new Query(from, until, Map.of(Field.SERVER, List.of("sample")), "");
      assertThat(index.search(both, all)).containsExactly(7L, 6L, 5L);
      assertThat(index.explain(both, all)).noneMatch(step -> step.contains("SCAN entry"));
      Query empty = new Query(START.minusSeconds(9), START, Map.of(), "");
      assertThat(index.search(empty, all)).isEmpty();
    }
  }

  @Test
  void aTimeIsFoundWhereTheClockWasSetBack() {
    for (int i = 0; i < 1000; i++) {
      log.append(Samples.intent(clock, "alice", "echo", null));
      clock.advance(i == 500 ? Duration.ofHours(-1) : Duration.ofSeconds(1));
    }
    try (SearchIndex index = open()) {
      Instant early = START.plusSeconds(500).minus(Duration.ofHours(1));
      Query query = new Query(early, early.plusSeconds(2), Map.of(), "");
      assertThat(index.search(query, Page.first(Order.OLDEST_FIRST, index.size(), 9)))
          .containsExactly(501L, 502L);
    }
  }

  @Test
  void patternsFindAsInPolicies() {
    try (SearchIndex index = filled()) {
      assertThat(find(index, Map.of(Field.TOOL, List.of("find_*")))).containsExactly(20L);
      assertThat(find(index, Map.of(Field.TOOL, List.of("f?nd_*r")))).containsExactly(20L);
      assertThat(find(index, Map.of(Field.TOOL, List.of("find_")))).isEmpty();
      assertThat(find(index, Map.of(Field.TOOL, List.of("FIND_*")))).isEmpty();
      assertThat(find(index, Map.of(Field.TOOL, List.of("[a-z]*")))).isEmpty();
      assertThat(find(index, Map.of(Field.SUBJECT, List.of("*@example.com")))).containsExactly(20L);
      assertThat(find(index, Map.of(Field.GROUP, List.of("sup*")))).containsExactly(20L);
      assertThat(find(index, Map.of(Field.SOURCE, List.of("192.0.2.*")))).containsExactly(20L);
      assertThat(find(index, Map.of(Field.RULE, List.of("none", "no-*")))).containsExactly(20L);
      assertThat(find(index, Map.of(Field.SESSION, List.of("*")))).isEmpty();
      assertThat(find(index, Map.of(Field.TOOL, List.of("*")))).hasSize(41);
    }
  }

  @Test
  void aPatternOfManyValuesIsLookedForInRows() {
    for (int i = 0; i < Search.FEW + 10; i++) {
      log.append(Samples.intent(clock, "caller-" + i + "[x]", "t" + i % 2, null));
    }
    try (SearchIndex index = open()) {
      var many = Map.of(Field.SUBJECT, List.of("caller-*[x]"), Field.TOOL, List.of("t1"));
      assertThat(find(index, many)).hasSize((Search.FEW + 10) / 2);
      assertThat(find(index, Map.of(Field.SUBJECT, List.of("caller-7[x]", "caller-*9[x]"))))
          .contains(7L, 9L, 19L)
          .hasSize(27);
    }
  }

  @Test
  void aPatternOfTooManyValuesSaysSo() {
    for (int i = 0; i <= Search.MANY; i++) {
      log.append(
          Samples.entry(
              clock,
              EntryKind.REFUSED,
              Facts.builder().put(Fact.GROUPS, List.of("g" + i)).build(),
              null));
    }
    try (SearchIndex index = open()) {
      assertThatThrownBy(() -> find(index, Map.of(Field.GROUP, List.of("g*"))))
          .isInstanceOf(IndexException.class)
          .hasMessageContaining("a narrower pattern");
      assertThat(find(index, Map.of(Field.GROUP, List.of("g77*")))).hasSize(11);
    }
  }

  @Test
  void aSearchStopsWhenItIsTold() {
    for (int i = 0; i < 20_000; i++) {
      log.append(Samples.intent(clock, "caller-" + i % 300, "echo", null));
    }
    try (SearchIndex index = open()) {
      Query slow =
          new Query(null, null, Map.of(Field.SUBJECT, List.of("caller-*", "*?*")), "nowhere");
      Query rows = new Query(null, null, Map.of(Field.SUBJECT, List.of("cal*", "*zzz")), "");
      Page page = Page.first(Order.NEWEST_FIRST, index.size(), 50_000);
      assertThatThrownBy(() -> index.search(rows, page, () -> true))
          .isInstanceOfSatisfying(
              IndexException.class,
              e -> assertThat(e.code()).isEqualTo(IndexException.Code.STOPPED));
      assertThat(index.search(slow, page, Stop.NEVER)).isEmpty();
      assertThat(index.search(rows, page, Stop.NEVER)).hasSize(20_000);
    }
  }

  @Test
  void saysWhatThereIs() {
    try (SearchIndex index = filled()) {
      assertThat(index.values(Field.TOOL, 10)).containsExactly("echo", "find_customer");
      assertThat(index.values(Field.TOOL, 1)).containsExactly("echo");
      assertThat(index.isKnown(Field.TOOL, "find_*")).isTrue();
      assertThat(index.isKnown(Field.TOOL, "echo")).isTrue();
      assertThat(index.isKnown(Field.TOOL, "no*")).isFalse();
    }
  }

  private SearchIndex filled() {
    for (int i = 0; i < 20; i++) {
      append(other());
    }
    append(Samples.entry(clock, EntryKind.STREAM_EVENT, marks(), null));
    for (int i = 0; i < 20; i++) {
      append(other());
    }
    return open();
  }

  private void append(Entry entry) {
    log.append(entry);
    clock.advance(Duration.ofSeconds(1));
  }

  private Entry other() {
    Facts facts =
        Facts.builder()
            .put(Fact.TOOL, "echo")
            .put(Fact.SERVER, "sample")
            .put(Fact.SOURCE, "[2001:db8::1]:4711")
            .put(Fact.GROUPS, List.of("sales"))
            .build();
    return Samples.entry(clock, EntryKind.CALL_INTENT, facts, null);
  }

  private static Facts marks() {
    return Facts.builder()
        .put(Fact.SUBJECT, MARKS.get(Field.SUBJECT))
        .put(Fact.CLAIMED_CLIENT, "inspector/1.2")
        .put(Fact.SERVER, MARKS.get(Field.SERVER))
        .put(Fact.METHOD, MARKS.get(Field.METHOD))
        .put(Fact.TOOL, MARKS.get(Field.TOOL))
        .put(Fact.DECISION, MARKS.get(Field.DECISION))
        .put(Fact.CONVERSATION, MARKS.get(Field.CONVERSATION))
        .put(Fact.SESSION, MARKS.get(Field.SESSION))
        .put(Fact.INTENT, MARKS.get(Field.INTENT))
        .put(Fact.OUTCOME, MARKS.get(Field.OUTCOME))
        .put(Fact.REASON, MARKS.get(Field.REASON))
        .put(Fact.RULES, list(Field.RULE, "reads"))
        .put(Fact.GROUPS, list(Field.GROUP, "staff"))
        .put(Fact.SOURCE, MARKS.get(Field.SOURCE) + ":41234")
        .put(Fact.POLICY, MARKS.get(Field.POLICY))
        .put(Fact.REQUEST_ID, MARKS.get(Field.REQUEST_ID))
        .put(Fact.SHADOW, List.of("would=" + MARKS.get(Field.WOULD), "tried"))
        .build();
  }

  private static List<String> list(Field field, String more) {
    List<String> list = new ArrayList<>(List.of(more));
    @Nullable String mark = MARKS.get(field);
    if (mark != null) {
      list.add(mark);
    }
    return list;
  }

  @Test
  void whatWouldHaveBeenDecidedIsFoundWhicheverFactSaysIt() {
    would(Fact.SHADOW, "would=deny", "tried");
    would(Fact.SHADOW, "tried");
    would(Fact.CANDIDATE, "policy=" + Samples.digest("n"), "would=deny", "would");
    would(Fact.CANDIDATE, "policy=" + Samples.digest("n"), "would=allow");
    would(Fact.CANDIDATE, "policy=" + Samples.digest("n"), "error=deny: work");
    try (SearchIndex index = open()) {
      assertThat(find(index, Map.of(Field.WOULD, List.of("deny")))).containsExactly(0L, 2L);
      assertThat(find(index, Map.of(Field.WOULD, List.of("allow")))).containsExactly(3L);
      assertThat(find(index, Map.of(Field.WOULD, List.of("requireApproval")))).isEmpty();
      assertThat(index.values(Field.WOULD, 10)).containsExactly("allow", "deny");
    }
  }

  private void would(Fact fact, String... lines) {
    log.append(
        Samples.entry(
            clock, EntryKind.CALL_INTENT, Facts.builder().put(fact, List.of(lines)).build(), null));
  }

  private SearchIndex open() {
    return SearchIndex.open(directory, log, Samples.HASH);
  }

  private static List<Long> find(SearchIndex index, Map<Field, List<String>> values) {
    Query query = new Query(null, null, values, "");
    return index.search(query, Page.first(Order.OLDEST_FIRST, index.size(), 10_000));
  }
}
