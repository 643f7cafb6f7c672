package io.tabellion.demo;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A Unix socket where there can be one, else a port. */
@Tag("unit")
final class ExtProcAddressTest {
  @TempDir private Path folder;

  @Test
  void aFolderHasASocketAndNothingIsLeftOfTheTrial() {
    ExtProcAddress address = ExtProcAddress.in(folder, Ports.STANDARD);
    assertThat(address.yaml()).isEqualTo("{address: \"unix:run/ext-proc.sock\"}");
    assertThat(address.port()).isEmpty();
    assertThat(folder).isEmptyDirectory();
  }

  @Test
  void aFolderWithALongNameHasAPort() throws IOException {
    Path deep = Files.createDirectory(folder.resolve("d".repeat(100)));
    ExtProcAddress address = ExtProcAddress.in(deep, Ports.STANDARD);
    assertThat(address.yaml()).isEqualTo("{address: \"127.0.0.1:9001\", insecure-loopback: true}");
    assertThat(address.port()).hasValue(9001);
  }
}
