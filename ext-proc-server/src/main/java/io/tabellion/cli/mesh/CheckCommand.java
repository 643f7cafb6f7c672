package io.tabellion.cli.mesh;

import com.google.protobuf.ByteString;
import io.tabellion.cli.audit.CliException;
import io.tabellion.mesh.check.Check;
import io.tabellion.mesh.check.ConfigDump;
import io.tabellion.mesh.check.Inputs;
import io.tabellion.terminal.Mistakes;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code mesh check}: whether every call to the MCP servers is judged. */
@Command(
    name = "check",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = {
      "Check that every way to each MCP server goes through Tabellion: its three filters in Envoy,"
          + " what is around them, and the ways past them. Nothing is changed.",
      "Reads manifests (files, folders, or - for standard input), the configuration dumps of proxies,"
          + " or without either the cluster that kubectl is set up for.",
      "An MCP server is known by the label tabellion.io/server on its pods or Service, by an"
          + " EnvoyFilter of Tabellion's, or by --mcp-server."
          + " What the input does not show is reported too.",
      "Exit status: 0 all covered, 1 findings, 2 could not be tried."
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  ./tabellion mesh check istio/ my-server.yaml",
      "  ./tabellion mesh check --config-dump sidecar.json --port 8080"
    })
final class CheckCommand implements Callable<Integer> {
  @Parameters(
      arity = "0..*",
      paramLabel = "FILE",
      description = "Manifests: files, folders, or - for standard input.")
  private List<Path> files = List.of();

  @Option(
      names = "--config-dump",
      paramLabel = "FILE",
      description = "What a proxy answers to /config_dump. Repeatable.")
  private List<Path> dumps = List.of();

  @Option(
      names = "--port",
      paramLabel = "PORT",
      description = "With --config-dump: a port that carries MCP (default: all ports). Repeatable.")
  private Set<Integer> ports = new LinkedHashSet<>();

  @Option(
      names = "--mcp-server",
      paramLabel = "NAMESPACE/SERVICE",
      description = "An MCP server that has no label. Repeatable.")
  private Set<String> servers = new LinkedHashSet<>();

  @Option(
      names = {"-n", "--namespace"},
      paramLabel = "NAME",
      description =
          "Namespace of manifests that name none (default: default); of a cluster, the only one that"
              + " is read beside istio-system and tabellion.")
  private @Nullable String namespace;

  @Option(
      names = "--context",
      paramLabel = "NAME",
      description = "The context of kubectl's configuration.")
  private @Nullable String context;

  @Option(names = "--json", description = "One JSON object a line, for programs.")
  private boolean json;

  @Spec private @Nullable CommandSpec spec;

  @Override
  public Integer call() throws IOException, InterruptedException {
    servers.forEach(CheckCommand::checkName);
    List<Check.Result> results = new ArrayList<>();
    if (!files.isEmpty() || dumps.isEmpty()) {
      results.addAll(Check.of(inputs(), servers));
      if (results.isEmpty()) {
        throw new CliException(
            "no MCP server found (expected: pods or a Service with the label tabellion.io/server, an"
                + " EnvoyFilter of Tabellion's, or --mcp-server NAMESPACE/SERVICE)");
      }
    }
    for (Path dump : dumps) {
      results.add(ConfigDump.check(dump.toString(), bytes(dump), ports));
    }
    Findings findings = new Findings(spec().commandLine().getOut());
    if (json) {
      findings.json(results);
    } else {
      findings.text(results);
    }
    return results.stream().allMatch(Check.Result::covered) ? 0 : 1;
  }

  private Inputs inputs() throws IOException, InterruptedException {
    Inputs inputs = new Inputs(namespace == null ? "default" : namespace);
    if (files.isEmpty()) {
      Cluster.read(context, namespace, inputs);
      return inputs;
    }
    for (Path given : files) {
      if (given.toString().equals("-")) {
        inputs.add("-", ByteString.readFrom(System.in));
      } else {
        for (Path file : Inputs.files(given)) {
          inputs.add(file.toString(), bytes(file));
        }
      }
    }
    if (inputs.size() == 0) {
      throw new CliException(
          files.getFirst() + ": no resource of Kubernetes (expected: manifests in YAML or JSON)");
    }
    return inputs;
  }

  private static ByteString bytes(Path file) {
    try {
      return ByteString.copyFrom(Files.readAllBytes(file));
    } catch (IOException e) {
      throw new CliException(Mistakes.of(e), e);
    }
  }

  private static void checkName(String name) {
    if (!name.matches("[^/]+/[^/]+")) {
      throw new CliException("--mcp-server: " + name + " (expected NAMESPACE/SERVICE)");
    }
  }

  private CommandSpec spec() {
    if (spec == null) {
      throw new IllegalStateException("not run by picocli");
    }
    return spec;
  }
}
