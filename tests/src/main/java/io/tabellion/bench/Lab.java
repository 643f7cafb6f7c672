package io.tabellion.bench;

import io.tabellion.parties.Checkout;
import io.tabellion.parties.Child;
import io.tabellion.parties.Envoy;
import io.tabellion.parties.EnvoyConfig;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Set;

/**
 * All processes of one benchmark, each of its own: the MCP server, an Envoy for each lane that has
 * one, the ext_proc servers. They run beside each other for the whole benchmark, so that the lanes
 * can take turns; one that has no turn costs next to nothing.
 *
 * <p>Not thread-safe.
 */
final class Lab implements AutoCloseable {
  private static final Duration START = Duration.ofSeconds(30);
  private static final String PATH = "/sample/mcp";

  /** Same collector and same heap for every Java program here. */
  private static final List<String> JVM = List.of("-Xmx1g");

  /** Verifying a token costs every lane the same and is not what is measured. */
  private static final String TOKENS = "envoy.filters.http.jwt_authn";

  private static final Set<String> OURS =
      Set.of("io.tabellion.ext_proc", "io.tabellion.guard", "io.tabellion.answer_guard");

  private final Path folder;
  private final Deque<AutoCloseable> running = new ArrayDeque<>();
  private final List<Lane> lanes = new ArrayList<>();

  private Lab(Path folder) {
    this.folder = folder;
  }

  /** Starts everything. */
  static Lab start(Path folder) throws InterruptedException {
    Lab lab = new Lab(folder);
    try {
      int server = lab.startJava("mcp-server", LoadServer.class).port();
      lab.lanes.add(new Lane(Lane.DIRECT, server, "/mcp", List.of()));
      EnvoyConfig shipped = Checkout.envoyYaml().without(TOKENS).port(9100, server);
      lab.addEnvoy(Lane.ENVOY, shipped.without(OURS), List.of());
      Ready noOp = lab.startJava("no-op-server", NoOpServer.class);
      lab.addEnvoy(Lane.NO_OP, shipped.port(9001, noOp.port()), List.of(noOp.pid()));
      return lab;
    } catch (IllegalStateException | InterruptedException e) {
      lab.close();
      throw e;
    }
  }

  List<Lane> lanes() {
    return lanes;
  }

  private void addEnvoy(String name, EnvoyConfig config, List<Long> behind)
      throws InterruptedException {
    int port = Checkout.freePort();
    Envoy envoy = Envoy.start("envoy-" + name, folder.resolve(name), config.port(10000, port));
    running.push(envoy);
    List<Long> between = new ArrayList<>(behind);
    between.add(envoy.process().pid());
    lanes.add(new Lane(name, port, PATH, List.copyOf(between)));
  }

  private record Ready(long pid, int port) {}

  private Ready startJava(String name, Class<?> main) throws InterruptedException {
    Child child = Child.startJava(name, folder, JVM, List.of(main.getName()));
    running.push(child);
    String line = child.await(text -> text.startsWith("ready "), START);
    return new Ready(child.pid(), Integer.parseInt(line.substring("ready ".length())));
  }

  /** Ends what it started, last first. */
  @Override
  public void close() {
    for (AutoCloseable party : running) {
      try {
        party.close();
      } catch (Exception e) {
        throw new IllegalStateException("cannot end a process of the benchmark", e);
      }
    }
    running.clear();
  }
}
