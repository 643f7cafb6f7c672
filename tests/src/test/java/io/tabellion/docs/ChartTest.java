package io.tabellion.docs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.marcnuri.helm.Helm;
import com.marcnuri.helm.TemplateCommand;
import io.tabellion.config.Config;
import io.tabellion.parties.Checkout;
import io.tabellion.policy.PolicyFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.dataformat.yaml.YAMLMapper;

/**
 * The Helm chart, rendered by Helm itself as a library. The plain manifests are what it renders;
 * {@code -Dchart=write} writes them.
 */
@Tag("unit")
class ChartTest {
  private static final Path ISTIO = Checkout.root().resolve("istio");
  private static final Path CHART = ISTIO.resolve("chart");
  private static final YAMLMapper YAML = new YAMLMapper();

  /** Every value that changes what is rendered, away from its default. */
  private static final String EVERYTHING =
      """
      nameOverride: notary
      namespace: {create: true}
      image: {repository: r.example/tabellion, tag: "9", pullPolicy: Always, pullSecrets: [pull]}
      mesh: {mode: ambient, trustDomain: td.example, clusterDomain: c.example, revision: "1-31"}
      servers: [{name: s, proxies: [a/b], places: [gateway, sidecar], settings: {hold: 1m}}]
      access: {proxies: ["a/*"], auditors: [b/c], monitoring: [m/p], console: [g/h]}
      identity:
        issuers: ["https://i.example"]
        audiences: [x]
        subjectClaim: email
        groupsClaim: roles
        hops: ["spiffe://td.example/ns/a/sa/b"]
      tokens: {secret: keys, users: [{name: me, role: admin, key: k, expires: "2027-06-30T00:00:00Z", groups: [ops]}]}
      log: {origin: o.example/log, size: 1Gi, storageClass: fast, accessMode: ReadWriteOnce, labels: {a: b}, annotations: {c: d}}
      console: {publicUrl: "https://c.example"}
      settings: {limits: {held: 64MiB}}
      extraVolumes: [{name: v, emptyDir: {}}]
      extraVolumeMounts: [{name: v, mountPath: /v}]
      resources: {limits: {memory: 2Gi}}
      heapPercent: 60
      pod: {labels: {l: m}, annotations: {p: q}, nodeSelector: {s: t}, tolerations: [{key: k}], affinity: {nodeAffinity: {}}, priorityClassName: high, terminationGracePeriodSeconds: 60}
      serviceAccount: {create: false, name: other}
      service: {annotations: {e: f}}
      podDisruptionBudget: {enabled: false}
      networkPolicy: {from: [{podSelector: {}}], egress: [{to: [{podSelector: {}}]}]}
      metrics: {plaintext: true}
      serviceMonitor: {enabled: true, interval: 1m, labels: {release: p}}
      prometheusRule: {enabled: true, labels: {release: p}}
      dashboard: {enabled: true, labels: {grafana: shows}}
      """;

  @TempDir Path directory;

  private TemplateCommand template() {
    return new Helm(CHART)
        .template()
        .withName("tabellion")
        .withNamespace("tabellion")
        .withKubeVersion("1.34.0");
  }

  private String rendered(String values) throws IOException {
    Path file = Files.createTempFile(directory, "values", ".yaml");
    Files.writeString(file, values);
    return template().withValuesFile(file).call();
  }

  private static List<JsonNode> documents(String text) throws IOException {
    List<JsonNode> documents = new ArrayList<>();
    try (var values = YAML.readerFor(JsonNode.class).<JsonNode>readValues(text)) {
      while (values.hasNext()) {
        JsonNode next = values.next();
        if (next != null && next.isObject()) {
          documents.add(next);
        }
      }
    }
    return documents;
  }

  private static JsonNode only(List<JsonNode> documents, String kind) {
    List<JsonNode> found =
        documents.stream()
            .filter(document -> kind.equals(document.path("kind").asString()))
            .toList();
    assertThat(found).as(kind).hasSize(1);
    return found.getFirst();
  }

  @ParameterizedTest
  @CsvSource({
    "tabellion.yaml, ''",
    "examples/tabellion.yaml, examples/values.yaml",
  })
  void thePlainManifestsAreWhatItRenders(String file, String values) throws IOException {
    TemplateCommand command = template();
    if (!values.isEmpty()) {
      command.withValuesFile(ISTIO.resolve(values));
    }
    String with = values.isEmpty() ? "its default values" : values;
    String expected =
        "# The chart with %s: ./tabellion test ChartTest -Dchart=write\n".formatted(with)
            + command.call();
    Path plain = ISTIO.resolve(file);
    if ("write".equals(System.getProperty("chart"))) {
      Files.writeString(plain, expected);
    }

    assertThat(Files.readString(plain))
        .as("%s (else: ./tabellion test ChartTest -Dchart=write)", file)
        .isEqualTo(expected);
  }

  @Test
  void helmHasNothingAgainstIt() {
    assertThat(new Helm(CHART).lint().strict().call())
        .satisfies(
            result -> assertThat(result.isFailed()).as("%s", result.getMessages()).isFalse());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "replicas: 2 | 'replicas' not allowed",
        "store: {postgres: {url: x}} | 'store' not allowed",
        "image: {tga: x} | 'tga' not allowed",
        "image: {digest: latest} | /image/digest",
        "mesh: {mode: cilium} | /mesh/mode",
        "servers: [{proxies: [a/b]}] | 'name'",
        "servers: [{name: s, proxies: [s]}] | /servers/0/proxies/0",
        "servers: [{name: s, places: [home]}] | /servers/0/places/0",
        "access: {proxies: [sample]} | /access/proxies/0",
        "access: {proxies: ['*/*']} | /access/proxies/0",
        "tokens: {users: [{name: me, role: root, expires: '2027-06-30T00:00:00Z'}]} | /tokens/users/0/role",
        "tokens: {users: [{name: me, role: admin}]} | 'expires'",
        "tokens: {users: [{name: me, role: admin, expires: tomorrow}]} | /tokens/users/0/expires",
        "log: {size: 20} | /log/size",
        "log: {origin: 'https://example.com'} | /log/origin",
        "log: {accessMode: ReadWriteMany} | /log/accessMode",
        "console: {publicUrl: 'http://c.example'} | /console/publicUrl",
        "resources: {limits: null, requests: {cpu: 1}} | 'limits'",
        "heapPercent: 95 | /heapPercent",
        "pod: {terminationGracePeriodSeconds: 5} | /pod/terminationGracePeriodSeconds",
        "settings: {listeners: []} | /settings/listeners",
        "settings: {ext-proc: {address: 'x:1'}} | /settings/ext-proc",
        "settings: {log: {origin: other}} | /settings/log",
      })
  void theSchemaRefuses(String values, String reason) {
    assertThatThrownBy(() -> rendered(values)).hasMessageContaining(reason);
  }

  @Test
  void everyValueHasItsPlaceInTheSchema() throws IOException {
    JsonNode values = YAML.readTree(Files.readString(CHART.resolve("values.yaml")));
    JsonNode schema =
        JsonMapper.shared().readTree(Files.readString(CHART.resolve("values.schema.json")));
    Set<String> inSchema = new TreeSet<>();
    Set<String> open = new TreeSet<>();
    schema(schema, "", inSchema, open);
    inSchema.remove("global");

    assertThat(values(values, "")).containsExactlyInAnyOrderElementsOf(inSchema);
    assertThat(open).as("objects that take any key").containsExactly("global", "settings");
  }

  /** Paths of what a schema describes down to what values.yaml leaves empty. */
  private static void schema(JsonNode schema, String path, Set<String> paths, Set<String> open) {
    boolean described = schema.has("properties");
    if (schema.path("type").asString("").equals("object")
        && schema.path("additionalProperties").asBoolean(true)
        && !path.equals("pod.affinity")) {
      open.add(path);
    }
    if (!described || path.equals("settings") || path.equals("resources")) {
      paths.add(path);
      return;
    }
    for (Map.Entry<String, JsonNode> member : schema.get("properties").properties()) {
      schema(
          member.getValue(),
          path.isEmpty() ? member.getKey() : path + "." + member.getKey(),
          paths,
          open);
    }
  }

  private static Set<String> values(JsonNode values, String path) {
    Set<String> paths = new TreeSet<>();
    boolean whole =
        !values.isObject()
            || values.isEmpty()
            || path.equals("resources")
            || path.endsWith(".labels");
    if (whole) {
      paths.add(path);
      return paths;
    }
    for (Map.Entry<String, JsonNode> member : values.properties()) {
      paths.addAll(
          values(
              member.getValue(), path.isEmpty() ? member.getKey() : path + "." + member.getKey()));
    }
    return paths;
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "mesh: {mode: ambient}", EVERYTHING})
  void theServerTakesItsConfiguration(String values) throws IOException {
    List<JsonNode> documents = documents(rendered(values));
    String text =
        documents.stream()
            .map(document -> document.path("data").path("tabellion.yaml").asString(""))
            .filter(data -> !data.isEmpty())
            .findFirst()
            .orElseThrow();
    Path file = directory.resolve("tabellion.yaml");
    Files.writeString(file, text);
    Config config = Config.load(file);

    boolean ambient = values.contains("ambient");
    assertThat(config.extProc().mesh()).isTrue();
    assertThat(config.api().mesh()).isTrue();
    // In an ambient mesh nobody writes x-forwarded-client-cert for the server.
    assertThat(text.contains("peers: xfcc")).isEqualTo(!ambient);
    assertThat(text.contains("address: 127.0.0.1:9001")).isEqualTo(!ambient);
    assertThat(config.policy()).isEqualTo(directory.resolve("policy/policy.yaml"));
    if (values.equals(EVERYTHING)) {
      assertThat(config.listeners()).hasSize(4);
      assertThat(config.api().tokens()).hasSize(1);
      assertThat(config.log().origin()).isEqualTo("o.example/log");
      assertThat(text).contains("held: 64MiB");
    }
  }

  @Test
  void theServerTakesTheDefaultPolicy() throws IOException {
    JsonNode values = YAML.readTree(Files.readString(CHART.resolve("values.yaml")));
    Path file = directory.resolve("policy.yaml");
    Files.writeString(file, values.path("policy").path("text").asString());

    assertThat(PolicyFile.load(file)).isNotNull();
  }

  /** An empty list of principals would be everybody. */
  @Test
  void whereNobodyIsNamedNobodyIsLetIn() throws IOException {
    JsonNode policy = only(documents(rendered("")), "AuthorizationPolicy");

    assertThat(policy.path("spec").path("action").asString()).isEqualTo("ALLOW");
    assertThat(policy.path("spec").path("rules")).isEmpty();
  }

  @Test
  void eachPortIsForThoseThatAreNamed() throws IOException {
    String values =
        "servers: [{name: s, proxies: [a/b]}, {name: t, proxies: [a/b]}]\naccess: {proxies: [c/*], auditors: [d/e], monitoring: [m/p], console: [g/h]}";
    JsonNode rules =
        only(documents(rendered(values)), "AuthorizationPolicy").path("spec").path("rules");

    List<String> seen = new ArrayList<>();
    for (JsonNode rule : rules) {
      seen.add(
          rule.path("to").path(0).path("operation").path("ports").path(0).asString()
              + rule.path("from").path(0).path("source").path("principals"));
    }
    assertThat(seen)
        .containsExactly(
            "9001[\"cluster.local/ns/c/sa/*\",\"cluster.local/ns/a/sa/b\"]",
            "9002[\"cluster.local/ns/d/sa/e\"]",
            "9003[\"cluster.local/ns/m/sa/p\"]",
            "9003[\"cluster.local/ns/g/sa/h\"]");
  }

  @Test
  void alertsAndDashboardAreThoseOfTheFiles() throws IOException {
    List<JsonNode> documents = documents(rendered(EVERYTHING));
    JsonNode alerts = YAML.readTree(Files.readString(CHART.resolve("files/alerts.yaml")));
    JsonNode shown =
        documents.stream()
            .map(document -> document.path("data").path("tabellion.json"))
            .filter(JsonNode::isString)
            .findFirst()
            .orElseThrow();

    assertThat(only(documents, "PrometheusRule").path("spec")).isEqualTo(alerts);
    assertThat(JsonMapper.shared().readTree(shown.asString()))
        .isEqualTo(
            JsonMapper.shared().readTree(Files.readString(CHART.resolve("files/dashboard.json"))));
  }

  /** ztunnel takes a rule that names paths or methods for one that never matches. */
  @Test
  void ambientHasNoSidecarAndNoRuleOfHttp() throws IOException {
    List<JsonNode> documents = documents(rendered(EVERYTHING));

    assertThat(documents).noneMatch(document -> document.path("kind").asString().equals("Sidecar"));
    assertThat(only(documents, "AuthorizationPolicy").toString())
        .contains("\"9003\"")
        .doesNotContain("paths", "methods");
    assertThat(only(documents, "Namespace").path("metadata").path("annotations").toString())
        .contains("keep");
  }

  /** What Kubernetes lets nobody change in a StatefulSet stays whatever is changed later. */
  @Test
  void anUpgradeChangesNothingThatCannotBeChanged() throws IOException {
    JsonNode before = only(documents(rendered("")), "StatefulSet").path("spec");
    String later =
        EVERYTHING
            .replaceAll("(?m)^(nameOverride|log):.*\n", "")
            .replace("namespace: {create: true}\n", "");
    JsonNode after = only(documents(rendered(later)), "StatefulSet").path("spec");

    for (String fixed : List.of("selector", "serviceName", "volumeClaimTemplates")) {
      assertThat(after.path(fixed)).as(fixed).isEqualTo(before.path(fixed));
    }
    assertThat(after.path("template")).isNotEqualTo(before.path("template"));
    assertThat(before.path("persistentVolumeClaimRetentionPolicy").toString())
        .isEqualTo("{\"whenDeleted\":\"Retain\",\"whenScaled\":\"Retain\"}");
  }

  @Test
  void aPolicyIsReloadedAndAConfigurationRestarts() throws IOException {
    JsonNode before = only(documents(rendered("")), "StatefulSet");
    String policy = "policy: {text: \"apiVersion: tabellion.io/v1\\n\"}";

    assertThat(only(documents(rendered(policy)), "StatefulSet")).isEqualTo(before);
    assertThat(only(documents(rendered("settings: {limits: {depth: 64}}")), "StatefulSet"))
        .isNotEqualTo(before);
  }
}
