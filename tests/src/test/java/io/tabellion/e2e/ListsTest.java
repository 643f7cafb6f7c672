package io.tabellion.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.tabellion.parties.Child;
import io.tabellion.testing.RawClient;
import io.tabellion.testing.Request;
import io.tabellion.testing.Stack;
import io.tabellion.testing.Tool;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What lists show, lose and tell operators, through a real Envoy. */
@Tag("envoy")
final class ListsTest {
  private static final Duration PATIENCE = Duration.ofSeconds(10);
  private static final String LIMITS = "limits: {request: 256KiB, answer: 256KiB, event: 256KiB}\n";
  private static final String CALLER = LIMITS + "servers: [{name: sample, pins: {scope: caller}}]";
  private static final String ALERT =
      LIMITS + "servers: [{name: sample, pins: {on-change: alert}}]";

  @TempDir private Path folder;

  @Test
  void whatAListLosesIsShownWithItsReason() throws Exception {
    try (Stack stack = Stack.start(folder, setup -> setup, false)) {
      stack
          .mcp()
          .shows(
              String.join(
                  ",",
                  tool("Get Weather", "{}"),
                  tool("\u67E5\u8BE2\u5929\u6C14", "{}"),
                  tool("github/create_issue", "{}"),
                  tool("a\u200Bb", "{}"),
                  tool("Find", "{}"),
                  tool("find", "{}"),
                  tool("deep", "{\"a\":".repeat(300) + "1" + "}".repeat(300)),
                  "{\"name\":\"mixed\",\"Name\":\"other\"}"));
      assertThat(listed(stack, "alice"))
          .contains("Get Weather", "\u67E5\u8BE2\u5929\u6C14", "github/create_issue")
          .doesNotContain("a\u200Bb", "ind\"", "deep", "mixed");

      String shown = pins(stack, "auditor", "list").text();
      assertThat(shown.lines().filter(line -> line.startsWith("LEFT OUT")))
          .hasSize(5)
          .anyMatch(line -> line.contains("a\\u{200b}b") && line.contains("name-invisible"))
          .anyMatch(line -> line.contains("deep") && line.contains("too-deep"))
          .anyMatch(line -> line.contains("mixed") && line.contains("look-alike"))
          .anyMatch(line -> line.contains("Find") && line.contains("same-name"));
      assertThat(shown).contains("accepted", "Get Weather");
      assertThat(pins(stack, "auditor", "diff", "sample", "find").text())
          .contains("cannot be told from that of Find", "role admin");
    }
  }

  @Test
  void theRefusalNamesTheRoleThatIsNeeded() throws Exception {
    try (Stack stack = Stack.start(folder, setup -> setup, false)) {
      stack.mcp().shows(tool("echo", "{}"));
      listed(stack, "alice");
      stack.mcp().shows(tool("echo", "{\"properties\":{\"notes\":{}}}"));
      listed(stack, "alice");
      String diff = pins(stack, "auditor", "diff", "sample", "echo").text();
      assertThat(diff).contains("grave    argument-added", "+ /inputSchema/properties/notes: {}");
      String digest = diff.substring(diff.lastIndexOf(' ') + 1).strip();
      Tool.Ran refused = pins(stack, "auditor", "accept", "sample", "echo", digest);
      assertThat(refused.status()).isEqualTo(1);
      assertThat(refused.text()).contains("expected: admin", "api.tokens[].role");
    }
  }

  /** Case 04: each user has a definition of its own. */
  @Test
  void callersMayHaveDefinitionsOfTheirOwn() throws Exception {
    try (Stack stack = Stack.start(folder, setup -> setup.withMore(CALLER), false)) {
      stack.mcp().shows(project("X"));
      assertThat(listed(stack, "alice")).contains("echo");
      stack.mcp().shows(project("BETA"));
      assertThat(listed(stack, "bob")).contains("BETA");
      assertThat(stack.call("echo", "alice still calls", PATIENCE).body())
          .contains("alice still calls");
      assertThat(listed(stack, "alice")).doesNotContain("echo");
      stack.stopServer();
      stack.startServer();
      assertThat(listed(stack, "bob")).contains("BETA");
      assertThat(stack.call("echo", "quarantined", PATIENCE).body()).contains("NOT EXECUTED");
      assertThat(pins(stack, "auditor", "list").text()).contains("QUARANTINED", "caller ");
    }
  }

  @Test
  void aChangeMayAlertOnly() throws Exception {
    try (Stack stack = Stack.start(folder, setup -> setup.withMore(ALERT), false)) {
      stack.mcp().shows(project("X"));
      listed(stack, "alice");
      stack.mcp().shows(project("Y"));
      assertThat(listed(stack, "alice")).contains("Y");
      assertThat(stack.call("echo", "passes", PATIENCE).body()).contains("passes");
      assertThat(pins(stack, "auditor", "list").text()).contains("CHANGED");
    }
  }

  private static String listed(Stack stack, String who) throws IOException {
    Request list = Request.listTools().as(stack.token(who));
    return RawClient.send(stack.port(), list, PATIENCE).body();
  }

  private Tool.Ran pins(Stack stack, String role, String... arguments) throws InterruptedException {
    List<String> command = new ArrayList<>(List.of("io.tabellion.Main", "pins"));
    command.addAll(List.of(arguments));
    command.addAll(List.of("--server", "127.0.0.1:" + stack.setup().apiPort()));
    command.addAll(List.of("--token-file", stack.setup().token(role).toString()));
    return Tool.run("pins", folder, Duration.ofSeconds(30), Child.java(List.of(), command));
  }

  private static String project(String only) {
    return tool("echo", "{\"properties\":{\"project\":{\"enum\":[\"" + only + "\"]}}}");
  }

  private static String tool(String name, String schema) {
    return "{\"name\":\"" + name + "\",\"inputSchema\":" + schema + "}";
  }
}
