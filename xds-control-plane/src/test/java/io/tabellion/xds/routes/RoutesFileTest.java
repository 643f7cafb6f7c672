package io.tabellion.xds.routes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.tabellion.yaml.YamlException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Tag("unit")
class RoutesFileTest {
  private static final String ONE =
      """
      listeners:
      - address: 127.0.0.1:10000
        url: http://127.0.0.1:10000
        jwt: { providers: [ { name: idp, issuer: i, jwks: jwks.json } ] }
      ext-proc: { insecure-loopback: true }
      servers:
      - { name: one, url: "http://127.0.0.1:9100" }
      """;
  private static final String TWO = ONE + "- { name: two, url: \"http://127.0.0.1:9200\" }\n";

  @TempDir private Path folder;
  private Path file = Path.of("routes.yaml");
  private final List<Routes> changed = new ArrayList<>();
  private final List<String> refused = new ArrayList<>();

  @BeforeEach
  void files() throws IOException {
    file = folder.resolve("routes.yaml");
    Files.writeString(file, ONE);
    keys("one");
  }

  @Test
  void whatIsReadFirstIsGivenOnAtOnce() {
    open();
    assertThat(changed).hasSize(1);
  }

  @Test
  void aBadFileAtTheStartIsNoStart() throws IOException {
    Files.writeString(file, "servers: []");
    assertThatExceptionOfType(YamlException.class).isThrownBy(this::open);
    assertThat(changed).isEmpty();
  }

  @Test
  void anotherContentIsGivenOnAndTheSameIsNot() throws IOException {
    RoutesFile routes = open();
    Files.writeString(file, "# a comment\n" + ONE);
    routes.look();
    assertThat(changed).hasSize(1);
    Files.writeString(file, TWO);
    routes.look();
    routes.look();
    assertThat(changed).hasSize(2);
    assertThat(changed.getLast().servers()).hasSize(2);
  }

  @Test
  void anotherKeySetIsAnotherContent() throws IOException {
    RoutesFile routes = open();
    keys("two");
    routes.look();
    assertThat(changed).hasSize(2);
  }

  @Test
  void aBadChangeIsReportedOnceAndNotGivenOn() throws IOException {
    RoutesFile routes = open();
    Files.writeString(file, ONE + "nonsense: true\n");
    routes.look();
    routes.look();
    assertThat(changed).hasSize(1);
    assertThat(refused).singleElement().asString().contains("8:1: nonsense: unknown key");
    Files.writeString(file, ONE);
    routes.look();
    assertThat(changed).hasSize(1);
    Files.writeString(file, ONE + "nonsense: true\n");
    routes.look();
    assertThat(refused).hasSize(2);
  }

  private RoutesFile open() {
    return RoutesFile.open(file, changed::add, refused::add);
  }

  private void keys(String id) throws IOException {
    Files.writeString(folder.resolve("jwks.json"), "{\"keys\":[{\"kid\":\"" + id + "\"}]}");
  }
}
