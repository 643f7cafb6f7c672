package io.tabellion.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Tag("unit")
class EnvoyBinaryTest {
  @TempDir Path folder;

  @Test
  void theNamedOneComesFirst() throws Exception {
    Path named = envoy("named", "1.38.2");
    assertThat(find(Map.of("TABELLION_ENVOY", named.toString(), "PATH", path("1.40.0"))))
        .isEqualTo(named);
  }

  @Test
  void theOneOnThePathIsTakenIfItFits() throws Exception {
    assertThat(find(Map.of("PATH", path("1.37.0"))).getFileName()).hasToString("envoy");
  }

  @Test
  void oneThatIsTooOldIsRefusedWithItsVersion() throws IOException {
    String path = path("1.36.3");
    assertThatThrownBy(() -> find(Map.of("PATH", path)))
        .isInstanceOf(DemoException.class)
        .hasMessageContaining("envoy on the PATH: version 1.36.3 (expected: 1.37 to 1.40)");
  }

  @Test
  void whatIsNoEnvoyIsRefused() throws IOException {
    Path named = script("named", "echo hello");
    assertThatThrownBy(() -> find(Map.of("TABELLION_ENVOY", named.toString())))
        .hasMessageContaining("does not say its version");
  }

  @Test
  void withoutEnvoyAndPythonItSaysWhatToInstall() {
    assertThatThrownBy(() -> find(Map.of("PATH", folder.toString())))
        .hasMessageContaining("Install python3, or set TABELLION_ENVOY");
  }

  private Path find(Map<String, String> environment) throws InterruptedException {
    Screen silent =
        new Screen(
            new PrintStream(OutputStream.nullOutputStream(), true, StandardCharsets.UTF_8), false);
    return new EnvoyBinary(environment, folder.resolve("home"), silent).find();
  }

  private String path(String version) throws IOException {
    envoy("envoy", version);
    return "/nowhere:" + folder;
  }

  private Path envoy(String name, String version) throws IOException {
    return script(
        name, "echo 'envoy  version: 7f3e/%s/Clean/RELEASE/BoringSSL'".formatted(version));
  }

  private Path script(String name, String command) throws IOException {
    Path file = Files.writeString(folder.resolve(name), "#!/bin/sh\n" + command + "\n");
    return Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwx------"));
  }
}
