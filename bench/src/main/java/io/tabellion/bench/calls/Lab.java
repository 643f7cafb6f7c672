package io.tabellion.bench.calls;

import io.tabellion.parties.Checkout;
import io.tabellion.parties.Child;
import io.tabellion.parties.Envoy;
import io.tabellion.parties.EnvoyConfig;
import io.tabellion.parties.TabellionServer;
import io.tabellion.terminal.WrongValueException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * All processes of one benchmark, each of its own: the MCP server, an Envoy for each lane that has
 * one, the ext_proc servers. They run beside each other for the whole benchmark, so that the lanes
 * can take turns; one that has no turn costs next to nothing.
 *
 * <p>Not thread-safe.
 */
final class Lab implements AutoCloseable {
  /** Origin of the servers' logs. */
  static final String ORIGIN = "test.example/tabellion";

  /** The server's port in the bootstrap that we ship. */
  private static final int EXT_PROC = 9001;

  private static final Duration START = Duration.ofSeconds(30);
  private static final String PATH = "/sample/mcp";

  /** Same collector and same heap for every Java program here. */
  private static final List<String> JVM = List.of("-XX:+UseParallelGC", "-Xmx1g");

  /** Verifying a token costs every lane the same and is not what is measured. */
  private static final String TOKENS = "envoy.filters.http.jwt_authn";

  private static final Set<String> OURS =
      Set.of("io.tabellion.ext_proc", "io.tabellion.guard", "io.tabellion.answer_guard");

  private final Path folder;
  private final Calls calls;
  private final List<String> ourJvm;
  private final @Nullable OtherBuild other;
  private final Deque<AutoCloseable> running = new ArrayDeque<>();
  private final List<Lane> lanes = new ArrayList<>();
  private final Map<String, TabellionServer.Setup> servers = new HashMap<>();

  private Lab(Path folder, Calls calls, List<String> ourJvm, @Nullable OtherBuild other) {
    this.folder = folder;
    this.calls = calls;
    this.ourJvm = ourJvm;
    this.other = other;
  }

  /**
   * Starts what the lanes need.
   *
   * @param calls whose policy the servers have
   * @param names of the lanes, at least one
   * @param ourJvm further options for the JVM of our server
   * @param other what lane {@code other} is; null without one
   */
  static Lab start(
      Path folder, Calls calls, Set<String> names, List<String> ourJvm, @Nullable OtherBuild other)
      throws InterruptedException {
    Lab lab = new Lab(folder, calls, ourJvm, other);
    try {
      lab.addLanes(names);
      return lab;
    } catch (IllegalStateException | InterruptedException e) {
      lab.close();
      throw e;
    }
  }

  private void addLanes(Set<String> names) throws InterruptedException {
    int server = startJava("mcp-server", LoadServer.class, List.of()).port();
    EnvoyConfig shipped = towards(server, Checkout.envoyYaml());
    for (String name : names) {
      switch (name) {
        case Lane.DIRECT -> lanes.add(new Lane(name, server, "/mcp", List.of(), List.of()));
        case Lane.ENVOY -> addEnvoy(name, shipped.without(OURS), List.of());
        case Lane.NO_OP -> addNoOp(name, shipped, false);
        case Lane.NO_OP_UNIX -> addNoOp(name, shipped, true);
        case Lane.TABELLION -> addTabellion(name, shipped, Child.classPath(), ourJvm, false);
        case Lane.TABELLION_UNIX -> addTabellion(name, shipped, Child.classPath(), ourJvm, true);
        case Lane.OTHER -> {
          OtherBuild built = Objects.requireNonNull(other, name);
          addTabellion(name, towards(server, built.envoy()), built.classPath(), List.of(), false);
        }
        default ->
            throw new WrongValueException(
                "--modes",
                name,
                "one of direct, envoy, no-op, no-op-unix, tabellion, tabellion-unix");
      }
    }
  }

  private static EnvoyConfig towards(int server, EnvoyConfig shipped) {
    return shipped.without(TOKENS).port(9100, server);
  }

  private void addNoOp(String name, EnvoyConfig shipped, boolean unix) throws InterruptedException {
    Path socket = folder.resolve(name + ".sock");
    Ready server = startJava(name, NoOpServer.class, unix ? List.of(socket.toString()) : List.of());
    EnvoyConfig config =
        unix ? shipped.socket(EXT_PROC, socket) : shipped.port(EXT_PROC, server.port());
    addEnvoy(name, config, List.of(server.pid()));
  }

  private void addTabellion(
      String name, EnvoyConfig shipped, String classPath, List<String> options, boolean unix)
      throws InterruptedException {
    var tcp = TabellionServer.Setup.in(folderOf(folder, name)).withPolicy(calls.policy());
    Path socket = folder.resolve(name + ".sock");
    var setup = unix ? tcp.onSocket(socket) : tcp;
    servers.put(name, setup);
    List<String> jvm = new ArrayList<>(JVM);
    jvm.addAll(options);
    TabellionServer server = setup.withJvm(jvm).withClassPath(classPath).start("server");
    running.push(server);
    addEnvoy(name, setup.behind(shipped), List.of(server.process().pid()));
  }

  /** Where the server of a lane has its files; its log is in {@code log} there. */
  static Path folderOf(Path folder, String lane) {
    return folder.resolve("server-" + lane);
  }

  /** How the server of a lane is set up. */
  TabellionServer.Setup server(String lane) {
    TabellionServer.Setup setup = servers.get(lane);
    if (setup == null) {
      throw new IllegalArgumentException("lane: " + lane + " (expected: one with our server)");
    }
    return setup;
  }

  List<Lane> lanes() {
    return lanes;
  }

  private void addEnvoy(String name, EnvoyConfig config, List<Long> server)
      throws InterruptedException {
    int port = Checkout.freePort();
    Envoy envoy = Envoy.start("envoy-" + name, folder.resolve(name), config.port(10000, port));
    running.push(envoy);
    lanes.add(new Lane(name, port, PATH, List.of(envoy.process().pid()), server));
  }

  private record Ready(long pid, int port) {}

  private Ready startJava(String name, Class<?> main, List<String> arguments)
      throws InterruptedException {
    List<String> command = new ArrayList<>(List.of(main.getName()));
    command.addAll(arguments);
    Child child = Child.startJava(name, folder, JVM, command);
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
