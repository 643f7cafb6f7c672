package io.tabellion.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tabellion.audit.verify.VerifyMain;
import io.tabellion.demo.sample.SampleServer;
import io.tabellion.parties.Child;
import java.io.ByteArrayOutputStream;
import java.io.File;
import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(300)
@Tag("envoy")
class DemoTest {
  private static final Path HOME = Path.of("..").toAbsolutePath().normalize();
  private static final Ports PORTS = Ports.from(27_310);

  private final ByteArrayOutputStream printed = new ByteArrayOutputStream();
  private final Screen screen =
      new Screen(new PrintStream(printed, true, StandardCharsets.UTF_8), false);
  @TempDir Path folder;

  @Test
  void allOfItHappensThroughARealEnvoy() throws Exception {
    try (SampleServer own = SampleServer.start(folder.resolve("own"));
        Stage stage = new Stage()) {
      Upstream upstream = Upstream.parse("own=" + own.url());
      Demo demo = demo(List.of(upstream), stage);
      demo.run();

      assertThat(printed.toString(StandardCharsets.UTF_8))
          .contains(
              "401 from Envoy",
              "find_customer, monthly_report, refund_order  delete_customer is hidden",
              "Decide about it on the page, as carol@example.com:",
              "/console/link?t=",
              "carol@example.com looked at it and approved it by script",
              "approval.requested",
              "approval.approved",
              "approval.consumed",
              "approval.completed",
              "BLOCKED BY POLICY",
              "denied by no-deletes",
              "VERIFIED");
      assertThat(Files.getPosixFilePermissions(dir().resolve("auditor.token")))
          .isEqualTo(PosixFilePermissions.fromString("rw-------"));

      assertThat(Files.getPosixFilePermissions(dir().resolve("run/ext-proc.sock")))
          .isEqualTo(PosixFilePermissions.fromString("rw-------"));

      // One's own server is served too, all of it allowed: what is denied at the sample server is
      // not here.
      Agent agent =
          new Agent(demo.endpoint("own"), Files.readString(dir().resolve("agent.jwt")), screen);
      agent.stateless();
      assertThat(own.executed()).containsExactly("find_customer");
      theCommandsOfTheReadmeWork();
      verbsThatAskTheServerNeedNoMoreThanTheirClassPath();
      theVerifierNeedsNothingElseOfOurs();

      assertThatThrownBy(() -> demo(List.of(), stage).run())
          .isInstanceOf(DemoException.class)
          .hasMessageContaining("another demo runs in this folder");
    }
    PORTS.checkFree(new ExtProcAddress.Loopback(PORTS.extProc()));
    assertThat(dir().resolve("run/ext-proc.sock")).doesNotExist();
  }

  /** Those that need no argument of the reader's and end by themselves. */
  private void theCommandsOfTheReadmeWork() throws Exception {
    List<String> commands =
        Files.readString(HOME.resolve("README.md"))
            .lines()
            .filter(
                line -> line.matches("\\./tabellion (audit|approvals|pins|detectors|policy) .*"))
            .map(line -> line.replaceFirst("#.*", "").replaceFirst("^\\./tabellion ", "").strip())
            .filter(line -> !line.equals("audit tail") && !line.matches(".*\\b[A-Z]{2,}.*"))
            .toList();
    assertThat(commands)
        .contains("audit search --tool find_customer", "audit verify", "pins list --quarantined");
    for (String command : commands) {
      List<String> words = new ArrayList<>(List.of("io.tabellion.Main"));
      words.addAll(List.of(command.split(" ", -1)));
      try (Child child =
          Child.startJava("command", folder, List.of("-Dtabellion.home=" + HOME), words)) {
        Integer status = child.awaitExit(Duration.ofMinutes(2));
        child.awaitOutput();
        assertThat(status).as(command + ": " + child.lines()).isEqualTo(0);
      }
    }
  }

  /** What {@code ./tabellion} runs them on: the build leaves out what they should not need. */
  private void verbsThatAskTheServerNeedNoMoreThanTheirClassPath() throws Exception {
    Path target = HOME.resolve("ext-proc-server/target");
    String jars =
        Stream.of(Files.readString(target.resolve("client.classpath")).strip().split(":", -1))
            .map(jar -> target.resolve(jar).toString())
            .collect(Collectors.joining(File.pathSeparator));
    assertThat(jars).doesNotContain("sqlite");
    String classPath = target.resolve("classes") + File.pathSeparator + jars;
    for (String command :
        List.of(
            "audit search --json",
            "audit search --tool find_customer --since 1h",
            "audit search --kind no-such-kind",
            "audit show 3",
            "audit show 3 --json",
            "audit why 12",
            "audit timeline",
            "audit checkpoint",
            "audit tail --help",
            "approvals list --json",
            "approvals list --state completed",
            "pins list --json",
            "pins list --quarantined",
            "pins diff --help")) {
      List<String> words = new ArrayList<>(List.of("io.tabellion.Main"));
      words.addAll(List.of(command.split(" ", -1)));
      List<String> line = Child.java(List.of("-Dtabellion.home=" + HOME), classPath, words);
      try (Child child = Child.start("command", folder, line)) {
        Integer status = child.awaitExit(Duration.ofMinutes(2));
        child.awaitOutput();
        assertThat(status)
            .as(command + ": " + child.lines())
            .isEqualTo(command.endsWith("no-such-kind") ? 1 : 0);
      }
    }
  }

  /** P6: its jar is shipped alone, with libraries of others. */
  private void theVerifierNeedsNothingElseOfOurs() throws Exception {
    Path target = HOME.resolve("verifier/target");
    Path jar = onlyJar(target);
    List<Path> libraries = files(target.resolve("lib"));
    assertThat(Stream.concat(Stream.of(jar), libraries.stream()).filter(DemoTest::hasOurs))
        .containsExactly(jar);
    try (JarFile classes = new JarFile(jar.toFile())) {
      assertThat(classes.stream().map(JarEntry::getName).filter(name -> name.endsWith(".class")))
          .isNotEmpty()
          .allMatch(name -> name.matches("io/tabellion/audit/verify/[^/]+"));
    }
    String classPath = jar + File.pathSeparator + target.resolve("lib/*");
    List<String> words =
        List.of(VerifyMain.class.getName(), "--log", dir().resolve("log").toString());
    try (Child child = Child.start("verify", folder, Child.java(List.of(), classPath, words))) {
      Integer status = child.awaitExit(Duration.ofMinutes(2));
      child.awaitOutput();
      assertThat(status).as("%s", child.lines()).isEqualTo(0);
      assertThat(child.lines()).last().asString().contains("VERIFIED");
    }
  }

  private static Path onlyJar(Path target) throws IOException {
    List<Path> jars =
        files(target).stream().filter(file -> file.toString().endsWith(".jar")).toList();
    assertThat(jars).hasSize(1);
    return jars.getFirst();
  }

  private static List<Path> files(Path folder) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.sorted().toList();
    }
  }

  private static boolean hasOurs(Path jar) {
    try (JarFile classes = new JarFile(jar.toFile())) {
      return classes.stream().anyMatch(entry -> entry.getName().startsWith("io/tabellion/"));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Test
  void aTakenPortIsNamedAndNothingIsStarted() throws Exception {
    Ports ports = Ports.from(27_320);
    try (ServerSocket taken = new ServerSocket(ports.api(), 1, InetAddress.getLoopbackAddress());
        Stage stage = new Stage()) {
      var options = new Demo.Options(dir(), ports, List.of(), false);
      assertThatThrownBy(() -> new Demo(options, HOME, screen, stage).run())
          .hasMessageStartingWith("port " + taken.getLocalPort() + " (audit API): taken")
          .hasMessageContaining("--ports");
    }
    assertThat(dir().resolve("tabellion.yaml")).doesNotExist();
  }

  @Test
  void whatItWritesIsReadByTheProgramsItIsFor() throws IOException {
    try (DemoFolder taken = DemoFolder.take(dir())) {
      new DemoFiles(taken, HOME, PORTS, new ExtProcAddress.Loopback(PORTS.extProc()))
          .write(
              java.net.URI.create("http://127.0.0.1:3000/mcp"),
              List.of(Upstream.parse("own=http://127.0.0.1:3001/mcp")),
              Identity.generate(),
              Instant.now());
    }
    var config = io.tabellion.config.Config.load(dir().resolve("tabellion.yaml"));
    assertThat(config.api().tokens()).hasSize(3);
    assertThat(io.tabellion.policy.PolicyFile.load(config.policy()).title())
        .isEqualTo("demo version 1");
    assertThat(io.tabellion.xds.routes.Routes.load(dir().resolve("routes.yaml")).servers())
        .hasSize(2);
  }

  @Test
  void anUpstreamThatIsNoneIsRefused() {
    for (String text :
        List.of(
            "own", "=http://h/mcp", "Own=http://h/mcp", "own=ftp://h/", "sample=http://h/mcp")) {
      assertThatThrownBy(() -> Upstream.parse(text)).hasMessageContaining("expected: NAME=URL");
    }
    assertThatThrownBy(() -> Upstream.parse("own=http://u:secret-4711@h/mcp"))
        .hasMessageContaining("expected: NAME=URL")
        .hasMessageNotContaining("secret-4711");
    assertThatThrownBy(() -> Upstream.parseAll(List.of("a=http://h", "a=http://i")))
        .hasMessageContaining("twice");
  }

  @Test
  void anUpstreamWithoutAPathIsAtMcp() {
    assertThat(Upstream.parse("own=http://127.0.0.1:8000").url()).hasPath("/mcp");
    assertThat(Upstream.parse("own=http://127.0.0.1:8000?x=1").url())
        .hasPath("/mcp")
        .hasQuery("x=1");
    assertThat(Upstream.parse("own=http://127.0.0.1:8000/").url()).hasPath("/");
    assertThat(Upstream.parse("own=http://127.0.0.1:8000/v1").url()).hasPath("/v1");
  }

  private Demo demo(List<Upstream> upstreams, Stage stage) {
    return new Demo(new Demo.Options(dir(), PORTS, upstreams, false), HOME, screen, stage);
  }

  private Path dir() {
    return folder.resolve("demo");
  }
}
