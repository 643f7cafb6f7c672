package io.tabellion.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.tabellion.cli.CommandLines;
import io.tabellion.parties.Checkout;
import io.tabellion.testing.Stack;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/**
 * {@code mesh prove} and {@code mesh check --config-dump} with a real Envoy before a real server.
 */
@Tag("envoy")
final class MeshCommandsTest {
  @TempDir private Path folder;

  /** What a verb printed, and its exit status. */
  private record Ran(int status, String out, String err) {}

  private static Ran run(String... args) {
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    CommandLine line =
        CommandLines.of(_ -> {})
            .setOut(new PrintWriter(out, true))
            .setErr(new PrintWriter(err, true));
    int status = line.execute(args);
    return new Ran(status, out.toString(), err.toString());
  }

  private Ran prove(Stack stack, String... more) {
    List<String> words =
        new ArrayList<>(
            List.of(
                "mesh",
                "prove",
                "--seconds",
                "5",
                "--server",
                "127.0.0.1:" + stack.setup().apiPort(),
                "--token-file",
                stack.setup().token("auditor").toString(),
                "--url",
                "http://127.0.0.1:" + stack.port() + "/sample/mcp"));
    words.addAll(List.of(more));
    return run(words.toArray(String[]::new));
  }

  @Test
  void aMarkedCallIsFoundAndEveryWayAroundIsSeen() throws Exception {
    try (Stack stack = Stack.start(folder, UnaryOperator.identity(), false)) {
      Path bearer = Files.writeString(folder.resolve("agent.token"), stack.token("alice") + "\n");

      Ran proved = prove(stack, "--bearer-file", bearer.toString());
      assertThat(proved.out() + proved.err())
          .contains("✓ http", "alice", "jwt", "listener  default", "server    sample", "allowed");
      assertThat(proved.status()).isZero();

      Ran nobody = prove(stack);
      assertThat(nobody.out()).contains("HTTP status 401");
      assertThat(nobody.status()).isEqualTo(nobody.out().contains("✓") ? 0 : 1);

      String closed = "http://127.0.0.1:" + Checkout.freePort() + "/mcp";
      assertThat(prove(stack, "--bearer-file", bearer.toString(), "--around", closed))
          .satisfies(ran -> assertThat(ran.out()).contains("✓ around by " + closed))
          .satisfies(ran -> assertThat(ran.status()).isZero());

      String open = "http://127.0.0.1:" + stack.mcp().port() + "/mcp";
      assertThat(prove(stack, "--bearer-file", bearer.toString(), "--around", open))
          .satisfies(ran -> assertThat(ran.out()).contains("✗ around by " + open, "is open"))
          .satisfies(ran -> assertThat(ran.status()).isEqualTo(1));

      stack.stopServer();
      assertThat(prove(stack, "--bearer-file", bearer.toString()).status()).isEqualTo(2);
    }
  }

  @Test
  void aProxysOwnConfigurationIsCheckedAndMistakesInItAreFound() throws Exception {
    try (Stack stack = Stack.start(folder, UnaryOperator.identity(), false)) {
      String dump = stack.envoy().configDump();
      Ran good = check(dump);
      assertThat(good.out()).contains("1 of 1 covered");
      assertThat(good.status()).isZero();

      Map<String, String[]> mistakes =
          Map.of(
              "filter-missing", new String[] {"\"io.tabellion.guard\",", "\"other\","},
              "guard", new String[] {"\"regex\": \".+\"", "\"regex\": \".*\""},
              "processing-mode",
                  new String[] {
                    "\"response_body_mode\": \"FULL_DUPLEX_STREAMED\"",
                    "\"response_body_mode\": \"NONE\""
                  },
              "timeout", new String[] {"\"timeout\": \"0s\"", "\"timeout\": \"15s\""},
              "repeats",
                  new String[] {
                    "\"timeout\": \"0s\"",
                    "\"timeout\": \"0s\", \"retry_policy\": {\"retry_on\": \"5xx\"}"
                  },
              "route-name", new String[] {"\"mcp/sample\"", "\"sample\""},
              "cluster",
                  new String[] {
                    "\"cluster_name\": \"tabellion_ext_proc\"", "\"cluster_name\": \"tabellion\""
                  },
              "connection-pool", new String[] {"\"max_requests\": 65536", "\"max_requests\": 1000"},
              "old-envoy", new String[] {"\"minor_number\": 40", "\"minor_number\": 36"});
      for (Map.Entry<String, String[]> mistake : mistakes.entrySet()) {
        String changed = dump.replace(mistake.getValue()[0], mistake.getValue()[1]);
        assertThat(changed).as(mistake.getKey()).isNotEqualTo(dump);
        Ran bad = check(changed);
        assertThat(bad.out()).as(mistake.getKey()).contains("[" + mistake.getKey() + "]");
        assertThat(bad.status()).as(mistake.getKey()).isEqualTo(1);
      }
      assertThat(check("{}").err()).contains("no config dump");
      assertThat(check("{}").status()).isEqualTo(2);
    }
  }

  private Ran check(String dump) throws IOException {
    Path file = Files.writeString(folder.resolve("dump.json"), dump);
    return run("mesh", "check", "--config-dump", file.toString());
  }
}
