package io.tabellion.demo;

import com.google.protobuf.Timestamp;
import com.google.protobuf.util.Timestamps;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.StatusRuntimeException;
import io.grpc.netty.NettyChannelBuilder;
import io.grpc.stub.MetadataUtils;
import io.tabellion.audit.v1.AuditServiceGrpc;
import io.tabellion.audit.v1.Entry;
import io.tabellion.audit.v1.Facts;
import io.tabellion.audit.v1.Filter;
import io.tabellion.audit.v1.GetEntryRequest;
import io.tabellion.audit.v1.GetEntryResponse;
import io.tabellion.audit.v1.Order;
import io.tabellion.audit.v1.SearchEntriesRequest;
import java.time.Instant;
import java.time.LocalTime;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;

/** What the trail holds of the script, asked through the audit API as any auditor would. */
final class Trail implements AutoCloseable {
  private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern("HH:mm:ss.SSS");
  private static final int ATTEMPTS = 100;

  private final ManagedChannel channel;
  private final AuditServiceGrpc.AuditServiceBlockingStub api;
  private final Screen screen;

  Trail(int port, String token, Screen screen) {
    Metadata headers = new Metadata();
    headers.put(
        Metadata.Key.of("authorization", Metadata.ASCII_STRING_MARSHALLER), "Bearer " + token);
    this.channel = NettyChannelBuilder.forAddress("127.0.0.1", port).usePlaintext().build();
    this.api =
        AuditServiceGrpc.newBlockingStub(channel)
            .withInterceptors(MetadataUtils.newAttachHeadersInterceptor(headers));
    this.screen = screen;
  }

  /**
   * Shows the entries since {@code start} and checks that what the agents did is there.
   *
   * @throws DemoException if something is missing
   */
  void show(Instant start, boolean approved) throws InterruptedException {
    screen.title("What the trail holds of it");
    List<Entry> entries = complete(start, approved ? 4 : 3);
    entries.forEach(this::line);
    expect(entries, "the allowed call", intent("find_customer", "allowed", "session"));
    expect(entries, "the streamed call", intent("monthly_report", "allowed", "session"));
    expect(entries, "an event of its stream", entry -> entry.getKind().equals("stream.event"));
    expect(entries, "the request", entry -> entry.getKind().equals("approval.requested"));
    if (approved) {
      expect(entries, "the approval", entry -> entry.getKind().equals("approval.approved"));
      expect(entries, "its use", entry -> entry.getKind().equals("approval.consumed"));
      expect(entries, "the approved call", intent("refund_order", "allowed", "session"));
      expect(entries, "its end", entry -> entry.getKind().equals("approval.completed"));
    } else {
      expect(entries, "the denial", entry -> entry.getKind().equals("approval.denied"));
    }
    expect(entries, "the blocked call", intent("delete_customer", "denied", "session"));
    expect(entries, "the stateless call", intent("find_customer", "allowed", "stateless"));
    showContent(entries);
  }

  @Override
  public void close() {
    channel.shutdownNow();
  }

  /**
   * Waits until the last call has its outcome: an entry can be found a moment after it was made.
   */
  private List<Entry> complete(Instant start, int calls) throws InterruptedException {
    List<Entry> entries = search(start);
    for (int i = 0; i < ATTEMPTS && outcomes(entries) < calls; i++) {
      TimeUnit.MILLISECONDS.sleep(50);
      entries = search(start);
    }
    return entries;
  }

  private static long outcomes(List<Entry> entries) {
    return entries.stream()
        .filter(entry -> entry.getKind().equals("call.outcome"))
        .filter(entry -> entry.getFacts().getMethod().equals("tools/call"))
        .filter(entry -> entry.getFacts().getOutcome().equals("ok"))
        .count();
  }

  private List<Entry> search(Instant start) {
    Filter filter = Filter.newBuilder().setFrom(timestamp(start)).addServers("sample").build();
    try {
      return api.searchEntries(
              SearchEntriesRequest.newBuilder()
                  .setFilter(filter)
                  .setPageSize(500)
                  .setOrder(Order.ORDER_OLDEST_FIRST)
                  .build())
          .getEntriesList();
    } catch (StatusRuntimeException e) {
      throw new DemoException("the audit API answered " + e.getStatus(), e);
    }
  }

  private void showContent(List<Entry> entries) {
    Entry answer =
        entries.stream()
            .filter(entry -> entry.getKind().equals("call.outcome"))
            .filter(entry -> entry.getFacts().getTool().equals("find_customer"))
            .findFirst()
            .orElseThrow(() -> new DemoException("the trail lacks the answer of find_customer"));
    GetEntryResponse read =
        api.getEntry(GetEntryRequest.newBuilder().setIndex(answer.getIndex()).build());
    String content = read.getContent().getBytes().toStringUtf8();
    if (!content.contains("Ada Lovelace")) {
      throw new DemoException("the trail lacks what find_customer answered");
    }
    screen.title("Entry " + answer.getIndex() + ", read by demo-auditor (itself an entry now)");
    screen.line("  said    " + content);
    screen.line("  proof   in the signed tree of " + read.getProof().getTreeSize() + " entries");
  }

  private void line(Entry entry) {
    Facts facts = entry.getFacts();
    String time = LocalTime.ofInstant(instant(entry.getAt()), ZoneId.systemDefault()).format(TIME);
    screen.line(
        "  %s %s  %s %-18s %-29s %s"
            .formatted(
                screen.dim("%5d".formatted(entry.getIndex())),
                screen.dim(time),
                "%-18s".formatted(entry.getKind()),
                facts.getSubject().isEmpty() ? "nobody" : facts.getSubject(),
                what(facts),
                verdict(facts)));
  }

  /** What an entry is about; of a request that names nothing, how it came. */
  static String what(Facts facts) {
    String named = (facts.getMethod() + " " + facts.getTool()).strip();
    return named.isEmpty() ? facts.getHttpMethod().toUpperCase(Locale.ROOT) : named;
  }

  private String verdict(Facts facts) {
    String rules =
        facts.getRulesList().isEmpty() ? "" : " by " + String.join(", ", facts.getRulesList());
    String decision =
        switch (facts.getDecision()) {
          case "" -> "";
          case "allowed" -> screen.green("allowed") + rules;
          default -> screen.red(facts.getDecision()) + rules;
        };
    String hidden =
        facts.getHiddenList().isEmpty() ? "" : " hid " + String.join(", ", facts.getHiddenList());
    return (decision + " " + facts.getOutcome() + hidden).strip();
  }

  private static Predicate<Entry> intent(String tool, String decision, String era) {
    return entry ->
        entry.getKind().equals("call.intent")
            && entry.getFacts().getTool().equals(tool)
            && entry.getFacts().getDecision().equals(decision)
            && entry.getFacts().getEra().equals(era)
            && entry.getFacts().getSubject().equals("alice@example.com");
  }

  private static void expect(List<Entry> entries, String what, Predicate<Entry> is) {
    if (entries.stream().noneMatch(is)) {
      throw new DemoException("the trail lacks " + what);
    }
  }

  private static Timestamp timestamp(Instant instant) {
    return Timestamps.fromMillis(instant.toEpochMilli());
  }

  private static Instant instant(Timestamp timestamp) {
    return Instant.ofEpochSecond(timestamp.getSeconds(), timestamp.getNanos());
  }
}
