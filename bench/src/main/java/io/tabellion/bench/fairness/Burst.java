package io.tabellion.bench.fairness;

import io.tabellion.bench.calls.Call;
import io.tabellion.parties.HttpReader;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.HashSet;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;

/** Many calls at one moment, each on a connection of its own, on one thread; not thread-safe. */
final class Burst {
  private final int port;
  private final String path;
  private final Function<HttpReader.Message, String> words;
  private final Map<String, Integer> ends = new TreeMap<>();
  private final Set<SelectionKey> open = new HashSet<>();
  private long slowest;

  /** Whose answers are told apart by HTTP status and the beginning of the body. */
  Burst(int port, String path) {
    this(port, path, Burst::described);
  }

  /**
   * @param words what an answer is counted as
   */
  Burst(int port, String path, Function<HttpReader.Message, String> words) {
    this.port = port;
    this.path = path;
    this.words = words;
  }

  /**
   * How the calls ended.
   *
   * @param ends how many ended each way
   * @param slowest nanoseconds until the last end
   */
  record Ends(Map<String, Integer> ends, long slowest) {}

  /** Makes the calls, the first with this id, and waits at most so long for their ends. */
  Ends run(int calls, long firstId, Duration patience) throws IOException {
    long start = System.nanoTime();
    try (Selector selector = Selector.open()) {
      for (int i = 0; i < calls; i++) {
        SocketChannel channel = SocketChannel.open();
        channel.configureBlocking(false);
        channel.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
        byte[] bytes = Call.of(firstId + i, "lookup_customer", "").bytes(port, path);
        open.add(channel.register(selector, SelectionKey.OP_CONNECT, new One(bytes)));
      }
      long end = start + patience.toNanos();
      while (!open.isEmpty() && System.nanoTime() < end) {
        selector.select(key -> go(key, start), 1 + (end - System.nanoTime()) / 1_000_000);
      }
      for (SelectionKey key : Set.copyOf(open)) {
        ended(key, "no answer in time", start);
      }
    }
    return new Ends(ends, slowest);
  }

  private void go(SelectionKey key, long start) {
    One one = (One) Objects.requireNonNull(key.attachment());
    SocketChannel channel = (SocketChannel) key.channel();
    try {
      if (key.isConnectable() && channel.finishConnect()) {
        key.interestOps(SelectionKey.OP_WRITE);
      } else if (key.isWritable()) {
        channel.write(one.request);
        if (!one.request.hasRemaining()) {
          key.interestOps(SelectionKey.OP_READ);
        }
      } else if (key.isReadable()) {
        boolean more = one.reader.fill(channel);
        HttpReader.Message message = one.reader.next();
        if (message != null) {
          ended(key, words.apply(message), start);
        } else if (!more) {
          ended(key, "connection closed", start);
        }
      }
    } catch (IOException e) {
      ended(key, "connection broken", start);
    }
  }

  private static String described(HttpReader.Message message) {
    String body = message.body();
    int error = body.indexOf("\"error\"");
    int result = body.indexOf("\"isError\":false");
    String words = result >= 0 ? "result" : body.substring(Math.max(error, 0));
    return message.status() + " " + words.substring(0, Math.min(90, words.length()));
  }

  private void ended(SelectionKey key, String how, long start) {
    slowest = System.nanoTime() - start;
    ends.merge(how, 1, Integer::sum);
    open.remove(key);
    try {
      key.channel().close();
    } catch (IOException e) {
      ends.merge("not closed", 1, Integer::sum);
    }
  }

  private static final class One {
    final ByteBuffer request;
    final HttpReader reader = new HttpReader();

    One(byte[] request) {
      this.request = ByteBuffer.wrap(request);
    }
  }
}
