package io.tabellion.policy;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Every kind of wrong file says what is wrong, and where. */
@Tag("unit")
class BrokenPoliciesTest {
  private static final String HEAD =
      "apiVersion: tabellion.io/v1\nkind: Policy\nmetadata: {name: test}\n";

  @TempDir Path folder;

  @ParameterizedTest
  @CsvSource(
      delimiterString = " => ",
      quoteCharacter = '~',
      value = {
        "rules: [{id: a, match: {, then: deny}]" + " => 4:25: not YAML: while parsing a flow node",
        "rules: &a [*a] => 4:8: an anchor or alias (expected: the value itself)",
        "rulez: [] => 4:1: rulez: unknown key (did you mean rules?)",
        "rules: 7 => 4:8: rules: 7 (expected: a list)",
        "rules: [{id: a, match: {}, then: permit}]"
            + " => 4:34: rules[0].then: permit (expected: allow, deny or requireApproval)",
        "rules: [{id: a, match: {}, when: 'args.x = 1', then: deny}]"
            + " => 4:42: rules[0].when: =: no operator (expected: ==)",
        "rules: [{id: a, match: {}, when: 'principal.grups == []', then: deny}]"
            + " => 4:44: rules[0].when: grups: unknown field (did you mean groups?)",
        "rules: [{id: a, match: {}, when: 'principal.groups == 1', then: deny}]"
            + " => 4:52: rules[0].when: ==: cannot compare a list with an integer (expected: values"
            + " of one type)",
        "rules: [{id: a, match: {}, when: \"args.x.matches('\\\\bx')\", then: deny}]"
            + " => 4:50: rules[0].when: pattern: control character U+0008, which \\b was made into"
            + " (expected: none; write r'…', in which \\ stays what it is)",
        "rules: [{id: a, match: {}, when: \"args.x.matches('\\bx')\", then: deny}]"
            + " => 4:51: rules[0].when: control character U+0008, which \\b was made into (expected:"
            + " none; write the condition in single quotes, or behind |)",
        "rules: [{id: a, match: {}, when: [x], then: deny}]"
            + " => 4:34: rules[0].when: a list (expected: an expression in CEL)",
        "rules: [{id: a, match: {}, then: deny}, {id: a, match: {}, then: deny}]"
            + " => 4:46: rules[1].id: a (expected: an id that no other rule or limit has)",
        "rules: [{id: a, match: {tools: ['get user ']}, then: deny}]"
            + " => 4:33: rules[0].match.tools[0]: get user  (expected: a name without"
            + " blanks at its ends)",
        "rules: [{id: a, match: {tools: ['get\u200Buser']}, then: deny}]"
            + " => 4:33: rules[0].match.tools[0]: get\u200Buser (expected: a name"
            + " without invisible characters)",
        "rules: [{id: a, match: {methods: ['toolz/*']}, then: deny}]"
            + " => 4:35: rules[0].match.methods[0]: toolz/* (expected: a pattern that a method of"
            + " MCP matches)",
        "rules: [{id: a, match: {methods: [ping], tools: [x]}, then: deny}]"
            + " => 4:24: rules[0].match: matches nothing (expected: tools together with a method"
            + " that has them, such as tools/call)",
        "rules: [{id: a, match: {}, when: 'response.bytes > 1', then: deny}]"
            + " => 4:9: rules[0]: when: reads response (expected: match: {direction: response})",
        "rules: [{id: a, match: {}, then: requireApproval}]"
            + " => 4:9: rules[0]: approval: missing (expected: who may approve, such as approval:"
            + " {approvers: ...})",
        "rules: [{id: a, match: {}, mask: [{detect: [EMAL]}]}]"
            + " => 4:45: rules[0].mask[0].detect[0]: EMAL (expected: EMAIL)",
        "rules: [{id: a, match: {}, mask: [{select: ssn}]}]"
            + " => 4:44: rules[0].mask[0].select: ssn (expected: select: does not begin with /"
            + " (expected: / and names of members, numbers of items, * or **, such as"
            + " /result/**/ssn))",
        "vars: {a: vars.b, b: vars.a}¶rules: []" + " => 4:11: vars: vars.b: not defined above",
        "rules: []¶onError: allow"
            + " => 5:1: onError: unknown key (expected: one of apiVersion, kind, metadata, mode,"
            + " detection, defaults, servers, vars, rules, limits, tests)",
        "rules: []¶tests: [{name: t, given: {tool: x}, expect: {decision: allow}}]"
            + " => 5:16: tests[0]: 't': decision: deny (expected: allow)",
        "rules: [{id: abc, match: {}, then: deny}]¶"
            + "tests: [{name: t, given: {tool: x}, expect: {rule: abd}}]"
            + " => 5:52: tests[0].expect.rule: abd (expected: abc)",
        "rules: []¶limits: [{id: l, calls: {max: 0, per: 1m}}]"
            + " => 5:25: limits[0].calls: max: 0 (expected: 1 to 10000)",
      })
  void saysWhatIsWrong(String rest, String problem) throws IOException {
    assertThat(problems(HEAD + rest.replace('¶', '\n'))).contains(problem);
  }

  @Test
  void saysThePlaceInAnExpressionOfManyLines() throws IOException {
    assertThat(
            problems(
                HEAD
                    + """
                    rules:
                      - id: a
                        match: {}
                        when: |
                          'dba' in principal.groups
                            || principal.subjct == 'x'
                        then: deny
                    """))
        .containsExactly("9:21: rules[0].when: subjct: unknown field (did you mean subject?)");
  }

  @Test
  void saysAllThatIsWrong() throws IOException {
    assertThat(
            problems(
                HEAD
                    + """
                    mode: enforced
                    vars: {x: principal.nme}
                    rules:
                      - {id: a, match: {}, when: vars.x == 'y', then: dney}
                      - {id: b, match: {tool: [x]}, when: arg.x == 1, then: deny}
                    """))
        .containsExactly(
            "4:7: mode: enforced (expected: enforce or shadow or off)",
            "5:20: vars: nme: unknown field (expected: one of %s)".formatted(fields("principal")),
            "7:51: rules[0].then: dney (expected: allow, deny or requireApproval)",
            "8:21: rules[1].match.tool: unknown key (did you mean tools?)",
            "8:39: rules[1].when: arg: unknown name (did you mean args?)");
  }

  private static String fields(String variable) {
    return String.join(", ", QuestionWords.vocabulary().fieldNames(variable));
  }

  @Test
  void aHugeFileIsRefusedAtOnce() throws IOException {
    Path file = folder.resolve("huge.yaml");
    try (RandomAccessFile huge = new RandomAccessFile(file.toFile(), "rw")) {
      huge.setLength(100L << 20);
    }

    Assertions.assertTimeout(
        Duration.ofSeconds(5),
        () ->
            assertThat(PolicyCheck.of(file).problems())
                .extracting(Object::toString)
                .containsExactly("1:1: more than 1 MiB (expected: a file written by hand)"));
  }

  @Test
  void aBombOfAliasesIsRefusedAtOnce() throws IOException {
    String bomb = "a: &a [x, x]\nb: &b [*a, *a, *a, *a, *a, *a, *a, *a, *a]\n";

    assertThat(problems(bomb))
        .containsExactly("1:4: an anchor or alias (expected: the value itself)");
  }

  // What has no effect.

  @ParameterizedTest
  @CsvSource(
      delimiterString = " => ",
      quoteCharacter = '~',
      value = {
        "{id: a, match: {tools: [get_x]}, then: allow}, {id: b, match: {tools: ['get_*']}, then:"
            + " deny} => 4:14: rules[0]: a: has no effect: rule b denies everything that it is about",
        "{id: a, match: {tools: [x]}, when: 'args.n > 1', then: allow}, {id: b, match: {tools:"
            + " [x]}, when: 'args.n > 1', then: allow} => 4:77: rules[1]: b: the same as rule a",
        "{id: a, match: {tools: [x]}, when: 'args.n > 1', then: allow}, {id: b, match: {}, then:"
            + " allow} => 4:14: rules[0]: a: adds nothing to rule b",
      })
  void saysWhatHasNoEffect(String rules, String warning) throws IOException {
    PolicyCheck check = PolicyCheck.of(file(HEAD + "rules: [" + rules + "]"));

    assertThat(check.problems()).isEmpty();
    assertThat(check.warnings()).extracting(Object::toString).containsExactly(warning);
  }

  @ParameterizedTest
  @CsvSource(
      delimiterString = " => ",
      quoteCharacter = '~',
      value = {
        "{id: a, match: {tools: ['get_*']}, then: allow}, {id: b, match: {tools: [get_x]}, then:"
            + " deny} => -",
        "{id: a, match: {tools: [x]}, then: allow}, {id: b, match: {tools: [x]}, when: 'args.n >"
            + " 1', then: deny} => -",
        "{id: a, match: {tools: [x]}, then: allow}, {id: b, match: {tools: [x]}, then: deny, mode:"
            + " shadow} => -",
        "{id: a, match: {tools: [x]}, then: allow}, {id: b, match: {direction: response, tools:"
            + " [x]}, then: deny} => -",
      })
  void whatHasAnEffectIsLeftAlone(String rules, String none) throws IOException {
    assertThat(PolicyCheck.of(file(HEAD + "rules: [" + rules + "]")).warnings()).isEmpty();
  }

  @Test
  void aControlCharacterIsNoPartOfAPattern() throws IOException {
    String patterns =
        """
        rules: []
        detection:
          allowed: {patterns: ["\\bx"]}
          detectors: [{name: OWN, pattern: "\\b[0-9]+", digits: true, longest: 9}]
        """;
    assertThat(problems(HEAD + patterns))
        .containsExactly(
            "6:12: detection: allowed: patterns: control character U+0008, which \\b was made into"
                + " (expected: none; write it in single quotes)",
            "7:15: detection: detectors[0]: pattern: control character U+0008, which \\b was made"
                + " into (expected: none; write it in single quotes)");
  }

  private List<String> problems(String text) throws IOException {
    return PolicyCheck.of(file(text)).problems().stream().map(Object::toString).toList();
  }

  private Path file(String text) throws IOException {
    return Files.writeString(folder.resolve("p.yaml"), text);
  }
}
