package io.tabellion.e2e;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_16;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import io.tabellion.testing.RawClient;
import io.tabellion.testing.RawClient.Received;
import io.tabellion.testing.Request;
import io.tabellion.testing.Trail;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import java.util.zip.DeflaterOutputStream;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.TestFactory;

/**
 * A server that compresses although nobody asked it to, or speaks another charset, through a real
 * Envoy: the client gets words of ours, the record the digest of the bytes.
 */
@Tag("envoy")
final class EncodedAnswersTest extends RawAnswers {
  private static final Duration PATIENCE = Duration.ofSeconds(10);
  private static final String RESULT =
      "{\"jsonrpc\":\"2.0\",\"id\":1,\"result\":{\"resultType\":\"complete\",\"content\":[{\"type\":\"text\","
          + "\"text\":\"jane.roe@example.org\"}]}}";

  /** {@code RESULT} as zlib of Node.js writes it in Brotli. */
  private static final String BROTLI =
      "G3QAIIzTFfOihHUPIm+pX/79EJLSJeMDAftp3zosXX11csD+g33freYtEA0s8JB1QTXKKUDr"
          + "42+AoolYE1lIF0K8QdDVBLCrBT+ABZMv7H5M/VoFBx8Zvh8=";

  /**
   * An answer.
   *
   * @param head headers, each with its line end
   * @param body one byte a character
   * @param reason in its outcome
   */
  private record Answer(String head, String body, String reason) {
    String bytes() {
      return "HTTP/1.1 200 OK\r\n%scontent-length: %d\r\n\r\n%s"
          .formatted(head, body.length(), body);
    }
  }

  private interface Packing {
    OutputStream over(OutputStream bytes) throws IOException;
  }

  private static String packed(Packing packing) throws IOException {
    var bytes = new ByteArrayOutputStream();
    try (OutputStream out = packing.over(bytes)) {
      out.write(RESULT.getBytes(UTF_8));
    }
    return bytes.toString(ISO_8859_1);
  }

  private static Map<String, Answer> answers() throws IOException {
    String json = "content-type: application/json\r\n";
    String gzip = packed(GZIPOutputStream::new);
    Map<String, Answer> answers = new LinkedHashMap<>();
    answers.put("gzip", new Answer(json + coding("gzip"), gzip, "content-encoding"));
    String deflate = packed(DeflaterOutputStream::new);
    answers.put("deflate", new Answer(json + coding("deflate"), deflate, "content-encoding"));
    String br = new String(Base64.getDecoder().decode(BROTLI), ISO_8859_1);
    answers.put("br", new Answer(json + coding("br"), br, "content-encoding"));
    answers.put("silent gzip", new Answer(json, gzip, "unreadable"));
    String stream = "content-type: text/event-stream\r\n" + coding("gzip");
    answers.put("stream", new Answer(stream, gzip, "content-encoding"));
    String wide = new String(RESULT.getBytes(UTF_16), ISO_8859_1);
    answers.put("silent utf-16", new Answer(json, wide, "unreadable"));
    String utf16 = "content-type: application/json; charset=utf-16\r\n";
    answers.put("utf-16", new Answer(utf16, wide, "media-type"));
    String latin = "content-type: application/json; charset=iso-8859-1\r\n";
    answers.put("latin", new Answer(latin, RESULT, "media-type"));
    return answers;
  }

  private static String coding(String name) {
    return "content-encoding: " + name + "\r\n";
  }

  @TestFactory
  Stream<DynamicTest> areReplacedAndKeptByTheirDigest() throws IOException {
    Map<String, Answer> answers = answers();
    return Stream.of(
            answers.entrySet().stream()
                .map(answer ->
                    dynamicTest(
                        answer.getKey() + " is replaced", () -> isReplaced(answer.getValue()))),
            Stream.of(
                dynamicTest("identity comes through", this::identityComesThrough),
                dynamicTest(
                    "each is kept by its digest", () -> areKept(List.copyOf(answers.values())))))
        .flatMap(tests -> tests);
  }

  private void isReplaced(Answer answer) throws IOException {
    server.answer(answer.bytes());
    Received received = call();
    assertThat(received.body())
        .contains("Nobody can say whether the tool was executed")
        .doesNotContain("jane");
    assertThat(received.header("content-encoding")).isEmpty();
    assertThat(received.header("content-type")).isEqualTo("application/json");
  }

  private void identityComesThrough() throws IOException {
    String identity = "content-type: application/json; charset=UTF-8\r\n" + coding("identity");
    server.answer(new Answer(identity, RESULT, "").bytes());
    assertThat(call().body()).isEqualTo(RESULT);
  }

  private void areKept(List<Answer> answers) {
    gateway.close();
    assertRecorded(gateway.setup().log(), answers);
  }

  private Received call() throws IOException {
    Request call = Request.call("echo", "n1x1").with("accept-encoding", "gzip, br");
    return RawClient.send(gateway.port(), call, PATIENCE);
  }

  private static void assertRecorded(Path log, List<Answer> answers) {
    List<Trail.Entry> outcomes =
        Trail.read(log).stream().filter(entry -> entry.kind().equals("call.outcome")).toList();
    assertThat(outcomes).hasSize(answers.size() + 1);
    for (int i = 0; i < answers.size(); i++) {
      Trail.Entry outcome = outcomes.get(i);
      assertThat(outcome.text("reason")).isEqualTo(answers.get(i).reason());
      assertThat(outcome.text("body_digest")).hasSize(64);
      assertThat(outcome.leaf().path("bytes").asInt()).isEqualTo(answers.get(i).body().length());
      assertThat(outcome.content()).isNull();
    }
    assertThat(outcomes.getLast().says("jane.roe")).isFalse();
  }
}
