package io.tabellion.xds.snapshot;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import io.envoyproxy.controlplane.cache.v3.Snapshot;
import io.envoyproxy.envoy.config.listener.v3.Listener;
import io.envoyproxy.envoy.config.route.v3.Route;
import io.envoyproxy.envoy.extensions.filters.http.ext_proc.v3.ExternalProcessor;
import io.envoyproxy.envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager;
import io.envoyproxy.envoy.extensions.filters.network.http_connection_manager.v3.HttpFilter;
import io.tabellion.xds.routes.Routes;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Tag("unit")
class SnapshotsTest {
  private static final Path RESOURCES = Path.of("src/test/resources/io/tabellion/xds/snapshot");

  private static final String SECRET = "a-secret-of-the-hosted-server";

  @TempDir private Path folder;

  @BeforeEach
  void files() throws IOException {
    Files.copy(RESOURCES.resolve("jwks.json"), folder.resolve("jwks.json"));
    Path token = folder.resolve("hosted.token");
    Files.createFile(
        token, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
    Files.writeString(token, SECRET + "\n");
  }

  @Test
  void everyChainEndsInTheThreeFiltersAndTheRouter() throws IOException {
    for (Listener listener : full().listeners().resources().values()) {
      assertThat(manager(listener).getHttpFiltersList().stream().map(HttpFilter::getName).toList())
          .endsWith(
              "io.tabellion.answer_guard",
              "io.tabellion.ext_proc",
              "io.tabellion.guard",
              "envoy.filters.http.router");
    }
  }

  @Test
  void noRouteRepeatsAndOnlyExemptOnesSwitchFiltersOff() throws IOException {
    List<Route> routes =
        full().routes().resources().values().stream()
            .flatMap(table -> table.getVirtualHosts(0).getRoutesList().stream())
            .toList();
    assertThat(routes).hasSizeGreaterThan(10);
    for (Route route : routes) {
      boolean exempt = route.getName().startsWith("exempt/");
      assertThat(exempt || route.getName().startsWith("mcp/")).isTrue();
      assertThat(route.hasRoute()).isEqualTo(!exempt);
      assertThat(route.getRoute().hasRetryPolicy()).isFalse();
      assertThat(route.getRoute().hasHedgePolicy()).isFalse();
      assertThat(route.getRoute().getRequestMirrorPoliciesCount()).isZero();
      assertThat(route.getTypedPerFilterConfigCount() == 0).isEqualTo(!exempt);
    }
  }

  @Test
  void aFieldNewerThanTheApiClassesIsDelivered() throws IOException {
    for (Listener listener : full().listeners().resources().values()) {
      HttpFilter ours =
          manager(listener).getHttpFiltersList().stream()
              .filter(filter -> filter.getName().equals("io.tabellion.ext_proc"))
              .findFirst()
              .orElseThrow();
      ExternalProcessor filter = ours.getTypedConfig().unpack(ExternalProcessor.class);
      assertThat(
              filter
                  .getUnknownFields()
                  .getField(NewerFields.STATUS_ON_ERROR)
                  .getLengthDelimitedList())
          .containsExactly(ByteString.copyFrom(new byte[] {0x08, (byte) 0xF7, 0x03})); // code: 503
    }
  }

  @Test
  void equalRoutesHaveEqualVersions() throws IOException {
    Snapshot one = full();
    Snapshot two = full();
    assertThat(one.clusters().version()).isEqualTo(two.clusters().version());
    assertThat(one.listeners().version()).isEqualTo(two.listeners().version());
    assertThat(one.routes().version()).isEqualTo(two.routes().version());
  }

  @Test
  void onlyWhatChangedHasAnotherVersion() throws IOException {
    String text = Files.readString(RESOURCES.resolve("full.yaml"));
    Snapshot before = snapshot(text);
    Snapshot after = snapshot(text.replace("status: 410", "status: 404"));
    assertThat(after.routes().version()).isNotEqualTo(before.routes().version());
    assertThat(after.listeners().version()).isEqualTo(before.listeners().version());
    assertThat(after.clusters().version()).isEqualTo(before.clusters().version());
  }

  @Test
  void aSecretIsInNothingThatEnvoyIsTold() throws IOException {
    Snapshot snapshot = full();
    assertThat(snapshot.secrets().resources())
        .containsOnlyKeys("credentials/hosted", "credentials/keyed");
    assertThat(snapshot.toString()).doesNotContain(SECRET);
    assertThat(Bootstraps.json(snapshot)).doesNotContain(SECRET);
    assertThat(routes(Files.readString(RESOURCES.resolve("full.yaml"))).toString())
        .doesNotContain(SECRET);
  }

  @Test
  void whatEnvoyIsToldIsTheGoldenFile() throws IOException {
    String told =
        Bootstraps.json(full()).replace(folder.toString() + "/", "").replace("\r", "") + "\n";
    assertThat(told).isEqualTo(Files.readString(RESOURCES.resolve("full.json")));
  }

  private Snapshot full() throws IOException {
    return snapshot(Files.readString(RESOURCES.resolve("full.yaml")));
  }

  private Snapshot snapshot(String text) {
    return Snapshots.of(routes(text), Map.of("hosted", secret("hosted"), "keyed", secret("keyed")));
  }

  private Path secret(String server) {
    return folder.resolve("secrets").resolve(server);
  }

  private Routes routes(String text) {
    return Routes.read(folder.resolve("routes.yaml"), ByteString.copyFromUtf8(text));
  }

  private static HttpConnectionManager manager(Listener listener)
      throws InvalidProtocolBufferException {
    return listener
        .getFilterChains(0)
        .getFilters(0)
        .getTypedConfig()
        .unpack(HttpConnectionManager.class);
  }
}
