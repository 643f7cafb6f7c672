package io.tabellion;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.grpc.ManagedChannel;
import io.grpc.netty.NettyChannelBuilder;
import io.tabellion.audit.files.FileAuditLog;
import io.tabellion.audit.v1.AuditServiceGrpc;
import io.tabellion.audit.v1.GetCheckpointRequest;
import io.tabellion.cli.CommandLines;
import io.tabellion.cli.StartException;
import io.tabellion.config.Config;
import io.tabellion.metrics.Metrics;
import io.tabellion.rehearsal.Rehearsal;
import io.tabellion.terminal.Mistakes;
import io.tabellion.testing.LogLines;
import io.tabellion.yaml.YamlException;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import java.util.stream.LongStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Tag("unit")
class ServerTest {
  private static final String CONFIG =
      """
      ext-proc: {address: "127.0.0.1:0", insecure-loopback: true}
      api: {address: "127.0.0.1:0", insecure-loopback: true}
      http: {address: "127.0.0.1:0"}
      log: {directory: log, origin: example.com/log}
      policy: policy.yaml
      listeners: [{identity: {anonymous: allow}}]
      """;
  private static final String POLICY =
      "{apiVersion: tabellion.io/v1, kind: Policy, metadata: {name: p}, rules: []}";

  private final InstantSource clock = InstantSource.system();
  @TempDir Path folder;

  @BeforeEach
  void setUp() throws IOException {
    Files.writeString(folder.resolve("policy.yaml"), POLICY);
  }

  @Test
  void startsEverythingAndRecordsItsStartPolicyAndStop() throws Exception {
    Config config = config(CONFIG);
    try (Server server = Server.start(config, clock)) {
      assertThat(server.listening()).hasSize(4).allMatch(line -> line.contains("127.0.0.1:"));
    }
    assertThat(kinds(config)).containsSubsequence("start", "policy.loaded", "stop");
  }

  @Test
  void thatOnlyAMeshReachesAPortIsSaidAtEachStart() throws Exception {
    BlockingQueue<LogRecord> lines = new LinkedBlockingQueue<>();
    Logger logger = Logger.getLogger(Server.class.getName());
    Handler handler = new LogLines(lines);
    logger.addHandler(handler);
    String mesh = CONFIG.replace("insecure-loopback: true", "mesh: true");
    try (Server server = Server.start(config(mesh), clock)) {
      assertThat(server.listening()).hasSize(4);
    } finally {
      logger.removeHandler(handler);
    }
    assertThat(lines)
        .filteredOn(line -> line.getMessage().startsWith("{0}.mesh: "))
        .extracting(line -> line.getLevel() + " " + line.getParameters()[0])
        .containsExactly("WARNING ext-proc", "WARNING api");
  }

  @Test
  void aRehearsalLeavesNothing() throws Exception {
    Config config = config(CONFIG);
    Rehearsal rehearsal = Rehearsal.begin(clock, 40);
    rehearsal.await(Duration.ofSeconds(60));
    try (Server server = Server.start(config, clock, rehearsal)) {
      assertThat(metrics(server))
          .contains("tabellion_exchanges_total 0.0\n", "tabellion_open_exchanges 0.0\n");
      assertThat(folder.resolve("log/pins")).isEmptyDirectory();
    }
    assertThat(kinds(config))
        .containsExactly(
            "key.created", "key.created", "key.created", "start", "policy.loaded", "stop", "start");
  }

  @Test
  void aConnectionThatFailsIsOneLineWithoutWhatCame() throws Exception {
    BlockingQueue<LogRecord> lines = new LinkedBlockingQueue<>();
    Logger logger = Logger.getLogger("io.grpc.netty.NettyServerTransport.connections");
    Handler handler = new LogLines(lines);
    logger.addHandler(handler);
    try (Server server = Server.start(config(CONFIG), clock);
        Socket stranger = new Socket(InetAddress.getLoopbackAddress(), port(server, "ext_proc"))) {
      stranger.getOutputStream().write("GET /secret HTTP/1.1\r\n\r\n".getBytes(US_ASCII));
      LogRecord line = lines.poll(20, TimeUnit.SECONDS);
      assertThat(line).isNotNull();
      assertThat(line.getThrown()).isNull();
      assertThat(line.getMessage()).isEqualTo("a connection failed: Http2Exception");
    } finally {
      logger.removeHandler(handler);
    }
  }

  @Test
  void theLogSaysWhoseCodeSigns() throws Exception {
    BlockingQueue<LogRecord> lines = new LinkedBlockingQueue<>();
    Logger logger = Logger.getLogger(Server.class.getName());
    Handler handler = new LogLines(lines);
    logger.addHandler(handler);
    try (Server server = Server.start(config(CONFIG), clock)) {
      assertThat(server.listening()).isNotEmpty();
      LogRecord line = lines.poll(20, TimeUnit.SECONDS);
      assertThat(line).isNotNull();
      assertThat(line.getMessage()).isEqualTo("signatures: by {0}");
      assertThat(line.getParameters()).hasSize(1);
    } finally {
      logger.removeHandler(handler);
    }
  }

  @Test
  void whoReadsAndIsNobodyIsCounted() throws Exception {
    try (Server server = Server.start(config(CONFIG), clock)) {
      ManagedChannel channel =
          NettyChannelBuilder.forAddress("127.0.0.1", port(server, "audit API"))
              .usePlaintext()
              .build();
      try {
        assertThatThrownBy(() ->
                AuditServiceGrpc.newBlockingStub(channel)
                    .getCheckpoint(GetCheckpointRequest.getDefaultInstance()))
            .hasMessageStartingWith("UNAUTHENTICATED");
      } finally {
        channel.shutdownNow();
      }
      assertThat(metrics(server)).contains("tabellion_unauthenticated_reads_total 1.0\n");
    }
  }

  private static String metrics(Server server) throws Exception {
    URI metrics = URI.create("http://127.0.0.1:%d/metrics".formatted(port(server, "metrics")));
    try (HttpClient client = HttpClient.newHttpClient()) {
      return client.send(HttpRequest.newBuilder(metrics).build(), BodyHandlers.ofString()).body();
    }
  }

  private static int port(Server server, String part) {
    String line =
        server.listening().stream().filter(each -> each.startsWith(part)).findFirst().orElseThrow();
    return Integer.parseInt(line.substring(line.lastIndexOf(':') + 1));
  }

  @Test
  void aTakenPortSaysWhichAndStopsWhatHadStarted() throws Exception {
    try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      Config config =
          config(CONFIG.replace("http: {address: \"127.0.0.1:0\"}", http(taken.getLocalPort())));
      assertThatThrownBy(() -> Server.start(config, clock))
          .isInstanceOf(StartException.class)
          .hasMessage(
              "http.address: 127.0.0.1:%d: cannot listen: Address already in use"
                  .formatted(taken.getLocalPort()));
      // The lock is free again: everything was stopped.
      assertThat(kinds(config)).contains("stop");
    }
  }

  @Test
  void aLogInUseIsNotTouched() throws Exception {
    Config config = config(CONFIG);
    try (Server first = Server.start(config, clock)) {
      assertThat(first.listening()).isNotEmpty();
      assertThatThrownBy(() -> Server.start(config, clock))
          .isInstanceOf(StartException.class)
          .hasMessageEndingWith("(expected: not used by another process)");
    }
  }

  @Test
  void aBadPolicyStopsTheStart() throws Exception {
    Files.writeString(folder.resolve("policy.yaml"), POLICY.replace("rules", "rulez"));
    Config config = config(CONFIG);
    assertThatThrownBy(() -> Server.start(config, clock)).isInstanceOf(YamlException.class);
  }

  @Test
  void theCommandLineSaysInOneLineWhatTheOperatorCanMend() throws IOException {
    Path file = folder.resolve("tabellion.yaml");
    Files.writeString(file, CONFIG.replace("policy: policy.yaml\n", ""));
    StringWriter err = new StringWriter();
    int exit =
        CommandLines.of(config -> {})
            .setErr(new PrintWriter(err))
            .execute("serve", "--config", file.toString());

    assertThat(exit).isEqualTo(Mistakes.IMPOSSIBLE);
    assertThat(err.toString().strip()).isEqualTo(file + ":1:1: policy: missing (expected: a path)");
  }

  @Test
  void versionAndHelpAreShown() {
    StringWriter out = new StringWriter();
    assertThat(CommandLines.of(config -> {}).setOut(new PrintWriter(out)).execute("version"))
        .isZero();
    assertThat(out.toString()).matches("tabellion \\d+\\.\\d+\\.\\d+ \\(Java .+\\)\\R");
    assertThat(CommandLines.of(config -> {}).getUsageMessage()).contains("serve", "audit");
  }

  private static String http(int port) {
    return "http: {address: \"127.0.0.1:" + port + "\"}";
  }

  private Config config(String text) throws IOException {
    Path file = folder.resolve("tabellion.yaml");
    Files.writeString(file, text);
    return Config.load(file);
  }

  private List<String> kinds(Config config) throws IOException {
    try (FileAuditLog log = FileAuditLog.open(Settings.log(config), clock, new Metrics())) {
      return LongStream.range(0, log.reader().size())
          .mapToObj(index -> log.reader().read(index).leaf().kind().text())
          .toList();
    }
  }
}
