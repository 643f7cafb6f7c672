package io.tabellion.bench.calls;

import com.google.protobuf.Timestamp;
import io.grpc.CallCredentials;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.netty.NettyChannelBuilder;
import io.tabellion.audit.v1.AuditServiceGrpc;
import io.tabellion.audit.v1.AuditServiceGrpc.AuditServiceBlockingStub;
import io.tabellion.audit.v1.Filter;
import io.tabellion.audit.v1.Order;
import io.tabellion.audit.v1.SearchEntriesRequest;
import io.tabellion.parties.Checkout;
import io.tabellion.parties.TabellionServer;
import io.tabellion.terminal.Numbers;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * {@code bench search}: how long searches take in a long log, and what they cost calls: latencies
 * of calls through Envoy without searches and with many, taking turns.
 */
@Command(
    name = "search",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description =
        "Measure searches in a long log, and calls while an auditor searches. Uses loopback only.",
    footerHeading = "%nExamples:%n",
    footer = {"  ./tabellion bench search", "  ./tabellion bench search --entries 100000"})
public final class SearchBench implements Callable<Integer> {
  private static final int TIMES = 11;
  private static final int ROUNDS = 4;
  private static final int CALLERS = 4;
  private static final Duration SETTLE = Duration.ofSeconds(1);

  /** What a client waits that was told to ask again later. */
  private static final Duration LATER = Duration.ofMillis(50);

  @Option(
      names = "--entries",
      paramLabel = "N",
      converter = Numbers.FromOne.class,
      defaultValue = "1000000",
      description = "Entries of the log (default: ${DEFAULT-VALUE}).")
  private int entries;

  @Option(
      names = "--searches",
      paramLabel = "N",
      converter = Numbers.FromOne.class,
      defaultValue = "16",
      description = "Searches at one time (default: ${DEFAULT-VALUE}).")
  private int searches;

  @Option(
      names = "--seconds",
      paramLabel = "N",
      converter = Numbers.FromOne.class,
      defaultValue = "20",
      description = "Measured seconds of calls, without and with (default: ${DEFAULT-VALUE}).")
  private int seconds;

  private final AtomicLong answered = new AtomicLong();
  private final AtomicLong refused = new AtomicLong();
  private long nextId = 1;

  @Override
  public Integer call() throws IOException, InterruptedException {
    Path parent = Files.createDirectories(Checkout.root().resolve(".tabellion"));
    Path folder = Files.createTempDirectory(parent, "bench-");
    try {
      return run(folder);
    } finally {
      Bench.delete(folder);
    }
  }

  private int run(Path folder) throws IOException, InterruptedException {
    System.err.printf("writing %d entries%n", entries);
    long indexed =
        ManyEntries.write(Lab.folderOf(folder, Lane.TABELLION).resolve("log"), Lab.ORIGIN, entries);
    System.out.printf(
        Locale.ROOT,
        "index built: %.1f s, %.0f entries/s%n",
        indexed / 1e9,
        entries / (indexed / 1e9));
    try (Lab lab = Lab.start(folder, Calls.SIMPLE, Set.of(Lane.TABELLION), List.of(), null)) {
      ManagedChannel channel = channel(lab.server(Lane.TABELLION));
      try {
        AuditServiceBlockingStub stub = stub(channel, lab.server(Lane.TABELLION));
        questions(stub);
        return calls(lab.lanes().getFirst(), stub) == 0 ? 0 : 1;
      } finally {
        channel.shutdownNow();
      }
    }
  }

  private void questions(AuditServiceBlockingStub stub) {
    System.out.printf("%n%-34s %6s %12s %12s%n", "question", "hits", "newest ms", "oldest ms");
    filters()
        .forEach((name, filter) -> {
          SearchEntriesRequest newest =
              SearchEntriesRequest.newBuilder().setFilter(filter).setPageSize(50).build();
          SearchEntriesRequest oldest =
              newest.toBuilder().setOrder(Order.ORDER_OLDEST_FIRST).build();
          int hits = stub.searchEntries(newest).getEntriesCount();
          System.out.printf(
              Locale.ROOT,
              "%-34s %6s %12.1f %12.1f%n",
              name,
              hits == 50 ? "50+" : hits,
              median(stub, newest),
              median(stub, oldest));
        });
  }

  private static Map<String, Filter> filters() {
    Map<String, Filter> all = new LinkedHashMap<>();
    all.put("rare kind", filter().addKinds("erasure").build());
    all.put("rare decision", filter().addDecisions("withheld").build());
    all.put("rare outcome", filter().addOutcomes("unknown").build());
    all.put("rare reason", filter().addReasons("too-large").build());
    all.put("rare rule", filter().addRules(ManyEntries.RARE).build());
    all.put("rare group", filter().addGroups(ManyEntries.RARE).build());
    all.put("rare source", filter().addSources("192.0.2.77").build());
    all.put("rare policy", filter().addPolicies(ManyEntries.digest(-3)).build());
    all.put("request id", filter().addRequestIds(ManyEntries.RARE_REQUEST).build());
    all.put("rare caller", filter().addSubjects(ManyEntries.RARE).build());
    all.put("rare client", filter().addClients(ManyEntries.RARE).build());
    all.put("rare tool", filter().addTools(ManyEntries.RARE).build());
    all.put("rare server", filter().addServers(ManyEntries.RARE).build());
    all.put("session", filter().addSessions(ManyEntries.digest(-2)).build());
    all.put("conversation", filter().addConversations(ManyEntries.digest(-1)).build());
    all.put("rare word", filter().setWords("xylophone").build());
    all.put("pattern ra*", filter().addTools("ra*").build());
    all.put("pattern tool_1*", filter().addTools("tool_1*").build());
    all.put("common kind", filter().addKinds("call.intent").build());
    all.put(
        "common kind, rare rule",
        filter().addKinds("call.intent").addRules(ManyEntries.RARE).build());
    all.put(
        "two common that never meet",
        filter().addKinds("call.outcome").addDecisions("allowed").build());
    all.put(
        "tool and server that never meet",
        filter().addTools("tool_1").addServers("server-2").build());
    all.put(
        "common kind, 1 s of the past",
        filter().addKinds("call.intent").setUntil(Timestamp.newBuilder().setSeconds(1)).build());
    all.put("unknown tool", filter().addTools("no_such_tool").build());
    return all;
  }

  private static Filter.Builder filter() {
    return Filter.newBuilder();
  }

  private static double median(AuditServiceBlockingStub stub, SearchEntriesRequest request) {
    Latencies latencies = new Latencies();
    for (int i = 0; i < TIMES; i++) {
      long begun = System.nanoTime();
      var _ = stub.searchEntries(request);
      latencies.add(System.nanoTime() - begun);
    }
    return latencies.percentile(0.5) / 1e6;
  }

  /** Measures calls with and without searches; returns calls that went wrong. */
  private int calls(Lane lane, AuditServiceBlockingStub stub)
      throws IOException, InterruptedException {
    for (int i = 0; i < 5; i++) {
      var _ = round(lane, Duration.ofSeconds(2)); // until the compilers have seen enough
    }
    Latencies without = new Latencies();
    Latencies with = new Latencies();
    int errors = 0;
    for (int i = 0; i < ROUNDS; i++) {
      Duration measured = Duration.ofMillis(seconds * 1000L / ROUNDS);
      LoadClient.Round alone = round(lane, measured);
      without.addAll(alone.latencies());
      List<Thread> auditors = auditors(stub);
      LoadClient.Round beside = round(lane, measured);
      with.addAll(beside.latencies());
      errors += alone.errors() + beside.errors();
      for (Thread auditor : auditors) {
        auditor.interrupt();
        auditor.join();
      }
    }
    report("without searches", without);
    report("with %d searches".formatted(searches), with);
    System.out.printf(
        Locale.ROOT,
        "p99 with / without: %.2f; searches answered %d, told to come later %d; calls with errors %d%n",
        (double) with.percentile(0.99) / without.percentile(0.99),
        answered.get(),
        refused.get(),
        errors);
    return errors;
  }

  private static void report(String name, Latencies latencies) {
    System.out.printf(
        Locale.ROOT,
        "%-24s %8d calls  p50 %8.2f ms  p99 %8.2f ms  slowest %8.2f ms%n",
        name,
        latencies.size(),
        latencies.percentile(0.5) / 1e6,
        latencies.percentile(0.99) / 1e6,
        latencies.percentile(1) / 1e6);
  }

  private LoadClient.Round round(Lane lane, Duration measured) throws IOException {
    LoadClient.Round round =
        Load.closed(CALLERS).client(lane.target(Calls.SIMPLE), nextId).run(SETTLE, measured);
    nextId = round.nextId();
    return round;
  }

  /** One token that searches for a rare kind and for what never meets, again and again. */
  private List<Thread> auditors(AuditServiceBlockingStub stub) {
    List<SearchEntriesRequest> requests =
        List.of(
            SearchEntriesRequest.newBuilder().setFilter(filter().addKinds("erasure")).build(),
            SearchEntriesRequest.newBuilder()
                .setFilter(filter().addKinds("call.outcome").addDecisions("allowed"))
                .build());
    List<Thread> threads = new ArrayList<>();
    for (int i = 0; i < searches; i++) {
      SearchEntriesRequest request = requests.get(i % requests.size());
      threads.add(Thread.ofPlatform().daemon().start(() -> searchUntilInterrupted(stub, request)));
    }
    return threads;
  }

  private void searchUntilInterrupted(AuditServiceBlockingStub stub, SearchEntriesRequest request) {
    while (!Thread.currentThread().isInterrupted()) {
      try {
        var _ = stub.searchEntries(request);
        answered.incrementAndGet();
      } catch (StatusRuntimeException e) {
        if (e.getStatus().getCode() == Status.Code.RESOURCE_EXHAUSTED) {
          refused.incrementAndGet();
          LockSupport.parkNanos(LATER.toNanos());
        } else if (e.getStatus().getCode() == Status.Code.CANCELLED) {
          return;
        }
      }
    }
  }

  private static ManagedChannel channel(TabellionServer.Setup server) {
    return NettyChannelBuilder.forAddress("127.0.0.1", server.apiPort()).usePlaintext().build();
  }

  private static AuditServiceBlockingStub stub(ManagedChannel channel, TabellionServer.Setup server)
      throws IOException {
    String token = Files.readString(server.token("auditor")).strip();
    return AuditServiceGrpc.newBlockingStub(channel)
        .withCallCredentials(
            new CallCredentials() {
              @Override
              public void applyRequestMetadata(RequestInfo info, Executor on, MetadataApplier to) {
                Metadata headers = new Metadata();
                headers.put(
                    Metadata.Key.of("authorization", Metadata.ASCII_STRING_MARSHALLER),
                    "Bearer " + token);
                to.apply(headers);
              }
            });
  }
}
