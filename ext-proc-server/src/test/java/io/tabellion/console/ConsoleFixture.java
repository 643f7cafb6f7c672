package io.tabellion.console;

import io.tabellion.approval.ApprovalRequest;
import io.tabellion.approval.ApprovalSettings;
import io.tabellion.approval.ApprovalState;
import io.tabellion.approval.Office;
import io.tabellion.approval.Person;
import io.tabellion.audit.index.SearchIndex;
import io.tabellion.extproc.ExtProcSettings.Limits;
import io.tabellion.http.StatusServer;
import io.tabellion.identity.IdentitySettings;
import io.tabellion.identity.IdentitySettings.Jwt;
import io.tabellion.metrics.Metrics;
import io.tabellion.policy.PolicyFile;
import io.tabellion.session.SessionOwners;
import io.tabellion.signin.BrowserSignIn;
import io.tabellion.signin.OidcSettings;
import io.tabellion.signin.SignIn;
import io.tabellion.signin.TokenFile;
import io.tabellion.stop.StopSwitch;
import io.tabellion.stop.Stops;
import io.tabellion.stop.Traffic;
import io.tabellion.testing.EnvoyPeer.Stream;
import io.tabellion.testing.LineFixture;
import io.tabellion.testing.SamplePins;
import io.tabellion.testing.TestIssuer;
import io.tabellion.trail.Reader;
import io.tabellion.trail.Role;
import io.tabellion.trail.Trail;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * The console over a server whose policy asks people, with calls by a scripted Envoy. Carol and
 * Dave approve, Alice calls and has a token too, Ann is an auditor.
 */
final class ConsoleFixture implements AutoCloseable {
  private static final String RULES =
      """
      apiVersion: tabellion.io/v1
      kind: Policy
      metadata: {name: console}
      rules:
        - id: calls
          match: {tools: ['*']}
          then: allow
        - id: large
          match: {tools: [refund, close]}
          when: args.size() > 0
          then: requireApproval
          approval: {approvers: "'finance' in approver.groups", ttl: 1h}
        - id: emergency
          match: {tools: [restart]}
          then: requireApproval
          approval:
            approvers: "'finance' in approver.groups"
            window: {longest: 30m, uses: 5, when: 'true'}
            escalate: {after: 5m, approvers: "'ops' in approver.groups"}
            breakGlass: {who: "approver.subject == 'dave'", review: 24h}
      """;

  final LineFixture line;
  final Office office;
  final Console console;
  final AtomicInteger refused = new AtomicInteger();
  private final Path folder;
  private final SearchIndex index;
  private final Trail trail;
  private final SignIn signIn;
  private final StatusServer server;

  ConsoleFixture(Path folder, @Nullable URI publicUrl) throws IOException {
    this(folder, publicUrl, null);
  }

  /** The same where people sign in with this issuer. */
  ConsoleFixture(Path folder, @Nullable URI publicUrl, @Nullable TestIssuer issuer)
      throws IOException {
    this.folder = folder;
    line =
        new LineFixture(
            Limits.DEFAULTS,
            new IdentitySettings(
                new Jwt(Set.of("https://idp"), Set.of("us"), "groups"), null, null, true, Set.of()),
            SessionOwners.NONE);
    Path policy = Files.writeString(folder.resolve("policy.yaml"), RULES);
    line.policy(PolicyFile.load(policy).policy());
    office =
        line.office(
            new ApprovalSettings(
                Duration.ofMinutes(5), Map.of(), Duration.ofMinutes(15), 100, 100, null));
    index = SearchIndex.open(Files.createDirectory(folder.resolve("index")), line.log, line.hash);
    index.follow();
    var stops = new StopSwitch(new Stops(line.state), Traffic.NONE, text -> text, line.clock);
    trail =
        new Trail(
            new Trail.Source(
                line.log,
                line.log,
                index,
                line.hash,
                SamplePins.empty(line.clock, line.state),
                office,
                stops),
            line.clock);
    signIn =
        new SignIn(
            List.of(
                token(folder, "carol", Role.APPROVER, "finance"),
                token(folder, "dave", Role.APPROVER, "finance"),
                token(folder, "alice", Role.ADMIN, "finance"),
                token(folder, "ann", Role.AUDITOR, "finance")),
            issuer == null ? List.of() : List.of(oidc(issuer)),
            line.clock);
    console =
        new Console(
            ConsoleSettings.at(publicUrl),
            trail,
            signIn,
            issuer == null || publicUrl == null ? null : signIn.browser(client(issuer, publicUrl)),
            line::policy,
            refused::incrementAndGet,
            line.clock);
    server =
        StatusServer.start(
            new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
            List.of(),
            new Metrics(),
            List.of(),
            console.sites());
    console.listensAt(server.port());
  }

  private static OidcSettings oidc(TestIssuer issuer) {
    return new OidcSettings(
        issuer.name(),
        Set.of("api"),
        new OidcSettings.Keys.Discovered(),
        null,
        "sub",
        "groups",
        Map.of(Role.APPROVER, Set.of("finance")));
  }

  private BrowserSignIn.Client client(TestIssuer issuer, URI publicUrl) throws IOException {
    Path secret = Files.writeString(folder.resolve("client.secret"), TestIssuer.SECRET);
    Files.setPosixFilePermissions(secret, PosixFilePermissions.fromString("rw-------"));
    URI back = publicUrl.resolve(Console.CALLBACK);
    issuer.redirect(back.toString());
    return new BrowserSignIn.Client(
        issuer.name(), TestIssuer.CLIENT, secret, List.of("openid"), back);
  }

  private TokenFile token(Path folder, String name, Role role, String group) throws IOException {
    Path file = Files.writeString(folder.resolve(name + ".token"), secret(name));
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
    return new TokenFile(reader(name, role, group), file);
  }

  private Reader reader(String name, Role role, String group) {
    return new Reader(
        name,
        role,
        new Person(name, null, List.of(group), "token"),
        line.clock.instant().plus(Duration.ofDays(2)));
  }

  /** Who has the token of this name, for links. */
  Reader carol() {
    return reader("carol", Role.APPROVER, "finance");
  }

  static String secret(String name) {
    return name + "-0123456789abcdef0123456789abcdef";
  }

  int port() {
    return server.port();
  }

  /** A browser of this machine that is not signed in. */
  Browser browser() {
    return new Browser(port());
  }

  /** A browser that is signed in. */
  Browser browser(String name) throws IOException {
    Browser browser = browser();
    Browser.Got got = browser.post("/console/sign-in", Map.of("token", secret(name)), Map.of());
    if (got.status() != 303) {
      throw new AssertionError("sign-in: " + got);
    }
    return browser;
  }

  /** Alice calls a tool; it waits. */
  Stream call(String tool, String args) {
    return line.envoy()
        .open()
        .send(
            Stream.withTokenOf(
                "alice",
                Stream.requestHead("POST", false, Map.of(), "content-type", "application/json")))
        .requestBody(
            "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"tools/call\",\"params\":{\"name\":\"%s\",\"arguments\":%s}}"
                .formatted(tool, args),
            true);
  }

  ApprovalRequest request(Predicate<ApprovalRequest> wanted) throws InterruptedException {
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
    while (System.nanoTime() < end) {
      for (ApprovalRequest request : office.ledger().all()) {
        if (wanted.test(request)) {
          return request;
        }
      }
      TimeUnit.MILLISECONDS.sleep(5);
    }
    throw new AssertionError("no such request: " + office.ledger().all());
  }

  ApprovalRequest pending() throws InterruptedException {
    return request(one -> one.state() == ApprovalState.PENDING);
  }

  /** As many requests, all pending, oldest first. */
  List<ApprovalRequest> pending(int count) throws InterruptedException {
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
    List<ApprovalRequest> found = new ArrayList<>();
    while (found.size() != count && System.nanoTime() < end) {
      found.clear();
      office.ledger().all().stream()
          .filter(one -> one.state() == ApprovalState.PENDING)
          .forEach(found::add);
      TimeUnit.MILLISECONDS.sleep(5);
    }
    if (found.size() != count) {
      throw new AssertionError("pending: " + found.size() + " (expected: " + count + ")");
    }
    return found;
  }

  @Override
  public void close() {
    server.close();
    trail.close();
    signIn.close();
    index.close();
    line.close();
  }
}
