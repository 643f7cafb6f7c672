package io.tabellion.extproc;

import static org.assertj.core.api.Assertions.assertThat;

import io.envoyproxy.envoy.service.ext_proc.v3.ProcessingResponse;
import io.tabellion.audit.EntryKind;
import io.tabellion.audit.Fact;
import io.tabellion.audit.Facts;
import io.tabellion.metrics.Counter;
import io.tabellion.policy.Policy;
import io.tabellion.policy.PolicyReloader;
import io.tabellion.testing.EnvoyPeer;
import io.tabellion.testing.EnvoyPeer.Stream;
import io.tabellion.testing.LineFixture;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A candidate beside the policy in force, on the line: it is recorded, and changes nothing. */
@Tag("unit")
class CandidateOnTheLineTest {
  private static final String HEAD =
      """
      apiVersion: tabellion.io/v1
      kind: Policy
      metadata: {name: line}
      rules:
        - {id: all, match: {}, then: allow}
      """;
  private static final String IN_FORCE =
      HEAD + "  - {id: no-drops, match: {tools: [drop]}, then: deny}\n";
  private static final String CANDIDATE =
      HEAD
          + "  - {id: no-wipes, match: {tools: [wipe]}, then: deny}\n"
          + "  - {id: typo, match: {tools: [echo]}, when: args.missing == 1, then: allow}\n"
          + "  - {id: notes, match: {direction: response, tools: [notes]}, then: deny}\n"
          + "  - {id: mails, match: {direction: response, tools: [mail]}, mask: [{detect: [EMAIL]}]}\n"
          + "  - {id: secrets, match: {resources: ['crm://secret/*']}, then: deny}\n";

  /** Entries of the two LOADS. */
  private static final int LOADS = 2;

  @TempDir Path folder;
  private LineFixture line;
  private String digest = "";

  @BeforeEach
  void begin() throws Exception {
    line = new LineFixture();
    Path file = Files.writeString(folder.resolve("policy.yaml"), IN_FORCE);
    Path next = Files.writeString(folder.resolve("next.yaml"), CANDIDATE);
    try (var reloader = PolicyReloader.load(file, next, line.log, line.clock)) {
      Policy policy = reloader.get();
      line.policy(policy);
    }
    assertThat(line.fact(1, Fact.REASON)).isEqualTo("candidate");
    digest = String.valueOf(line.fact(1, Fact.POLICY));
  }

  @AfterEach
  void end() throws Exception {
    line.close();
  }

  @Test
  void aCallThatItDeniesGoesOnAndTheEntrySaysSo() throws Exception {
    Stream stream = line.sent(call("wipe"));

    Facts facts = facts(LOADS);
    assertThat(facts.text(Fact.DECISION)).isEqualTo("allowed");
    assertThat(facts.texts(Fact.RULES)).containsExactly("all");
    assertThat(facts.texts(Fact.CANDIDATE))
        .containsExactly("policy=" + digest, "would=deny", "no-wipes");
    assertThat(facts.text(Fact.POLICY)).isNotEqualTo(digest);
    assertThat(line.metrics.get(Counter.CANDIDATE_DIFFERS)).isEqualTo(1);
    assertThat(line.metrics.get(Counter.DENIED)).isZero();
    stream.cancel();
  }

  @Test
  void aCallThatItAllowsIsRefusedAllTheSame() throws Exception {
    line.envoy().open().post().requestBody(call("drop"), true).immediate();

    Facts facts = facts(LOADS);
    assertThat(facts.text(Fact.DECISION)).isEqualTo("denied");
    assertThat(facts.texts(Fact.CANDIDATE))
        .containsExactly("policy=" + digest, "would=allow", "all");
  }

  @Test
  void whereItDecidesTheSameNothingIsAdded() throws Exception {
    answered("read", "{\"content\":[]}");

    assertThat(facts(LOADS).texts(Fact.CANDIDATE)).isEmpty();
    assertThat(facts(LOADS + 1).texts(Fact.CANDIDATE)).isEmpty();
    assertThat(line.metrics.get(Counter.CANDIDATE_DIFFERS)).isZero();
  }

  @Test
  void itsRuleErrorsAreNamedAndNotCountedAsThoseOfThePolicy() throws Exception {
    answered("echo", "{\"content\":[]}");

    assertThat(facts(LOADS).texts(Fact.CANDIDATE))
        .containsExactly("policy=" + digest, "error=typo: absent");
    assertThat(facts(LOADS).texts(Fact.RULE_ERRORS)).isEmpty();
    assertThat(line.metrics.get(Counter.RULE_ERRORS)).isZero();
  }

  @Test
  void anAnswerThatItDeniesGoesOn() throws Exception {
    ProcessingResponse reply =
        answered("notes", "{\"content\":[{\"type\":\"text\",\"text\":\"hi\"}]}");

    assertThat(EnvoyPeer.bodyOf(reply).toStringUtf8()).contains("hi");
    assertThat(facts(LOADS + 1).texts(Fact.CANDIDATE))
        .containsExactly("policy=" + digest, "would=deny", "notes");
  }

  @Test
  void whatItWouldMaskGoesOnAndTheEntrySaysThatItsMasksAreOthers() throws Exception {
    String address = "{\"content\":[{\"type\":\"text\",\"text\":\"to jane@example.com\"}]}";
    ProcessingResponse reply = answered("mail", address);

    assertThat(EnvoyPeer.bodyOf(reply).toStringUtf8()).contains("jane@example.com");
    assertThat(facts(LOADS + 1).texts(Fact.CANDIDATE))
        .containsExactly("policy=" + digest, "masks=other");
    assertThat(facts(LOADS + 1).texts(Fact.SHADOW_MASKED)).isEmpty();
    assertThat(line.metrics.get(Counter.CANDIDATE_DIFFERS)).isZero();
  }

  /** A completion asks about a resource as well, by the candidate's rules for it. */
  @Test
  void aCompletionForAResourceThatItDeniesGoesOn() throws Exception {
    Stream stream =
        line.envoy()
            .open()
            .post()
            .requestBody(
                """
                {"jsonrpc":"2.0","id":7,"method":"completion/complete","params":{"ref":\
                {"type":"ref/resource","uri":"crm://secret/{id}"},"argument":{"name":"id","value":"1"}}}\
                """,
                true);
    stream.forwarded();

    assertThat(facts(LOADS).texts(Fact.CANDIDATE))
        .containsExactly("policy=" + digest, "would=deny", "secrets");
    stream.cancel();
  }

  @Test
  void listsShowWhatThePolicyShows() throws Exception {
    String tools = "{\"tools\":[{\"name\":\"wipe\"},{\"name\":\"drop\"}]}";
    ProcessingResponse reply = line.envoy().listed(result(tools));

    assertThat(EnvoyPeer.bodyOf(reply).toStringUtf8()).contains("wipe").doesNotContain("drop");
    assertThat(
            line.entries(0).stream()
                .filter(entry -> entry.leaf().kind() != EntryKind.POLICY_LOADED)
                .map(entry -> entry.leaf().facts().texts(Fact.CANDIDATE)))
        .allMatch(List::isEmpty);
  }

  private Facts facts(int index) throws Exception {
    return line.entries(index + 1).get(index).leaf().facts();
  }

  private ProcessingResponse answered(String tool, String result) throws Exception {
    return line.sent(call(tool)).answerJson(result(result)).answered();
  }

  private static String result(String result) {
    return "{\"jsonrpc\":\"2.0\",\"id\":7,\"result\":" + result + "}";
  }

  private static String call(String tool) {
    return "{\"jsonrpc\":\"2.0\",\"id\":7,\"method\":\"tools/call\",\"params\":{\"name\":\"%s\",\"arguments\":{}}}"
        .formatted(tool);
  }
}
