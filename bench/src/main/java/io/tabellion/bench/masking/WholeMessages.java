package io.tabellion.bench.masking;

import com.google.protobuf.ByteString;
import io.tabellion.bench.calls.Bench;
import io.tabellion.bench.calls.Cpu;
import io.tabellion.parties.Checkout;
import io.tabellion.parties.TabellionServer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The CPU time that our server takes for a whole message: a short call and its result are read from
 * gRPC's frames, judged, masked for the record, digested, encrypted, appended, synced, indexed, and
 * written to gRPC's frames. The server is a process of its own, as it is started in earnest, with
 * its log on the disk of the folder for temporary files. All shapes are measured in the same
 * server, in turns: it is compiled for all of them, as one that serves callers is.
 */
final class WholeMessages {
  /** Calls of each shape before anything is measured: short ones, and long ones. */
  private static final int SHORT = 100;

  private static final int LONG = 4;
  private static final int SHORT_SIZE = 16_000;

  /** Each shape has so many turns in a server, of so many calls. */
  private static final int TURNS = 3;

  private static final int CALLS = 6;

  /** A server is at rest that takes less than this in so long. */
  private static final double AT_REST_MILLIS = 15;

  private static final long REST_MILLIS = 40;
  private static final int MOST_RESTS = 500;

  private WholeMessages() {}

  /**
   * Returns the milliseconds of CPU for a message of each shape, without those of the compilers:
   * the median of all turns.
   *
   * @param size of the value in each, in bytes
   * @param servers one after another
   */
  static Map<String, Double> millis(int size, int servers)
      throws IOException, InterruptedException {
    Map<String, double[]> turns = new LinkedHashMap<>();
    for (int i = 0; i < servers; i++) {
      Path folder = Files.createTempDirectory("whole-messages-");
      var setup =
          TabellionServer.Setup.in(folder).withJvm(List.of(Checkout.serveOptions(), "-Xmx1g"));
      try (TabellionServer server = setup.start("server");
          Proxy proxy = new Proxy(setup.extProcPort())) {
        new Turns(proxy, List.of(server.process().pid())).run(size, turns);
      } finally {
        Bench.delete(folder);
      }
    }
    return Medians.of(turns);
  }

  /** The turns of one server. */
  private record Turns(Proxy proxy, List<Long> server) {
    void run(int size, Map<String, double[]> turns) throws InterruptedException {
      Map<String, ByteString> results = bytes(size);
      for (ByteString result : bytes(SHORT_SIZE).values()) {
        call(result, SHORT);
      }
      for (ByteString result : results.values()) {
        call(result, LONG);
      }
      for (int turn = 0; turn < TURNS; turn++) {
        for (Map.Entry<String, ByteString> shape : results.entrySet()) {
          double before = used();
          call(shape.getValue(), CALLS);
          double each = (usedAtRest() - before) / CALLS;
          turns.merge(shape.getKey(), new double[] {each}, Medians::joined);
        }
      }
    }

    /** Returns the same when the index has followed: it is written behind the calls. */
    private double usedAtRest() throws InterruptedException {
      double used = used();
      for (int i = 0; i < MOST_RESTS; i++) {
        Thread.sleep(REST_MILLIS);
        double now = used();
        if (now - used < AT_REST_MILLIS) {
          return now;
        }
        used = now;
      }
      throw new IllegalStateException("server: busy (expected: to come to rest)");
    }

    private double used() {
      return Cpu.millis(server) - Cpu.compilerMillis(server);
    }

    private void call(ByteString result, int times) throws InterruptedException {
      for (int i = 0; i < times; i++) {
        if (proxy.call(result).isEmpty()) {
          throw new IllegalStateException("result: empty");
        }
      }
    }

    private static Map<String, ByteString> bytes(int size) {
      Map<String, ByteString> bytes = new LinkedHashMap<>();
      Shapes.results(size)
          .forEach((shape, result) -> bytes.put(shape, ByteString.copyFromUtf8(result)));
      return bytes;
    }
  }
}
