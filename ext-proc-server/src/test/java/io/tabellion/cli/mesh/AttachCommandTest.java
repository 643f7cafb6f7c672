package io.tabellion.cli.mesh;

import static org.assertj.core.api.Assertions.assertThat;

import io.tabellion.cli.CommandLines;
import io.tabellion.testing.Ran;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * The manifests of {@code mesh attach}. Those in istio/examples are what it prints; {@code
 * -Dexamples=write} writes them. tests/envoy/validate.py has an Envoy check them.
 */
@Tag("unit")
class AttachCommandTest {
  private static final Path EXAMPLES = Path.of("../istio/examples");
  private static final String ISSUER =
      " --issuer https://issuer.example.test --jwks-uri https://issuer.example.test/jwks.json";
  private static final String AT_GATEWAY = ISSUER + " --host mcp.example.test";

  @TempDir Path directory;

  private static Ran attach(String words) {
    return Ran.of(CommandLines.of(_ -> {}), ("mesh attach " + words).split(" ", -1));
  }

  private static String attached(String words) {
    Ran ran = attach(words);
    assertThat(ran.err()).isEmpty();
    assertThat(ran.status()).isZero();
    return ran.out();
  }

  @ParameterizedTest
  @CsvSource({
    "sidecar.yaml, --server sample --to sidecar" + ISSUER,
    "sidecar-without-tokens.yaml, --server sample --to sidecar --port 3000 --service-port 80",
    "waypoint.yaml, --server sample --to waypoint" + ISSUER,
    "gateway.yaml, --server sample --to gateway" + AT_GATEWAY,
    "gateway-api.yaml, --server sample --to gateway --gateway-kind gateway-api" + AT_GATEWAY,
    "egress.yaml, --server vendor --to egress --external mcp.vendor.example",
    "envoy-gateway.yaml, --server sample --to envoy-gateway" + AT_GATEWAY,
    "several.yaml, --file ../istio/examples/mesh.yaml"
  })
  void theExamplesAreWhatItPrints(String file, String words) throws IOException {
    String typed = words.replace("../istio/examples/", "istio/examples/");
    String expected = "# Made by: ./tabellion mesh attach " + typed + "\n" + attached(words);
    if ("write".equals(System.getProperty("examples"))) {
      Files.writeString(EXAMPLES.resolve(file), expected);
    }
    assertThat(Files.readString(EXAMPLES.resolve(file)))
        .as("%s (else: ./tabellion test AttachCommandTest -Dexamples=write)", file)
        .isEqualTo(expected);
  }

  @Test
  void noObjectOfAServerHasTheNameOfAnothersObject() {
    for (String place : List.of("sidecar", "waypoint", "gateway", "envoy-gateway")) {
      List<String> one = names(attached("--server one --to " + place + AT_GATEWAY));
      List<String> two = names(attached("--server two --to " + place + AT_GATEWAY));
      Stream<String> both = one.stream().filter(two::contains);

      // What belongs to the gateway is the same for all its servers.
      assertThat(both).as("names of both, " + place).allMatch(name -> name.contains("mcp-gateway"));
    }
  }

  private static List<String> names(String manifests) {
    return manifests
        .lines()
        .filter(line -> line.matches("(metadata: \\{|  )? ?name: (\\S+).*|metadata: \\{ name.*"))
        .toList();
  }

  @Test
  void whatServersShareDoesNotDependOnTheServer() {
    for (String kind : List.of("istio", "gateway-api")) {
      String words = " --to gateway --part filters,closed --gateway-kind " + kind + AT_GATEWAY;
      String one = attached("--server one" + words);
      String two = attached("--server two" + words);

      assertThat(shared(one)).isEqualTo(shared(two)).contains("io.tabellion.ext_proc");
    }
  }

  private static String shared(String manifests) {
    return manifests.replaceFirst("(?s)---\n# (one|two)-filters.yaml\n.*", "");
  }

  @Test
  void theGuardIsAnObjectOfItsOwnThatKnowsNoPort() {
    String closed = attached("--server sample --to sidecar --port 3000 --part closed");

    assertThat(closed)
        .contains("name: tabellion-closed-sample\n", "name: io.tabellion.guard\n")
        .doesNotContain("portNumber", "3000", "ext_proc.v3");
    assertThat(attached("--server sample --to sidecar --port 3000 --part filters"))
        .contains("portNumber: 3000, ", "name: io.tabellion.ext_proc")
        .doesNotContain("io.tabellion.guard\n");
  }

  @Test
  void detachingKeepsTheAuthentication() {
    assertThat(attached("--server sample --to sidecar --part filters,closed"))
        .doesNotContain("PeerAuthentication", "RequestAuthentication", "AuthorizationPolicy");
    assertThat(attached("--server sample --to sidecar --part authentication"))
        .contains("mode: STRICT")
        .doesNotContain("io.tabellion.ext_proc\n", "io.tabellion.guard\n");
  }

  @Test
  void aPortIsExemptInTheGuardAndInTheAuthentication() {
    String manifests =
        attached(
            "--server sample --to sidecar --exempt-port 9090 --exempt-port 8081 --close-namespace");

    assertThat(manifests)
        .contains("{ destination_port: 9090 }, { destination_port: 8081 }")
        .contains("- to: [ { operation: { ports: [ \"9090\", \"8081\" ] } } ]")
        .contains("name: io.tabellion.closed\n");
  }

  @Test
  void filesAreWrittenByServerAndPart() throws IOException {
    Path out = directory.resolve("new/manifests");
    String said = attached("--server sample --to sidecar --out " + out);

    try (Stream<Path> files = Files.list(out)) {
      assertThat(files.map(file -> file.getFileName().toString()))
          .containsExactlyInAnyOrder(
              "sample-authentication.yaml",
              "sample-closed.yaml",
              "sample-filters.yaml",
              "sample-routes.yaml");
    }
    assertThat(said).hasLineCount(4).contains(out + "/sample-filters.yaml");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "--to sidecar | --server NAME is missing (expected: --server NAME --to PLACE, or --file",
        "--server s | --to PLACE is missing (expected: --server NAME --to PLACE, or --file FILE)",
        "--server s --to sidecarr | --to: sidecarr (expected: sidecar or gateway or egress",
        "--server S_1 --to sidecar | --server: S_1 (expected: a name of 1 to 63 lower-case",
        "--server true --to sidecar | --server: true (expected: a name of 1 to 63 lower-case",
        "--server 1e3 --to sidecar | --server: 1e3 (expected: a name of 1 to 63 lower-case",
        "--server s --to gateway --issuer https://i --host 1.5 | --host: 1.5 (expected: a host",
        "--server s --to sidecar --issuer https://i,j | --issuer: https://i,j (expected: a URL",
        "--server a23456789b23456789c23456789d23456789e23456789f2345678901 --to waypoint | servers[0]:"
            + " waypoint: missing (expected: a name",
        "--server s --to sidecar --port 0 | --port: 0 (expected: a port, 1 to 65535)",
        "--server s --to sidecar --service-port 1e3 | --service-port: 1e3 (expected: a port,",
        "--server s --to sidecar --exempt-port 70000 | --exempt-port: 70000 (expected: a port,",
        "--server s --to sidecar --exempt-port 8080 | servers[0]: exemptPorts: has the port of the",
        "--server s --to sidecar --path mcp | --path: mcp (expected: a path such as /mcp)",
        "--server s --to sidecar --path /a/../b | --path: /a/../b (expected: a path such as /mcp)",
        "--server s --to sidecar --issuer me | --issuer: me (expected: a URL such as",
        "--server s --to sidecar --issuer https://a\"b | --issuer: https://a\"b (expected: a URL",
        "--server s --to sidecar --label app=a:b | --label: no such labels can be (expected: labels",
        "--server s --to egress | --external HOST is missing (expected: the server outside)",
        "--server s --to sidecar --external h | servers[0]: external: h (expected: only with to:",
        "--server s --to gateway | --host HOST is missing (expected: under which clients reach the",
        "--server s --to gateway --host h | --issuer URL is missing (expected: who issues the",
        "--server s --to gateway --host h --issuer https://i --gateway-kind nginx | --gateway-kind:"
            + " nginx (expected: istio or gateway-api)",
        "--server s --to envoy-gateway --host h --issuer https://i | --jwks-uri URL is missing",
        "--server s --to sidecar --part filter | --part: filter (expected one of authentication,",
        "--server s --to sidecar --namespace -x | --namespace: -x (expected: a name of",
        "--file /no/such | /no/such: cannot be read: no such file",
        "--file /no/such --server s | --file: given together with options that describe a server"
      })
  void wrongOptionsAreSaidByTheirNames(String words, String said) {
    Ran ran = attach(words);

    assertThat(ran.err()).startsWith(said).hasLineCount(1);
    assertThat(ran.out()).isEmpty();
    assertThat(ran.status()).isEqualTo(2);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "servers: [ { name: s, to: sidecar, prot: 1 } ] | 3:36: servers[0].prot: unknown key (did you",
        "servers: [ { name: s } ] | 3:12: servers[0].to: missing (expected: sidecar or",
        "servers: [] | 1:1: servers: none (expected: one or more)",
        "servers: [ { name: s, to: gateway } ] | 1:1: gateway: missing (expected: a mapping with host",
        "servers: [ { name: s, to: sidecar, labels: [ a ] } ] | 3:44: servers[0].labels: a list (expected",
        "servers: [ { name: s, to: sidecar }, { name: s, to: waypoint } ] | 1:1: servers: s: a second",
        "servers: [ { name: s, to: waypoint, waypoint: w }, { name: t, to: waypoint, waypoint: w } ] | 1:1:"
            + " servers: t: another server is at waypoint w in mcp-servers (expected: one)"
      })
  void aFileIsReadStrictly(String line, String said) throws IOException {
    Path file = directory.resolve("mesh.yaml");
    Files.writeString(file, "apiVersion: tabellion.io/v1\nkind: Mesh\n" + line + "\n");
    Ran ran = attach("--file " + file);

    assertThat(ran.err()).startsWith(file + ":" + said);
    assertThat(ran.status()).isEqualTo(2);
  }
}
