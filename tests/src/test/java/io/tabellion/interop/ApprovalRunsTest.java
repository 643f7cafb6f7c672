package io.tabellion.interop;

import static org.assertj.core.api.Assertions.assertThat;

import io.tabellion.approval.v1.Approval;
import io.tabellion.demo.sample.SampleServer;
import io.tabellion.parties.Checkout;
import io.tabellion.parties.Child;
import io.tabellion.parties.Envoy;
import io.tabellion.parties.TabellionServer;
import io.tabellion.testing.Approvers;
import io.tabellion.testing.IdentityProvider;
import io.tabellion.testing.RawClient;
import io.tabellion.testing.Tool;
import io.tabellion.testing.Trail;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/**
 * Calls that people decide about, by the SDKs of others with their default timeouts, through a real
 * Envoy: what the client sees of each end, and which entries tell of it. The table in
 * docs/approvals.md is what came out.
 */
@Timeout(420)
@Tag("conformance")
final class ApprovalRunsTest {
  private static final Path DOC = Checkout.root().resolve("docs/approvals.md");
  private static final String BEGIN = "<!-- runs: made by ApprovalRunsTest -->\n";
  private static final String END = "<!-- end of runs -->\n";
  private static final Path PYTHON = Checkout.root().resolve(".tabellion/peers/bin/python");
  private static final Pattern HEAD = Pattern.compile("[A-Z][A-Z ]{7,}[A-Z]");
  private static final String SESSIONS = "2025-11-25";
  private static final String STATELESS = "2026-07-28";
  private static final String RESULT = "the result";
  private static final String REFUND = "refund_order";
  private static final String REPORT = "monthly_report";

  private static final String JWT =
      "{jwt: {issuers: [\"%s\"], audiences: [\"%s\"]}}"
          .formatted(IdentityProvider.ISSUER, IdentityProvider.AUDIENCE);

  private static final String POLICY =
      """
      apiVersion: tabellion.io/v1
      kind: Policy
      metadata: {name: approvals}
      rules:
        - {id: all, match: {}, then: allow}
        - id: refunds
          match: {tools: [refund_order]}
          then: requireApproval
          approval: {approvers: "'finance' in approver.groups", ttl: 30m}
        - id: soon
          match: {tools: [monthly_report]}
          then: requireApproval
          approval: {approvers: "'finance' in approver.groups", ttl: 2s}
      """;

  private final Map<String, Map<String, Run>> runs = new LinkedHashMap<>();
  private final IdentityProvider tokens = new IdentityProvider();
  private final int port = Checkout.freePort();
  @TempDir Path folder;

  /**
   * One run of one client.
   *
   * @param saw heads of what the client saw, one a call
   * @param approvals ids of the requests, in order
   */
  private record Run(List<String> saw, List<String> approvals) {}

  /** One client with whom all is done. */
  private record Client(String name, String protocol, String subject, List<String> command) {}

  @Test
  void eachClientSeesEachEnd() throws Exception {
    try (SampleServer target = SampleServer.start(folder.resolve("sample"))) {
      TabellionServer.Setup setup =
          TabellionServer.Setup.in(folder.resolve("server"))
              .withIdentity(JWT)
              .withApprover()
              .withPolicy(POLICY)
              .withJvm(List.of("-Xmx512m", "-XX:TieredStopAtLevel=1"));
      Path jwks = Files.createDirectories(folder.resolve("envoy")).resolve("jwks.json");
      Files.writeString(jwks, tokens.jwks());
      try (Envoy _ =
          Envoy.startVerbose(
              "envoy",
              folder.resolve("envoy"),
              setup.behind(
                  Checkout.envoyYaml().port(9100, target.url().getPort()).port(10000, port)))) {
        try (TabellionServer server = setup.start("server-1");
            Approvers carol = new Approvers(setup, "approver")) {
          RawClient.awaitLine(port);
          for (Client client : clients()) {
            new Runs(client, setup, server, carol, target).withTheDefaultHold();
          }
        }
        TabellionServer.Setup hasty = setup.withMore("approvals: {hold: 200ms}");
        try (TabellionServer server = hasty.start("server-2");
            Approvers carol = new Approvers(hasty, "approver")) {
          RawClient.awaitLine(port);
          for (Client client : clients()) {
            new Runs(client, hasty, server, carol, target).withAShortHold();
          }
        }
      }
      List<Trail.Entry> trail = Trail.read(setup.log());
      requireEntries(trail);
      requireTable(trail);
    }
  }

  private List<Client> clients() {
    String url = "http://127.0.0.1:" + port + "/sample/mcp";
    String node = Tool.NODE_BINARY.toString();
    String script = Tool.NODE.resolve("calls.mjs").toString();
    Path python = Checkout.root().resolve("tests/peers/calls.py");
    return List.of(
        new Client(
            "TypeScript",
            SESSIONS,
            "tess",
            List.of(node, script, url, tokens.token("tess"), "legacy")),
        new Client(
            "TypeScript with `auto`",
            STATELESS,
            "toni",
            List.of(node, script, url, tokens.token("toni"), "auto")),
        new Client(
            "Python",
            STATELESS,
            "pia",
            List.of(PYTHON.toString(), python.toString(), url, tokens.token("pia"))),
        new Client(
            "Java",
            SESSIONS,
            "joe",
            Child.java(
                List.of("-XX:TieredStopAtLevel=1"),
                List.of("io.tabellion.interop.JavaCalls", url, tokens.token("joe")))));
  }

  /** The runs of one client against one server. */
  private final class Runs {
    private final Client client;
    private final TabellionServer.Setup setup;
    private final TabellionServer server;
    private final Approvers carol;
    private final SampleServer target;
    private int starts;

    Runs(
        Client client,
        TabellionServer.Setup setup,
        TabellionServer server,
        Approvers carol,
        SampleServer target) {
      this.client = client;
      this.setup = setup;
      this.server = server;
      this.carol = carol;
      this.target = target;
    }

    void withTheDefaultHold() throws Exception {
      try (Peer peer = peer()) {
        assertThat(peer.protocol()).as(client.name()).isEqualTo(client.protocol());
        approvedInTime(peer);
        denied(peer);
        expired(peer);
        stopped(peer);
      }
      gone();
    }

    void withAShortHold() throws Exception {
      try (Peer peer = peer()) {
        approvedLate(peer);
        changed(peer);
        if (client.protocol().equals(STATELESS)) {
          approvedInALaterRound(peer);
        }
      }
    }

    private Peer peer() {
      starts++;
      String name = client.subject() + "-" + setup.hashCode() + "-" + starts;
      return Peer.start(name, folder, client.command());
    }

    private CompletableFuture<JsonNode> refund(Peer peer, String order) {
      return peer.call(REFUND, Map.of("order", client.subject() + "-" + order));
    }

    private Approval pending() throws InterruptedException {
      return carol.await("pending");
    }

    private void note(String run, List<String> saw, Approval... approvals) {
      List<String> ids = new ArrayList<>();
      for (Approval approval : approvals) {
        ids.add(approval.getId());
      }
      List<String> heads = saw.stream().map(ApprovalRunsTest::head).toList();
      runs.computeIfAbsent(run, _ -> new LinkedHashMap<>()).put(client.name(), new Run(heads, ids));
    }

    private void approvedInTime(Peer peer) throws Exception {
      int before = target.executed().size();
      CompletableFuture<JsonNode> call = refund(peer, "in-time");
      Approval looked = pending();
      assertThat(call).isNotDone();
      carol.approve(looked);
      String saw = Peer.seen(call);
      assertThat(target.executed()).hasSize(before + 1);
      note("approved while the call waits", List.of(saw), looked);
    }

    private void denied(Peer peer) throws Exception {
      int before = target.executed().size();
      CompletableFuture<JsonNode> call = refund(peer, "denied");
      Approval looked = pending();
      carol.deny(looked, "not this one");
      String saw = Peer.seen(call);
      assertThat(saw).contains("carol", "not this one");
      assertThat(target.executed()).hasSize(before);
      note("denied", List.of(saw), looked);
    }

    private void expired(Peer peer) throws Exception {
      int before = target.executed().size();
      CompletableFuture<JsonNode> call =
          peer.call(REPORT, Map.of("month", client.subject() + "-2026-10"));
      Approval looked = pending();
      String saw = Peer.seen(call);
      assertThat(carol.in("expired")).extracting(Approval::getId).contains(looked.getId());
      assertThat(target.executed()).hasSize(before);
      note("expired", List.of(saw), looked);
    }

    private void stopped(Peer peer) throws Exception {
      int before = target.executed().size();
      CompletableFuture<JsonNode> call = refund(peer, "stopped");
      Approval looked = pending();
      String id = stop("--principal", client.subject(), "--reason", "INC-7");
      String saw = Peer.seen(call);
      assertThat(saw).contains("INC-7");
      stop("lift", id);
      assertThat(target.executed()).hasSize(before);
      awaits(() -> carol.in("pending").isEmpty());
      note("stopped by an operator while the call waits", List.of(saw), looked);
    }

    private String stop(String... words) throws InterruptedException {
      List<String> command = new ArrayList<>(List.of("io.tabellion.Main", "stop"));
      command.addAll(List.of(words));
      command.addAll(List.of("--server", "127.0.0.1:" + setup.apiPort()));
      command.addAll(List.of("--token-file", setup.token("admin").toString()));
      Tool.Ran ran =
          Tool.run("stop", folder, Duration.ofSeconds(30), Child.java(List.of(), command));
      assertThat(ran.status()).as(ran.text()).isZero();
      Matcher found = Pattern.compile("STOPPED  ([a-z0-9]{6})  ").matcher(ran.text());
      return found.find() ? found.group(1) : "";
    }

    /** Whoever is gone is not served by a later approval. */
    private void gone() throws Exception {
      int before = target.executed().size();
      Approval looked = askedAndGone();
      if (client.protocol().equals(STATELESS)) { // where closing the connection cancels
        awaits(() -> isIn("cancelled", looked));
      } else {
        awaits(() -> server.status("/metrics").body().contains("tabellion_held_calls 0.0"));
        carol.approve(looked);
      }
      assertThat(target.executed()).hasSize(before);
      note("client gone while the call waits (sessions: approved then)", List.of("-"), looked);
    }

    private Approval askedAndGone() throws InterruptedException {
      try (Peer peer = peer()) {
        var _ = refund(peer, "gone");
        return pending();
      }
    }

    private boolean isIn(String state, Approval looked) {
      return carol.in(state).stream().anyMatch(one -> one.getId().equals(looked.getId()));
    }

    private void approvedLate(Peer peer) throws Exception {
      int before = target.executed().size();
      String parked = Peer.seen(refund(peer, "late"));
      assertThat(parked).contains("PENDING HUMAN APPROVAL");
      Approval looked = pending();
      carol.approve(looked);
      assertThat(target.executed()).hasSize(before);
      String saw = Peer.seen(refund(peer, "late"));
      assertThat(target.executed()).hasSize(before + 1);
      note("approved after the call gave up, then called again", List.of(parked, saw), looked);
    }

    /** The client sends the call again by itself, and is not told to before the result. */
    private void approvedInALaterRound(Peer peer) throws Exception {
      int before = target.executed().size();
      CompletableFuture<JsonNode> call = refund(peer, "round");
      Approval looked = pending();
      awaits(() -> server.status("/metrics").body().contains("tabellion_held_calls 0.0"));
      carol.approve(looked);
      String saw = Peer.seen(call);
      assertThat(target.executed()).hasSize(before + 1);
      note("approved between two rounds (2026-07-28), without another call", List.of(saw), looked);
    }

    private void changed(Peer peer) throws Exception {
      int before = target.executed().size();
      String first = Peer.seen(refund(peer, "100"));
      Approval looked = pending();
      carol.approve(looked);
      String second = Peer.seen(refund(peer, "1000"));
      Approval other = pending();
      assertThat(other.getId()).isNotEqualTo(looked.getId());
      assertThat(target.executed()).hasSize(before);
      carol.deny(other, "another one");
      String third = Peer.seen(refund(peer, "100"));
      assertThat(target.executed()).hasSize(before + 1);
      note(
          "approved, then called with other arguments, then as approved",
          List.of(first, second, third),
          looked,
          other);
    }
  }

  private static void awaits(BooleanSupplier so) throws InterruptedException {
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
    while (!so.getAsBoolean()) {
      assertThat(System.nanoTime()).as("after 30 s").isLessThan(end);
      TimeUnit.MILLISECONDS.sleep(20);
    }
  }

  /** The first words of what a client saw. */
  private static String head(String saw) {
    Matcher head = HEAD.matcher(saw);
    if (head.lookingAt()) {
      return "`" + head.group() + "`";
    }
    return saw.equals("-") ? saw : saw.startsWith("error: ") ? saw : RESULT;
  }

  // The entries.

  /** What tells of the first request of a run: its steps, and the call if it left. */
  private static List<String> kinds(List<Trail.Entry> trail, Run run) {
    return trail.stream()
        .filter(entry -> run.approvals().getFirst().equals(entry.text("approval")))
        .filter(entry ->
            entry.kind().startsWith("approval.")
                || entry.kind().equals("call.outcome")
                || (entry.kind().equals("call.intent") && entry.text("decision").equals("allowed")))
        .map(Trail.Entry::kind)
        .toList();
  }

  /** A call that was not approved has no entry that it left. */
  private void requireEntries(List<Trail.Entry> trail) {
    runs.forEach((run, byClient) ->
        byClient.forEach((client, one) -> {
          List<String> kinds = kinds(trail, one);
          boolean left = one.saw().contains(RESULT);
          assertThat(kinds).as("%s: %s", run, client).startsWith("approval.requested");
          assertThat(kinds.contains("call.intent")).as("%s: %s", run, client).isEqualTo(left);
          if (left) {
            assertThat(kinds)
                .as("%s: %s", run, client)
                .containsExactly(
                    "approval.requested",
                    "approval.approved",
                    "call.intent",
                    "approval.consumed",
                    "call.outcome",
                    "approval.completed");
          }
        }));
  }

  // The table.

  private void requireTable(List<Trail.Entry> trail) throws IOException {
    String table = table(trail);
    String doc = Files.readString(DOC);
    int begin = doc.indexOf(BEGIN) + BEGIN.length();
    assertThat(begin).isGreaterThan(BEGIN.length());
    if ("write".equals(System.getProperty("runs"))) {
      Files.writeString(DOC, doc.substring(0, begin) + table + doc.substring(doc.indexOf(END)));
    }
    assertThat(Files.readString(DOC))
        .as("the table of runs (else: ./tabellion test ApprovalRunsTest -Druns=write)")
        .contains(BEGIN + table + END);
  }

  private String table(List<Trail.Entry> trail) {
    StringBuilder table = new StringBuilder("\n| run | client | what it saw | entries |\n");
    table.append("|---|---|---|---|\n");
    runs.forEach((run, byClient) -> {
      Map<String, List<String>> clients = new LinkedHashMap<>();
      byClient.forEach((client, one) -> {
        String row = "%s | %s |".formatted(String.join(", then ", one.saw()), steps(trail, one));
        clients.computeIfAbsent(row, _ -> new ArrayList<>()).add(client);
      });
      clients.forEach((row, names) -> {
        String who = names.size() == byClient.size() ? "each" : String.join(", ", names);
        table.append("| %s | %s | %s\n".formatted(run, who, row));
      });
    });
    return table.append('\n').toString();
  }

  private static String steps(List<Trail.Entry> trail, Run run) {
    return kinds(trail, run).stream()
        .map(kind -> "`" + kind + "`")
        .collect(Collectors.joining(", "));
  }
}
