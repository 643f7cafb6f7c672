package io.tabellion.demo;

import io.tabellion.terminal.Mistakes;
import io.tabellion.terminal.Numbers;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** The program behind {@code ./tabellion demo}. */
@Command(
    name = "tabellion demo",
    description =
        "Run everything on this machine: control plane, server, Envoy, a sample MCP server, and a"
            + " scripted agent. It stays up until Ctrl-C.",
    mixinStandardHelpOptions = true,
    sortOptions = false)
public final class Main implements Callable<Integer> {
  @Option(names = "--exit", description = "End after the script: 0 if all went as it should.")
  private boolean exit;

  @Option(
      names = "--dir",
      paramLabel = "DIR",
      description = "Where everything is written (default: .tabellion/demo of this checkout).")
  private @Nullable Path dir;

  @Option(
      names = "--upstream",
      paramLabel = "NAME=URL",
      description =
          "Serve an MCP server of yours at /NAME/mcp, all allowed, all recorded. A URL without a"
              + " path means /mcp.")
  private List<String> upstreams = new ArrayList<>();

  @Option(
      names = "--ports",
      paramLabel = "BASE",
      converter = Base.class,
      description =
          "Use five ports from BASE on: MCP, ext_proc, audit API, metrics, control plane (default:"
              + " 10000, 9001, 9002, 9003, 18000).")
  private @Nullable Integer ports;

  /** Ports from a base on, all of which exist. */
  static final class Base implements CommandLine.ITypeConverter<Integer> {
    private static final int LARGEST = 65_535 - 4;

    @Override
    public Integer convert(String text) {
      return Math.toIntExact(Numbers.within(text, 1, LARGEST));
    }
  }

  private Main() {}

  public static void main(String[] args) {
    System.exit(Mistakes.in(new CommandLine(new Main())).execute(args));
  }

  @Override
  public Integer call() throws Exception {
    Screen screen = Screen.standard();
    try (Stage stage = new Stage()) {
      Runtime.getRuntime().addShutdownHook(new Thread(stage::close, "stop"));
      Path home = Path.of(System.getProperty("tabellion.home", "")).toAbsolutePath();
      Demo.Options options = options(home, !exit && screen.terminal());
      Demo demo = new Demo(options, home, screen, stage);
      demo.run();
      if (!exit) {
        new Invitation(options, home, screen).show();
        demo.stay();
      }
      return 0;
    } catch (DemoException e) {
      screen.failed(String.valueOf(e.getMessage()));
      return 1;
    }
  }

  private Demo.Options options(Path home, boolean person) {
    return new Demo.Options(
        dir == null ? home.resolve(".tabellion").resolve("demo") : dir.toAbsolutePath(),
        ports == null ? Ports.STANDARD : Ports.from(ports),
        Upstream.parseAll(upstreams),
        person);
  }
}
