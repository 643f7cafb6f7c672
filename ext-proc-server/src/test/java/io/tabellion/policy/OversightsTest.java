package io.tabellion.policy;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.tabellion.jsonrpc.Json;
import io.tabellion.jsonrpc.JsonReader;
import io.tabellion.jsonrpc.Limits;
import io.tabellion.jsonrpc.Reading;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What people get wrong in policies is found; what they mean is left alone. */
@Tag("unit")
class OversightsTest {
  private static final String HEAD =
      """
      apiVersion: tabellion.io/v1
      kind: Policy
      metadata: {name: test}
      """;
  private static final String ALLOWS =
      "  - {id: all, match: {methods: [tools/call]}, then: allow}\n";

  @TempDir Path folder;

  @ParameterizedTest
  @CsvSource(
      delimiter = '¦',
      quoteCharacter = '~',
      value = {
        // Masks.
        "match: {}, mask: [{select: /result/**/ssn}] ¦ rules[1].mask[0]: r: select: /result/**/ssn"
            + " stands in no request, so nothing is masked (expected: match: {direction: response})",
        "match: {tools: [x]}, mask: [{select: /arguments/a}] ¦ rules[1].mask[0]: r: select:"
            + " /arguments/a stands in no request, so nothing is masked (expected: /params/…, such"
            + " as /params/arguments/NAME)",
        "match: {direction: response}, mask: [{select: /structuredContent/a}] ¦ rules[1].mask[0]: r:"
            + " select: /structuredContent/a stands in no answer, so nothing is masked (expected:"
            + " /result/…)",
        "match: {tools: [x]}, mask: [{detect: [PII]}] ¦ rules[1].mask[0]: r: masks requests only"
            + " (expected: match: {direction: response} for answers, or {direction: request} if"
            + " requests are meant)",
        "match: {direction: response}, mask: [{detect: [PII], unless: 'true || args.x == 1'}] ¦"
            + " rules[1].mask[0].unless: r: always true, so nothing is ever masked",
        // Conditions.
        "match: {tools: [x]}, when: 'false', then: allow ¦ rules[1].when: r: false for every message"
            + " that the rule is about, so it allows nothing",
        "match: {tools: [a, b]}, when: \"tool.name == 'c' && args.x == 1\", then: deny ¦"
            + " rules[1].when: r: false for every message that the rule is about, so it never fires",
        "match: {servers: [crm]}, when: \"server.name == 'CRM'\", then: deny ¦ rules[1].when: r:"
            + " false for every message that the rule is about, so it never fires",
        "match: {tools: [a]}, when: \"mcp.method == 'tools/list'\", then: deny ¦ rules[1].when: r:"
            + " false for every message that the rule is about, so it never fires",
        "match: {tools: [a]}, when: \"dyn(1) == 'a'\", then: allow ¦ rules[1].when: r: an error"
            + " (type (values of different types compared)) for every message that the rule is about, so it allows nothing",
        "match: {tools: [a]}, when: \"dyn(1) == 'a'\", then: deny ¦ rules[1].when: r: an error"
            + " (type (values of different types compared)) for every message that the rule is about, so it fires for each",
        // What allows nothing.
        "match: {direction: response}, then: allow ¦ rules[1]: r: allows nothing: answers go on"
            + " unless a rule denies them",
        "match: {methods: [tools/list, ping]}, then: allow ¦ rules[1]: r: allows nothing: these"
            + " messages go on unless a rule denies them",
      })
  void findsWhatIsNotMeant(String rule, String warning) throws IOException {
    List<String> found = warnings(ALLOWS + "  - {id: r, " + rule + "}\n");

    assertThat(found).anyMatch(text -> text.endsWith(": " + warning));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "match: {direction: request}, mask: [{detect: [PII]}]",
        "match: {tools: [x]}, mask: [{select: /params/arguments/a}]",
        "match: {direction: response}, mask: [{select: /result/**/a}]",
        "match: {direction: response}, mask: [{select: /params/data}]",
        "match: {direction: response}, mask: [{select: '/**/ssn'}]",
        "match: {tools: [a, b]}, when: \"tool.name == 'a'\", then: deny",
        "match: {tools: ['a*']}, when: \"tool.name == 'c'\", then: deny",
        "match: {tools: [a]}, when: \"'x' in principal.groups && args.n > 5\", then: deny",
        "match: {tools: [a]}, when: tool.annotations.readOnlyHint, then: deny",
        "match: {tools: [a]}, when: now.getHours('UTC') < 6, then: deny",
        "match: {methods: ['tools/*']}, when: principal.subject == 'a', then: deny",
        "match: {resources: ['file:///a/*']}, when: resource.uri.endsWith('.md'), then: deny",
      })
  void whatCanBeMeantIsLeftAlone(String rule) throws IOException {
    assertThat(warnings(ALLOWS + "  - {id: r, " + rule + "}\n")).isEmpty();
  }

  @Test
  void aFileThatAllowsNothingIsFound() throws IOException {
    assertThat(warnings("  - {id: r, match: {tools: [x]}, then: deny}\n"))
        .containsExactly(
            "5:10: rules: none allows anything, so every call is denied (expected: a rule with then:"
                + " allow)");
  }

  @Test
  void aToolOfAnAllowThatAnotherRuleAlwaysDeniesIsFound() throws IOException {
    assertThat(
            warnings(
                """
                  - {id: r, match: {tools: [get_a, delete_a]}, then: allow}
                  - {id: no, match: {tools: ["delete_*"]}, when: "true", then: deny}
                """))
        .containsExactly("5:10: rules[0]: r: allows nothing for delete_a: rule no denies it");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '¦',
      quoteCharacter = '~',
      value = {
        "match: {tools: [refund]}, when: args.amonut > 5, then: deny ¦ args.amonut: no accepted tool"
            + " that the rule is about has it (did you mean amount?)",
        "match: {tools: [refund]}, when: \"args['amonut'] > 5\", then: deny ¦ args.amonut: no"
            + " accepted tool that the rule is about has it (did you mean amount?)",
        "match: {tools: [refund]}, when: args.to.ibn == 'x', then: deny ¦ args.to.ibn: no accepted"
            + " tool that the rule is about has it (did you mean iban?)",
        "match: {servers: [crm], methods: [tools/call]}, when: has(args.zzz), then: deny ¦ args.zzz:"
            + " no accepted tool that the rule is about has it (there is: amount, id, to)",
      })
  void findsArgumentsThatNoAcceptedToolHas(String rule, String warning) throws IOException {
    assertThat(withTools(rule)).containsExactly("6:10: rules[1]: r: " + warning);
  }

  @Test
  void findsToolsThatNobodyAccepted() throws IOException {
    assertThat(withTools("match: {servers: [crm], tools: [refnd, 'get_*']}, then: deny"))
        .containsExactly(
            "6:10: rules[1].match.tools: r: no accepted tool is called refnd (did you mean refund?)");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "match: {tools: [refund]}, when: args.amount > 5, then: deny",
        "match: {tools: [refund]}, when: args.to.iban == 'x', then: deny",
        "match: {tools: ['*']}, when: args.amount > 5, then: deny",
        "match: {servers: [crm, open], tools: ['*']}, when: args.zzz > 5, then: deny",
        "match: {servers: [elsewhere], tools: [nope]}, when: args.zzz > 5, then: deny",
        "match: {prompts: [p]}, when: args.zzz == '5', then: deny",
        "match: {methods: [ping]}, when: args.zzz == '5', then: deny",
        "match: {direction: response, tools: [refund]}, when: args.amount > 5, then: deny",
      })
  void argumentsThatAToolHasOrMayHaveAreLeftAlone(String rule) throws IOException {
    assertThat(withTools(rule)).isEmpty();
  }

  private List<String> withTools(String rule) throws IOException {
    List<KnownTool> tools =
        List.of(
            new KnownTool(
                "crm",
                "refund",
                schema(
                    """
                    {"type": "object", "properties": {"amount": {"type": "integer"}, "to": {"type":
                     "object", "properties": {"iban": {"type": "string"}}}}}
                    """)),
            new KnownTool("crm", "get_user", schema("{\"properties\": {\"id\": {}}}")),
            new KnownTool("open", "any", schema("{\"type\": \"object\"}")));
    return PolicyCheck.of(file(ALLOWS + "  - {id: r, " + rule + "}\n"), tools).warnings().stream()
        .map(Object::toString)
        .toList();
  }

  private static Json.Obj schema(String text) {
    return new JsonReader(Limits.DEFAULT).read(ByteString.copyFromUtf8(text))
            instanceof Reading.Document(Json.Obj object)
        ? object
        : Json.Obj.EMPTY;
  }

  private List<String> warnings(String rules) throws IOException {
    PolicyCheck check = PolicyCheck.of(file(rules));
    assertThat(check.problems()).isEmpty();
    return check.warnings().stream().map(Object::toString).toList();
  }

  private Path file(String rules) throws IOException {
    return Files.writeString(folder.resolve("p.yaml"), HEAD + "rules:\n" + rules);
  }
}
