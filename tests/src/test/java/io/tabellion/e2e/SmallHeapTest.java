package io.tabellion.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.tabellion.testing.McpTestServer;
import io.tabellion.testing.RawClient;
import io.tabellion.testing.RawClient.Received;
import io.tabellion.testing.Request;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import javax.net.SocketFactory;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A server with the heap that a container of 1 GiB gives it by default, and many callers who send
 * large messages at once, each of which takes more than ten times its size while it is judged: what
 * does not fit is refused with a reason, and the server lives.
 */
@Tag("envoy")
final class SmallHeapTest {
  private static final Duration PATIENCE = Duration.ofMinutes(3);
  private static final int CALLERS = 48;

  /** Nearly as much as this heap suffices for, and nearly secrets. */
  private static final String TEXT = "card 4111 1111 1111 1112 mail a@b.co ".repeat(100_000);

  private @TempDir Path folder;

  @Test
  void manyLargeMessagesAtOnceAreAnsweredOrRefused() throws Exception {
    try (McpTestServer mcp = McpTestServer.start();
        Gateway gateway =
            new Gateway(
                folder,
                mcp.port(),
                setup -> setup.withJvm(List.of("-Xmx239m", "-XX:+ExitOnOutOfMemoryError")));
        var threads = Executors.newFixedThreadPool(CALLERS)) {
      List<Future<Received>> answers = new ArrayList<>();
      for (int i = 0; i < 2 * CALLERS; i++) {
        int call = i;
        answers.add(threads.submit(() -> send(gateway, call, TEXT)));
      }
      int executed = 0;
      for (int i = 0; i < answers.size(); i++) {
        String body = answers.get(i).get().body();
        if (body.contains(McpTestServer.MARK + " n" + i)) {
          executed++;
        } else {
          assertThat(body).contains("expected: room for it");
        }
      }
      assertThat(executed).isPositive();
      assertThat(gateway.server().process().alive()).isTrue();
      assertThat(send(gateway, 99, "short").body()).contains(McpTestServer.MARK + " n99");
    }
  }

  private static Received send(Gateway gateway, int number, String text) throws IOException {
    Request call = Request.call("echo", "n" + number);
    String body = call.body().replace("\"nonce\":", "\"more\":\"" + text + "\",\"nonce\":");
    return RawClient.send(
        new From("127.0.0." + (2 + number % CALLERS)),
        gateway.port(),
        new Request(call.method(), call.path(), call.headers(), body),
        PATIENCE);
  }

  /** Sockets of one loopback address: for callers who are known by nothing else. */
  private static final class From extends SocketFactory {
    private final String address;

    From(String address) {
      this.address = address;
    }

    @Override
    public Socket createSocket(InetAddress host, int port) throws IOException {
      return new Socket(host, port, InetAddress.getByName(address), 0);
    }

    @Override
    public Socket createSocket(InetAddress host, int port, InetAddress local, int localPort)
        throws IOException {
      return new Socket(host, port, local, localPort);
    }

    @Override
    public Socket createSocket(String host, int port) throws IOException {
      return createSocket(InetAddress.getByName(host), port);
    }

    @Override
    public Socket createSocket(String host, int port, InetAddress local, int localPort)
        throws IOException {
      return new Socket(host, port, local, localPort);
    }
  }
}
