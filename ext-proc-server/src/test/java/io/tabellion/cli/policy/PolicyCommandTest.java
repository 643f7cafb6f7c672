package io.tabellion.cli.policy;

import static org.assertj.core.api.Assertions.assertThat;

import io.tabellion.cli.CommandLines;
import io.tabellion.jsonrpc.Json;
import io.tabellion.pin.Source;
import io.tabellion.testing.SamplePins;
import io.tabellion.testing.ServedLog;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import javax.xml.parsers.DocumentBuilderFactory;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.w3c.dom.Element;
import picocli.CommandLine;

@Tag("unit")
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

  @Test
  void testSaysWhichRulesNoTestIsAbout() throws IOException {
    String more =
        GOOD.replace(
                "allow}]",
                "allow}, {id: b, match: {tools: [z]}, then: deny}, {id: c, match: {}, then: deny, mode:"
                    + " off}]")
            + """
            limits:
              - {id: many, calls: {max: 1, per: 1m}}
              - {id: large, request: 1KiB}
            """;

    assertThat(run("test", more)).isZero();
    assertThat(out.toString())
        .contains("1 of 3 rules and limits had a part in a test; none in: b, large");
  }

  @Test
  void testWritesOneObjectForEachTestAndOneForTheFile() throws IOException {
    assertThat(run("test", GOOD.replace("tool: y", "tool: x"), "--json")).isEqualTo(1);
    assertThat(out.toString().lines())
        .hasSize(3)
        .anySatisfy(line -> assertThat(line).contains("\"test\":\"y is not\",\"holds\":false"))
        .last(InstanceOfAssertFactories.STRING)
        .contains("\"tests\":2,\"failed\":1,\"rules\":1,\"untested\":[]");
  }

  @Test
  void testWritesAReportThatAnXmlReaderUnderstands() throws Exception {
    Path report = folder.resolve("report.xml");
    String odd =
        GOOD.replace("tool: y", "tool: x").replace("name: y is not", "name: \"y <&\\x01>\"");

    assertThat(run("test", odd, "--junit", report.toString())).isEqualTo(1);

    var suite =
        DocumentBuilderFactory.newDefaultInstance()
            .newDocumentBuilder()
            .parse(report.toFile())
            .getElementsByTagName("testsuite")
            .item(0);
    assertThat(suite.getAttributes().getNamedItem("failures").getNodeValue()).isEqualTo("1");
    var last = (Element) suite.getLastChild();
    assertThat(last.getAttribute("name")).isEqualTo("y <&\uFFFD>");
    assertThat(last.getElementsByTagName("failure").item(0).getTextContent())
        .contains("p.yaml:7:12: decision: allow (expected: deny)");
  }

  @Test
  void aReportThatCannotBeWrittenIsSaid() throws IOException {
    assertThat(run("test", GOOD, "--junit", folder.resolve("no/r.xml").toString())).isEqualTo(2);
    assertThat(err.toString()).contains("--junit: ", "no such file");
  }

  @Test
  void checkSaysTheSameToPrograms() throws IOException {
    String useless = GOOD.replace("allow}]", "allow}, {id: b, match: {tools: [x]}, then: allow}]");

    assertThat(run("check", useless, "--json")).isEqualTo(1);
    assertThat(err.toString()).isEmpty();
    assertThat(out.toString())
        .contains("\"line\":4,\"column\":57,\"grade\":\"warning\",\"path\":\"rules[1]\"");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '¦',
      value = {
        "--tool x ¦ 0 ¦ decision   allowed by a",
        "--tool y ¦ 1 ¦ decision   denied: no rule allows it",
        "--tool big --args {\"n\":9} --as ann --groups g,h ¦ 1 ¦ decision   denied by no",
        "--tool big --args {\"n\":9} --as ann --groups g,h ¦ 1 ¦ caller     ann (g, h)",
        "--tool big --args {\"n\":9} --as ann --groups g,h ¦ 1 ¦ agent gets Too big.",
        "--tool big --args {\"n\":9} --as ann --groups g,h ¦ 1 ¦ rule no (deny): fires",
        "--tool big --args {\"n\":1} --as ann --groups g ¦ 0 ¦ decision   allowed by big",
        "--tool big --args {} --as ann --groups g ¦ 1 ¦ errors     no: absent",
        "--tool big --args {\"n\":1} ¦ 1 ¦ rule big (allow): does not fire",
        "--tool ask --server crm ¦ 1 ¦ decision   allowed once a person approves it by asks",
        "--tool x --response {\"result\":{\"a\":\"b\"}} ¦ 0 ¦ goes on as {\"result\":{\"a\":\"[A]\"}}",
        "--tool hint ¦ 1 ¦ decision   denied",
        "--tool hint --pinned ¦ 0 ¦ decision   allowed by pinned",
        "--method sampling/createMessage --from-server ¦ 1 ¦ decision   denied",
        "--tool x --args 7 ¦ 2 ¦ --args: no JSON object (expected: ",
        "--args {} ¦ 2 ¦ about nothing (expected: --tool, --resource, --prompt or --method)",
      })
  void tryAnswersOneQuestion(String question, int status, String said) throws IOException {
    String policy =
        HEAD
            + """
            rules:
              - {id: a, match: {tools: [x, ask]}, then: allow}
              - {id: big, match: {tools: [big]}, when: "'g' in principal.groups", then: allow}
              - {id: no, match: {tools: [big]}, when: args.n > 5, then: deny, message: Too big.}
              - {id: asks, match: {servers: [crm], tools: [ask]}, then: requireApproval, approval: {approvers: "true"}}
              - {id: pinned, match: {tools: [hint]}, when: tool.pinned, then: allow}
              - {id: m, match: {direction: response}, mask: [{select: /result/a, with: {replace: "[A]"}}]}
            """;

    assertThat(run("try", policy, question.split(" ", -1))).isEqualTo(status);
    assertThat(out + err.toString()).contains(said);
  }

  @Test
  void tryAnswersPrograms() throws IOException {
    assertThat(run("try", GOOD, "--tool", "x", "--json")).isZero();
    assertThat(out.toString())
        .contains("\"decision\":\"allow\",\"rules\":[\"a\"]", "\"considered\":[{\"rule\":\"a\"");
  }

  @Test
  void checkAsksTheServerForAcceptedToolsOnlyIfItIsTold() throws Exception {
    String policy =
        GOOD.replace("[x]}, then: allow}]", "[x]}, when: args.amonut > 1, then: allow}]");
    try (ServedLog served = new ServedLog(folder)) {
      Json.Obj schema =
          Json.Obj.EMPTY.with("properties", Json.Obj.EMPTY.with("amount", Json.Obj.EMPTY));
      SamplePins.see(
          served.pins(),
          new Source("crm", "", ""),
          "x",
          Json.Obj.EMPTY.with("inputSchema", schema));

      assertThat(run("check", policy.substring(0, policy.indexOf("tests:")))).isZero();
      assertThat(
              run(
                  "check",
                  policy.substring(0, policy.indexOf("tests:")),
                  "--pins",
                  "--dir",
                  folder.toString()))
          .isEqualTo(1);
    }
    assertThat(err.toString())
        .contains(
            "p.yaml:4:14: rules[0]: a: args.amonut: no accepted tool that the rule is about has it"
                + " (did you mean amount?)");
  }

  private int run(String verb, String text, String... options) throws IOException {
    Path file = Files.writeString(folder.resolve("p.yaml"), text);
    CommandLine line =
        CommandLines.of(config -> {
          throw new AssertionError("serve");
        });
    line.setOut(new PrintWriter(out)).setErr(new PrintWriter(err));
    List<String> arguments = new ArrayList<>(List.of("policy", verb, file.toString()));
    arguments.addAll(List.of(options));
    return line.execute(arguments.toArray(String[]::new));
  }
}
