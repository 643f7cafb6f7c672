package io.tabellion.notify;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import com.standardwebhooks.Webhook;
import io.tabellion.notify.Courier.Answer;
import io.tabellion.notify.Courier.Result;
import io.tabellion.testing.Receiver;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpHeaders;
import java.time.Duration;
import java.time.InstantSource;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** One attempt, to receivers of every kind. */
@Tag("unit")
class CourierTest {
  private static final Notice NOTICE = Samples.notice(7, "apr-1", Step.PENDING, "refund");

  private final Courier courier = new Courier(InstantSource.system(), Duration.ofSeconds(3));
  private Receiver receiver;

  @BeforeEach
  void begin() throws IOException {
    receiver = Receiver.start();
  }

  @AfterEach
  void end() {
    receiver.close();
    courier.close();
  }

  private Answer send(URI url) throws InterruptedException {
    return courier.send(Samples.endpoint(url), NOTICE, null);
  }

  @Test
  void theReceiverGetsASignedMessageWithoutArguments() throws Exception {
    assertThat(send(receiver.url())).isEqualTo(new Answer(Result.DELIVERED, "status 204", null));

    Receiver.Got got = receiver.next();
    assertThat(got.method()).isEqualTo("POST");
    assertThat(got.path()).isEqualTo("/hook");
    assertThat(got.header("content-type")).isEqualTo("application/json");
    assertThat(got.header("webhook-id")).isEqualTo("entry-7");
    new Webhook(Samples.SECRET).verify(got.body(), HttpHeaders.of(got.headers(), (_, _) -> true));
    assertThat(Samples.json(got.body()).text("type")).isEqualTo("approval.pending");
    assertThat(Samples.json(got.body()).object("data")).isEqualTo(NOTICE.data());
  }

  @Test
  void theCallIsTextInTheMessage() throws Exception {
    courier.send(Samples.endpoint(receiver.url()), NOTICE, ByteString.copyFromUtf8("{\"a\":1}"));
    assertThat(receiver.next().body()).contains("\"call\":\"{\\\"a\\\":1}\"");
  }

  @ParameterizedTest
  @CsvSource({
    "200, DELIVERED",
    "202, DELIVERED",
    "301, DOWN",
    "307, DOWN",
    "400, REFUSED",
    "404, REFUSED",
    "408, DOWN",
    "410, GONE",
    "429, DOWN",
    "500, DOWN",
    "503, DOWN"
  })
  void theStatusDecides(int status, Result result) throws Exception {
    receiver.answers(status);
    assertThat(send(receiver.url()).result()).isEqualTo(result);
  }

  @Test
  void aRedirectLeadsNowhere() throws Exception {
    try (Receiver other = Receiver.start()) {
      receiver.answers(http -> {
        http.getResponseHeaders().set("location", other.url().toString());
        http.sendResponseHeaders(307, -1);
      });
      assertThat(send(receiver.url()).result()).isEqualTo(Result.DOWN);
      assertThat(other.left()).isZero();
    }
  }

  @ParameterizedTest
  @CsvSource({"30, PT30S", "86400, PT1H", "999999999, PT1H", "-1,", "soon,", "9999999999,"})
  void aReceiverMayAskForTimeButNotForLong(String header, Duration pause) throws Exception {
    receiver.answers(http -> {
      http.getResponseHeaders().set("retry-after", header);
      http.sendResponseHeaders(429, -1);
    });
    assertThat(send(receiver.url()).pause()).isEqualTo(pause);
  }

  @Test
  void nobodyThere() throws Exception {
    int port = receiver.port();
    receiver.close();
    assertThat(send(URI.create("http://127.0.0.1:" + port + "/")))
        .isEqualTo(new Answer(Result.DOWN, "cannot connect", null));
  }

  private interface Behaving {
    void behave(Socket socket) throws Exception;
  }

  /** A receiver that does as it likes. */
  private Answer sendTo(Behaving how) throws Exception {
    try (ServerSocket server = new ServerSocket(0, 5, InetAddress.getLoopbackAddress())) {
      Thread.ofVirtual()
          .start(() -> {
            try (Socket socket = server.accept()) {
              how.behave(socket);
            } catch (Exception _) {
              // The other side has gone, as it should.
            }
          });
      return send(URI.create("http://127.0.0.1:" + server.getLocalPort() + "/"));
    }
  }

  @Test
  void oneThatHangsIsLeft() throws Exception {
    CountDownLatch over = new CountDownLatch(1);
    try {
      assertThat(sendTo(_ -> over.await()))
          .isEqualTo(new Answer(Result.DOWN, "no answer within 3 s", null));
    } finally {
      over.countDown();
    }
  }

  @Test
  void oneThatTricklesItsHeadersIsLeft() throws Exception {
    assertThat(
            sendTo(
                    socket -> {
                      OutputStream out = socket.getOutputStream();
                      out.write("HTTP/1.1 200 OK\r\n".getBytes(US_ASCII));
                      CountDownLatch never = new CountDownLatch(1);
                      for (int i = 0;
                          !never.await(100, java.util.concurrent.TimeUnit.MILLISECONDS);
                          i++) {
                        out.write(("x-" + i + ": y\r\n").getBytes(US_ASCII));
                      }
                    })
                .result())
        .isEqualTo(Result.DOWN);
  }

  @Test
  void garbageIsNoAnswer() throws Exception {
    assertThat(
            sendTo(
                socket -> socket.getOutputStream().write("SSH-2.0-x\r\n\r\n".getBytes(US_ASCII))))
        .isEqualTo(
            new Answer(Result.DOWN, "the connection failed, or the answer is no HTTP", null));
  }

  @Test
  void anEndlessBodyIsNotRead() throws Exception {
    AtomicLong sent = new AtomicLong();
    CountDownLatch cut = new CountDownLatch(1);
    Answer answer =
        sendTo(socket -> {
          OutputStream out = socket.getOutputStream();
          out.write("HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n".getBytes(US_ASCII));
          byte[] chunk = ("1000\r\n" + "x".repeat(4096) + "\r\n").getBytes(US_ASCII);
          try {
            while (true) {
              out.write(chunk);
              sent.addAndGet(chunk.length);
            }
          } finally {
            cut.countDown();
          }
        });
    assertThat(answer.result()).isEqualTo(Result.DELIVERED);
    assertThat(cut.await(20, java.util.concurrent.TimeUnit.SECONDS)).isTrue();
    assertThat(sent.get()).isLessThan(64L << 20);
  }

  /** It says that it has it, so it has it: more cannot be known. */
  @Test
  void oneThatAnswersWithoutReadingHasIt() throws Exception {
    CountDownLatch over = new CountDownLatch(1);
    try {
      assertThat(
              sendTo(
                      socket -> {
                        socket
                            .getOutputStream()
                            .write(
                                "HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n".getBytes(US_ASCII));
                        over.await();
                      })
                  .result())
          .isEqualTo(Result.DELIVERED);
    } finally {
      over.countDown();
    }
  }
}
