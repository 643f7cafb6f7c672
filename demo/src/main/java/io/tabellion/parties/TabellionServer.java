package io.tabellion.parties;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.HttpURLConnection;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/** Our server as a process of its own, as {@code ./tabellion serve} starts it. Thread-safe. */
public final class TabellionServer implements AutoCloseable {
  /**
   * Lets every request pass, the server's own too; what is measured or broken is not the policy.
   */
  private static final String ALLOW_ALL =
      """
      apiVersion: tabellion.io/v1
      kind: Policy
      metadata: {name: everything, version: 1}
      rules:
      - {id: all, match: {}, then: allow}
      - {id: servers-own, match: {direction: server-request}, then: allow}
      """;

  /** Whoever it is. */
  public static final String ANONYMOUS = "{anonymous: allow}";

  /** Where the bootstraps that we ship have the server. */
  private static final int SHIPPED = 9001;

  private static final Duration START = Duration.ofSeconds(60);
  private static final Duration POLL = Duration.ofMillis(20);

  private final Setup setup;
  private final Child process;

  private TabellionServer(Setup setup, Child process) {
    this.setup = setup;
    this.process = process;
  }

  /**
   * How a server is started; the same setup starts the same server again, on the same log.
   * Immutable.
   */
  public static final class Setup {
    private final Path folder;
    private final Path log;
    private final Ports ports;
    private final Texts texts;
    private final Program program;

    private Setup(Path folder, Path log, Ports ports, Texts texts, Program program) {
      this.folder = folder;
      this.log = log;
      this.ports = ports;
      this.texts = texts;
      this.program = program;
    }

    /** Where it listens; with a socket, Envoy finds it there and not on a port. */
    private record Ports(int extProc, int api, int http, @Nullable Path socket) {}

    /** Parts of the configuration that are not always the same, in YAML's flow style. */
    private record Texts(
        String identity,
        String extProc,
        String logKeys,
        String more,
        String policy,
        String people) {
      Texts withIdentity(String yaml) {
        return new Texts(yaml, extProc, logKeys, more, policy, people);
      }

      Texts withExtProc(String yaml) {
        return new Texts(identity, yaml, logKeys, more, policy, people);
      }

      Texts withLogKeys(String keys) {
        return new Texts(identity, extProc, keys, more, policy, people);
      }

      Texts withMore(String lines) {
        return new Texts(identity, extProc, logKeys, lines, policy, people);
      }

      Texts withPolicy(String yaml) {
        return new Texts(identity, extProc, logKeys, more, yaml, people);
      }

      Texts withPeople(String yaml) {
        return new Texts(identity, extProc, logKeys, more, policy, yaml);
      }
    }

    private record Program(String main, List<String> jvm, String classPath, List<String> prefix) {
      private Program {
        jvm = List.copyOf(jvm);
        prefix = List.copyOf(prefix);
      }
    }

    /** On free ports, for anonymous callers, with its log in {@code folder}. */
    public static Setup in(Path folder) {
      return new Setup(
          folder,
          folder.resolve("log"),
          new Ports(Checkout.freePort(), Checkout.freePort(), Checkout.freePort(), null),
          new Texts(ANONYMOUS, "insecure-loopback: true", "", "", ALLOW_ALL, ""),
          new Program("io.tabellion.Main", List.of(), Child.classPath(), List.of()));
    }

    /** With the audit log elsewhere. */
    public Setup withLog(Path directory) {
      return new Setup(folder, directory, ports, texts, program);
    }

    /** With other {@code listeners[].identity}. */
    public Setup withIdentity(String yaml) {
      return with(texts.withIdentity(yaml));
    }

    /** What {@code ext-proc} has beside its address, e.g. {@code tls: {…}}. */
    public Setup withExtProc(String yaml) {
      return with(texts.withExtProc(yaml));
    }

    /** With a Unix socket for Envoy. */
    public Setup onSocket(Path socket) {
      Setup plain = withExtProc("");
      var at = new Ports(ports.extProc, ports.api, ports.http, socket);
      return new Setup(folder, log, at, plain.texts, program);
    }

    /** With further keys of {@code log}, each with a comma before it. */
    public Setup withLogKeys(String keys) {
      return with(texts.withLogKeys(keys));
    }

    /** With further lines of the configuration, e.g. {@code limits: {…}}. */
    public Setup withMore(String lines) {
      return with(texts.withMore(lines));
    }

    /** With another policy file. */
    public Setup withPolicy(String yaml) {
      return with(texts.withPolicy(yaml));
    }

    /** With a person who may decide about calls, whose token is that of {@code approver}. */
    public Setup withApprover() {
      return with(
          texts.withPeople(
              "\n  - {name: carol, role: approver, file: approver.token,"
                  + " expires: 2099-01-01T00:00:00Z, groups: [finance]}"));
    }

    /** With another main class. */
    public Setup withMain(String name) {
      return with(new Program(name, program.jvm, program.classPath, program.prefix));
    }

    /** With further options of its JVM. */
    public Setup withJvm(List<String> options) {
      return with(new Program(program.main, options, program.classPath, program.prefix));
    }

    /** From another class path, e.g. of an older build. */
    public Setup withClassPath(String classPath) {
      return with(new Program(program.main, program.jvm, classPath, program.prefix));
    }

    /** Started by another program, with its arguments, e.g. {@code nsenter …}. */
    public Setup startedBy(List<String> command) {
      return with(new Program(program.main, program.jvm, program.classPath, command));
    }

    private Setup with(Texts changed) {
      return new Setup(folder, log, ports, changed, program);
    }

    private Setup with(Program changed) {
      return new Setup(folder, log, ports, texts, changed);
    }

    public Path folder() {
      return folder;
    }

    /** Directory of the audit log. */
    public Path log() {
      return log;
    }

    public int extProcPort() {
      return ports.extProc;
    }

    /** Returns the bootstrap with this server in the place of the one on port 9001. */
    public EnvoyConfig behind(EnvoyConfig bootstrap) {
      return ports.socket == null
          ? bootstrap.port(SHIPPED, ports.extProc)
          : bootstrap.socket(SHIPPED, ports.socket);
    }

    public int apiPort() {
      return ports.api;
    }

    public int httpPort() {
      return ports.http;
    }

    private String yaml() {
      return """
      ext-proc: {address: "%s", %s}
      api:
        address: 127.0.0.1:%d
        insecure-loopback: true
        tokens:
        - {name: auditor, role: auditor, file: auditor.token, expires: 2099-01-01T00:00:00Z}
        - {name: admin, role: admin, file: admin.token, expires: 2099-01-01T00:00:00Z}%s
      http: {address: "127.0.0.1:%d"}
      log: {directory: %s, origin: test.example/tabellion%s}
      policy: policy.yaml
      listeners: [{identity: %s}]
      %s
      """
          .formatted(
              ports.socket == null ? "127.0.0.1:" + ports.extProc : "unix:" + ports.socket,
              texts.extProc,
              ports.api,
              texts.people,
              ports.http,
              log,
              texts.logKeys,
              texts.identity,
              texts.more);
    }

    /** A file with the token of a role, as the command line wants it. */
    public Path token(String role) {
      return folder.resolve(role + ".token");
    }

    private void writeToken(String role, String text) throws IOException {
      Files.deleteIfExists(token(role));
      Files.createFile(
          token(role),
          PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
      Files.writeString(token(role), text + "\n");
    }

    private Path write() {
      try {
        Files.createDirectories(folder);
        Files.writeString(folder.resolve("policy.yaml"), texts.policy);
        writeToken("auditor", "a-token-for-tests-0123456789abcdef0123456789");
        writeToken("approver", "an-approver-token-for-tests-0123456789abcdef01");
        writeToken("admin", "an-admin-token-for-tests-0123456789abcdef01234");
        return Files.writeString(folder.resolve("tabellion.yaml"), yaml());
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }

    /** Starts the process without waiting for it. */
    public TabellionServer launch(String name) {
      List<String> command = new ArrayList<>(List.of(program.main, "serve", "--config"));
      command.add(write().toAbsolutePath().toString());
      List<String> line = new ArrayList<>(program.prefix);
      line.addAll(Child.java(program.jvm, program.classPath, command));
      return new TabellionServer(this, Child.start(name, folder, line));
    }

    /** Starts the process and returns when it says that it is ready. */
    public TabellionServer start(String name) {
      TabellionServer server = launch(name);
      try {
        server.awaitReady();
        return server;
      } catch (IllegalStateException e) {
        server.close();
        throw e;
      }
    }
  }

  /** An answer of the status port: status (0 without an answer) and body. */
  public record Status(int code, String body) {}

  /**
   * Waits until {@code /readyz} says 200.
   *
   * @throws IllegalStateException if it ends before, or does not say so in time
   */
  public void awaitReady() {
    long deadline = System.nanoTime() + START.toNanos();
    while (status("/readyz").code() != 200) {
      if (!process.alive() || System.nanoTime() > deadline) {
        throw new IllegalStateException(
            "server: not ready (expected: 200 at /readyz)\n" + String.join("\n", process.lines()));
      }
      LockSupport.parkNanos(POLL.toNanos());
    }
  }

  /** Asks the status port. */
  public Status status(String path) {
    try {
      URI uri = URI.create("http://127.0.0.1:" + setup.httpPort() + path);
      HttpURLConnection connection = (HttpURLConnection) uri.toURL().openConnection();
      connection.setConnectTimeout(1000);
      connection.setReadTimeout(2000);
      int code = connection.getResponseCode();
      try (var in = code < 400 ? connection.getInputStream() : connection.getErrorStream()) {
        String body = in == null ? "" : new String(in.readAllBytes(), StandardCharsets.UTF_8);
        return new Status(code, body);
      }
    } catch (IOException e) {
      return new Status(0, "");
    }
  }

  public Child process() {
    return process;
  }

  /** Ends it in order (SIGTERM). */
  @Override
  public void close() {
    process.close();
  }
}
