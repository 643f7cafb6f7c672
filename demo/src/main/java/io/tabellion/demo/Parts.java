package io.tabellion.demo;

import io.tabellion.demo.sample.SampleServer;
import io.tabellion.terminal.Mistakes;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * Parts of the demo as programs of their own, for the Compose file: the sample MCP server, an
 * identity provider that gives out one token, and an agent that calls.
 */
@Command(
    name = "sample",
    subcommands = {Parts.Keys.class, Parts.Serve.class, Parts.Call.class})
public final class Parts {

  private Parts() {}

  public static void main(String[] args) {
    System.exit(Mistakes.in(new CommandLine(new Parts())).execute(args));
  }

  /** {@code keys}: makes what the others need to know each other. */
  @Command(
      name = "keys",
      description =
          "Write jwks.json (the key that Envoy checks tokens with), agent.jwt (a token of"
              + " alice@example.com) and auditor.token into a folder.")
  static final class Keys implements Callable<Integer> {
    @Option(names = "--out", required = true, paramLabel = "DIR", description = "the folder")
    private Path out = Path.of("");

    @Override
    public Integer call() throws IOException {
      try (DemoFolder folder = DemoFolder.take(out)) {
        Identity identity = Identity.generate();
        folder.write("jwks.json", identity.jwks());
        folder.writeSecret(
            "agent.jwt", identity.token("alice@example.com", Agent.NAME, Instant.now()));
        folder.writeToken("auditor.token");
      }
      return 0;
    }
  }

  /** {@code serve}: the sample MCP server. */
  @Command(name = "serve", description = "Run the sample MCP server on loopback until SIGTERM.")
  static final class Serve implements Callable<Integer> {
    @Option(names = "--port", required = true, paramLabel = "PORT", description = "where")
    private int port;

    @Override
    public Integer call() throws IOException, InterruptedException {
      Path folder = Files.createTempDirectory("sample-");
      CountDownLatch told = new CountDownLatch(1);
      try (SampleServer server = SampleServer.start(folder, port)) {
        Runtime.getRuntime().addShutdownHook(new Thread(told::countDown, "stop"));
        System.out.println("sample MCP server at " + server.url());
        told.await();
      }
      return 0;
    }
  }

  /** {@code agent}: calls through Envoy and says what came of it. */
  @Command(name = "agent", description = "Call the sample server as an agent without a session.")
  static final class Call implements Callable<Integer> {
    @Option(names = "--url", required = true, paramLabel = "URL", description = "through Envoy")
    @SuppressWarnings("NullAway.Init")
    private URI url;

    @Option(names = "--token-file", required = true, paramLabel = "FILE", description = "its token")
    private Path token = Path.of("");

    @Option(
        names = "--wait",
        paramLabel = "SECONDS",
        defaultValue = "0",
        description = "wait for Envoy's /healthz before, at most so long")
    private int wait;

    @Override
    public Integer call() throws IOException, InterruptedException {
      long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(wait);
      while (!Health.http(url.getPort(), "/healthz") && System.nanoTime() < end) {
        TimeUnit.MILLISECONDS.sleep(200);
      }
      Agent agent = new Agent(url, Files.readString(token).strip(), new Screen(System.out, false));
      agent.withoutToken();
      agent.stateless();
      agent.refused();
      return 0;
    }
  }
}
