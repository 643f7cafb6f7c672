package io.tabellion.bench.calls;

import java.util.List;

/** What the MCP server of the benchmark answers, and whether what arrived is that. */
final class Answers {
  /** What the rules of {@link Calls#MASKED} mask, in the request and in the answer. */
  static final String MAIL = "mary.major@example.com";

  private static final String CARD = "4111111111111111";
  private static final String SEEN = "\"mail_seen\":";

  private Answers() {}

  /** An answer to a call. */
  record Answer(String mediaType, String body) {}

  /** Answers the call with this body. */
  static Answer to(String body) {
    Call call = Call.of(body);
    return switch (Calls.of(call)) {
      case SIMPLE, RULES -> json(call.answer());
      case SSE -> new Answer("text/event-stream", event(log(call)) + event(call.answer()));
      case MASKED -> json(contact(call, body.contains(MAIL)));
      case LARGE_16, LARGE_64 -> json(large(call));
    };
  }

  private static Answer json(String body) {
    return new Answer("application/json", body);
  }

  private static String event(String message) {
    return "event: message\ndata: " + message + "\n\n";
  }

  private static String log(Call call) {
    return """
    {"jsonrpc":"2.0","method":"notifications/message","params":{"level":"info",\
    "data":"reading %s"}}\
    """
        .formatted(call.customer());
  }

  private static String contact(Call call, boolean seen) {
    return """
    {"jsonrpc":"2.0","id":%d,"result":{"resultType":"complete","content":[{"type":"text","text":\
    "%s, gold: write to %s, two of three orders are packed."}],"structuredContent":{\
    "customer":"%s","mail":"%s","card":"%s",%s%b},"isError":false}}\
    """
        .formatted(call.id(), call.customer(), MAIL, call.customer(), MAIL, CARD, SEEN, seen);
  }

  private static String large(Call call) {
    return """
    {"jsonrpc":"2.0","id":%d,"result":{"resultType":"complete","content":[{"type":"text","text":\
    "%s: %s"}],"isError":false}}\
    """
        .formatted(call.id(), call.customer(), Calls.of(call).text(call.id()));
  }

  /**
   * Whether a body is the answer to this call and no other, whole, and masked where it has to be.
   *
   * @param guarded whether it came through our server, whose policy masks
   */
  static boolean isRight(Call call, boolean guarded, String body) {
    return switch (Calls.of(call)) {
      case SIMPLE, RULES -> call.answeredBy(body);
      case SSE -> isStream(call, body);
      case MASKED ->
          call.answeredBy(body)
              && body.contains(SEEN + !guarded)
              && body.contains(MAIL) != guarded
              && body.contains(CARD) != guarded;
      case LARGE_16, LARGE_64 ->
          call.answeredBy(body) && body.contains(Calls.of(call).text(call.id()));
    };
  }

  private static boolean isStream(Call call, String body) {
    List<String> events =
        body.lines()
            .filter(line -> line.startsWith("data:"))
            .map(line -> line.substring("data:".length()).strip())
            .toList();
    return events.size() == 2
        && events.getFirst().contains("\"data\":\"reading " + call.customer() + "\"")
        && call.answeredBy(events.getLast());
  }
}
