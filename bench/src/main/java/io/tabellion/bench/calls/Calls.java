package io.tabellion.bench.calls;

import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/**
 * What kind of calls is measured: what clients ask, how the MCP server answers, and what the policy
 * says. Each kind has a tool of its own, by which the MCP server knows it.
 */
enum Calls {
  SIMPLE("simple", "lookup_customer", "a JSON answer, a policy that allows all"),
  SSE("sse", "watch_customer", "an answer as SSE stream: a log message, then the result"),
  MASKED("masked", "contact_customer", "rules that mask in the request and in the answer"),
  RULES("rules", "order_customer", "20 rules for the tool that read its arguments in CEL"),
  LARGE_16("16k", "read_16k", "a text of 16 KiB in the request and in the answer"),
  LARGE_64("64k", "read_64k", "a text of 64 KiB in the request and in the answer");

  /** Rules of {@link #RULES} whose conditions are evaluated for each call. */
  static final int CONDITIONS = 20;

  private static final String ALLOW_ALL =
      """
      apiVersion: tabellion.io/v1
      kind: Policy
      metadata: {name: bench, version: 1}
      rules:
      - {id: all, match: {}, then: allow}
      - {id: servers-own, match: {direction: server-request}, then: allow}
      """;

  private static final String MASKS =
      """
      - id: requests
        match: {direction: request, tools: [contact_customer]}
        mask: [{select: /params/arguments, detect: [EMAIL]}]
      - id: answers
        match: {direction: response, tools: [contact_customer]}
        mask:
        - {detect: [EMAIL], with: {EMAIL: {replace: "[{detector}]"}}}
        - {select: /result/structuredContent/card, with: {keepLast: 4}}
      """;

  private final String word;
  private final String tool;
  private final String words;

  Calls(String word, String tool, String words) {
    this.word = word;
    this.tool = tool;
    this.words = words;
  }

  /** As it is typed: {@code 16k}. */
  String word() {
    return word;
  }

  /** What is special about them, for the report. */
  String words() {
    return words;
  }

  /** Returns the call with this id. */
  Call call(long id) {
    return Call.of(
        id,
        tool,
        switch (this) {
          case SIMPLE, SSE, RULES -> "";
          case MASKED -> "The answer goes to " + Answers.MAIL + " today.";
          case LARGE_16, LARGE_64 -> text(id);
        });
  }

  /** Returns the text of a large call and of its answer; empty for the other kinds. */
  String text(long id) {
    return switch (this) {
      case SIMPLE, SSE, MASKED, RULES -> "";
      case LARGE_16 -> Prose.of(id, 16 << 10);
      case LARGE_64 -> Prose.of(id, 64 << 10);
    };
  }

  /** Returns the policy file of the server, without a rule that denies one of the calls. */
  String policy() {
    return switch (this) {
      case SIMPLE, SSE, LARGE_16, LARGE_64 -> ALLOW_ALL;
      case MASKED -> ALLOW_ALL + MASKS;
      case RULES -> ALLOW_ALL + conditions();
    };
  }

  private static String conditions() {
    List<String> conditions =
        List.of(
            "args.region == 'us-west-%d'",
            "args.reason.matches(r'(?i)\\\\b(refund|chargeback|lawyer)\\\\b.*%d')",
            "args.fields.exists(f, f == 'secret_%d')",
            "args.customer.startsWith('x-%d') && 'staff' in principal.groups");
    StringBuilder rules = new StringBuilder();
    for (int i = 0; i < CONDITIONS; i++) {
      rules.append(
          "- {id: r%d, match: {tools: [order_customer]}, when: \"%s\", then: deny}\n"
              .formatted(i, conditions.get(i % conditions.size()).formatted(i)));
    }
    return rules.toString();
  }

  /** Returns the kind of a call; {@link #SIMPLE} for a tool that is none of these. */
  static Calls of(Call call) {
    for (Calls calls : values()) {
      if (calls.tool.equals(call.tool())) {
        return calls;
      }
    }
    return SIMPLE;
  }

  /** Reads a kind as it is typed. */
  static final class FromWord implements ITypeConverter<Calls> {
    @Override
    public Calls convert(String text) {
      for (Calls calls : values()) {
        if (calls.word.equals(text)) {
          return calls;
        }
      }
      throw new TypeConversionException(
          "expected one of "
              + Arrays.stream(values()).map(Calls::word).collect(Collectors.joining(", ")));
    }
  }
}
