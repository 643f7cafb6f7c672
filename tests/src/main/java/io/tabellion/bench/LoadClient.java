package io.tabellion.bench;

import io.tabellion.parties.HttpReader;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.HashSet;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/**
 * A closed loop of clients on one thread: each keeps one connection and one call in flight, and
 * checks that the answer is the answer to its call. One thread, because what the client spends on
 * context switches is missing to what it measures.
 *
 * <p>Not thread-safe.
 */
final class LoadClient {
  /** How long an outstanding answer may take after the round; then it is an error. */
  private static final Duration PATIENCE = Duration.ofSeconds(10);

  private final int port;
  private final String path;
  private final Set<Connection> open = new HashSet<>();
  private long nextId;
  private long from;
  private long until;
  private final Latencies latencies = new Latencies();
  private int errors;

  /**
   * @param firstId id of the first call; a run must never use an id twice
   */
  LoadClient(int port, String path, long firstId) {
    this.port = port;
    this.path = path;
    this.nextId = firstId;
  }

  /**
   * What was measured.
   *
   * @param latencies from before the write of a call to its whole answer
   * @param errors calls without the right answer
   * @param elapsed nanoseconds in which these calls were answered
   * @param nextId first id that is free now
   */
  record Round(Latencies latencies, int errors, long elapsed, long nextId) {}

  /** Runs {@code clients} for {@code warmUp}, which is not counted, and then {@code measured}. */
  Round run(int clients, Duration warmUp, Duration measured) throws IOException {
    try (Selector selector = Selector.open()) {
      from = System.nanoTime() + warmUp.toNanos();
      until = from + measured.toNanos();
      for (int i = 0; i < clients; i++) {
        connect(selector);
      }
      long end = until + PATIENCE.toNanos();
      while (!open.isEmpty() && System.nanoTime() < end) {
        selector.select(this::read, TimeUnit.NANOSECONDS.toMillis(end - System.nanoTime()) + 1);
      }
      errors += open.size();
      for (Connection connection : open) {
        connection.channel.close();
      }
    }
    return new Round(latencies, errors, until - from, nextId);
  }

  private void connect(Selector selector) throws IOException {
    SocketChannel channel =
        SocketChannel.open(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
    channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
    channel.configureBlocking(false);
    Connection connection = new Connection(channel);
    channel.register(selector, SelectionKey.OP_READ, connection);
    open.add(connection);
    send(connection);
  }

  private void read(SelectionKey key) {
    Connection connection = (Connection) Objects.requireNonNull(key.attachment());
    try {
      boolean more = connection.reader.fill(connection.channel);
      HttpReader.Message message = connection.reader.next();
      if (message != null) {
        answered(connection, message);
      } else if (!more) {
        throw new IOException("connection closed");
      }
    } catch (IOException e) {
      fail(key, connection);
    }
  }

  private void answered(Connection connection, HttpReader.Message message) throws IOException {
    long now = System.nanoTime();
    if (message.status() != 200 || !connection.call.answeredBy(message.body())) {
      errors++;
    } else if (now >= from && now < until) {
      latencies.add(now - connection.sent);
    }
    if (now < until) {
      send(connection);
    } else {
      close(connection);
    }
  }

  private void fail(SelectionKey key, Connection connection) {
    errors++;
    try {
      close(connection);
      if (System.nanoTime() < until) {
        connect(key.selector());
      }
    } catch (IOException e) {
      errors++;
    }
  }

  private void close(Connection connection) throws IOException {
    open.remove(connection);
    connection.channel.close();
  }

  private void send(Connection connection) throws IOException {
    connection.call = Call.of(nextId++);
    ByteBuffer bytes = ByteBuffer.wrap(connection.call.bytes(port, path));
    connection.sent = System.nanoTime();
    while (bytes.hasRemaining()) {
      connection.channel.write(bytes);
    }
  }

  private static final class Connection {
    final SocketChannel channel;
    final HttpReader reader = new HttpReader();
    Call call = Call.of(0);
    long sent;

    Connection(SocketChannel channel) {
      this.channel = channel;
    }
  }
}
