package io.tabellion.xds;

import io.tabellion.terminal.Mistakes;
import io.tabellion.terminal.Numbers;
import io.tabellion.xds.routes.Routes;
import io.tabellion.xds.routes.RoutesFile;
import io.tabellion.xds.server.ControlPlane;
import io.tabellion.xds.snapshot.Bootstraps;
import io.tabellion.xds.snapshot.Snapshots;
import io.tabellion.yaml.YamlException;
import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** The control plane: wires the routes file to the discovery server. */
@Command(
    name = "control-plane",
    description = "Tells Envoy which MCP servers to serve, with the filters that Tabellion needs.",
    mixinStandardHelpOptions = true)
final class Main implements Callable<Integer> {
  private static final Logger LOG = System.getLogger(Main.class.getName());
  private static final Duration LOOK = Duration.ofSeconds(1);
  private static final Duration CLEARING = Duration.ofSeconds(2);

  @Option(
      names = "--routes",
      required = true,
      paramLabel = "FILE",
      description = "the routes; read again when the file changes")
  @SuppressWarnings("NullAway.Init")
  private Path routes;

  @Option(
      names = "--port",
      paramLabel = "PORT",
      defaultValue = "18000",
      converter = Numbers.Port.class,
      description = "ADS on 127.0.0.1 (default: ${DEFAULT-VALUE})")
  private int port;

  @Option(
      names = "--secrets",
      paramLabel = "DIR",
      description =
          "where credentials of servers are put for Envoy, readable only by this user; Envoy runs as"
              + " the same (default: tabellion in $XDG_RUNTIME_DIR, else in the directory for"
              + " temporary files)")
  private Path secrets = SecretFolder.standard();

  @Option(
      names = "--print",
      description = "print the configuration as a static bootstrap for Envoy, and end")
  private boolean print;

  private final PrintStream out;
  private final PrintStream err;

  Main(PrintStream out, PrintStream err) {
    this.out = out;
    this.err = err;
  }

  public static void main(String[] arguments) {
    System.exit(Mistakes.in(new CommandLine(new Main(System.out, System.err))).execute(arguments));
  }

  @Override
  public Integer call() throws InterruptedException {
    try {
      return print ? print() : serve();
    } catch (YamlException | IOException | UncheckedIOException e) {
      err.println(e.getMessage());
      return Mistakes.IMPOSSIBLE;
    }
  }

  private int print() throws IOException {
    Routes now = Routes.load(routes);
    out.println(Bootstraps.json(Snapshots.of(now, SecretFolder.at(secrets).writeToStay(now))));
    return CommandLine.ExitCode.OK;
  }

  private int serve() throws IOException, InterruptedException {
    try (SecretFolder folder = SecretFolder.at(secrets);
        ControlPlane plane = ControlPlane.start(port)) {
      RoutesFile file =
          RoutesFile.open(
              routes,
              now -> serve(plane, now, folder),
              problem -> LOG.log(Level.ERROR, "routes stay as they were: {0}", problem));
      Runtime.getRuntime().addShutdownHook(ending(plane, Thread.currentThread()));
      out.println("control plane on 127.0.0.1:" + plane.port());
      while (!plane.ended(LOOK)) {
        file.look();
      }
      return CommandLine.ExitCode.OK;
    }
  }

  /** Stops the server and lets {@code main} clear up. */
  private static Thread ending(ControlPlane plane, Thread main) {
    return new Thread(() -> {
      plane.close();
      try {
        main.join(CLEARING);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    });
  }

  private static void serve(ControlPlane plane, Routes routes, SecretFolder folder) {
    try {
      plane.serve(Snapshots.of(routes, folder.write(routes)));
    } catch (IOException e) {
      throw new UncheckedIOException(e.getMessage(), e);
    }
    LOG.log(
        Level.INFO,
        "routes: {0}",
        routes.servers().stream().map(Routes.Server::name).sorted().toList());
  }
}
