package io.tabellion.bench.calls;

import com.google.protobuf.Struct;
import com.google.protobuf.Value;
import io.envoyproxy.envoy.config.core.v3.Metadata;
import io.envoyproxy.envoy.service.ext_proc.v3.ExternalProcessorGrpc;
import io.envoyproxy.envoy.service.ext_proc.v3.ProcessingRequest;
import io.envoyproxy.envoy.service.ext_proc.v3.ProcessingResponse;
import io.grpc.ManagedChannel;
import io.grpc.netty.NettyChannelBuilder;
import io.grpc.stub.MetadataUtils;
import io.grpc.stub.StreamObserver;
import io.tabellion.approval.v1.Approval;
import io.tabellion.approval.v1.ApprovalServiceGrpc;
import io.tabellion.approval.v1.ApprovalServiceGrpc.ApprovalServiceBlockingStub;
import io.tabellion.approval.v1.ApproveCallRequest;
import io.tabellion.approval.v1.ListApprovalsRequest;
import io.tabellion.approval.v1.ListApprovalsResponse;
import io.tabellion.parties.EnvoyMessages;
import io.tabellion.parties.TabellionServer;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/**
 * {@code bench held}: many calls wait for people at one time, and each goes on when one decides.
 */
@Command(
    name = "held",
    mixinStandardHelpOptions = true,
    description =
        "Hold many calls at one time on a server with a heap of 512 MiB, approve one after another in"
            + " random order, and show how long each takes from the answer of the approval API until"
            + " it leaves for its MCP server. The calls are ext_proc exchanges without Envoy.",
    footer = {"", "Examples:", "  ./tabellion bench held", "  ./tabellion bench held --calls 1000"})
public final class HeldBench implements Callable<Integer> {
  private static final int CONNECTIONS = 10;
  private static final int CALLERS = 100;
  private static final int PATIENCE_SECONDS = 120;
  private static final double MILLI = 1e6;
  private static final String POLICY =
      """
      apiVersion: tabellion.io/v1
      kind: Policy
      metadata: {name: held}
      rules:
        - {id: all, match: {}, then: allow}
        - {id: asks, match: {tools: [pay]}, then: requireApproval, approval: {approvers: "'finance' in approver.groups", ttl: 1h}}
      """;

  @Option(
      names = "--calls",
      defaultValue = "10000",
      description = "Calls that wait at one time (default: ${DEFAULT-VALUE}).")
  private int calls;

  @Spec private @Nullable CommandSpec spec;

  private final Map<Integer, Held> held = new ConcurrentHashMap<>();

  @Override
  public Integer call() throws IOException, InterruptedException {
    if (spec == null) {
      throw new IllegalStateException("not run by picocli");
    }
    PrintWriter out = spec.commandLine().getOut();
    Path folder = Files.createTempDirectory("tabellion-bench-held");
    var setup =
        TabellionServer.Setup.in(folder)
            .withIdentity("{jwt: {issuers: [\"https://idp\"], audiences: [us]}}")
            .withApprover()
            .withPolicy(POLICY)
            .withMore("approvals: {hold: 50m, grant: 1h, most-pending: 1000000}")
            .withJvm(List.of("-Xmx512m"));
    List<ManagedChannel> channels = new ArrayList<>();
    try (TabellionServer server = setup.start("server")) {
      for (int i = 0; i < CONNECTIONS; i++) {
        channels.add(channel(setup.extProcPort()));
      }
      long began = System.nanoTime();
      for (int i = 0; i < calls; i++) {
        hold(i, channels.get(i % CONNECTIONS));
      }
      List<Approval> waiting = waiting(setup);
      out.printf(
          "%d calls wait after %.1f s; threads of the server: %d; its memory: %d MiB%n",
          waiting.size(),
          (System.nanoTime() - began) / MILLI / 1e3,
          threads(server.process().pid()),
          memory(server.process().pid()) >> 20);
      out.flush();
      Collections.shuffle(waiting, new Random(1));
      Latencies latencies = decide(setup, waiting);
      out.printf(
          "%d went on; from the approval to the call: p50 %.1f ms, p99 %.1f ms, longest %.1f ms%n",
          latencies.size(),
          latencies.percentile(0.5) / MILLI,
          latencies.percentile(0.99) / MILLI,
          latencies.percentile(1) / MILLI);
      return latencies.size() == calls ? 0 : 1;
    } finally {
      channels.forEach(ManagedChannel::shutdownNow);
      Bench.delete(folder);
    }
  }

  private static ManagedChannel channel(int port) {
    return NettyChannelBuilder.forAddress("127.0.0.1", port).usePlaintext().build();
  }

  /** A call that waits. */
  private static final class Held implements StreamObserver<ProcessingResponse> {
    private final CountDownLatch went = new CountDownLatch(1);
    private volatile long at;
    private volatile boolean forwarded;
    private @Nullable StreamObserver<ProcessingRequest> stream;

    @Override
    public void onNext(ProcessingResponse reply) {
      at = System.nanoTime();
      forwarded = reply.hasRequestHeaders();
      went.countDown();
    }

    @Override
    public void onError(Throwable cause) {
      went.countDown();
    }

    @Override
    public void onCompleted() {
      went.countDown();
    }
  }

  private void hold(int number, ManagedChannel channel) {
    Held call = new Held();
    held.put(number, call);
    StreamObserver<ProcessingRequest> stream = ExternalProcessorGrpc.newStub(channel).process(call);
    call.stream = stream;
    stream.onNext(
        EnvoyMessages.call("pay").setMetadataContext(claims("user-" + number % CALLERS)).build());
    stream.onNext(
        ProcessingRequest.newBuilder()
            .setRequestBody(
                EnvoyMessages.body(
                    EnvoyMessages.body("pay", "{\"number\":%d}".formatted(number)), true))
            .build());
  }

  private static Metadata claims(String subject) {
    Struct claims =
        Struct.newBuilder()
            .putFields("iss", text("https://idp"))
            .putFields("aud", text("us"))
            .putFields("sub", text(subject))
            .build();
    Struct payload =
        Struct.newBuilder()
            .putFields("payload", Value.newBuilder().setStructValue(claims).build())
            .build();
    return Metadata.newBuilder().putFilterMetadata("envoy.filters.http.jwt_authn", payload).build();
  }

  private static Value text(String text) {
    return Value.newBuilder().setStringValue(text).build();
  }

  /** Waits until all calls wait. */
  private List<Approval> waiting(TabellionServer.Setup setup)
      throws IOException, InterruptedException {
    try (People people = new People(setup)) {
      long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
      List<Approval> all = people.pending();
      while (all.size() < calls && System.nanoTime() < end) {
        TimeUnit.SECONDS.sleep(1);
        all = people.pending();
      }
      return all;
    }
  }

  private Latencies decide(TabellionServer.Setup setup, List<Approval> waiting)
      throws IOException, InterruptedException {
    Latencies latencies = new Latencies();
    try (People people = new People(setup)) {
      for (Approval approval : waiting) {
        Approval looked = people.look(approval.getId());
        int number =
            Integer.parseInt(looked.getCall().replaceAll("(?s).*\"number\":(\\d+).*", "$1"));
        people.approve(approval);
        long decided = System.nanoTime();
        Held call = held.get(number);
        if (call != null && call.went.await(PATIENCE_SECONDS, TimeUnit.SECONDS) && call.forwarded) {
          latencies.add(Math.max(0, call.at - decided));
        }
        if (call != null && call.stream != null) {
          call.stream.onCompleted(); // a call that is open keeps room in the log
        }
      }
    }
    return latencies;
  }

  /** Who decides. */
  private static final class People implements AutoCloseable {
    private final ManagedChannel channel;
    private final ApprovalServiceBlockingStub api;

    People(TabellionServer.Setup setup) throws IOException {
      io.grpc.Metadata headers = new io.grpc.Metadata();
      headers.put(
          io.grpc.Metadata.Key.of("authorization", io.grpc.Metadata.ASCII_STRING_MARSHALLER),
          "Bearer " + Files.readString(setup.token("approver")).strip());
      channel = channel(setup.apiPort());
      api =
          ApprovalServiceGrpc.newBlockingStub(channel)
              .withInterceptors(MetadataUtils.newAttachHeadersInterceptor(headers));
    }

    List<Approval> pending() {
      List<Approval> all = new ArrayList<>();
      ListApprovalsRequest.Builder request =
          ListApprovalsRequest.newBuilder().addStates("pending").setPageSize(1000);
      ListApprovalsResponse page;
      do {
        page = api.listApprovals(request.build());
        all.addAll(page.getApprovalsList());
        request.setPageToken(page.getNextPageToken());
      } while (!page.getNextPageToken().isEmpty());
      return all;
    }

    Approval look(String id) {
      return api.getApproval(
          io.tabellion.approval.v1.GetApprovalRequest.newBuilder().setId(id).build());
    }

    void approve(Approval approval) {
      var _ =
          api.approveCall(
              ApproveCallRequest.newBuilder()
                  .setId(approval.getId())
                  .setDigest(approval.getDigest())
                  .build());
    }

    @Override
    public void close() {
      channel.shutdownNow();
    }
  }

  private static long threads(long pid) throws IOException {
    return Long.parseLong(status(pid, "Threads:"));
  }

  private static long memory(long pid) throws IOException {
    return Long.parseLong(status(pid, "VmRSS:").replaceAll("\\D", "")) << 10;
  }

  private static String status(long pid, String name) throws IOException {
    return Files.readAllLines(Path.of("/proc", String.valueOf(pid), "status")).stream()
        .filter(line -> line.startsWith(name))
        .map(line -> line.substring(name.length()).strip())
        .findFirst()
        .orElse("0");
  }
}
