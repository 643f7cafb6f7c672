package io.tabellion.demo;

import static org.assertj.core.api.Assertions.assertThat;

import io.tabellion.parties.Checkout;
import io.tabellion.parties.Child;
import io.tabellion.testing.Tool;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The demo behind six servers that others wrote, driven by four SDKs in their default modes: what
 * each client sees through the demo is what it sees directly. Servers that speak over stdio stand
 * behind FastMCP's proxy.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@Timeout(600)
@SuppressWarnings("NullAway.Init") // before all tests
@Tag("conformance")
class RealServersTest {
  private static final Path HOME = Checkout.root();
  private static final Path PRIVATE = HOME.resolve(".tabellion");
  private static final Path PEERS = HOME.resolve("tests/peers");
  private static final Path PYTHON = PRIVATE.resolve("peers/bin/python");
  private static final Duration PATIENCE = Duration.ofMinutes(2);
  private static final List<String> CLIENTS = List.of("python", "sdk1", "client", "java");

  private final ByteArrayOutputStream printed = new ByteArrayOutputStream();
  private final Stage stage = new Stage();
  private final Ports ports = Ports.from(27_330);
  private Path folder;
  private List<Server> servers;
  private Demo demo;
  private Path token;

  /**
   * A server.
   *
   * @param calls what clients call, as JSON
   */
  private record Server(String name, URI url, String calls) {}

  @BeforeAll
  void start(@TempDir Path given) throws Exception {
    folder = given;
    Path files = Files.createDirectory(folder.resolve("files")).toRealPath();
    Files.writeString(files.resolve("notes.txt"), "first line\nzweite Zeile: Grüße\n");
    Path repository = repository();
    servers =
        List.of(
            server(
                "everything",
                "/mcp",
                """
                [["echo", {"message": "hello, wörld"}], ["get-sum", {"a": 2, "b": 3}],
                 ["get-structured-content", {"location": "Chicago"}], ["get-tiny-image", {}],
                 ["get-annotated-message", {"messageType": "error", "includeImage": false}], ["echo", {}]]
                """,
                port -> List.of(Tool.NODE.resolve("everything.sh").toString(), "" + port)),
            server(
                "filesystem",
                "/mcp",
                """
                [["read_text_file", {"path": "%1$s/notes.txt"}], ["list_directory", {"path": "%1$s"}],
                 ["search_files", {"path": "%1$s", "pattern": "*.txt"}],
                 ["read_text_file", {"path": "/etc/passwd"}]]
                """
                    .formatted(files),
                port ->
                    bridged(
                        port,
                        Tool.NODE_BINARY.toString(),
                        Tool.NODE
                            .resolve(
                                "node_modules/@modelcontextprotocol/server-filesystem/dist/index.js")
                            .toString(),
                        files.toString())),
            server(
                "fastmcp",
                "/mcp",
                """
                [["forecast", {"city": "Zürich", "days": 3}], ["sum_of", {"numbers": [1, 2.5, 1e3]}],
                 ["broken", {}], ["forecast", {"days": 1}]]
                """,
                port ->
                    List.of(PYTHON.toString(), PEERS.resolve("server.py").toString(), "" + port)),
            server(
                "git",
                "/mcp",
                """
                [["git_status", {"repo_path": "%1$s"}], ["git_log", {"repo_path": "%1$s", "max_count": 2}],
                 ["git_show", {"repo_path": "%1$s", "revision": "HEAD"}],
                 ["git_show", {"repo_path": "%1$s", "revision": "nowhere"}]]
                """
                    .formatted(repository),
                port ->
                    bridged(
                        port, PYTHON.toString(), "-m", "mcp_server_git", "-r", "" + repository)),
            server(
                "go",
                "/",
                """
                [["greet", {"name": "Ada"}], ["greet (structured)", {"name": "Ada"}],
                 ["greet (content with ResourceLink)", {"name": "Ada"}], ["greet", {"nam": "Ada"}]]
                """,
                port ->
                    List.of(
                        PRIVATE.resolve("bin/everything").toString(),
                        "-http",
                        "127.0.0.1:" + port)),
            server(
                "playwright",
                "/mcp",
                """
                [["browser_close", {}], ["browser_tabs", {"action": "fly"}]]
                """,
                port ->
                    List.of(
                        Tool.NODE_BINARY.toString(),
                        Tool.NODE.resolve("node_modules/@playwright/mcp/cli.js").toString(),
                        "--headless",
                        "--isolated",
                        "--host",
                        "127.0.0.1",
                        "--port",
                        "" + port)));
    List<Upstream> upstreams =
        servers.stream().map(s -> Upstream.parse(s.name() + "=" + s.url())).toList();
    Screen screen = new Screen(new PrintStream(printed, true, StandardCharsets.UTF_8), false);
    demo =
        new Demo(
            new Demo.Options(folder.resolve("demo"), ports, upstreams, false), HOME, screen, stage);
    demo.run();
    token = folder.resolve("demo/agent.jwt");
  }

  @AfterAll
  void stop() {
    stage.close();
  }

  @Test
  void theDemoSaysWhatItFound() {
    assertThat(printed.toString(StandardCharsets.UTF_8))
        .contains("✓ go: everything", "✓ fastmcp: weather", "✓ playwright: Playwright");
  }

  static Stream<String> clients() {
    return CLIENTS.stream();
  }

  @ParameterizedTest
  @MethodSource("clients")
  void theSampleServerIsUsedByEachSdkInItsDefaultMode(String client) throws Exception {
    String calls =
        """
        [["find_customer", {"name": "Ada"}], ["monthly_report", {"month": "2026-10"}],
         ["delete_customer", {"name": "Ada"}]]
        """;
    List<String> seen = see(client, demo.endpoint("sample"), calls, token);
    assertThat(seen).hasSize(7);
    assertThat(seen.get(0)).contains("20");
    assertThat(seen.get(1))
        .contains("find_customer", "monthly_report")
        .doesNotContain("delete_customer");
    assertThat(seen.get(4)).contains("Ada: plan team, 14 seats, since 2024-03");
    assertThat(seen.get(5)).contains("2026-10: 37 invoices, 35 paid, 2 open");
    assertThat(seen.get(6)).contains("BLOCKED BY POLICY");
  }

  static Stream<Arguments> pairs() {
    return Stream.of("everything", "filesystem", "fastmcp", "git", "go", "playwright")
        .flatMap(server -> CLIENTS.stream().map(client -> Arguments.of(server, client)));
  }

  @ParameterizedTest
  @MethodSource("pairs")
  void whatAClientSeesThroughTheDemoIsWhatItSeesDirectly(String name, String client)
      throws Exception {
    Server server = servers.stream().filter(s -> s.name().equals(name)).findFirst().orElseThrow();
    List<String> direct = see(client, server.url(), server.calls(), null);
    assertThat(direct).hasSizeGreaterThan(5);
    assertThat(direct.get(1)).contains("\"tools\":").doesNotContain("\"tools\":[]");
    assertThat(see(client, demo.endpoint(name), server.calls(), token)).isEqualTo(direct);
  }

  private List<String> see(String client, URI url, String calls, @Nullable Path token)
      throws Exception {
    if (client.equals("java")) {
      return JavaPeer.see(url, calls, token == null ? "" : Files.readString(token).strip());
    }
    Path file = Files.writeString(folder.resolve("calls.json"), calls);
    List<String> command = new ArrayList<>();
    if (client.equals("python")) {
      command.addAll(List.of(PYTHON.toString(), PEERS.resolve("client.py").toString()));
    } else {
      command.addAll(
          List.of(Tool.NODE_BINARY.toString(), Tool.NODE.resolve("peer.mjs").toString(), client));
    }
    command.addAll(List.of(url.toString(), file.toString()));
    if (token != null) {
      command.add(token.toString());
    }
    Tool.Ran ran = Tool.run(client, folder, PATIENCE, command);
    assertThat(ran.status()).as(ran.text()).isEqualTo(0);
    return ran.lines().stream().filter(line -> line.startsWith("{")).toList();
  }

  private interface Command {
    List<String> at(int port);
  }

  private Server server(String name, String path, String calls, Command command)
      throws InterruptedException {
    int port = Checkout.freePort();
    stage.add(Child.start(name, folder, command.at(port)));
    Checkout.awaitPort(port, PATIENCE);
    // By name, as most guides write it; Playwright's server takes no other.
    return new Server(name, URI.create("http://localhost:" + port + path), calls);
  }

  private static List<String> bridged(int port, String... command) {
    return Stream.concat(
            Stream.of(PYTHON.toString(), PEERS.resolve("bridge.py").toString(), "" + port),
            Stream.of(command))
        .toList();
  }

  private Path repository() throws Exception {
    Path repository = Files.createDirectory(folder.resolve("repository")).toRealPath();
    git(repository, "init", "-q", "-b", "main");
    Files.writeString(repository.resolve("readme.md"), "# A repository\n");
    git(repository, "add", "readme.md");
    git(repository, "commit", "-q", "-m", "first: a read-me");
    Files.writeString(repository.resolve("readme.md"), "# A repository\n\nwith a change\n");
    return repository;
  }

  private static void git(Path repository, String... arguments) throws InterruptedException {
    List<String> command =
        new ArrayList<>(List.of("git", "-c", "user.name=Ada", "-c", "user.email=ada@example.com"));
    command.addAll(List.of(arguments));
    Tool.Ran ran = Tool.run("git", repository, PATIENCE, command);
    assertThat(ran.status()).as(ran.text()).isEqualTo(0);
  }
}
