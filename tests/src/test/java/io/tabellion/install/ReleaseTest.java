package io.tabellion.install;

import static org.assertj.core.api.Assertions.assertThat;

import io.tabellion.parties.Checkout;
import io.tabellion.parties.Child;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A release works on a machine with nothing but a Java, or nothing at all: in a folder with a space
 * in its name, without an environment, and without writing into its own folder.
 */
@Tag("install")
class ReleaseTest {
  private static final String TOKEN = "0123456789abcdef".repeat(4);

  @TempDir private Path folder;

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void serverAndCommandLineWork(boolean withJava) throws Exception {
    Path home = unpacked(withJava);
    Map<String, String> before = Made.snapshot(home);
    String version = Made.run(folder, tabellion(home, withJava, "version")).getLast();
    assertThat(version).matches("tabellion \\d+\\.\\d+\\.\\d+ \\(Java 25.*\\)");

    Path policy = home.resolve("envoy-config/policies/read-only-agents.yaml");
    List<String> checked =
        Made.run(folder, tabellion(home, withJava, "policy", "check", policy.toString()));
    assertThat(String.join("\n", checked)).doesNotContain("rror");

    int api = Checkout.freePort();
    int http = Checkout.freePort();
    String config = configuration(policy, api, http).toString();
    List<String> serve = tabellion(home, withJava, "serve", "--config", config);
    try (Child server = Child.start("server", folder, serve)) {
      Made.run(folder, tabellion(home, withJava, "health", "--config", config, "--wait", "60s"));
      usesJavaOf(server, home, withJava);

      List<String> found =
          Made.run(
              folder,
              tabellion(
                  home,
                  withJava,
                  "audit",
                  "search",
                  "--server",
                  "127.0.0.1:" + api,
                  "--token-file",
                  folder.resolve("auditor").toString()));
      assertThat(found)
          .anyMatch(line -> line.contains("policy.loaded") && line.contains("read-only-agents"));
    }
    assertThat(Made.snapshot(home)).isEqualTo(before);
  }

  private Path unpacked(boolean withJava) throws IOException, InterruptedException {
    Path archive = folder.resolve("release.tar.gz");
    List<String> words = new ArrayList<>(List.of("dist", "--out", archive.toString()));
    if (withJava) {
      words.add("--with-java");
    }
    Made.by(folder, words.toArray(String[]::new));
    Path there = Files.createDirectories(folder.resolve("a folder"));
    Made.run(there, List.of("tar", "-xzf", archive.toString()));
    try (var folders = Files.list(there)) {
      return folders.findFirst().orElseThrow();
    }
  }

  /** Without an environment; with this JVM's Java where the release has none. */
  private List<String> tabellion(Path home, boolean withJava, String... words) {
    List<String> command = new ArrayList<>(List.of("env", "-i", "PATH=/usr/bin:/bin"));
    if (!withJava) {
      command.add("JAVA_HOME=" + System.getProperty("java.home"));
      command.add("TABELLION_CACHE=" + folder.resolve("caches"));
    }
    command.add(home.resolve("bin/tabellion").toString());
    command.addAll(List.of(words));
    return command;
  }

  private static void usesJavaOf(Child server, Path home, boolean withJava) throws IOException {
    Path java = Path.of("/proc/" + server.pid() + "/exe").toRealPath();
    if (withJava) {
      assertThat(java).isEqualTo(home.toRealPath().resolve("java/bin/java"));
    } else {
      assertThat(java.startsWith(home)).isFalse();
    }
  }

  private Path configuration(Path policy, int api, int http) throws IOException {
    Files.writeString(folder.resolve("auditor"), TOKEN);
    Made.giveOnlyToOwner(folder.resolve("auditor"));
    return Files.writeString(
        folder.resolve("tabellion.yaml"),
        """
        ext-proc: {address: "127.0.0.1:%d", insecure-loopback: true}
        api:
          address: "127.0.0.1:%d"
          insecure-loopback: true
          tokens: [{name: auditor, role: auditor, file: auditor, expires: 2099-01-01T00:00:00Z}]
        http: {address: "127.0.0.1:%d"}
        log: {directory: log, origin: example.com/release}
        policy: "%s"
        listeners: [{identity: {anonymous: allow}}]
        """
            .formatted(Checkout.freePort(), api, http, policy));
  }
}
