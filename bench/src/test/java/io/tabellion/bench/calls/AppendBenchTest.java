package io.tabellion.bench.calls;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.entry;

import io.tabellion.audit.Entry;
import io.tabellion.audit.EntryKind;
import io.tabellion.audit.Fact;
import io.tabellion.audit.files.FileAuditLog;
import io.tabellion.audit.files.LogSettings;
import io.tabellion.metrics.Metrics;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** The benchmark of the log alone. */
@Tag("unit")
@Timeout(60)
class AppendBenchTest {
  private static final InstantSource CLOCK = InstantSource.system();

  @TempDir private Path folder;

  @Test
  void allThatProducersAppendedIsDurableAndIndexed()
      throws IOException, InterruptedException, ExecutionException {
    Path log = folder.resolve("log");
    AppendBench.Figures figures = new AppendBench().run(log, 4, Duration.ofMillis(300), false);

    int appended = figures.latencies().size();
    assertThat(appended).isPositive().isEven();
    assertThat(figures.indexed()).isTrue();
    assertThat(sum(figures.groups())).isBetween(appended, appended + 2); // a heartbeat, a step
    assertThat(figures.groups().percentile(1)).isBetween(1, 6);
    assertThat(figures.used().get(ThreadTimes.Group.WRITER)).isPositive();
    assertThat(figures.used().get(ThreadTimes.Group.INDEX)).isPositive();
    assertThat(figures.used().get(ThreadTimes.Group.PRODUCERS)).isPositive();
    assertThat(figures.text()).contains(appended + " durable entries", "audit-writer", "producers");
  }

  private static int sum(GroupSizes groups) {
    return groups.sizes().stream().mapToInt(Integer::intValue).sum();
  }

  @Test
  void groupsHaveTheSizesThatWereAppendedAcrossSegments() throws IOException, InterruptedException {
    LogSettings settings =
        LogSettings.of(folder.resolve("log"), Lab.ORIGIN, "bench").withSegments(1 << 20, 1 << 18);
    List<Integer> appended = new ArrayList<>();
    long first;
    long last;
    try (FileAuditLog log = FileAuditLog.open(settings, CLOCK, new Metrics())) {
      first = log.reader().size();
      for (int i = 0; i < 40; i++) {
        List<Entry> group = new ArrayList<>();
        for (int j = 0; j <= i; j++) {
          group.add(CallEntries.of(j, CLOCK).intent());
        }
        log.append(group);
        appended.add(group.size());
      }
      last = log.reader().size();
    }
    GroupSizes groups = GroupSizes.read(settings.directory(), first, last);
    assertThat(groups.sizes()).containsExactlyElementsOf(appended);
    assertThat(groups.percentile(0.5)).isEqualTo(20);
    assertThat(groups.percentile(1)).isEqualTo(40);
    assertThat(GroupSizes.read(settings.directory(), last, last + 100).percentile(1))
        .isLessThanOrEqualTo(1); // what closing appends
  }

  @Test
  void entriesBelongTogetherAndHoldRequestAndAnswer() {
    CallEntries entries = CallEntries.of(7, CLOCK);
    assertThat(entries.intent().kind()).isEqualTo(EntryKind.CALL_INTENT);
    assertThat(entries.outcome().kind()).isEqualTo(EntryKind.CALL_OUTCOME);
    assertThat(entries.outcome().facts().text(Fact.INTENT))
        .isEqualTo(entries.intent().id().toString());
    assertThat(text(entries.intent())).isEqualTo(Call.of(7).body());
    assertThat(text(entries.outcome())).isEqualTo(Call.of(7).answer());
  }

  private static String text(Entry entry) {
    Entry.Content content = entry.content();
    return content == null ? "" : content.bytes().toStringUtf8();
  }

  @Test
  void threadsAreToldApartAndThoseThatEndedAreInTheRest() {
    ThreadTimes before = new ThreadTimes(Map.of("1 audit-writer", 10L, "2 main", 5L), 100);
    ThreadTimes after =
        new ThreadTimes(
            Map.of(
                "1 audit-writer", 30L,
                "2 main", 6L,
                "3 audit-index", 7L,
                "4 ForkJoinPool-1-", 8L,
                "5 C2 CompilerThre", 9L,
                "6 GC Thread#0", 4L),
            200);
    assertThat(after.since(before))
        .containsExactly(
            entry(ThreadTimes.Group.WRITER, 20L),
            entry(ThreadTimes.Group.INDEX, 7L),
            entry(ThreadTimes.Group.PRODUCERS, 8L),
            entry(ThreadTimes.Group.COMPILERS, 9L),
            entry(ThreadTimes.Group.COLLECTOR, 4L),
            entry(ThreadTimes.Group.REST, 1L + (100 - 49)));
  }

  @Test
  void valuesThatAreNoneAreRefused() {
    CommandLine append = new CommandLine(new AppendBench());
    append.setErr(new java.io.PrintWriter(java.io.Writer.nullWriter()));
    assertThat(append.execute("--producers", "0")).isEqualTo(2);
    assertThat(append.execute("--seconds", "-1")).isEqualTo(2);
  }
}
