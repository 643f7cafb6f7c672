package io.tabellion.install;

import static org.assertj.core.api.Assertions.assertThat;

import io.tabellion.demo.EnvoyBinary;
import io.tabellion.parties.Checkout;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The Compose file with the images of this build, in the engine of this machine. No image is
 * pulled: Envoy's is made of the binary that tests have anyway.
 */
@Tag("engine")
class ComposeTest {
  private static final String PROJECT = "tabellion-test";
  private static final String ENVOY = "tabellion-test-envoy:local";

  private static final int MCP = Checkout.freePort();
  private static final int STATUS = Checkout.freePort();

  @TempDir private Path folder;

  @Test
  void anAgentIsJudgedAndRecorded() throws Exception {
    for (String program : List.of("server", "control-plane", "sample")) {
      load(program);
    }
    importEnvoy();

    Made.run(folder, compose("up", "-d"));
    String agent = Made.run(folder, compose("ps", "-q", "--all", "agent")).getLast();
    assertThat(Made.run(folder, List.of("docker", "wait", agent))).containsExactly("0");
    String said = String.join("\n", Made.run(folder, List.of("docker", "logs", agent)));
    assertThat(said).contains("401", "Grace Hopper: plan team", "blocked");

    List<String> found = Made.run(folder, search());
    assertThat(found)
        .anyMatch(line -> line.contains("call.outcome") && line.contains("find_customer"))
        .anyMatch(line -> line.contains("delete_customer") && line.contains("denied"));
  }

  @AfterEach
  void remove() throws InterruptedException {
    Made.run(folder, compose("down", "-v"));
  }

  private void load(String program) throws InterruptedException {
    String archive = folder.resolve(program + ".tar").toString();
    Made.by(folder, "image", "--of", program, "--packages", Made.packages(), "--out", archive);
    Made.run(folder, List.of("docker", "load", "-i", archive));
  }

  /** The system of our images, with the Envoy of the tests. */
  private void importEnvoy() throws IOException, InterruptedException {
    Path root = folder.resolve("envoy");
    Made.by(
        folder,
        "image",
        "--of",
        "control-plane",
        "--no-cache",
        "--packages",
        Made.packages(),
        "--root",
        root.toString());
    Path programs = Files.createDirectories(root.resolve("usr/local/bin"));
    Files.copy(binary(), programs.resolve("envoy"), StandardCopyOption.COPY_ATTRIBUTES);
    String tar = folder.resolve("envoy.tar").toString();
    Made.run(
        folder,
        List.of("tar", "-cf", tar, "-C", root.toString(), "lib", "lib64", "etc", "usr", "tmp"));
    Made.run(
        folder, List.of("docker", "import", "--change", "ENV PATH=/usr/local/bin", tar, ENVOY));
  }

  /** The Python package has a script in bin, and the program beside its modules. */
  private static Path binary() throws IOException, InterruptedException {
    Path found = EnvoyBinary.find(Checkout.root()).toRealPath();
    try (Stream<Path> files = Files.walk(found.resolve("../..").normalize(), 8)) {
      return files.filter(file -> file.endsWith("envoy/_bin/envoy")).findFirst().orElse(found);
    }
  }

  private static List<String> search() {
    return compose(
        "exec",
        "-T",
        "tabellion",
        "java",
        "@/opt/tabellion/entry",
        "audit",
        "search",
        "--server",
        "127.0.0.1:9002",
        "--token-file",
        "/etc/tabellion/keys/auditor.token");
  }

  /** Docker's own, or the older program of that name. */
  private static List<String> compose(String... words) {
    String file = Checkout.root().resolve("dist/compose/compose.yaml").toString();
    String choose =
        "if docker compose version >/dev/null 2>&1; then exec docker compose \"$@\";"
            + " else exec docker-compose \"$@\"; fi";
    List<String> command =
        new ArrayList<>(
            List.of("env", "ENVOY=" + ENVOY, "MCP_PORT=" + MCP, "STATUS_PORT=" + STATUS));
    command.addAll(List.of("bash", "-c", choose, "compose", "-p", PROJECT, "-f", file));
    command.addAll(List.of(words));
    return command;
  }
}
