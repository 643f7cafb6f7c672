package io.tabellion.extproc;

import static org.assertj.core.api.Assertions.assertThat;

import io.tabellion.audit.Fact;
import io.tabellion.policy.PolicyFile;
import io.tabellion.testing.EnvoyPeer;
import io.tabellion.testing.LineFixture;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Arguments of calls against the schema that was accepted of the tool. */
@Tag("unit")
final class ArgumentsTest {
  private static final String LIST = "{\"jsonrpc\":\"2.0\",\"id\":\"l\",\"method\":\"tools/list\"}";
  private static final String SCHEMA =
      """
      {"type":"object","properties":{"amount":{"type":"integer"},"force":{"type":"boolean"},\
      "to":{"type":"object","properties":{"city":{"type":"string"}}}},"required":["amount"]}\
      """;

  @SuppressWarnings("InlineFormatString") // the policy of all tests
  private static final String POLICY =
      """
      apiVersion: tabellion.io/v1
      kind: Policy
      metadata: {name: test}
      mode: %s
      servers: [{name: "*", schema: %s}]
      rules:
        - {id: all, match: {tools: [pay], methods: [tools/call]}, then: allow}
        - {id: lists, match: {methods: [tools/list]}, then: allow}
        - {id: large, match: {tools: [pay]}, when: args.amount == 777, then: deny}
        - {id: forced, match: {tools: [pay]}, when: "has(args.force) && args.force == true", then: deny}
      limits: [{id: few, calls: {max: 1, per: 1m}}]
      """;

  @TempDir Path folder;
  private LineFixture line;

  @BeforeEach
  void begin() throws Exception {
    line = new LineFixture();
  }

  @AfterEach
  void end() {
    line.close();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"amount\":\"777\"}",
        "{\"amount\":\" 777 \"}",
        "{\"amount\":[777]}",
        "{\"amount\":1,\"force\":\"yes\"}",
        "{\"amount\":1,\"force\":1}",
        "{\"amount\":1,\"Amount\":777}",
        "{\"Amount\":777}",
        "{\"amount\":1,\"to\":{\"City\":\"x\"}}",
        "{}",
      })
  void whatTheSchemaHasNotIsRefusedWithoutItsValue(String arguments) throws Exception {
    enforce("enforce", "enforce");
    listed(SCHEMA);
    String text = refused(arguments);
    assertThat(text)
        .contains("NOT EXECUTED", "input schema", "arguments", "expected", "\"isError\":true")
        .doesNotContain("777", "yes", "Amount", "City");
    assertThat(line.fact(3, Fact.DECISION)).isEqualTo("refused");
    assertThat(line.fact(3, Fact.REASON)).isEqualTo("arguments");
    assertThat(line.fact(3, Fact.ARGUMENTS)).contains("expected").doesNotContain("777");
    // What is refused counts for no limit.
    refused(arguments);
    call("{\"amount\":1}").forwarded();
  }

  @Test
  void whatFitsIsJudgedByTheRules() throws Exception {
    enforce("enforce", "enforce");
    listed(SCHEMA);
    assertThat(refused("{\"amount\":777}")).contains("BLOCKED BY POLICY", "large");
    assertThat(refused("{\"amount\":777.0}")).contains("BLOCKED BY POLICY", "large");
    call("{\"amount\":1,\"to\":{\"city\":\"x\"},\"more\":[]}").forwarded();
    assertThat(line.fact(5, Fact.SCHEMA)).isNull();
  }

  @Test
  void inRecordModeTheEntrySaysSo() throws Exception {
    enforce("enforce", "record");
    listed(SCHEMA);
    call("{\"amount\":5,\"to\":1}").forwarded();
    assertThat(line.fact(3, Fact.DECISION)).isEqualTo("allowed");
    assertThat(line.fact(3, Fact.ARGUMENTS)).isEqualTo("[arguments/to (expected: an object)]");
    assertThat(refused("{\"amount\":\"777\"}")).contains("BLOCKED BY POLICY", "large");
  }

  @Test
  void inShadowNothingIsRefused() throws Exception {
    enforce("shadow", "enforce");
    listed(SCHEMA);
    call("{\"amount\":\"777\"}").forwarded();
    assertThat(line.fact(3, Fact.ARGUMENTS)).contains("an integer");
  }

  @Test
  void whereNothingIsCheckedTypesAreNotCompared() throws Exception {
    enforce("enforce", "off");
    listed(SCHEMA);
    assertThat(refused("{\"amount\":\"777\"}")).contains("BLOCKED BY POLICY", "large");
    assertThat(line.fact(3, Fact.SCHEMA)).isEqualTo("off");
    assertThat(line.fact(3, Fact.RULE_ERRORS)).contains("large: type");
    call("{\"amount\":5}").forwarded();
  }

  @Test
  void aToolThatNoListShowedIsJudgedWithoutASchema() throws Exception {
    enforce("enforce", "enforce");
    assertThat(refused("{\"amount\":\"777\"}")).contains("BLOCKED BY POLICY");
    assertThat(refused("{\"amount\":1,\"Amount\":777}")).contains("BLOCKED BY POLICY");
    call("{\"amount\":5}").forwarded();
    assertThat(line.fact(0, Fact.SCHEMA)).isEqualTo("unknown");
  }

  @Test
  void aSchemaThatCannotBeUsedTakesNoToolAway() throws Exception {
    enforce("enforce", "enforce");
    listed("{\"type\":\"object\",\"properties\":{\"amount\":{\"$ref\":\"http://127.0.0.1:9/x\"}}}");
    call("{\"amount\":5}").forwarded();
    assertThat(line.fact(3, Fact.SCHEMA)).isEqualTo("partly");
    listed("7");
    assertThat(line.fact(6, Fact.DETAIL)).contains("not wholly checked", "no object");
  }

  @Test
  void whoMayNotCallTheToolIsToldNothingOfItsSchema() throws Exception {
    policy(
        """
        apiVersion: tabellion.io/v1
        kind: Policy
        metadata: {name: test}
        rules:
          - {id: lists, match: {methods: [tools/list]}, then: allow}
          - {id: no, match: {tools: [pay]}, then: deny}
        """);
    listed(SCHEMA);
    assertThat(refused("{\"amount\":\"777\"}")).contains("BLOCKED").doesNotContain("integer");
  }

  private void enforce(String mode, String schema) throws IOException {
    policy(POLICY.formatted(mode, schema));
  }

  private void policy(String text) throws IOException {
    line.policy(PolicyFile.load(Files.writeString(folder.resolve("p.yaml"), text)).policy());
  }

  private EnvoyPeer.Stream call(String arguments) {
    return line.envoy()
        .open()
        .post()
        .requestBody(
            "{\"jsonrpc\":\"2.0\",\"id\":7,\"method\":\"tools/call\",\"params\":{\"name\":\"pay\",\"arguments\":"
                + arguments
                + "}}",
            true);
  }

  private String refused(String arguments) throws Exception {
    String text = call(arguments).immediate().getImmediateResponse().getBody().toStringUtf8();
    // Ids of entries hold any digits.
    return text.replaceAll("[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", "ID");
  }

  private void listed(String schema) throws Exception {
    var stream = line.envoy().open().post().requestBody(LIST, true);
    stream.forwarded();
    stream
        .answerJson(
            "{\"jsonrpc\":\"2.0\",\"id\":\"l\",\"result\":{\"tools\":[{\"name\":\"pay\",\"inputSchema\":"
                + schema
                + "}]}}")
        .answered();
    line.kinds(3);
  }
}
