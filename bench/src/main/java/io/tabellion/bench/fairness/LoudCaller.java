package io.tabellion.bench.fairness;

import io.tabellion.bench.calls.Call;
import io.tabellion.parties.HttpReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.channels.Channels;
import java.nio.channels.ReadableByteChannel;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/**
 * The loud: connections that send one large body after another, or read streams of short events as
 * fast as they come. Prints {@code ready 0} when all have begun, {@code answered N} once a second,
 * and runs until it is killed.
 */
final class LoudCaller {
  private static final int BODY = 3_900_000;
  private static final AtomicLong ANSWERED = new AtomicLong();

  private LoudCaller() {}

  /** Arguments: bodies or streams, port, path, number of connections. */
  public static void main(String[] args) {
    boolean bodies = args[0].equals("bodies");
    int port = Integer.parseInt(args[1]);
    int count = Integer.parseInt(args[3]);
    for (int i = 0; i < count; i++) {
      long id = 1_000_000_000L + i * 1_000_000L;
      String argument = bodies ? NearFindings.text(BODY, i) : "";
      Thread.ofPlatform()
          .start(() -> {
            while (true) {
              try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
                if (bodies) {
                  send(socket, args[2], id, argument);
                } else {
                  listen(socket, args[2], id);
                }
              } catch (IOException e) {
                // Refused, or cut off: again.
              }
            }
          });
    }
    System.out.println("ready 0");
    ScheduledExecutorService clock = Executors.newSingleThreadScheduledExecutor();
    var _ = clock.scheduleAtFixedRate(LoudCaller::tell, 1, 1, TimeUnit.SECONDS);
  }

  private static void tell() {
    System.out.println("answered " + ANSWERED.get());
  }

  private static void send(Socket socket, String path, long id, String argument)
      throws IOException {
    ReadableByteChannel in = Channels.newChannel(socket.getInputStream());
    OutputStream out = socket.getOutputStream();
    HttpReader reader = new HttpReader();
    for (long n = id; true; n++) {
      out.write(Call.of(n, "lookup_customer", argument).bytes(socket.getPort(), path));
      out.flush();
      HttpReader.Message answer = null;
      while (answer == null && reader.fill(in)) {
        answer = reader.next();
      }
      if (answer == null) {
        return;
      }
      ANSWERED.incrementAndGet();
    }
  }

  private static void listen(Socket socket, String path, long id) throws IOException {
    Call call = Call.of(id, CrowdServer.FIREHOSE, "");
    OutputStream out = socket.getOutputStream();
    out.write(call.bytes(socket.getPort(), path));
    out.flush();
    InputStream in = socket.getInputStream();
    byte[] bytes = new byte[1 << 16];
    String said = "";
    for (int n = in.read(bytes); n >= 0; n = in.read(bytes)) {
      said = new String(bytes, 0, n, StandardCharsets.ISO_8859_1);
      ANSWERED.addAndGet(said.lines().filter(line -> line.startsWith("data:")).count());
    }
  }
}
