package io.tabellion.extproc;

import io.tabellion.approval.ApprovalRequest;
import io.tabellion.approval.ApprovalSettings;
import io.tabellion.approval.ApprovalState;
import io.tabellion.approval.Decisions.Word;
import io.tabellion.approval.Office;
import io.tabellion.approval.Person;
import io.tabellion.audit.StoredEntry;
import io.tabellion.extproc.ExtProcSettings.Limits;
import io.tabellion.identity.IdentitySettings;
import io.tabellion.identity.IdentitySettings.Jwt;
import io.tabellion.policy.PolicyFile;
import io.tabellion.session.SessionOwners;
import io.tabellion.testing.EnvoyPeer.Stream;
import io.tabellion.testing.LineFixture;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** A server whose policy asks people, and the people. */
abstract class Asking {
  static final ApprovalSettings PATIENT =
      new ApprovalSettings(Duration.ofMinutes(5), Map.of(), Duration.ofMinutes(15), 3, 2, null);
  static final ApprovalSettings SHORT =
      new ApprovalSettings(Duration.ZERO, Map.of(), Duration.ofMinutes(15), 3, 2, null);

  static final Person CAROL = person("carol", "finance");
  static final Person DAVE = person("dave", "finance");

  static final String OK =
      "{\"jsonrpc\":\"2.0\",\"id\":1,\"result\":{\"content\":[{\"type\":\"text\",\"text\":\"done\"}]}}";

  private final String rules;
  private final ApprovalSettings settings;

  @TempDir Path folder;

  @SuppressWarnings("NullAway.Init")
  LineFixture line;

  @SuppressWarnings("NullAway.Init")
  Office office;

  /**
   * @param rules of the policy file
   */
  Asking(String rules, ApprovalSettings settings) {
    this.rules = rules;
    this.settings = settings;
  }

  @BeforeEach
  void begin() throws Exception {
    line =
        new LineFixture(
            Limits.DEFAULTS,
            new IdentitySettings(
                new Jwt(Set.of("https://idp"), Set.of("us"), "groups"), null, null, true, Set.of()),
            SessionOwners.NONE);
    policy("");
    office = line.office(settings);
  }

  @AfterEach
  void end() {
    line.close();
  }

  /** Another policy with the same rules. */
  final void policy(String name) throws Exception {
    policy(name, rules);
  }

  /** Another policy. */
  final void policy(String name, String others) throws Exception {
    String policy =
        """
        apiVersion: tabellion.io/v1
        kind: Policy
        metadata: {name: approvals%s}
        rules:
        """
                .formatted(name)
            + others.indent(2);
    Path file = Files.writeString(folder.resolve("policy.yaml"), policy);
    line.policy(PolicyFile.load(file).policy());
  }

  static Person person(String subject, String... groups) {
    return new Person(subject, null, List.of(groups), "token");
  }

  static String call(int id, String tool, String args) {
    return "{\"jsonrpc\":\"2.0\",\"id\":%d,\"method\":\"tools/call\",\"params\":{\"name\":\"%s\",\"arguments\":%s}}"
        .formatted(id, tool, args);
  }

  final Stream sent(String subject, String body) {
    return line.envoy()
        .open()
        .send(
            Stream.withTokenOf(
                subject,
                Stream.requestHead("POST", false, Map.of(), "content-type", "application/json")))
        .requestBody(body, true);
  }

  /** Sends a message of the stateless era, with the headers that repeat it. */
  final Stream stateless(String subject, String method, String name, String body) {
    return line.envoy()
        .open()
        .send(
            Stream.withTokenOf(
                subject,
                Stream.requestHead(
                    "POST",
                    false,
                    Map.of(),
                    "content-type",
                    "application/json",
                    "mcp-protocol-version",
                    "2026-07-28",
                    "mcp-method",
                    method,
                    "mcp-name",
                    name)))
        .requestBody(body, true);
  }

  final Stream refund(int id) {
    return sent("alice", call(id, "refund", "{\"amount\":501}"));
  }

  final ApprovalRequest request(Predicate<ApprovalRequest> wanted) throws Exception {
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
    while (System.nanoTime() < end) {
      for (ApprovalRequest request : office.ledger().all()) {
        if (wanted.test(request)) {
          return request;
        }
      }
      TimeUnit.MILLISECONDS.sleep(5);
    }
    throw new AssertionError("no such request: " + office.ledger().all());
  }

  final ApprovalRequest pending() throws Exception {
    return request(one -> one.state() == ApprovalState.PENDING);
  }

  final ApprovalRequest approve(Person who, ApprovalRequest request) throws Exception {
    return office.decisions().approve(who, seen(request, "fine"));
  }

  static Word seen(ApprovalRequest request, String reason) {
    return new Word(request.id(), request.digest(), reason);
  }

  static String text(Stream refused) {
    return refused.immediate().getImmediateResponse().getBody().toStringUtf8();
  }

  final List<String> kinds() throws Exception {
    List<String> kinds = new ArrayList<>();
    for (StoredEntry entry : line.entries(1)) {
      kinds.add(entry.leaf().kind().text());
    }
    return kinds;
  }

  final void sweep() throws Exception {
    office.ledger().sweep(line.policy().digest(), _ -> false);
  }
}
