package io.tabellion.bench.fairness;

import io.tabellion.bench.calls.Call;
import io.tabellion.parties.HttpReader;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.channels.Channels;
import java.nio.channels.ReadableByteChannel;
import java.nio.charset.StandardCharsets;

/**
 * An MCP server for the quiet and the loud: a short JSON answer to every call, and to calls of
 * {@value #FIREHOSE} an event stream of short notifications that does not end. Prints {@code ready
 * PORT} when it accepts connections, and runs until it is killed.
 */
final class CrowdServer {
  /** The tool whose answer is a stream without end. */
  static final String FIREHOSE = "firehose";

  private static final int TOGETHER = 64;

  private CrowdServer() {}

  public static void main(String[] args) throws IOException {
    try (ServerSocket listener = new ServerSocket(0, 4096, InetAddress.getLoopbackAddress())) {
      System.out.println("ready " + listener.getLocalPort());
      while (true) {
        Socket connection = listener.accept();
        connection.setTcpNoDelay(true);
        Thread.startVirtualThread(() -> serve(connection));
      }
    }
  }

  private static void serve(Socket connection) {
    try (connection) {
      ReadableByteChannel in = Channels.newChannel(connection.getInputStream());
      OutputStream out = connection.getOutputStream();
      HttpReader reader = new HttpReader();
      while (reader.fill(in)) {
        HttpReader.Message request = reader.next();
        if (request == null) {
          continue;
        }
        if (request.body().contains("\"name\":\"" + FIREHOSE + "\"")) {
          firehose(out);
        } else {
          out.write(answer(Call.of(request.body()).answer()));
        }
      }
    } catch (IOException e) {
      // The other side went away: the end of a firehose.
    }
  }

  private static byte[] answer(String body) {
    String head = "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: ";
    return (head + body.length() + "\r\n\r\n" + body).getBytes(StandardCharsets.US_ASCII);
  }

  private static void firehose(OutputStream out) throws IOException {
    String head =
        "HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\ntransfer-encoding: chunked\r\n\r\n";
    out.write(head.getBytes(StandardCharsets.US_ASCII));
    for (long i = 0; true; i += TOGETHER) {
      StringBuilder events = new StringBuilder();
      for (long n = i; n < i + TOGETHER; n++) {
        events
            .append("data: {\"jsonrpc\":\"2.0\",\"method\":\"notifications/message\",\"params\":")
            .append("{\"level\":\"info\",\"data\":\"line ")
            .append(n)
            .append("\"}}\n\n");
      }
      String chunk = Integer.toHexString(events.length()) + "\r\n" + events + "\r\n";
      out.write(chunk.getBytes(StandardCharsets.US_ASCII));
    }
  }
}
