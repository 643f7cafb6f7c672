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
   *
   * @param folder of its configuration and, unless said otherwise, its log
   * @param log directory of the audit log
   * @param identity as in {@code listeners[].identity}, in YAML's flow style
   * @param more further lines of the configuration, e.g. {@code limits: {…}}
   * @param logKeys further keys of {@code log}, each with a comma before it
   * @param mainClass of the program
   * @param jvm further options of its JVM
   * @param prefix a program that starts it, with its arguments, e.g. {@code nsenter …}
   */
  public record Setup(
      Path folder,
      Path log,
      int extProcPort,
      int apiPort,
      int httpPort,
      String identity,
      String extProc,
      String more,
      String logKeys,
      String mainClass,
      List<String> jvm,
      List<String> prefix) {

    public Setup {
      jvm = List.copyOf(jvm);
      prefix = List.copyOf(prefix);
    }

    /** On free ports, for anonymous callers. */
    public static Setup in(Path folder) {
      return new Setup(
          folder,
          folder.resolve("log"),
          Checkout.freePort(),
          Checkout.freePort(),
          Checkout.freePort(),
          ANONYMOUS,
          "insecure-loopback: true",
          "",
          "",
          "io.tabellion.Main",
          List.of(),
          List.of());
    }

    public Setup withLog(Path directory) {
      return new Setup(
          folder,
          directory,
          extProcPort,
          apiPort,
          httpPort,
          identity,
          extProc,
          more,
          logKeys,
          mainClass,
          jvm,
          prefix);
    }

    public Setup withIdentity(String yaml) {
      return new Setup(
          folder,
          log,
          extProcPort,
          apiPort,
          httpPort,
          yaml,
          extProc,
          more,
          logKeys,
          mainClass,
          jvm,
          prefix);
    }

    /** What {@code ext-proc} has beside its address, e.g. {@code tls: {…}}. */
    public Setup withExtProc(String yaml) {
      return new Setup(
          folder,
          log,
          extProcPort,
          apiPort,
          httpPort,
          identity,
          yaml,
          more,
          logKeys,
          mainClass,
          jvm,
          prefix);
    }

    public Setup withMore(String lines) {
      return new Setup(
          folder,
          log,
          extProcPort,
          apiPort,
          httpPort,
          identity,
          extProc,
          lines,
          logKeys,
          mainClass,
          jvm,
          prefix);
    }

    public Setup withLogKeys(String keys) {
      return new Setup(
          folder,
          log,
          extProcPort,
          apiPort,
          httpPort,
          identity,
          extProc,
          more,
          keys,
          mainClass,
          jvm,
          prefix);
    }

    public Setup withMain(String name) {
      return new Setup(
          folder,
          log,
          extProcPort,
          apiPort,
          httpPort,
          identity,
          extProc,
          more,
          logKeys,
          name,
          jvm,
          prefix);
    }

    public Setup withJvm(List<String> options) {
      return new Setup(
          folder,
          log,
          extProcPort,
          apiPort,
          httpPort,
          identity,
          extProc,
          more,
          logKeys,
          mainClass,
          options,
          prefix);
    }

    public Setup startedBy(List<String> command) {
      return new Setup(
          folder,
          log,
          extProcPort,
          apiPort,
          httpPort,
          identity,
          extProc,
          more,
          logKeys,
          mainClass,
          jvm,
          command);
    }

    private String yaml() {
      return """
      ext-proc: {address: "127.0.0.1:%d", %s}
      api:
        address: 127.0.0.1:%d
        insecure-loopback: true
        tokens:
        - {name: auditor, role: auditor, file: auditor.token, expires: 2099-01-01T00:00:00Z}
        - {name: admin, role: admin, file: admin.token, expires: 2099-01-01T00:00:00Z}
      http: {address: "127.0.0.1:%d"}
      log: {directory: %s, origin: test.example/tabellion%s}
      policy: policy.yaml
      listeners: [{identity: %s}]
      %s
      """
          .formatted(extProcPort, extProc, apiPort, httpPort, log, logKeys, identity, more);
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
        Files.writeString(folder.resolve("policy.yaml"), ALLOW_ALL);
        writeToken("auditor", "a-token-for-tests-0123456789abcdef0123456789");
        writeToken("admin", "an-admin-token-for-tests-0123456789abcdef01234");
        return Files.writeString(folder.resolve("tabellion.yaml"), yaml());
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }

    /** Starts the process without waiting for it. */
    public TabellionServer launch(String name) {
      List<String> command = new ArrayList<>(List.of(mainClass, "serve", "--config"));
      command.add(write().toAbsolutePath().toString());
      List<String> line = new ArrayList<>(prefix);
      line.addAll(Child.java(jvm, command));
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
