package io.tabellion.bench.calls;

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
 * Clients on one thread that check that each answer is the answer to its call. One thread, because
 * what the client spends on context switches is missing to what it measures. When a call begins is
 * up to {@link ClosedLoop} and {@link OpenLoop}.
 *
 * <p>Not thread-safe.
 */
abstract sealed class LoadClient permits ClosedLoop, OpenLoop {
  /** Takes the largest message as a whole, so that no write waits for the other side to read. */
  static final int SEND_BUFFER = 256 << 10;

  /** How long an outstanding answer may take after the round; then it is an error. */
  private static final Duration PATIENCE = Duration.ofSeconds(10);

  private final Target target;
  private final Set<Connection> open = new HashSet<>();
  private final Latencies latencies = new Latencies();
  private long nextId;
  private long from;
  private long until;
  private long lastAnswer;
  private int errors;

  /**
   * @param firstId id of the first call; a run must never use an id twice
   */
  LoadClient(Target target, long firstId) {
    this.target = target;
    this.nextId = firstId;
  }

  /**
   * What was measured.
   *
   * @param latencies from the begin of a call to its whole answer
   * @param errors calls without the right answer
   * @param elapsed nanoseconds in which these calls were answered
   * @param nextId first id that is free now
   */
  record Round(Latencies latencies, int errors, long elapsed, long nextId) {}

  /** Makes calls for {@code warmUp}, which are not counted, and then for {@code measured}. */
  final Round run(Duration warmUp, Duration measured) throws IOException {
    try (Selector selector = Selector.open()) {
      long start = System.nanoTime();
      from = start + warmUp.toNanos();
      until = from + measured.toNanos();
      lastAnswer = until;
      long end = until + PATIENCE.toNanos();
      begin(selector, start, until);
      while (!ended() && System.nanoTime() < end) {
        selector.select(this::read, TimeUnit.NANOSECONDS.toMillis(end - System.nanoTime()) + 1);
        callsAreDue(selector);
      }
      errors += unanswered();
      for (Connection connection : open) {
        connection.channel.close();
      }
    }
    return new Round(latencies, errors, lastAnswer - from, nextId);
  }

  /** Begins the first calls. */
  abstract void begin(Selector selector, long start, long until) throws IOException;

  /** Begins the calls whose time has come. */
  abstract void callsAreDue(Selector selector) throws IOException;

  /** Takes a connection whose call was answered. */
  abstract void free(Connection connection) throws IOException;

  /** Takes note of a connection that broke; its call is an error and gets no answer. */
  abstract void lost(Connection connection, Selector selector) throws IOException;

  /** Whether no call is to be made any more, and none is without an answer. */
  abstract boolean ended();

  /** Returns how many calls have no answer. */
  abstract int unanswered();

  /** Whether a call counts that began then and was answered at {@code now}. */
  abstract boolean counts(long begun, long now, long from, long until);

  final int connections() {
    return open.size();
  }

  final Connection connect(Selector selector) throws IOException {
    SocketChannel channel =
        SocketChannel.open(new InetSocketAddress(InetAddress.getLoopbackAddress(), target.port()));
    channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
    channel.setOption(StandardSocketOptions.SO_SNDBUF, SEND_BUFFER);
    channel.configureBlocking(false);
    Connection connection = new Connection(channel);
    channel.register(selector, SelectionKey.OP_READ, connection);
    open.add(connection);
    return connection;
  }

  final void close(Connection connection) throws IOException {
    open.remove(connection);
    connection.channel.close();
  }

  /** Sends the next call; its latency counts from {@code begun}. */
  final void send(Connection connection, long begun) throws IOException {
    connection.call = target.calls().call(nextId++);
    ByteBuffer bytes = ByteBuffer.wrap(connection.call.bytes(target.port(), target.path()));
    connection.begun = begun;
    while (bytes.hasRemaining()) {
      connection.channel.write(bytes);
    }
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
    if (message.status() != 200
        || !Answers.isRight(connection.call, target.guarded(), message.body())) {
      errors++;
    } else if (counts(connection.begun, now, from, until)) {
      latencies.add(now - connection.begun);
      lastAnswer = Math.max(lastAnswer, now);
    }
    free(connection);
  }

  private void fail(SelectionKey key, Connection connection) {
    errors++;
    try {
      close(connection);
      lost(connection, key.selector());
    } catch (IOException e) {
      errors++;
    }
  }

  /** One connection with at most one call on it. */
  static final class Connection {
    private final SocketChannel channel;
    private final HttpReader reader = new HttpReader();
    private Call call = Call.of(0);
    private long begun;

    private Connection(SocketChannel channel) {
      this.channel = channel;
    }
  }
}
