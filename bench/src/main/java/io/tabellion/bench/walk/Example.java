package io.tabellion.bench.walk;

import com.google.protobuf.ByteString;
import io.tabellion.bench.calls.Call;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * A call of a tool and its answer, as they come to the line. No two have the same texts.
 *
 * @param tool name of the tool
 */
record Example(String tool, ByteString request, ByteString answer) {
  private static final String LARGER = "place_order";
  private static final int ITEMS = 10;

  private static final String ALLOW =
      """
      apiVersion: tabellion.io/v1
      kind: Policy
      metadata: {name: bench, version: 1}
      rules:
      - {id: all, match: {}, then: allow}
      """;

  /** The kinds of examples. */
  enum Kind {
    SIMPLE("simple", ALLOW),
    LARGER(
        "larger",
        ALLOW
            + """
            - {id: large, match: {tools: [place_order]}, when: args.items.size() > 100, then: deny}
            - {id: money, match: {tools: [place_order]}, when: args.currency != 'EUR', then: deny}
            - id: many
              match: {tools: [place_order]}
              when: "args.items.exists(i, i.count > 1000)"
              then: deny
            """);

    private final String word;
    private final String policy;

    Kind(String word, String policy) {
      this.word = word;
      this.policy = policy;
    }

    /** Returns the policy file that its calls are judged by. */
    String policy() {
      return policy;
    }

    String word() {
      return word;
    }

    /** Returns the example with this number. */
    Example example(long number) {
      return switch (this) {
        case SIMPLE -> simple(number);
        case LARGER -> larger(number);
      };
    }
  }

  /** The simplest call of {@code ./tabellion bench}. */
  private static Example simple(long number) {
    Call call = Call.of(number, "lookup_customer", "");
    return new Example(
        call.tool(), ByteString.copyFromUtf8(call.body()), ByteString.copyFromUtf8(call.answer()));
  }

  /** An order of some articles, and what a shop says of it, with personal data. */
  private static Example larger(long number) {
    String request =
        """
        {"jsonrpc":"2.0","id":%1$d,"method":"tools/call","params":{"name":"%2$s","arguments":{\
        "customer":{"id":"c-%1$012d","mail":"buyer.%1$d@example.com"},"currency":"EUR","items":[%3$s]},\
        "_meta":{"io.modelcontextprotocol/protocolVersion":"2026-07-28",\
        "io.modelcontextprotocol/clientInfo":{"name":"tabellion-bench","version":"1.0.0"},\
        "io.modelcontextprotocol/clientCapabilities":{}}}}\
        """
            .formatted(number, LARGER, items(number, Example::ordered));
    String answer =
        """
        {"jsonrpc":"2.0","id":%1$d,"result":{"resultType":"complete","content":[{"type":"text","text":\
        "Order %1$d was placed. A confirmation went to buyer.%1$d@example.com, questions to +1 202 555 0147."}],\
        "structuredContent":{"order":%1$d,"items":[%2$s]},"isError":false}}\
        """
            .formatted(number, items(number, Example::packed));
    return new Example(LARGER, ByteString.copyFromUtf8(request), ByteString.copyFromUtf8(answer));
  }

  private interface Item {
    String of(long number, int item);
  }

  private static String items(long number, Item each) {
    return IntStream.range(0, ITEMS)
        .mapToObj(item -> each.of(number, item))
        .collect(Collectors.joining(","));
  }

  private static String ordered(long number, int item) {
    return """
    {"article":"a-%1$d-%2$d","count":%2$d,"price":"%2$d.95","options":{"gift":false,"color":"dark green"},\
    "note":"Please wrap number %2$d of order %1$d apart from the others."}\
    """
        .formatted(number, item);
  }

  private static String packed(long number, int item) {
    return """
    {"article":"a-%1$d-%2$d","state":"packed","parcel":"p-%1$d-%2$d","weight":%2$d.25,"carrier":{\
    "name":"Example Parcels","service":"next day","insured":true},\
    "history":["ordered","paid","packed in hall %2$d, leaves with the next transport of the day"]}\
    """
        .formatted(number, item);
  }
}
