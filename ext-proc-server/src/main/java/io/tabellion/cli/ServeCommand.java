package io.tabellion.cli;

import io.tabellion.config.Config;
import io.tabellion.version.Version;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code serve}: runs the server until it is told to stop. */
@Command(
    name = "serve",
    description = "Run the server behind Envoy until SIGTERM or Ctrl-C.",
    mixinStandardHelpOptions = true,
    versionProvider = Version.class)
public final class ServeCommand implements Callable<Integer> {
  private final Program program;

  @Option(
      names = "--config",
      required = true,
      paramLabel = "FILE",
      description = "The configuration file (docs/configuration.md).")
  private Path config = Path.of("tabellion.yaml");

  public ServeCommand(Program program) {
    this.program = program;
  }

  /** The server, as the command line sees it. */
  @FunctionalInterface
  public interface Program {
    /**
     * Starts, then blocks until the process is told to stop and everything was stopped in order.
     *
     * @throws StartException if it cannot start
     */
    void run(Config config) throws InterruptedException;
  }

  @Override
  public Integer call() throws InterruptedException {
    program.run(Config.load(config));
    return 0;
  }
}
