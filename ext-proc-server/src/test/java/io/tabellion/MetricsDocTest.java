package io.tabellion;

import static org.assertj.core.api.Assertions.assertThat;

import io.tabellion.config.Config;
import io.tabellion.testing.TestCertificates;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.CopyOption;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.InstantSource;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** docs/metrics.md, the alert rules and the dashboard against what a server shows. */
@Tag("unit")
class MetricsDocTest {
  private static final Path ROOT = Path.of("..");
  private static final Pattern ROW =
      Pattern.compile("^\\| `(tabellion_\\w+)` \\| (\\w+) \\| [^|]+ \\|([^|]*)\\| [^|]+\\|$");
  private static final Pattern LABEL = Pattern.compile("(?:^|; )`(\\w+)`");
  private static final Pattern TYPE = Pattern.compile("^# TYPE (tabellion_\\w+) (\\w+)$");
  private static final Pattern SERIES = Pattern.compile("^(tabellion_\\w+?)\\{([^}]*)\\} .*$");
  private static final Pattern NAMED = Pattern.compile("\\b((?:tabellion|jvm|process)_[a-z0-9_]+)");
  private static final Pattern RUNBOOK = Pattern.compile("runbook: docs/incidents.md#(\\S+)");

  private static final String CONFIG =
      """
      ext-proc: {address: "127.0.0.1:0", tls: {certificate: our.pem, key: our.key, client-ca: ca.pem, allowed-clients: [envoy]}}
      api:
        address: "127.0.0.1:0"
        tls: {certificate: our.pem, key: our.key}
        tokens: [{name: me, role: auditor, file: me.token, expires: 2099-01-01T00:00:00Z}]
        oidc: [{issuer: "http://127.0.0.1:9", audiences: [a], roles: {auditor: [a]}}]
      http: {address: "127.0.0.1:0"}
      log: {directory: log, origin: example.com/log}
      policy: policy.yaml
      policy-candidate: candidate.yaml
      notifications: {webhooks: [{name: w, url: "http://127.0.0.1:9/", format: slack}]}
      listeners: [{identity: {anonymous: allow}}]
      """;
  private static final String POLICY =
      "{apiVersion: tabellion.io/v1, kind: Policy, metadata: {name: p}, rules: []}";

  /** Shown once there was a call. */
  private static final List<String> LATER =
      List.of(
          "tabellion_requests_total",
          "tabellion_rule_matches_total",
          "tabellion_spans_total",
          "tabellion_masked_values_total");

  private static final CopyOption REPLACE = StandardCopyOption.REPLACE_EXISTING;

  @TempDir Path folder;

  @Test
  void theListHasEveryMetricThatAServerShows() throws Exception {
    var documented = new TreeMap<String, String>();
    for (String line : Files.readAllLines(ROOT.resolve("docs/metrics.md"))) {
      var row = ROW.matcher(line);
      if (row.matches()) {
        documented.put(row.group(1), row.group(2) + " " + labels(row.group(3).strip()));
      }
    }
    var shown = new TreeMap<String, String>();
    for (String line : scraped().split("\n", -1)) {
      var type = TYPE.matcher(line);
      if (type.matches()) {
        shown.put(type.group(1), type.group(2));
      }
    }
    LATER.forEach(name -> shown.put(name, "counter"));
    assertThat(documented.keySet()).containsExactlyElementsOf(shown.keySet());
    shown.forEach((name, type) -> assertThat(documented.get(name)).as(name).startsWith(type + " "));
  }

  @Test
  void theListHasTheLabelsOfWhatIsShown() throws Exception {
    var documented = new TreeMap<String, Set<String>>();
    for (String line : Files.readAllLines(ROOT.resolve("docs/metrics.md"))) {
      var row = ROW.matcher(line);
      if (row.matches()) {
        documented.put(row.group(1), labels(row.group(3).strip()));
      }
    }
    int seen = 0;
    for (String line : scraped().split("\n", -1)) {
      var series = SERIES.matcher(line);
      if (series.matches()) {
        String name = series.group(1).replaceFirst("_(bucket|sum|count)$", "");
        Set<String> labels = new TreeSet<>();
        for (String label : series.group(2).split(",(?=\\w+=\")", -1)) {
          labels.add(label.substring(0, label.indexOf('=')));
        }
        labels.remove("le");
        assertThat(documented.get(name)).as(name).isEqualTo(labels);
        seen++;
      }
    }
    assertThat(seen).isGreaterThan(100);
  }

  @Test
  void alertsAndDashboardNameMetricsThatExist() throws Exception {
    Set<String> known = new TreeSet<>();
    for (String line : scraped().split("\n", -1)) {
      if (!line.startsWith("#")) {
        known.add(line.split("[{ ]", -1)[0]);
      }
    }
    known.addAll(LATER);
    for (String file : List.of("alerts.yaml", "alerts-test.yaml", "dashboard.json")) {
      String text = Files.readString(ROOT.resolve("istio/chart/files").resolve(file));
      assertThat(named(text)).as(file).isNotEmpty().isSubsetOf(known);
    }
  }

  @Test
  void eachAlertLeadsToAHeadingOfTheGuide() throws Exception {
    String alerts = Files.readString(ROOT.resolve("istio/chart/files/alerts.yaml"));
    Set<String> headings = new TreeSet<>();
    for (String line : Files.readAllLines(ROOT.resolve("docs/incidents.md"))) {
      if (line.startsWith("## ")) {
        headings.add(line.substring(3).toLowerCase(Locale.ROOT).replace(' ', '-'));
      }
    }
    List<String> wanted = RUNBOOK.matcher(alerts).results().map(found -> found.group(1)).toList();
    assertThat(wanted).hasSize((int) alerts.lines().filter(l -> l.contains("- alert:")).count());
    assertThat(headings).containsAll(wanted);
  }

  private static Collection<String> named(String text) {
    Set<String> names = new TreeSet<>();
    NAMED.matcher(text).results().forEach(found -> names.add(found.group(1)));
    return names;
  }

  private static Set<String> labels(String cell) {
    Set<String> labels = new TreeSet<>();
    LABEL.matcher(cell).results().forEach(found -> labels.add(found.group(1)));
    return labels;
  }

  private String scraped() throws Exception {
    Files.createDirectories(folder);
    write("policy.yaml", POLICY);
    write("candidate.yaml", POLICY);
    secret("me.token", "0123456789abcdef0123456789abcdef");
    var authority = TestCertificates.authority("ca", folder);
    var pair = authority.issue("localhost", folder);
    Files.copy(authority.certificate(), folder.resolve("ca.pem"), REPLACE);
    Files.copy(pair.certificate(), folder.resolve("our.pem"), REPLACE);
    Files.copy(pair.key(), folder.resolve("our.key"), REPLACE);
    Config config = Config.load(write("tabellion.yaml", CONFIG));
    try (Server server = Server.start(config, InstantSource.system());
        HttpClient http = HttpClient.newHttpClient()) {
      String line =
          server.listening().stream()
              .filter(l -> l.startsWith("metrics"))
              .findFirst()
              .orElseThrow();
      URI uri =
          URI.create("http://127.0.0.1:" + line.substring(line.lastIndexOf(':') + 1) + "/metrics");
      return http.send(HttpRequest.newBuilder(uri).build(), BodyHandlers.ofString()).body();
    }
  }

  private void secret(String name, String text) throws Exception {
    Path file = write(name, text);
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
  }

  private Path write(String name, String text) throws Exception {
    return Files.writeString(folder.resolve(name), text);
  }
}
