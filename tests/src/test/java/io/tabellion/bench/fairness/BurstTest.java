package io.tabellion.bench.fairness;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.tabellion.bench.calls.Quiet;
import io.tabellion.jsonrpc.Json;
import io.tabellion.jsonrpc.JsonReader;
import io.tabellion.jsonrpc.Limits;
import io.tabellion.jsonrpc.Reading;
import io.tabellion.parties.Checkout;
import io.tabellion.parties.Child;
import io.tabellion.parties.Envoy;
import io.tabellion.parties.HttpReader;
import io.tabellion.parties.TabellionServer;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Thousands of calls at one moment through a real Envoy with pings every 2 s, to be answered within
 * 1 s (we ship 5 s and 5 s), while other callers send large bodies and read fast event streams:
 * Envoy's pings are answered, and no connection is closed with calls on it.
 */
@Tag("envoy")
class BurstTest {
  private static final int CALLS = 2000;
  private static final String PATH = "/sample/mcp";
  private static final Duration START = Duration.ofSeconds(60);

  /** Only ends a test that hangs: our route has no timeout, Envoy waits for as long as it takes. */
  private static final Duration PATIENCE = Duration.ofMinutes(5);

  /**
   * How long calls are made before, so that the server's JVM has compiled what they run through.
   */
  private static final Duration WARM_UP = Duration.ofSeconds(8);

  /** What the guards of Envoy say in our place, and we where nothing can be recorded. */
  private static final Json UNAVAILABLE = new Json.Num("50301");

  private static final String ANSWERED = "answered";
  private static final String REFUSED = "refused: ";

  private @TempDir Path folder;

  @Test
  void everyCallBesideALoudCallerIsAnsweredOrRefusedWithAReason()
      throws IOException, InterruptedException {
    TabellionServer.Setup setup =
        TabellionServer.Setup.in(folder.resolve("server"))
            .withJvm(List.of("-Xmx1g", Checkout.serveOptions()));
    int port = Checkout.freePort();
    try (Child upstream = start("mcp-server", List.of(CrowdServer.class.getName()));
        TabellionServer server = setup.start("server");
        Envoy envoy = envoy(setup, port, ready(upstream));
        Child bodies = loud("bodies", port);
        Child streams = loud("streams", port)) {
      for (Child caller : List.of(bodies, streams)) {
        caller.await(line -> line.matches("answered [1-9].*"), START);
      }

      new Quiet(port, PATH).warmUp(WARM_UP);

      Burst.Ends ends = new Burst(port, PATH, BurstTest::judged).run(CALLS, 1, PATIENCE);

      System.out.printf("burst: %s%n", ends.ends());
      assertThat(ends.ends().keySet())
          .contains(ANSWERED)
          .allMatch(end -> end.equals(ANSWERED) || end.startsWith(REFUSED));
      assertThat(ends.ends().values().stream().mapToInt(count -> count).sum()).isEqualTo(CALLS);
      assertThat(server.process().alive()).isTrue();
      for (String broken :
          List.of("http2.keepalive_timeout", "upstream_cx_destroy_with_active_rq")) {
        assertThat(envoy.statistic("cluster.tabellion_ext_proc." + broken)).as(broken).isZero();
      }
    }
  }

  /** What an answer says, which must be JSON-RPC. */
  private static String judged(HttpReader.Message message) {
    Reading reading = new JsonReader(Limits.DEFAULT).read(ByteString.copyFromUtf8(message.body()));
    if (!(reading instanceof Reading.Document(Json.Obj body))) {
      return message.status() + " without JSON-RPC: " + message.body();
    }
    if (body.get("result") instanceof Json.Obj result) {
      boolean failed = Json.Literal.TRUE.equals(result.get("isError"));
      return failed ? refused(message, said(result)) : ANSWERED;
    }
    return body.get("error") instanceof Json.Obj error && !UNAVAILABLE.equals(error.get("code"))
        ? refused(message, error.text("message"))
        : message.status() + " " + message.body();
  }

  private static @Nullable String said(Json.Obj result) {
    return result.get("content") instanceof Json.Array content
            && content.items().getFirst() instanceof Json.Obj block
        ? block.text("text")
        : null;
  }

  private static String refused(HttpReader.Message message, @Nullable String reason) {
    return reason == null || reason.isBlank()
        ? message.status() + " without a reason"
        : REFUSED + reason;
  }

  private Envoy envoy(TabellionServer.Setup setup, int port, int upstream)
      throws InterruptedException {
    return Envoy.start(
        "envoy",
        folder.resolve("envoy"),
        Checkout.envoyYaml()
            .set("connection_keepalive", Map.of("interval", "2s", "timeout", "1s"))
            .without("envoy.filters.http.jwt_authn")
            .port(9100, upstream)
            .port(9001, setup.extProcPort())
            .port(10000, port));
  }

  private Child loud(String kind, int port) {
    List<String> command = List.of(LoudCaller.class.getName(), kind, "" + port, PATH, "4");
    return start("loud-" + kind, command);
  }

  private Child start(String name, List<String> command) {
    return Child.startJava(name, folder, List.of("-Xmx512m"), command);
  }

  private static int ready(Child upstream) throws InterruptedException {
    String line = upstream.await(text -> text.startsWith("ready "), START);
    return Integer.parseInt(line.substring("ready ".length()));
  }
}
