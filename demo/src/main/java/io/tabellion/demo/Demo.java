package io.tabellion.demo;

import io.tabellion.demo.sample.SampleServer;
import java.io.File;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Starts control plane, server, Envoy and sample server, lets the scripted agents act, shows what
 * the trail holds of it, and has the trail verified. Of one thread; what it starts belongs to the
 * {@link Stage}.
 */
final class Demo {
  private static final Duration PROBE = Duration.ofSeconds(5);

  /** How long a person has to decide, before the script does. */
  private static final Duration PERSON = Duration.ofSeconds(40);

  private static final Duration TELL = Duration.ofSeconds(1);
  private static final Duration TELL_A_FILE = Duration.ofSeconds(10);

  private final Options options;
  private final Path home;
  private final Screen screen;
  private final Stage stage;
  private final List<Leash> children = new ArrayList<>();
  private @Nullable LeftOuts leftOuts;

  /**
   * What the person asked for.
   *
   * @param person whether somebody is there to decide about a call
   */
  record Options(Path dir, Ports ports, List<Upstream> upstreams, boolean person) {
    Options {
      upstreams = List.copyOf(upstreams);
    }
  }

  Demo(Options options, Path home, Screen screen, Stage stage) {
    this.options = options;
    this.home = home;
    this.screen = screen;
    this.stage = stage;
  }

  /**
   * Does all of it; returns when the script is over and everything still runs.
   *
   * @throws DemoException if something is not as it should be
   */
  void run() throws IOException, InterruptedException {
    DemoFolder folder = stage.add(DemoFolder.take(options.dir()));
    ExtProcAddress extProc = ExtProcAddress.in(folder.path(), options.ports());
    options.ports().checkFree(extProc);
    new DemoLog(folder.file("demo.log")).install();
    try (UpstreamProbe probe = new UpstreamProbe(PROBE)) {
      probe.check(options.upstreams(), screen);
    }
    Path envoy = new EnvoyBinary(System.getenv(), home.resolve(".tabellion"), screen).find();
    SampleServer sample = stage.add(SampleServer.start(folder.file("sample")));
    DemoFiles files = new DemoFiles(folder, home, options.ports(), extProc);
    files.write(sample.url(), options.upstreams(), Identity.generate(), Instant.now());
    start(folder, envoy, extProc);
    files.point();
    Instant begin = Instant.now();
    boolean approved = act(folder, sample);
    try (Trail trail = new Trail(options.ports().api(), folder.read("auditor.token"), screen)) {
      trail.show(begin, approved);
    }
    verify(folder);
    leftOuts = stage.add(new LeftOuts(options.ports(), folder.read("auditor.token"), screen));
  }

  /**
   * Tells what lists lose, until a child ends by itself.
   *
   * @throws DemoException that says which
   */
  void stay() throws InterruptedException {
    while (true) {
      if (leftOuts != null) {
        leftOuts.look();
      }
      for (Leash child : children) {
        if (!child.alive()) {
          throw new DemoException(child.name() + " ended:\n" + child.lastWords());
        }
      }
      TimeUnit.SECONDS.sleep(1);
    }
  }

  private void start(DemoFolder folder, Path envoy, ExtProcAddress extProc)
      throws InterruptedException {
    Ports ports = options.ports();
    Patience patience = new Patience(screen, screen.terminal() ? TELL : TELL_A_FILE);
    Leash control =
        child(
            folder,
            "control-plane",
            java(
                classPath(),
                "io.tabellion.xds.Main",
                "--routes",
                "routes.yaml",
                "--port",
                "" + ports.xds()));
    Leash server = child(folder, "server", server());
    screen.waiting("Starting the control plane and the server");
    patience.until(control, "healthy", () -> Health.grpc(ports.xds()));
    screen.done("control plane on 127.0.0.1:" + ports.xds());
    patience.until(server, "ready", () -> Health.http(ports.http(), "/readyz"));
    if (extProc.port().isPresent()) {
      patience.until(server, "healthy", () -> Health.grpc(extProc.port().getAsInt()));
    }
    patience.until(server, "healthy", () -> Health.grpc(ports.api()));
    screen.done(
        "server: ext_proc on %s, audit API on port %d, metrics on port %d"
            .formatted(extProc.words(), ports.api(), ports.http()));
    screen.waiting("Starting Envoy");
    Leash proxy = child(folder, "envoy", envoyCommand(envoy));
    patience.until(proxy, "healthy", () -> Health.http(ports.mcp(), "/healthz"));
    screen.done("Envoy on 127.0.0.1:" + ports.mcp() + ", sample MCP server behind it");
  }

  private Leash child(DemoFolder folder, String name, List<String> command) {
    Leash child =
        stage.add(Leash.start(name, command, folder.path(), folder.file(name + ".log"), Map.of()));
    children.add(child);
    return child;
  }

  /** Returns whether the call that needs an approval got one. */
  private boolean act(DemoFolder folder, SampleServer sample)
      throws IOException, InterruptedException {
    Agent agent = new Agent(endpoint("sample"), folder.read("agent.jwt"), screen);
    agent.withoutToken();
    boolean approved;
    try (Approver approver =
        new Approver(options.ports().api(), folder.read("approver.token"), screen)) {
      approved = agent.session(approver, options.person() ? PERSON : Duration.ZERO);
    }
    agent.stateless();
    List<String> executed = sample.executed();
    List<String> expected =
        approved
            ? List.of("find_customer", "monthly_report", "refund_order", "find_customer")
            : List.of("find_customer", "monthly_report", "find_customer");
    if (!executed.equals(expected)) {
      throw new DemoException("the sample server executed " + executed);
    }
    screen.line("");
    screen.line("  The MCP server executed " + String.join(", ", executed) + "; nothing else.");
    return approved;
  }

  private void verify(DemoFolder folder) throws InterruptedException {
    screen.title("The log, verified offline from its files and its public key");
    for (String line : new Verifier(folder.file("log")).verify()) {
      screen.line("  " + line);
    }
  }

  URI endpoint(String server) {
    return URI.create("http://127.0.0.1:" + options.ports().mcp() + "/" + server + "/mcp");
  }

  private static List<String> envoyCommand(Path envoy) {
    return List.of(
        envoy.toString(), "-c", "envoy.yaml", "--disable-hot-restart", "--log-level", "warning");
  }

  /** The class path of this program, for one that runs in another folder. */
  private static String classPath() {
    return Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator, -1))
        .map(entry -> Path.of(entry).toAbsolutePath().toString())
        .collect(Collectors.joining(File.pathSeparator));
  }

  /** The server, on the class path and with the cache of classes that ./tabellion found for it. */
  private List<String> server() {
    String cache = System.getProperty("tabellion.server.cache", "");
    List<String> arguments = new ArrayList<>();
    arguments.add("@" + home.resolve("ext-proc-server/serve.options"));
    if (!cache.isEmpty()) {
      arguments.addAll(
          List.of(
              "-XX:AOTCache=" + cache,
              "-XX:+IgnoreUnrecognizedVMOptions",
              "-Xlog:cds=off",
              "-Xlog:aot=off"));
    }
    arguments.addAll(List.of("io.tabellion.Main", "serve", "--config", "tabellion.yaml"));
    return java(
        System.getProperty("tabellion.server.class-path", classPath()),
        arguments.toArray(String[]::new));
  }

  /** One of our programs: a main class and its arguments, options of its JVM before it. */
  private static List<String> java(String classPath, String... arguments) {
    List<String> command =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--enable-native-access=ALL-UNNAMED",
                "--sun-misc-unsafe-memory-access=allow",
                "-cp",
                classPath));
    command.addAll(List.of(arguments));
    return command;
  }
}
