package io.tabellion.bench.calls;

import static org.assertj.core.api.Assertions.assertThat;

import io.tabellion.parties.HttpReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Clients of the benchmark, against a server that holds its first answers. */
@Tag("unit")
@Timeout(60)
class LoadTest {
  private static final int RATE = 100;
  private static final Duration INTERVAL = Duration.ofSeconds(1).dividedBy(RATE);
  private static final Duration MEASURED = Duration.ofMillis(300);
  private static final int CALLS = 30;

  /** Answers nothing until so many calls have come. */
  private static final class HoldingServer implements AutoCloseable {
    private final ServerSocketChannel listener = ServerSocketChannel.open();
    private final CountDownLatch held;
    private final UnaryOperator<String> answers;

    HoldingServer(int held, UnaryOperator<String> answers) throws IOException {
      this.held = new CountDownLatch(held);
      this.answers = answers;
      listener.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), CALLS);
      Thread.ofVirtual().start(this::accept);
    }

    int port() {
      return listener.socket().getLocalPort();
    }

    private void accept() {
      while (listener.isOpen()) {
        try {
          SocketChannel channel = listener.accept();
          Thread.ofVirtual().start(() -> serve(channel));
        } catch (IOException e) {
          return; // closed
        }
      }
    }

    private void serve(SocketChannel channel) {
      HttpReader reader = new HttpReader();
      try (channel) {
        while (reader.fill(channel)) {
          HttpReader.Message call = reader.next();
          if (call != null) {
            held.countDown();
            held.await();
            String body = answers.apply(Call.of(call.body()).answer());
            String head = "HTTP/1.1 200 OK\r\ncontent-length: %d\r\n\r\n".formatted(body.length());
            channel.write(ByteBuffer.wrap((head + body).getBytes(StandardCharsets.US_ASCII)));
          }
        }
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }

    @Override
    public void close() throws IOException {
      listener.close();
    }
  }

  private static LoadClient.Round run(Load load, HoldingServer server) throws IOException {
    return load.client(Target.simple(server.port(), "/mcp"), 1).run(Duration.ZERO, MEASURED);
  }

  @Test
  void anOpenLoopGoesOnWhileNothingIsAnswered() throws IOException {
    try (HoldingServer server = new HoldingServer(20, answer -> answer)) {
      LoadClient.Round round = run(Load.open(RATE), server);

      assertThat(round.errors()).isZero();
      assertThat(round.latencies().size()).isEqualTo(CALLS);
      assertThat(round.nextId()).isEqualTo(1 + CALLS);
      assertThat(round.elapsed()).isGreaterThanOrEqualTo(MEASURED.toNanos());
      // the first call was answered after the twentieth had begun
      assertThat(round.latencies().percentile(1))
          .isGreaterThanOrEqualTo(INTERVAL.multipliedBy(19).toNanos());
    }
  }

  @Test
  void aClosedLoopHasOneCallOfEachClientInFlight() throws IOException {
    try (HoldingServer server = new HoldingServer(3, answer -> answer)) {
      LoadClient.Round round = run(Load.closed(3), server);

      assertThat(round.errors()).isZero();
      assertThat(round.nextId()).isGreaterThan(3);
    }
  }

  @Test
  void anAnswerToAnotherCallIsAnError() throws IOException {
    try (HoldingServer server =
        new HoldingServer(1, answer -> answer.replace("\"id\":7,", "\"id\":8,"))) {
      LoadClient.Round round = run(Load.open(RATE), server);

      assertThat(round.errors()).isEqualTo(1);
      assertThat(round.latencies().size()).isEqualTo(CALLS - 1);
    }
  }

  @Test
  void latenciesKeepThreeDigits() {
    Latencies latencies = new Latencies();
    for (int i = 1; i <= 1000; i++) {
      latencies.add(Duration.ofMillis(i).toNanos());
    }
    Latencies both = new Latencies();
    both.addAll(latencies);
    both.add(Duration.ofMinutes(10).toNanos());

    assertThat(new Latencies().percentile(0.5)).isZero();
    assertThat(latencies.size()).isEqualTo(1000);
    assertThat(latencies.percentile(0.5) / 1e6).isBetween(500.0, 500.5);
    assertThat(latencies.percentile(0.99) / 1e6).isBetween(990.0, 991.0);
    assertThat(both.percentile(1) / 1e9).isBetween(600.0, 600.6);
  }
}
