package io.tabellion.extproc;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_16;
import static java.nio.charset.StandardCharsets.UTF_16LE;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.envoyproxy.envoy.service.ext_proc.v3.ProcessingResponse;
import io.tabellion.audit.Fact;
import io.tabellion.testing.EnvoyPeer;
import io.tabellion.testing.EnvoyPeer.Stream;
import io.tabellion.testing.LineFixture;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.zip.DeflaterOutputStream;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Answers that are compressed, or in another encoding than UTF-8, with something in them. */
@Tag("unit")
final class EncodedAnswersTest {
  private static final String MAIL = "jane.doe@example.com";
  private static final String CALL =
      "{\"jsonrpc\":\"2.0\",\"id\":7,\"method\":\"tools/call\",\"params\":{\"name\":\"find\"}}";
  private static final String ANSWER =
      "{\"jsonrpc\":\"2.0\",\"id\":7,\"result\":{\"content\":[{\"type\":\"text\",\"text\":\"mail "
          + MAIL
          + ", jane.doe@example.com and jane.doe@example.com\"}]}}";
  private static final String EVENT = "data: " + ANSWER + "\n\n";

  /** {@link #ANSWER} as zlib of Node.js writes it in Brotli (RFC 7932). */
  private static final ByteString BROTLI =
      ByteString.copyFrom(
          Base64.getDecoder()
              .decode(
                  "G5AAIIzTFfOihHUPIm+p2mX7maIqXfr5DwRM/dbp62KpkwP2H+w7hW1J4FFkIecp"
                      + "y0JhgvF2BdX6/DdBlcJYhpZRFwJtYwQ5BXAyg3Bi59bjYtd7S/AXuRJ30mPgerIX"));

  private LineFixture line;

  @BeforeEach
  void begin() throws Exception {
    line = new LineFixture();
  }

  @AfterEach
  void end() {
    line.close();
  }

  /** An answer whose body is bytes of any kind. */
  record Encoded(String name, List<String> headers, ByteString body, String reason) {
    @Override
    public String toString() {
      return name;
    }
  }

  private static ByteString packed(String text, Packing packing) {
    var bytes = new ByteArrayOutputStream();
    try (OutputStream out = packing.over(bytes)) {
      out.write(text.getBytes(UTF_8));
    } catch (IOException e) {
      throw new AssertionError(e);
    }
    return ByteString.copyFrom(bytes.toByteArray());
  }

  private interface Packing {
    OutputStream over(OutputStream bytes) throws IOException;
  }

  static List<Encoded> encoded() {
    List<Encoded> all = new ArrayList<>();
    for (String type : List.of("application/json", "text/event-stream")) {
      String text = type.equals("application/json") ? ANSWER : EVENT;
      ByteString gzip = packed(text, GZIPOutputStream::new);
      ByteString deflate = packed(text, DeflaterOutputStream::new);
      all.add(coded(type, "gzip", gzip));
      all.add(coded(type, "x-gzip", gzip));
      all.add(coded(type, "deflate", deflate));
      all.add(coded(type, "br", BROTLI));
      all.add(coded(type, "gzip, identity", gzip));
      all.add(coded(type, "zstd", ByteString.copyFromUtf8(text)));
      all.add(coded(type, "", ByteString.copyFromUtf8(text)));
      all.add(coded(type, "identity, ", ByteString.copyFromUtf8(text)));
      for (String parameters :
          List.of(
              ";charset=utf-16",
              "; charset=iso-8859-1",
              ";charset=utf-8;charset=utf-16",
              ",text/html")) {
        all.add(
            new Encoded(
                type + parameters,
                List.of("content-type", type + parameters),
                ByteString.copyFrom(text, parameters.contains("=utf-16") ? UTF_16 : ISO_8859_1),
                "media-type"));
      }
    }
    for (var undeclared : List.of(UTF_16, UTF_16LE)) {
      all.add(
          new Encoded(
              undeclared.name(),
              List.of("content-type", "application/json"),
              ByteString.copyFrom(ANSWER, undeclared),
              "unreadable"));
    }
    all.add(
        new Encoded(
            "gzip that nothing declares",
            List.of("content-type", "application/json"),
            packed(ANSWER, GZIPOutputStream::new),
            "unreadable"));
    return all;
  }

  private static Encoded coded(String type, String coding, ByteString body) {
    return new Encoded(
        type + " " + coding,
        List.of("content-type", type, "content-encoding", coding),
        body,
        "content-encoding");
  }

  private Stream called() {
    return line.sent(CALL);
  }

  @ParameterizedTest
  @MethodSource("encoded")
  void isReplacedAndKeptByItsDigest(Encoded answer) throws Exception {
    ByteString body = answer.body();
    Stream stream = called().answerHead(200, false, answer.headers().toArray(String[]::new));
    ProcessingResponse reply = stream.answerBody(body, true).answered();
    String shown = EnvoyPeer.bodyOf(reply).toStringUtf8();
    assertThat(shown)
        .contains("Nobody can say whether the tool was executed")
        .doesNotContain(MAIL, "jane");
    assertThat(reply.getResponseHeaders().getResponse().getHeaderMutation().getRemoveHeadersList())
        .containsAll(
            answer.headers().contains("content-encoding")
                ? List.of("content-encoding")
                : List.of());
    assertThat(line.kinds(2)).containsExactly("call.intent", "call.outcome");
    assertThat(line.fact(1, Fact.REASON)).isEqualTo(answer.reason());
    assertThat(line.fact(1, Fact.BODY_DIGEST)).isEqualTo(line.hash.of("body", body));
    assertThat(line.fact(1, Fact.BYTES)).isEqualTo(Integer.toString(body.size()));
    assertThat(line.content(1)).isNull();
    assertThat(line.entries(2).get(1).leaf().toString()).doesNotContain("jane");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "application/json",
        "APPLICATION/JSON",
        "application/json;charset=UTF-8",
        "application/json ; charset=\"utf-8\"",
      })
  void identityInUtf8IsRead(String type) throws Exception {
    Stream stream =
        called().answerHead(200, false, "content-type", type, "content-encoding", "Identity");
    ProcessingResponse reply = stream.answerBody(ANSWER, true).answered();
    assertThat(EnvoyPeer.bodyOf(reply).toStringUtf8()).isEqualTo(ANSWER);
    assertThat(reply.getResponseHeaders().getResponse().getHeaderMutation().getRemoveHeadersList())
        .contains("content-encoding");
    assertThat(line.fact(1, Fact.OUTCOME)).isEqualTo("ok");
  }

  @Test
  void anEventStreamInUtf16HasNoEvents() throws Exception {
    Stream stream = called().answerHead(200, false, "content-type", "text/event-stream");
    stream.answered();
    stream.answerBody(ByteString.copyFrom(EVENT.getBytes(UTF_16LE)), true);
    assertThat(stream.rest()).doesNotContain("jane", "j\0a\0n\0e");
    assertThat(line.kinds(3)).containsExactly("call.intent", "stream.open", "call.outcome");
    assertThat(line.fact(2, Fact.OUTCOME)).isEqualTo("not_released");
  }

  @Test
  void anEventStreamThatIsPlainByNameIsRead() {
    Stream stream =
        called()
            .answerHead(
                200, false, "content-type", "text/event-stream", "content-encoding", "identity");
    var head = stream.answered().getResponseHeaders().getResponse().getHeaderMutation();
    assertThat(head.getRemoveHeadersList()).contains("content-encoding");
    stream.answerBody(EVENT, true);
    assertThat(stream.rest()).isEqualTo(EVENT);
  }
}
