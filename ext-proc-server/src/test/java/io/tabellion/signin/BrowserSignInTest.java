package io.tabellion.signin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tabellion.signin.BrowserSignIn.Client;
import io.tabellion.signin.BrowserSignIn.Finished;
import io.tabellion.signin.BrowserSignIn.Started;
import io.tabellion.testing.ManualClock;
import io.tabellion.testing.TestIssuer;
import io.tabellion.testing.TestIssuer.Mood;
import io.tabellion.trail.Reader;
import io.tabellion.trail.Role;
import io.tabellion.trail.TrailException;
import io.tabellion.trail.TrailException.Code;
import java.net.URI;
import java.net.URLDecoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Signing in to pages, with an issuer that is an authorization server. */
@Tag("unit")
class BrowserSignInTest {
  private static final Instant NOW = Instant.parse("2026-11-30T12:00:00Z");
  private static final URI BACK = URI.create("https://tabellion.example/console/oidc/callback");

  private final ManualClock clock = new ManualClock(NOW);
  private final HttpClient http = HttpClient.newHttpClient();
  @TempDir Path folder;

  @SuppressWarnings("NullAway.Init") // before each test
  private TestIssuer issuer;

  @SuppressWarnings("NullAway.Init") // before each test
  private SignIn signIn;

  @SuppressWarnings("NullAway.Init") // before each test
  private BrowserSignIn browser;

  @BeforeEach
  void start() throws Exception {
    issuer = new TestIssuer(clock);
    issuer.redirect(BACK.toString());
    signIn =
        new SignIn(
            List.of(),
            List.of(
                new OidcSettings(
                    issuer.name(),
                    Set.of("another-audience"),
                    new OidcSettings.Keys.Discovered(),
                    null,
                    "sub",
                    "groups",
                    Map.of(Role.APPROVER, Set.of("finance")))),
            clock);
    browser = signIn.browser(client(TestIssuer.SECRET));
  }

  @AfterEach
  void stop() {
    signIn.close();
    issuer.close();
    http.close();
  }

  private Client client(String secret) throws Exception {
    Path file = folder.resolve("client.secret");
    Files.writeString(file, secret + "\n");
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
    return new Client(issuer.name(), TestIssuer.CLIENT, file, List.of("openid", "email"), BACK);
  }

  /** What the issuer has the browser say. */
  private Map<String, List<String>> answer(Started started) throws Exception {
    HttpResponse<Void> sent =
        http.send(HttpRequest.newBuilder(started.location()).build(), BodyHandlers.discarding());
    assertThat(sent.statusCode()).isEqualTo(303);
    URI back = URI.create(sent.headers().firstValue("location").orElseThrow());
    assertThat(back.toString()).startsWith(BACK + "?");
    Map<String, List<String>> said = new HashMap<>();
    for (String part : back.getRawQuery().split("&", -1)) {
      String[] both = part.split("=", 2);
      said.computeIfAbsent(both[0], _ -> new ArrayList<>())
          .add(URLDecoder.decode(both[1], StandardCharsets.UTF_8));
    }
    return said;
  }

  private static String first(Map<String, List<String>> said, String name) {
    return said.getOrDefault(name, List.of()).getFirst();
  }

  private Finished go(String next) throws Exception {
    Started started = browser.begin(next);
    return browser.finish(started.cookie(), answer(started));
  }

  private void refuses(
      @Nullable String cookie, Map<String, List<String>> said, Code code, String message) {
    assertThatThrownBy(() -> browser.finish(cookie, said))
        .isInstanceOfSatisfying(TrailException.class, e -> assertThat(e.code()).isEqualTo(code))
        .hasMessageContaining(message)
        .hasMessageNotContaining(TestIssuer.SECRET);
  }

  private void refuses(String message) throws Exception {
    Started started = browser.begin("/approvals");
    refuses(started.cookie(), answer(started), Code.UNAUTHENTICATED, message);
  }

  private static Map<String, List<String>> with(
      Map<String, List<String>> said, String name, String... values) {
    Map<String, List<String>> all = new HashMap<>(said);
    all.put(name, List.of(values));
    return all;
  }

  @Test
  void aPersonSignsIn() throws Exception {
    Finished finished = go("/approvals/apr-0123456789ab");
    assertThat(finished.next()).isEqualTo("/approvals/apr-0123456789ab");
    Reader carol = finished.reader();
    assertThat(carol.name()).isEqualTo("carol (" + issuer.name() + ")");
    assertThat(carol.roles()).containsExactly(Role.APPROVER);
    assertThat(carol.person().channel()).isEqualTo("oidc");
    assertThat(carol.expires()).isEqualTo(NOW.plus(Duration.ofHours(1)));
  }

  @Test
  void whatIsSentIsNewEachTimeAndSecretsStayHere() throws Exception {
    Started one = browser.begin("/approvals");
    Started two = browser.begin("/approvals");
    assertThat(one.cookie()).isNotEqualTo(two.cookie());
    assertThat(one.location().getRawQuery())
        .startsWith("tenant=a&response_type=code&client_id=console&")
        .contains("&code_challenge_method=S256")
        .doesNotContain(TestIssuer.SECRET);
    assertThat(two.location()).isNotEqualTo(one.location());
  }

  @Test
  void theAnswerCountsInTheBrowserThatBeganOnly() throws Exception {
    Started mine = browser.begin("/approvals");
    Started theirs = browser.begin("/approvals");
    Map<String, List<String>> answer = answer(theirs);
    refuses(mine.cookie(), answer, Code.UNAUTHENTICATED, "state: of another sign-in");
    refuses(null, answer, Code.UNAUTHENTICATED, "it did not begin in this browser");
    refuses("x", answer, Code.UNAUTHENTICATED, "it did not begin in this browser");
    String changed = (mine.cookie().startsWith("A") ? "B" : "A") + mine.cookie().substring(1);
    refuses(changed, answer(mine), Code.UNAUTHENTICATED, "it did not begin in this browser");
    SignIn other = signIn;
    BrowserSignIn elsewhere = other.browser(client(TestIssuer.SECRET));
    assertThatThrownBy(() -> elsewhere.finish(theirs.cookie(), answer))
        .hasMessageContaining("it did not begin in this browser");
  }

  @Test
  void aCodeIsGoodOnce() throws Exception {
    Started started = browser.begin("/approvals");
    Map<String, List<String>> answer = answer(started);
    browser.finish(started.cookie(), answer);
    refuses(started.cookie(), answer, Code.UNAUTHENTICATED, "refused the code: invalid_grant");
  }

  @Test
  void aCodeOfAnotherSignInIsRefused() throws Exception {
    Started mine = browser.begin("/approvals");
    Map<String, List<String>> answer = answer(mine);
    String stolen = first(answer(browser.begin("/approvals")), "code");
    refuses(
        mine.cookie(),
        with(answer, "code", stolen),
        Code.UNAUTHENTICATED,
        "refused the code: invalid_grant");
  }

  @Test
  void aSignInTakesTenMinutesAtMost() throws Exception {
    Started started = browser.begin("/approvals");
    Map<String, List<String>> answer = answer(started);
    clock.advance(BrowserSignIn.LONGEST);
    refuses(started.cookie(), answer, Code.UNAUTHENTICATED, "more than 10 minutes");
  }

  @Test
  void theAnswerNamesItsIssuer() throws Exception {
    issuer.answersAs("https://evil.example");
    refuses("iss: another identity provider");
    issuer.answersAs("-");
    refuses("iss: another identity provider");
  }

  @Test
  void anErrorOfTheIssuerIsSaidByItsCodeOnly() throws Exception {
    Started started = browser.begin("/approvals");
    Map<String, List<String>> answer = answer(started);
    refuses(
        started.cookie(),
        with(answer, "error", "access_denied"),
        Code.UNAUTHENTICATED,
        "says access_denied");
    refuses(
        started.cookie(),
        with(answer, "error", "<script>alert(1)</script>"),
        Code.UNAUTHENTICATED,
        "says an error");
    refuses(
        started.cookie(),
        with(answer, "state", first(answer, "state"), "b"),
        Code.UNAUTHENTICATED,
        "state: twice");
    refuses(started.cookie(), with(answer, "code"), Code.UNAUTHENTICATED, "code: not there");
  }

  @Test
  void theIdTokenIsChecked() throws Exception {
    issuer.signedIn(claims -> claims.claim("nonce", "another"));
    refuses("nonce: of another sign-in");
    issuer.signedIn(claims -> claims.claim("nonce", null));
    refuses("nonce: of another sign-in");
    issuer.signedIn(claims -> claims.audience("another-audience"));
    refuses("aud: for somebody else");
    issuer.signedIn(claims -> claims.audience(List.of("console", "more")));
    refuses("azp: another client");
    issuer.signedIn(claims -> claims.claim("azp", "more"));
    refuses("azp: another client");
    issuer.signedIn(claims -> claims.issuer("https://evil.example"));
    refuses("iss: another issuer");
    issuer.signedIn(claims -> claims.claim("act", Map.of("sub", "agent")));
    refuses("act: somebody acts for");
    issuer.signedIn(claims -> claims.audience(List.of("console", "more")).claim("azp", "console"));
    assertThat(go("/approvals").reader().person().subject()).isEqualTo("carol");
  }

  @Test
  void whoHasNoRoleIsToldTheirGroups() throws Exception {
    issuer.signedIn(claims -> claims.claim("groups", List.of("kitchen")));
    Started started = browser.begin("/approvals");
    refuses(started.cookie(), answer(started), Code.DENIED, "no role for the groups: kitchen");
  }

  @Test
  void aWrongSecretIsRefusedByTheIssuer() throws Exception {
    browser = signIn.browser(client("another"));
    refuses("refused the code: invalid_grant");
  }

  @Test
  void anIssuerThatFailsIsSaid() throws Exception {
    Started started = browser.begin("/approvals");
    Map<String, List<String>> answer = answer(started);
    issuer.mood(Mood.FAILS);
    refuses(started.cookie(), answer, Code.UNAVAILABLE, "status 500");
    issuer.close();
    Started again = browser.begin("/approvals");
    refuses(
        again.cookie(),
        with(with(answer, "state", state(again)), "code", "x"),
        Code.UNAVAILABLE,
        "sign-in: " + issuer.name());
  }

  private static String state(Started started) {
    return started.location().getQuery().replaceFirst(".*&state=([^&]*).*", "$1");
  }

  @Test
  void aClientThatCannotBeIsRefusedAtTheStart() throws Exception {
    Client good = client(TestIssuer.SECRET);
    assertThatThrownBy(() ->
            signIn.browser(new Client("https://other.example", "a", null, List.of("openid"), BACK)))
        .hasMessageContaining("issuer: https://other.example (expected: one of api.oidc");
    assertThatThrownBy(() -> new Client(issuer.name(), "a", null, List.of("email"), BACK))
        .hasMessageContaining("scopes: without openid");
    Path file = java.util.Objects.requireNonNull(good.secret());
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r--r--"));
    assertThatThrownBy(() -> signIn.browser(good))
        .hasMessageContaining("mode rw-r--r--")
        .hasMessageNotContaining(TestIssuer.SECRET);
  }
}
