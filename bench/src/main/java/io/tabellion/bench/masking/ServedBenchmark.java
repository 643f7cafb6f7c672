package io.tabellion.bench.masking;

import com.google.protobuf.ByteString;
import io.tabellion.approval.Approvals;
import io.tabellion.approval.Desk;
import io.tabellion.audit.files.FileAuditLog;
import io.tabellion.audit.files.LogSettings;
import io.tabellion.bench.calls.Bench;
import io.tabellion.budget.BudgetSettings;
import io.tabellion.extproc.ExtProcSettings;
import io.tabellion.identity.Caller;
import io.tabellion.inspect.AnswerHead;
import io.tabellion.inspect.Exchange;
import io.tabellion.inspect.Hop;
import io.tabellion.inspect.Inspector;
import io.tabellion.inspect.LineSettings;
import io.tabellion.inspect.Reply;
import io.tabellion.inspect.RequestHead;
import io.tabellion.inspect.RequestProgress;
import io.tabellion.inspect.Upload;
import io.tabellion.mask.MaskSettings;
import io.tabellion.mcp.Headers;
import io.tabellion.metrics.Metrics;
import io.tabellion.pin.PinSettings;
import io.tabellion.pin.Pins;
import io.tabellion.policy.PolicyReloader;
import io.tabellion.session.SessionOwners;
import io.tabellion.state.MemoryState;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * A whole call in the server, without network: a short request and a result of 2 MB of one of
 * {@link Shapes} are read, judged, masked for the record, digested, encrypted, appended, and
 * answered. The log lies in memory where the machine has such a folder, so that no disk hides what
 * is computed. The collector is the server's.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Warmup(iterations = 2, time = 1)
@Measurement(iterations = 3, time = 1)
@Fork(value = 1, jvmArgsAppend = "-XX:+UseParallelGC")
public class ServedBenchmark {
  private static final String POLICY =
      """
      apiVersion: tabellion.io/v1
      kind: Policy
      metadata: {name: everything, version: 1}
      rules:
      - {id: all, match: {}, then: allow}
      """;

  private static final String CALL =
      """
      {"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"read","arguments":{},"_meta":{\
      "io.modelcontextprotocol/protocolVersion":"2026-07-28",\
      "io.modelcontextprotocol/clientInfo":{"name":"bench","version":"1"},\
      "io.modelcontextprotocol/clientCapabilities":{}}}}\
      """;

  /** Calls with short results that the server has answered before: it runs compiled. */
  private static final int CALLS_BEFORE = 3000;

  private static final int SMALL = 16_000;

  private static final Path MEMORY = Path.of("/dev/shm");
  private static final Hop HOP = new Hop("peer", "default", "sample", null);
  private static final RequestHead REQUEST =
      new RequestHead(
          "POST",
          false,
          Headers.of(
              "content-type",
              "application/json",
              "accept",
              "application/json, text/event-stream",
              "mcp-protocol-version",
              "2026-07-28",
              "mcp-method",
              "tools/call",
              "mcp-name",
              "read"));
  private static final AnswerHead ANSWER =
      new AnswerHead(200, Headers.of("content-type", "application/json"), false, null);

  /** What the result holds. */
  @Param(Shapes.RANDOM)
  public String shape = "";

  private final ByteString call = ByteString.copyFromUtf8(CALL);
  private ByteString message = ByteString.EMPTY;
  private @Nullable Server server;

  /** What it is done with. */
  private record Server(
      Path folder, FileAuditLog log, PolicyReloader policy, Inspector inspector) {}

  /** Makes the result, and opens a log. */
  @Setup
  public void prepare() throws IOException, InterruptedException {
    message =
        ByteString.copyFromUtf8(
            Objects.requireNonNull(Shapes.results(ShapesBenchmark.SIZE).get(shape), shape));
    Path folder =
        Files.isWritable(MEMORY)
            ? Files.createTempDirectory(MEMORY, "served-")
            : Files.createTempDirectory("served-");
    InstantSource clock = InstantSource.system();
    Metrics metrics = new Metrics();
    FileAuditLog log =
        FileAuditLog.open(
            LogSettings.of(folder.resolve("log"), "bench.example/served", "1"), clock, metrics);
    PolicyReloader policy =
        PolicyReloader.load(
            Files.writeString(folder.resolve("policy.yaml"), POLICY), null, log, clock);
    MemoryState state = new MemoryState(clock);
    Pins pins = new Pins(state, clock, PinSettings.DEFAULT, tree -> tree, log.keyedHash());
    server =
        new Server(
            folder,
            log,
            policy,
            new Inspector(
                policy,
                log,
                log.keyedHash(),
                SessionOwners.NONE,
                pins,
                metrics,
                clock,
                new LineSettings(
                    ExtProcSettings.Limits.DEFAULTS.largest(),
                    MaskSettings.DEFAULTS,
                    BudgetSettings.DEFAULTS),
                state,
                new Approvals(Desk.NOBODY)));
    ByteString small =
        ByteString.copyFromUtf8(Objects.requireNonNull(Shapes.results(SMALL).get(shape), shape));
    for (int i = 0; i < CALLS_BEFORE; i++) {
      answered(small);
    }
  }

  /** Closes the log and deletes it. */
  @TearDown
  public void end() throws IOException {
    Server ended = Objects.requireNonNull(server);
    ended.policy.close();
    ended.log.close();
    Bench.delete(ended.folder);
  }

  /** What becomes of a call and its result. */
  @Benchmark
  public ByteString served() throws InterruptedException {
    return answered(message);
  }

  private ByteString answered(ByteString result) throws InterruptedException {
    Inspector inspector = Objects.requireNonNull(server).inspector;
    RequestProgress progress = new RequestProgress();
    Exchange exchange = inspector.begin(HOP, Caller.anonymous(null), REQUEST, progress);
    boolean _ = progress.begin();
    progress.arrived();
    if (!(exchange.request(new Upload.Whole(call), () -> {}).go() instanceof Reply.Whole)
        || !progress.forward()) {
      throw new IllegalStateException("request: not let on");
    }
    Reply reply = exchange.answer(ANSWER, new Upload.Whole(result)).go();
    exchange.conclude();
    return reply instanceof Reply.Whole whole ? whole.body() : fail(reply);
  }

  private static ByteString fail(Reply reply) {
    throw new IllegalStateException("answer: " + reply);
  }
}
