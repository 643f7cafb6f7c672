package io.tabellion.xds.snapshot;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.util.JsonFormat;
import io.envoyproxy.envoy.config.bootstrap.v3.Bootstrap;
import io.tabellion.xds.routes.Routes;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** The control plane says what the static files say. */
@Tag("unit")
class StaticConfigTest {
  private static final Path FILES = Path.of("../envoy-config");

  @TempDir private Path folder;

  @ParameterizedTest
  @CsvSource({"sample.yaml,envoy.yaml", "mtls.yaml,envoy-mtls.yaml"})
  void routesSayTheSameAsTheStaticFile(String routes, String file) throws IOException {
    assertThat(fromRoutes(routes)).isEqualTo(fromFile(file));
  }

  private JsonNode fromRoutes(String routes) throws IOException {
    Path copy = Files.copy(FILES.resolve("routes").resolve(routes), folder.resolve(routes));
    Files.writeString(folder.resolve("jwks.json"), "{\"keys\":[{}]}");
    String json = Bootstraps.json(Snapshots.of(Routes.load(copy), Map.of()));
    return comparable(JsonMapper.shared().readTree(json.replace(folder + "/", "")));
  }

  private static JsonNode fromFile(String file) throws IOException {
    Object yaml =
        new Load(LoadSettings.builder().build())
            .loadFromString(Files.readString(FILES.resolve(file)));
    return comparable(JsonMapper.shared().valueToTree(yaml));
  }

  /**
   * One notation for both; without what is meant to differ: the admin socket and where keys are.
   */
  private static JsonNode comparable(JsonNode tree) throws IOException {
    for (JsonNode filter : tree.findParents("status_on_error")) {
      JsonNode status = ((ObjectNode) filter).remove("status_on_error");
      assertThat(status).isEqualTo(JsonMapper.shared().valueToTree(SERVICE_UNAVAILABLE));
    }
    Bootstrap.Builder bootstrap = Bootstrap.newBuilder();
    JsonFormat.parser().usingTypeRegistry(Bootstraps.TYPES).merge(tree.toString(), bootstrap);
    JsonNode printed =
        JsonMapper.shared()
            .readTree(
                JsonFormat.printer()
                    .usingTypeRegistry(Bootstraps.TYPES)
                    .print(bootstrap.clearAdmin()));
    printed.findParents("localJwks").forEach(node -> ((ObjectNode) node).remove("localJwks"));
    return printed;
  }

  private static final Map<String, String> SERVICE_UNAVAILABLE =
      Map.of("code", "ServiceUnavailable");
}
