package io.tabellion.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import io.tabellion.parties.TabellionServer;
import io.tabellion.testing.RawClient;
import io.tabellion.testing.RawClient.Received;
import io.tabellion.testing.Request;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.TestFactory;

/**
 * Secrets in all that a server may say beside a result, through a real Envoy: HTTP errors, errors
 * of JSON-RPC, redirects, headers, event ids. None reaches the client or a file that we write (P4).
 */
@Tag("envoy")
final class PlantedErrorsTest extends RawAnswers {
  private static final Duration PATIENCE = Duration.ofSeconds(10);

  /** A GitHub token by its form; its middle is what must not be seen, in whole or in part. */
  private static final String MIDDLE = "1a2B3c4D5e6F7g8H9i0J1k2L3m4N5o6P7q8R";

  private static final String TOKEN = "ghp_" + MIDDLE;
  private static final String PART = MIDDLE.substring(0, 12);

  private static final String POLICY =
      """
      apiVersion: tabellion.io/v1
      kind: Policy
      metadata: {name: masks, version: 1}
      rules:
      - {id: all, match: {}, then: allow}
      - id: secrets
        match: {direction: response}
        mask: [{select: /**, detect: [SECRET], with: redact}]
      """;

  private static final String RESULT =
      "{\"jsonrpc\":\"2.0\",\"id\":1,\"result\":{\"resultType\":\"complete\",\"content\":[]}}";

  @Override
  TabellionServer.Setup setup(TabellionServer.Setup usual) {
    return usual.withPolicy(POLICY);
  }

  @TestFactory
  Stream<DynamicTest> noneIsToldAndNoneIsWritten() {
    Map<String, String> planted = planted();
    return Stream.concat(
        planted.entrySet().stream()
            .map(answer -> dynamicTest(answer.getKey(), () -> isNotTold(answer.getValue()))),
        Stream.of(dynamicTest("none is written", () -> noneIsWritten(planted.size()))));
  }

  private void isNotTold(String answer) throws IOException {
    server.answer(answer);
    Received received = RawClient.send(gateway.port(), Request.call("echo", "n1x1"), PATIENCE);
    assertThat(received.head() + received.body()).doesNotContain(PART);
    assertThat(received.status()).isGreaterThanOrEqualTo(200);
  }

  private void noneIsWritten(int calls) throws IOException {
    gateway.close();
    assertThat(server.requests()).isEqualTo(calls);
    assertThat(written()).isEmpty();
  }

  private static Map<String, String> planted() {
    Map<String, String> planted = new LinkedHashMap<>();
    errors(planted);
    redirects(planted);
    headers(planted);
    streams(planted);
    return planted;
  }

  private static void errors(Map<String, String> planted) {
    String half = "ghp_" + MIDDLE.substring(0, 16);
    String rest = MIDDLE.substring(16);
    planted.put("text", error(500, "text/plain", "failed with " + TOKEN));
    planted.put("no type", "HTTP/1.1 500 X\r\ncontent-length: 40\r\n\r\n" + TOKEN);
    planted.put("page", error(502, "text/html", "<p>key <b>" + half + "</b>" + rest + "</p>"));
    planted.put("comment in it", error(502, "text/html", "<p>" + half + "<!-- x -->" + rest));
    planted.put("script in it", error(502, "text/html", half + "<script>x</script>" + rest));
    planted.put("place to break", error(502, "text/html", half + "<wbr>" + rest));
    planted.put("soft hyphen", error(502, "text/html", half + "&shy;" + rest));
    planted.put("joiner", error(502, "text/html", half + "&zwnj;" + rest));
    planted.put("entities", error(502, "text/html", "<p>&#103;hp&#x5f;" + MIDDLE + "</p>"));
    planted.put("across the cut", error(413, "text/plain", "x".repeat(985) + " " + TOKEN));
    planted.put("before the cut", error(413, "text/plain", "x".repeat(959) + " " + TOKEN));
    planted.put("behind marks", error(413, "text/html", "<i></i>".repeat(300) + TOKEN));
    planted.put("JSON", error(400, "application/json", "{\"detail\":\"" + TOKEN + "\"}"));
    planted.put(
        "escapes", error(400, "application/json", "{\"detail\":\"\\u0067hp_" + MIDDLE + "\"}"));
    planted.put("latin", error(400, "text/plain; charset=iso-8859-1", "\u00e9 " + TOKEN));
    planted.put(
        "base64",
        error(
            400,
            "text/plain",
            Base64.getEncoder()
                .encodeToString(("token=" + TOKEN).getBytes(StandardCharsets.US_ASCII))));
    planted.put("message", error(404, "application/json", failure("\"server-error\"")));
    planted.put("message without an id", error(400, "application/json", failure("null")));
    planted.put("message on 200", error(200, "application/json", failure("1")));
    planted.put("unreadable on 200", error(200, "application/json", "{" + TOKEN));
  }

  private static void redirects(Map<String, String> planted) {
    for (String target : List.of("/x/" + TOKEN, "/x?key=" + TOKEN, "https://u:" + TOKEN + "@h/")) {
      planted.put(
          "to " + target,
          "HTTP/1.1 307 X\r\nlocation: " + target + "\r\ncontent-length: 0\r\n\r\n");
    }
  }

  private static void headers(Map<String, String> planted) {
    for (String header :
        List.of(
            "retry-after: " + TOKEN,
            "vary: " + TOKEN,
            "date: " + TOKEN,
            "server: " + TOKEN,
            "cache-control: max-age=1, " + TOKEN,
            "tracestate: a=" + TOKEN,
            "x-request-id: " + TOKEN,
            "allow: " + TOKEN,
            "access-control-allow-origin: https://" + TOKEN,
            "access-control-expose-headers: " + TOKEN,
            "mcp-protocol-version: " + TOKEN,
            "mcp-session-id: " + TOKEN,
            "etag: " + TOKEN,
            "www-authenticate: Bearer realm=\"" + TOKEN + "\"",
            "www-authenticate: Bearer resource_metadata=\"https://h/" + TOKEN + "\"",
            "www-authenticate: Bearer " + TOKEN,
            "www-authenticate: Bearer x=\"" + TOKEN + "\", error=" + TOKEN)) {
      planted.put(header, message(200, "application/json\r\n" + header, RESULT));
      planted.put("401, " + header, message(401, "text/plain\r\n" + header, "no"));
    }
  }

  private static void streams(Map<String, String> planted) {
    planted.put("event id", stream("id: " + TOKEN + "\ndata: " + RESULT + "\n\n"));
    planted.put("comment", stream(": " + TOKEN + "\n\ndata: " + RESULT + "\n\n"));
    planted.put("retry", stream("retry: " + TOKEN + "\ndata: " + RESULT + "\n\n"));
    planted.put("event name", stream("event: " + TOKEN + "\ndata: " + RESULT + "\n\n"));
    planted.put("log message", stream(notification("message", "\"data\":\"" + TOKEN + "\"")));
    planted.put(
        "progress",
        stream(notification("progress", "\"progress\":1,\"message\":\"" + TOKEN + "\"")));
    planted.put(
        "task", stream(notification("tasks/status", "\"statusMessage\":\"" + TOKEN + "\"")));
  }

  private static String notification(String method, String params) {
    return "data: {\"jsonrpc\":\"2.0\",\"method\":\"notifications/"
        + method
        + "\",\"params\":{"
        + params
        + "}}\n\ndata: "
        + RESULT
        + "\n\n";
  }

  private static String failure(String id) {
    return "{\"jsonrpc\":\"2.0\",\"id\":"
        + id
        + ",\"error\":{\"code\":-32600,\"message\":\"no "
        + TOKEN
        + "\",\"data\":{\"at\":\""
        + TOKEN
        + "\"}}}";
  }

  private static String error(int status, String type, String body) {
    return message(status, type, body);
  }

  private static String message(int status, String type, String body) {
    return "HTTP/1.1 %d X\r\ncontent-type: %s\r\ncontent-length: %d\r\n\r\n%s"
        .formatted(status, type, body.length(), body);
  }

  private static String stream(String events) {
    return "HTTP/1.1 200 X\r\ncontent-type: text/event-stream\r\ncontent-length: %d\r\n\r\n%s"
        .formatted(events.length(), events);
  }

  /** Files of the server that hold the token. */
  private List<String> written() throws IOException {
    List<String> found = new ArrayList<>();
    try (Stream<Path> files = Files.walk(gateway.setup().folder())) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        if (Files.readString(file, StandardCharsets.ISO_8859_1).contains(PART)) {
          found.add(file.toString());
        }
      }
    }
    return found;
  }
}
