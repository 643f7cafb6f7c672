package io.tabellion.mesh.attach;

import com.google.errorprone.annotations.FormatMethod;
import com.google.protobuf.ByteString;
import io.tabellion.yaml.Binder;
import io.tabellion.yaml.Default;
import io.tabellion.yaml.Yaml;
import io.tabellion.yaml.YamlException;
import io.tabellion.yaml.YamlReader;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What an operator writes about a mesh: a file of kind {@code Mesh}.
 *
 * @param tabellion where our server is
 * @param tokens who issues the tokens of callers; null where callers are known by their
 *     certificates alone
 * @param gateway for servers that are attached to one
 * @param egress the gateway to servers outside the mesh
 * @param closedNamespaces namespaces of MCP servers and nothing else
 * @param servers one or more
 */
public record Mesh(
    String apiVersion,
    String kind,
    @Default("") Tabellion tabellion,
    @Nullable Tokens tokens,
    @Nullable Gateway gateway,
    @Default("") Egress egress,
    @Default("") List<ClosedNamespace> closedNamespaces,
    List<McpServer> servers) {
  /** What {@code apiVersion} says. */
  public static final String API_VERSION = "tabellion.io/v1";

  /** What {@code kind} says. */
  public static final String KIND = "Mesh";

  /**
   * @throws IllegalArgumentException if the parts do not fit together
   */
  public Mesh {
    closedNamespaces = List.copyOf(closedNamespaces);
    servers = List.copyOf(servers);
    expect(
        apiVersion.equals(API_VERSION), "apiVersion: %s (expected: %s)", apiVersion, API_VERSION);
    expect(kind.equals(KIND), "kind: %s (expected: %s)", kind, KIND);
    expect(!servers.isEmpty(), "servers: none (expected: one or more)");
    Set<String> taken = new HashSet<>();
    for (McpServer server : servers) {
      expect(
          taken.add("the name " + server.name()),
          "servers: %s: a second server of this name (expected: each once)",
          server.name());
      boolean shared = server.to().shared();
      expect(
          !shared || gateway != null,
          "gateway: missing (expected: a mapping with host; server %s is attached to a gateway)",
          server.name());
      expect(
          !shared || tokens != null,
          "tokens: missing (expected: a mapping with issuer; server %s is attached to a gateway,"
              + " where callers come from outside)",
          server.name());
      expect(
          server.to() != Place.ENVOY_GATEWAY
              || Stream.ofNullable(tokens).allMatch(known -> known.jwksUri() != null),
          "tokens.jwksUri: missing (expected: where the keys of the issuer are; Envoy Gateway does"
              + " not ask the issuer)");
      expect(
          taken.add(proxy(server)),
          "servers: %s: another server is at %s (expected: one)",
          server.name(),
          proxy(server));
    }
  }

  /** What a server does not share with another one. */
  private static String proxy(McpServer server) {
    return switch (server.to()) {
      case SIDECAR ->
          "port %s of pods %s in %s"
              .formatted(server.port(), server.podLabels().yaml(), server.namespace());
      case WAYPOINT -> "waypoint %s in %s".formatted(server.waypointName(), server.namespace());
      case EGRESS -> "host " + server.external();
      case GATEWAY, ENVOY_GATEWAY -> "path " + server.clientPath();
    };
  }

  @FormatMethod
  private static void expect(boolean holds, String message, Object... values) {
    if (!holds) {
      throw new IllegalArgumentException(message.formatted(values));
    }
  }

  /** The gateway, which is there if a server is attached to one. */
  Gateway theGateway() {
    return Objects.requireNonNull(gateway, "gateway");
  }

  /**
   * Reads a file.
   *
   * @throws YamlException with everything that is wrong in it, by line and column
   */
  public static Mesh read(Path file) {
    ByteString bytes = YamlReader.bytes(file);
    return of(file, YamlReader.read(file, bytes));
  }

  /**
   * Returns what a tree says.
   *
   * @param file its name, for messages
   * @throws YamlException with everything that is wrong in it
   */
  public static Mesh of(Path file, Yaml tree) {
    return new Binder(file, Binder.Keys.CAMEL)
        .text(DnsLabel.class, DnsLabel::new)
        .text(HostName.class, HostName::new)
        .text(Address.class, Address::new)
        .text(UrlPath.class, UrlPath::new)
        .text(Port.class, Port::of)
        .tree(Labels.class, Labels::read)
        .bind(Mesh.class, tree);
  }
}
