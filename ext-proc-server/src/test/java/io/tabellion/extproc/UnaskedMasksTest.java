package io.tabellion.extproc;

import static org.assertj.core.api.Assertions.assertThat;

import io.tabellion.audit.Fact;
import io.tabellion.policy.PolicyFile;
import io.tabellion.testing.EnvoyPeer;
import io.tabellion.testing.EnvoyPeer.Stream;
import io.tabellion.testing.LineFixture;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Messages that can be read and that no rule is asked about: their record is masked by all that any
 * rule masks, whatever it is about.
 */
@Tag("unit")
final class UnaskedMasksTest {
  private static final String POLICY =
      """
      apiVersion: tabellion.io/v1
      kind: Policy
      metadata: {name: masks, version: 1}
      rules:
        - {id: all, match: {}, then: allow}
        - id: plans
          match: {methods: [tools/call], tools: [plan]}
          when: args.kind == 'secret'
          mask: [{select: /params/arguments/plan, with: {replace: "[PLAN]"}, unless: "'x' in principal.groups"}]
        - id: uris
          match: {methods: [resources/read]}
          mask: [{select: /params/uri, with: {replace: "[URI]"}}]
        - id: pay
          match: {direction: response, tools: [hr]}
          mask: [{select: /result/structuredContent/**/pay, with: {replace: "[PAY]"}}]
        - id: logs
          match: {direction: server-request, methods: [notifications/message]}
          mask: [{select: /params/data/**, with: {replace: "[DATA]"}}]
      """;

  @TempDir Path folder;
  private LineFixture line;

  @BeforeEach
  void begin() throws Exception {
    line = new LineFixture();
    line.policy(PolicyFile.load(Files.writeString(folder.resolve("p.yaml"), POLICY)).policy());
  }

  @AfterEach
  void end() {
    line.close();
  }

  private static String call(String tool, String arguments) {
    return "{\"jsonrpc\":\"2.0\",\"id\":7,\"method\":\"tools/call\",\"params\":{\"name\":\""
        + tool
        + "\",\"arguments\":"
        + arguments
        + "}}";
  }

  private String kept(int index) throws Exception {
    return Objects.requireNonNull(line.content(index));
  }

  @Test
  void aRequestOfNoSessionOfTheCaller() throws Exception {
    String call = call("any", "{\"plan\":\"buy globex\",\"other\":\"shown\"}");
    line.envoy().open().post("mcp-session-id", "none").requestBody(call, true).immediate();
    assertThat(line.fact(0, Fact.DECISION)).isEqualTo("refused");
    assertThat(kept(0)).isEqualTo(call.replace("buy globex", "[PLAN]"));
    assertThat(line.fact(0, Fact.MASKED)).isEqualTo("[SELECTED record 1 /params/arguments/plan]");
  }

  @Test
  void aRequestThatIsNoMcp() throws Exception {
    String read =
        "{\"jsonrpc\":\"2.0\",\"id\":7,\"method\":\"resources/read\",\"params\":"
            + "{\"uri\":\"crm://globex\",\"name\":[]}}";
    String faulty = read.replace("resources/read", "tools/call");
    line.envoy().open().post().requestBody(faulty, true).immediate();
    assertThat(line.fact(0, Fact.DECISION)).isEqualTo("refused");
    assertThat(kept(0)).isEqualTo(faulty.replace("crm://globex", "[URI]"));
    String strange = read.replace("\"name\":[]", "\"mcp\":1");
    line.envoy().open().post("mcp-session-id", "none").requestBody(strange, true).immediate();
    assertThat(line.entries(2).get(1).leaf().toString()).doesNotContain("globex");
    assertThat(line.fact(1, Fact.RESOURCE)).isEqualTo("[URI]");
  }

  @Test
  void anEventThatAnswersNothing() throws Exception {
    Stream stream = line.sent(call("any", "{}"));
    stream.answerHead(200, false, "content-type", "text/event-stream").answered();
    String stray =
        "{\"jsonrpc\":\"2.0\",\"id\":9,\"result\":{\"structuredContent\":{\"pay\":\"84k\"}}}";
    String named =
        "{\"jsonrpc\":\"2.0\",\"method\":\"notifications/message\",\"params\":{\"data\":\"globex\"}}";
    stream.answerBody("data: " + stray + "\n\nevent: other\ndata: " + named + "\n\n", true);
    assertThat(stream.rest()).doesNotContain("84k", "globex");
    assertThat(kept(2)).isEqualTo(stray.replace("84k", "[PAY]"));
    assertThat(kept(3)).isEqualTo(named.replace("globex", "[DATA]"));
  }

  @Test
  void whatARuleIsAskedAboutIsMaskedByItAlone() throws Exception {
    Stream stream =
        line.envoy().open().post().requestBody(call("any", "{\"plan\":\"buy globex\"}"), true);
    assertThat(EnvoyPeer.bodyOf(stream.forwarded()).toStringUtf8()).contains("buy globex");
    assertThat(kept(0)).contains("buy globex");
    stream.cancel();
    line.entries(2);
  }
}
