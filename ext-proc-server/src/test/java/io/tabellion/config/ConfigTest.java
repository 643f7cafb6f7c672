package io.tabellion.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tabellion.config.Config.Anonymous;
import io.tabellion.config.Config.Role;
import io.tabellion.yaml.DataSize;
import io.tabellion.yaml.YamlException;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Tag("unit")
class ConfigTest {
  private static final String LEAST =
      """
      ext-proc: {insecure-loopback: true}
      api: {insecure-loopback: true}
      log: {directory: log, origin: example.com/log}
      policy: policy.yaml
      listeners: [{identity: {anonymous: allow}}]
      """;

  @TempDir Path folder;
  private Path file = Path.of("tabellion.yaml");

  @BeforeEach
  void setUp() {
    file = folder.resolve("tabellion.yaml");
  }

  @Test
  void everyDefaultIsAsDocumented() throws IOException {
    assertThat(load(LEAST))
        .isEqualTo(
            new Config(
                new Config.ExtProc(
                    new Address.Tcp("127.0.0.1", 9001), null, true, false, Config.Peers.NONE, null),
                new Config.Api(
                    new Address.Tcp("127.0.0.1", 9002),
                    true,
                    false,
                    null,
                    List.of(),
                    List.of(),
                    List.of()),
                new Config.Http(new Address.Tcp("127.0.0.1", 9003)),
                new Config.Log(
                    folder.resolve("log"),
                    "example.com/log",
                    "gateway",
                    new DataSize(64L << 20),
                    Duration.ofSeconds(30),
                    null,
                    new Config.Budget(
                        100_000, new DataSize(32L << 30), 1_000_000, new DataSize(256L << 30))),
                folder.resolve("policy.yaml"),
                null,
                new Config.Pins(Config.FirstSight.ACCEPT, null),
                new Config.Masking("default", 1, List.of()),
                new Config.Approvals(Duration.ofSeconds(15), Duration.ofMinutes(15), 20, 3, false),
                new Config.Notifications(List.of(), null),
                new Config.Console(null, null),
                new Config.Limits(
                    new DataSize(4 << 20),
                    new DataSize(16 << 20),
                    new DataSize(16 << 20),
                    new DataSize(512 << 20),
                    256,
                    1_000_000,
                    Duration.ofSeconds(30),
                    Duration.ofSeconds(20)),
                List.of(
                    new Config.Listener(
                        "default",
                        new Config.Identity(null, null, null, Anonymous.ALLOW),
                        List.of(),
                        List.of())),
                List.of(),
                new Config.Logs(Config.LogFormat.AUTO),
                new Config.Telemetry(null, 100)));
  }

  @Test
  void everyKeyReachesItsComponent() throws IOException {
    Config config =
        load(
            """
            ext-proc:
              address: unix:run/ext-proc.sock
              socket-group: envoy
              insecure-loopback: false
              mesh: false
              peers: none
              tls: {certificate: a.crt, key: a.key, client-ca: ca.crt, allowed-clients: [envoy]}
            api:
              address: "[::1]:19002"
              insecure-loopback: false
              mesh: false
              tls: {certificate: b.crt, key: /k/b.key, client-ca: ca.crt}
              clients: [{name: spiffe://corp/alice, role: auditor}]
              tokens: [{name: bob, role: admin, file: bob.token, expires: 2027-01-31T00:00:00Z, groups: [ops, dba]}]
              oidc:
                - issuer: https://idp.example
                  audiences: [tabellion]
                  jwks-uri: https://keys.example/jwks
                  ca: idp.pem
                  subject-claim: email
                  groups-claim: /realm_access/roles
                  roles: {auditor: [a], approver: [b, c], responder: [d], admin: [e]}
                - {issuer: https://other.example, audiences: [x, y], jwks-file: keys.json, roles: {admin: [root]}}
            http: {address: 0.0.0.0:19003}
            log:
              directory: /var/lib/tabellion
              origin: example.com/log
              writer: replica-1
              segment-size: 16MiB
              heartbeat: 5s
              disclosure-key: auditors.pem
              budget: {caller-calls: 1, caller-bytes: 2MiB, server-calls: 3, server-bytes: 4GiB}
            policy: ../policy.yaml
            policy-candidate: next.yaml
            pins: {first-sight: quarantine, file: pins.yaml}
            masking:
              tenant: acme
              epoch: 3
              restore: [{server: mail, tools: [send, reply], bound-to: tenant}]
            approvals: {hold: 20s, grant: 1m, most-pending: 5, most-denied: 2, elicitation: true}
            notifications:
              webhooks:
                - {name: desk, url: https://desk.example/hook, secret-file: desk.keys, states: [pending, failed-upstream], servers: [crm], rules: [large], include: [arguments]}
                - {name: chat, url-file: chat.url, format: teams}
              slack:
                signing-secret-file: slack.secret
                teams: [T01]
                users: [{id: U01, name: carol, groups: [finance]}]
            console:
              public-url: https://tabellion.example.com:8443
              oidc: {issuer: https://idp.example, client-id: console, client-secret-file: client.secret, scopes: [openid, groups]}
            limits: {request: 1KiB, answer: 2KiB, event: 3KiB, held: 4MiB, depth: 32, values: 5000, upload-time: 5ms, drain: 0s}
            listeners:
              - name: edge
                identity:
                  jwt: {issuers: [https://idp], audiences: [mcp], groups-claim: roles, subject-claim: oid}
                  certificate: {trust-domains: [corp], verified-by-listener: true}
                  istio-peer: {trust-domains: [cluster.local]}
                  anonymous: refuse
                hops: [spiffe://corp/gateway]
                proxies: ["spiffe://corp/ns/mcp/*"]
              - {name: gateway, identity: {anonymous: allow}}
            servers:
              - {name: crm, hold: 40s, pins: {scope: caller, on-change: alert}, places: [gateway, edge], proxies: [envoy]}
              - {name: wiki}
            logs: {format: json}
            telemetry: {otlp: {endpoint: "https://otel.example:4318", ca: otel.pem}, sampling: 10}
            """);

    assertThat(config)
        .isEqualTo(
            new Config(
                new Config.ExtProc(
                    new Address.Unix(folder.resolve("run/ext-proc.sock")),
                    "envoy",
                    false,
                    false,
                    Config.Peers.NONE,
                    new Config.Tls(
                        folder.resolve("a.crt"),
                        folder.resolve("a.key"),
                        folder.resolve("ca.crt"),
                        List.of("envoy"))),
                new Config.Api(
                    new Address.Tcp("::1", 19002),
                    false,
                    false,
                    new Config.Tls(
                        folder.resolve("b.crt"),
                        Path.of("/k/b.key"),
                        folder.resolve("ca.crt"),
                        List.of()),
                    List.of(new Config.Client("spiffe://corp/alice", Role.AUDITOR, List.of())),
                    List.of(
                        new Config.Token(
                            "bob",
                            Role.ADMIN,
                            folder.resolve("bob.token"),
                            Instant.parse("2027-01-31T00:00:00Z"),
                            List.of("ops", "dba"))),
                    List.of(
                        new Config.Oidc(
                            "https://idp.example",
                            List.of("tabellion"),
                            "https://keys.example/jwks",
                            null,
                            folder.resolve("idp.pem"),
                            "email",
                            "/realm_access/roles",
                            new Config.Roles(
                                List.of("a"), List.of("b", "c"), List.of("d"), List.of("e"))),
                        new Config.Oidc(
                            "https://other.example",
                            List.of("x", "y"),
                            null,
                            folder.resolve("keys.json"),
                            null,
                            "sub",
                            "groups",
                            new Config.Roles(List.of(), List.of(), List.of(), List.of("root"))))),
                new Config.Http(new Address.Tcp("0.0.0.0", 19003)),
                new Config.Log(
                    Path.of("/var/lib/tabellion"),
                    "example.com/log",
                    "replica-1",
                    new DataSize(16 << 20),
                    Duration.ofSeconds(5),
                    folder.resolve("auditors.pem"),
                    new Config.Budget(1, new DataSize(2 << 20), 3, new DataSize(4L << 30))),
                folder.resolveSibling("policy.yaml"),
                folder.resolve("next.yaml"),
                new Config.Pins(Config.FirstSight.QUARANTINE, folder.resolve("pins.yaml")),
                new Config.Masking(
                    "acme",
                    3,
                    List.of(
                        new Config.Restore(
                            "mail", List.of("send", "reply"), Config.BoundTo.TENANT))),
                new Config.Approvals(Duration.ofSeconds(20), Duration.ofMinutes(1), 5, 2, true),
                new Config.Notifications(
                    List.of(
                        new Config.Webhook(
                            "desk",
                            "https://desk.example/hook",
                            null,
                            Config.Format.STANDARD,
                            folder.resolve("desk.keys"),
                            List.of(Config.Told.PENDING, Config.Told.FAILED_UPSTREAM),
                            List.of("crm"),
                            List.of("large"),
                            List.of(Config.Include.ARGUMENTS)),
                        new Config.Webhook(
                            "chat",
                            null,
                            folder.resolve("chat.url"),
                            Config.Format.TEAMS,
                            null,
                            List.of(),
                            List.of(),
                            List.of(),
                            List.of())),
                    new Config.Slack(
                        folder.resolve("slack.secret"),
                        List.of("T01"),
                        List.of(new Config.SlackUser("U01", "carol", List.of("finance"))))),
                new Config.Console(
                    URI.create("https://tabellion.example.com:8443"),
                    new Config.ConsoleOidc(
                        "https://idp.example",
                        "console",
                        folder.resolve("client.secret"),
                        List.of("openid", "groups"))),
                new Config.Limits(
                    new DataSize(1024),
                    new DataSize(2048),
                    new DataSize(3072),
                    new DataSize(4 << 20),
                    32,
                    5000,
                    Duration.ofMillis(5),
                    Duration.ZERO),
                List.of(
                    new Config.Listener(
                        "edge",
                        new Config.Identity(
                            new Config.Jwt(List.of("https://idp"), List.of("mcp"), "roles", "oid"),
                            new Config.Certificate(List.of("corp"), true),
                            new Config.IstioPeer(List.of("cluster.local")),
                            Anonymous.REFUSE),
                        List.of("spiffe://corp/gateway"),
                        List.of("spiffe://corp/ns/mcp/*")),
                    new Config.Listener(
                        "gateway",
                        new Config.Identity(null, null, null, Anonymous.ALLOW),
                        List.of(),
                        List.of())),
                List.of(
                    new Config.Server(
                        "crm",
                        new Config.ServerPins(Config.Scope.CALLER, Config.OnChange.ALERT),
                        Duration.ofSeconds(40),
                        List.of("gateway", "edge"),
                        List.of("envoy")),
                    new Config.Server(
                        "wiki",
                        new Config.ServerPins(Config.Scope.SERVER, Config.OnChange.QUARANTINE),
                        null,
                        List.of(),
                        List.of())),
                new Config.Logs(Config.LogFormat.JSON),
                new Config.Telemetry(
                    new Config.Otlp(
                        URI.create("https://otel.example:4318"), folder.resolve("otel.pem")),
                    10)));
  }

  @Test
  void reportsEveryMistakeWithItsPlace() {
    assertThatThrownBy(() ->
            load(
                """
                ext-proc: {insecure-loopbak: true}
                api: {insecure-loopback: yes}
                log:
                  directory: log
                  segment-size: 12
                policy: [policy.yaml]
                limits: {request: 4MiB, colour: red}
                listeners: [{identity: {anonymous: maybe}}]
                """))
        .isInstanceOf(YamlException.class)
        .hasMessage(
            """
            F:1:12: ext-proc.insecure-loopbak: unknown key (did you mean insecure-loopback?)
            F:2:26: api.insecure-loopback: yes (expected: true or false)
            F:4:3: log.origin: missing (expected: a text)
            F:5:17: log.segment-size: 12 (expected: a size such as 64KiB, 4MiB or 1GiB)
            F:6:9: policy: a list (expected: a path)
            F:7:25: limits.colour: unknown key (expected: one of request, answer, event, held, depth, values, upload-time, drain)
            F:8:36: listeners[0].identity.anonymous: maybe (expected: allow or refuse)\
            """
                .replace("F:", file + ":"));
  }

  @Test
  void refusesAnOpenPortThatIsNotSpelledOut() {
    refuses("ext-proc: {insecure-loopback: true}", "ext-proc: {}", "is open to everyone");
    refuses("api: {insecure-loopback: true}", "api: {}", "is open to everyone");
  }

  @Test
  void refusesInsecureLoopbackThatIsNotLoopback() {
    refuses(
        "api: {insecure-loopback: true}",
        "api: {address: '0.0.0.0:9002', insecure-loopback: true}",
        "expected: only with a loopback address and without tls or mesh");
    refuses(
        "ext-proc: {insecure-loopback: true}",
        "ext-proc: {address: 'unix:x', insecure-loopback: true}",
        "expected: only with a loopback address and without tls or mesh");
  }

  @Test
  void aMeshMayStandBeforeAnyAddressAndNothingElseBesideIt() throws IOException {
    Config config =
        load(
            LEAST
                .replace(
                    "ext-proc: {insecure-loopback: true}",
                    "ext-proc: {address: '0.0.0.0:9001', mesh: true}")
                .replace(
                    "api: {insecure-loopback: true}", "api: {address: '[::]:9002', mesh: true}"));
    assertThat(config.extProc().mesh()).isTrue();
    assertThat(config.api().mesh()).isTrue();
    for (String[] one :
        new String[][] {
          {"{address: '0.0.0.0:1', mesh: true, tls: {certificate: a, key: b}}", "mesh: true (exp"},
          {"{address: 'unix:x', mesh: true}", "mesh: true (expected: only with HOST:PORT"},
          {"{mesh: true, insecure-loopback: true}", "insecure-loopback: true (expected: only"},
          {"{address: '0.0.0.0:1', mesh: false}", "0.0.0.0:1 is open to everyone"},
        }) {
      refuses("ext-proc: {insecure-loopback: true}", "ext-proc: " + one[0], one[1]);
      refuses("api: {insecure-loopback: true}", "api: " + one[0], one[1]);
    }
  }

  @Test
  void refusesPlacesAndProxiesThatNobodyCanVouchFor() {
    String end = "policy: policy.yaml";
    for (String[] one :
        new String[][] {
          {"servers: [{name: a, places: [default]}]", "places: default alone"},
          {"servers: [{name: a, places: [default, default]}]", "default twice"},
          {"servers: [{name: a, places: [default, edge]}]", "places: edge (expected: names of"},
          {"servers: [{name: a, proxies: ['a*b']}]", "proxies: a*b (expected: a name such as"},
          {"servers: [{name: a, proxies: [b]}]", "proxies: nobody says who they are"},
        }) {
      refuses(end, end + "\n" + one[0], one[1]);
    }
    String listeners = "listeners: [{identity: {anonymous: allow}}]";
    refuses(
        listeners,
        "listeners: [{identity: {anonymous: allow}}, {name: edge, identity: {anonymous: allow}}]\n"
            + "servers: [{name: a, places: [default, edge]}]",
        "servers: a: places: nobody can vouch for requests at edge");
    refuses(
        "ext-proc: {insecure-loopback: true}",
        "ext-proc: {insecure-loopback: true, peers: xfcc}",
        "peers: xfcc (expected: only with mesh: true");
  }

  @Test
  void refusesAGroupOfASocketWhereThereIsNone() {
    refuses(
        "ext-proc: {insecure-loopback: true}",
        "ext-proc: {insecure-loopback: true, socket-group: envoy}",
        "socket-group: envoy (expected: only with a unix: address)");
  }

  @Test
  void refusesTlsThatLetsEveryoneSpeakExtProc() {
    refuses(
        "ext-proc: {insecure-loopback: true}",
        "ext-proc: {tls: {certificate: a, key: b, client-ca: c}}",
        "expected: client-ca and allowed-clients");
  }

  @Test
  void refusesSegmentsThatAreTooSmallForTheLimits() {
    refuses(
        "policy: policy.yaml",
        "policy: policy.yaml\nlimits: {answer: 64MiB}",
        "log.segment-size: 64MiB (expected: at least 204MiB");
  }

  @Test
  void refusesAListenerWithoutIdentitySource() {
    refuses("{anonymous: allow}", "{anonymous: refuse}", "no source");
  }

  @Test
  void refusesAHostName() {
    refuses(
        "api: {insecure-loopback: true}",
        "api: {address: 'example.com:9002'}",
        "api.address: example.com:9002 (expected: HOST:PORT with a numeric host");
  }

  @Test
  void refusesWebhooksAndPeopleThatAreNotSaidWhole() {
    String end = "policy: policy.yaml";
    for (String[] one :
        new String[][] {
          {"webhooks: [{name: A, url: u, secret-file: k}]", "name: A (expected: 1 to 40"},
          {"webhooks: [{name: a, secret-file: k}]", "url: none (expected: either url or url-file)"},
          {"webhooks: [{name: a, url: u, url-file: f, secret-file: k}]", "url: two"},
          {"webhooks: [{name: a, url: u}]", "secret-file: none"},
          {
            "webhooks: [{name: a, url: u, format: teams, include: [arguments]}]",
            "not with format: teams"
          },
          {
            "webhooks: [{name: a, url: u, secret-file: k, states: [over]}]",
            "states[0]: over (expected: "
          },
          {
            "webhooks: [{name: a, url: u, secret-file: k}, {name: a, url: v, secret-file: k}]",
            "webhooks: a twice"
          },
          {"slack: {signing-secret-file: s, teams: [], users: []}", "teams: empty"},
          {
            "slack: {signing-secret-file: s, teams: [X1], users: [{id: U01, name: c}]}",
            "teams: X1 (expected: an id of Slack such as T012AB3CD)"
          },
          {
            "slack: {signing-secret-file: s, teams: [T01], users: [{id: carol, name: c}]}",
            "id: carol (expected: an id of Slack such as U012AB3CD)"
          },
        }) {
      refuses(end, end + "\nnotifications: {" + one[0] + "}", one[1]);
    }
  }

  private void refuses(String part, String instead, String message) {
    assertThat(LEAST).contains(part);
    assertThatThrownBy(() -> load(LEAST.replace(part, instead)))
        .isInstanceOf(YamlException.class)
        .hasMessageContaining(message);
  }

  private Config load(String text) throws IOException {
    Files.writeString(file, text);
    return Config.load(file);
  }
}
