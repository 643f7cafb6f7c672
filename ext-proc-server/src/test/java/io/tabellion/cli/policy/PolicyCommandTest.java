package io.tabellion.cli.policy;

import static org.assertj.core.api.Assertions.assertThat;

import io.tabellion.cli.CommandLines;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

class PolicyCommandTest {
  private static final String HEAD =
      """
      apiVersion: tabellion.io/v1
      kind: Policy
      metadata: {name: test, version: 2}
      """;
  private static final String GOOD =
      HEAD
          + """
          rules: [{id: a, match: {tools: [x]}, then: allow}]
          tests:
            - {name: x is allowed, given: {tool: x}, expect: {decision: allow}}
            - {name: y is not, given: {tool: y}, expect: {decision: deny}}
          """;

  @TempDir Path folder;
  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  @Test
  void checkSaysWhatIsInAGoodFile() throws IOException {
    assertThat(run("check", GOOD)).isZero();
    assertThat(out.toString()).contains("p.yaml: test version 2, 1 rules, 0 limits, 2 tests hold");
    assertThat(err.toString()).isEmpty();
  }

  @Test
  void checkSaysEverythingThatIsWrong() throws IOException {
    String bad = GOOD.replace("then: allow}]", "when: args.x = 1, then: alow}]");

    assertThat(run("check", bad)).isEqualTo(2);
    assertThat(out.toString()).isEmpty();
    assertThat(err.toString())
        .contains("p.yaml:4:51: rules[0].when: ", "p.yaml:4:62: rules[0].then: alow (expected:");
  }

  @Test
  void checkWarnsOfRulesWithoutEffect() throws IOException {
    String useless = GOOD.replace("allow}]", "allow}, {id: b, match: {tools: [x]}, then: allow}]");

    assertThat(run("check", useless)).isEqualTo(1);
    assertThat(err.toString()).contains("p.yaml:4:57: rules[1]: b: the same as rule a");
  }

  @Test
  void checkWarnsOfAnApprovalThatNothingAllows() throws IOException {
    String asks =
        """
        rules:
          - {id: a, match: {tools: [x]}, then: allow}
          - {id: b, match: {tools: [x, "del_*"]}, then: requireApproval, approval: {approvers: "true"}}
          - {id: c, match: {tools: [z]}, then: requireApproval, approval: {approvers: "true"}}
          - {id: d, match: {methods: [prompts/list]}, then: requireApproval, approval: {approvers: "true"}}
        """;

    assertThat(run("check", HEAD + asks)).isEqualTo(1);
    assertThat(err.toString())
        .contains(
            "p.yaml:6:10: rules[1]: b: asks for approval, but no rule allows del_*, so",
            "p.yaml:7:10: rules[2]: c: asks for approval, but no rule allows it, so the call is"
                + " denied and nobody is asked (expected: a rule with then: allow")
        .doesNotContain("rules[0]", "rules[3]");
  }

  @Test
  void testPrintsEachTest() throws IOException {
    assertThat(run("test", GOOD)).isZero();
    assertThat(out.toString()).contains("ok    x is allowed", "ok    y is not", "2 tests, 0 fail");
  }

  @Test
  void testSaysWhatFails() throws IOException {
    assertThat(run("test", GOOD.replace("tool: y", "tool: x"))).isEqualTo(1);
    assertThat(out.toString())
        .contains(
            "ok    x is allowed",
            "FAILS y is not",
            "p.yaml:7:12: decision: allow (expected: deny)",
            "2 tests, 1 fail");
  }

  @Test
  void testSaysWhatIsWrongWithAFileThatCannotBeUsed() throws IOException {
    assertThat(run("test", "rules: []")).isEqualTo(2);
    assertThat(err.toString()).contains("p.yaml:1:1: apiVersion: missing");
  }

  private int run(String verb, String text) throws IOException {
    Path file = Files.writeString(folder.resolve("p.yaml"), text);
    CommandLine line =
        CommandLines.of(config -> {
          throw new AssertionError("serve");
        });
    line.setOut(new PrintWriter(out)).setErr(new PrintWriter(err));
    return line.execute("policy", verb, file.toString());
  }
}
