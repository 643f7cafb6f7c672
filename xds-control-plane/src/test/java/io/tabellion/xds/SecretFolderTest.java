package io.tabellion.xds;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import io.tabellion.xds.routes.Routes;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Tag("unit")
class SecretFolderTest {
  private static final String ROUTES =
      """
      listeners: [{address: "127.0.0.1:10000", url: "http://127.0.0.1:10000"}]
      ext-proc: {insecure-loopback: true}
      servers:
      - {name: hosted, url: "http://127.0.0.1:9100/mcp", credentials: {file: token}}
      - {name: open, url: "http://127.0.0.1:9101/mcp"}
      """;

  @TempDir Path temporary;

  @Test
  void eachSecretHasAFileOfANewNameAndTheOneBeforeStays() throws IOException {
    try (SecretFolder folder = SecretFolder.at(folder())) {
      Path first = only(folder.write(routes("one")));
      assertThat(folder.write(routes("one"))).isEqualTo(Map.of("hosted", first));
      assertThat(first).hasContent("Bearer one");
      Path second = only(folder.write(routes("two")));
      assertThat(second).hasContent("Bearer two").isNotEqualTo(first);
      assertThat(first).hasContent("Bearer one");
      folder.write(routes("three"));
      assertThat(first).doesNotExist();
      assertThat(mode(folder())).isEqualTo("rwx------");
      assertThat(mode(second)).isEqualTo("rw-------");
    }
    assertThat(names()).containsExactly("lock");
  }

  @Test
  void whatAKilledControlPlaneLeftIsDeleted() throws IOException {
    try (SecretFolder folder = SecretFolder.at(folder())) {
      folder.write(routes("one"));
      Files.writeString(folder().resolve("gone." + "0".repeat(32)), "Bearer old");
    }
    Files.writeString(folder().resolve("kept"), "of somebody else");
    try (SecretFolder folder = SecretFolder.at(folder())) {
      Path file = only(folder.write(routes("two")));
      assertThat(names()).containsExactlyInAnyOrder("lock", "kept", "" + file.getFileName());
    }
  }

  @Test
  void whatIsPrintedStaysUnderTheServersName() throws IOException {
    Path file = only(SecretFolder.at(folder()).writeToStay(routes("one")));
    assertThat(only(SecretFolder.at(folder()).writeToStay(routes("two")))).isEqualTo(file);
    assertThat(file).hasFileName("hosted").hasContent("Bearer two");
    assertThat(mode(file)).isEqualTo("rw-------");
    assertThat(names()).containsExactly("hosted");
  }

  @Test
  void aFolderThatOthersCanReadIsRefused() throws IOException {
    Files.createDirectory(
        folder(),
        PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwxr-x---")));
    try (SecretFolder folder = SecretFolder.at(folder())) {
      assertThatThrownBy(() -> folder.write(routes("one")))
          .hasMessageContaining("rwxr-x---")
          .hasMessageContaining("expected: a folder of mode 0700");
    }
    assertThat(names()).isEmpty();
  }

  private static Path only(Map<String, Path> files) {
    assertThat(files).containsOnlyKeys("hosted");
    return files.values().iterator().next();
  }

  private Path folder() {
    return temporary.resolve("secrets");
  }

  private List<String> names() throws IOException {
    try (var files = Files.list(folder())) {
      return files.map(file -> file.getFileName().toString()).toList();
    }
  }

  private static String mode(Path file) throws IOException {
    return PosixFilePermissions.toString(Files.getPosixFilePermissions(file));
  }

  private Routes routes(String secret) throws IOException {
    Path token = temporary.resolve("token");
    Files.writeString(token, secret);
    Files.setPosixFilePermissions(token, PosixFilePermissions.fromString("rw-------"));
    return Routes.read(temporary.resolve("routes.yaml"), ByteString.copyFromUtf8(ROUTES));
  }
}
