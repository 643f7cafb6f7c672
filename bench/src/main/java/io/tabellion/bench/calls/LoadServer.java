package io.tabellion.bench.calls;

import io.tabellion.parties.HttpReader;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.Objects;

/**
 * An MCP server that costs as little as it can: HTTP/1.1 keep-alive on loopback, one thread. Prints
 * {@code ready PORT} when it accepts connections, and runs until it is killed.
 */
final class LoadServer {
  private final Selector selector;

  private LoadServer(Selector selector) {
    this.selector = selector;
  }

  public static void main(String[] args) throws IOException {
    try (Selector selector = Selector.open();
        ServerSocketChannel listener = ServerSocketChannel.open()) {
      listener.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 1024);
      listener.configureBlocking(false);
      listener.register(selector, SelectionKey.OP_ACCEPT);
      System.out.println("ready " + listener.socket().getLocalPort());
      new LoadServer(selector).run(listener);
    }
  }

  private void run(ServerSocketChannel listener) throws IOException {
    while (true) {
      selector.select(key -> {
        if (key.isAcceptable()) {
          accept(listener);
        } else {
          answer(key);
        }
      });
    }
  }

  private void accept(ServerSocketChannel listener) {
    try {
      SocketChannel channel = Objects.requireNonNull(listener.accept());
      channel.configureBlocking(false);
      channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
      channel.setOption(StandardSocketOptions.SO_SNDBUF, LoadClient.SEND_BUFFER);
      channel.register(selector, SelectionKey.OP_READ, new HttpReader());
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  private static void answer(SelectionKey key) {
    HttpReader reader = (HttpReader) Objects.requireNonNull(key.attachment());
    SocketChannel channel = (SocketChannel) key.channel();
    try {
      boolean open = reader.fill(channel);
      for (var message = reader.next(); message != null; message = reader.next()) {
        write(channel, response(Answers.to(message.body())));
      }
      if (!open) {
        channel.close();
      }
    } catch (IOException e) {
      key.cancel();
    }
  }

  private static byte[] response(Answers.Answer answer) {
    return ("HTTP/1.1 200 OK\r\ncontent-type: "
            + answer.mediaType()
            + "\r\ncontent-length: "
            + answer.body().length()
            + "\r\n\r\n"
            + answer.body())
        .getBytes(StandardCharsets.US_ASCII);
  }

  private static void write(SocketChannel channel, byte[] bytes) throws IOException {
    ByteBuffer buffer = ByteBuffer.wrap(bytes);
    while (buffer.hasRemaining()) {
      channel.write(buffer);
    }
  }
}
