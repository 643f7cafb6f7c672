package io.tabellion.console;

import static org.assertj.core.api.Assertions.assertThat;

import io.tabellion.approval.ApprovalRequest;
import io.tabellion.console.Browser.Got;
import io.tabellion.testing.EnvoyPeer.Stream;
import io.tabellion.testing.TestIssuer;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** People who sign in to the console at an identity provider, over HTTP from end to end. */
@Tag("unit")
class ProviderSignInTest {
  private static final String HOST = "tabellion.example.com";
  private static final Map<String, String> HTTPS = Map.of("Host", HOST);

  /** What a browser sends after it was sent on by another site. */
  private static final Map<String, String> FROM_ELSEWHERE =
      Map.of("Host", HOST, "Sec-Fetch-Site", "cross-site");

  @TempDir Path folder;
  private final HttpClient http = HttpClient.newHttpClient();

  @SuppressWarnings("NullAway.Init") // before each test
  private TestIssuer issuer;

  @SuppressWarnings("NullAway.Init") // before each test
  private ConsoleFixture fixture;

  @BeforeEach
  void begin() throws Exception {
    issuer = new TestIssuer(() -> fixture == null ? Instant.EPOCH : fixture.line.clock.instant());
    fixture = new ConsoleFixture(folder, URI.create("https://" + HOST), issuer);
  }

  @AfterEach
  void end() {
    fixture.close();
    issuer.close();
    http.close();
  }

  /** Follows a redirect to the issuer; returns where it sends the browser back to. */
  private String atIssuer(Got sentOn) throws Exception {
    assertThat(sentOn.status()).as(sentOn.body()).isEqualTo(303);
    assertThat(sentOn.header("location")).startsWith(issuer.name() + "/authorize?");
    HttpResponse<Void> answer =
        http.send(
            HttpRequest.newBuilder(URI.create(sentOn.header("location"))).build(),
            BodyHandlers.discarding());
    String back = answer.headers().firstValue("location").orElseThrow();
    assertThat(back).startsWith("https://" + HOST + "/console/oidc/callback?code=");
    return back.substring(("https://" + HOST).length());
  }

  private Browser signedIn() throws Exception {
    Browser browser = fixture.browser();
    String back = atIssuer(browser.get("/console/oidc", HTTPS));
    assertThat(browser.get(back, FROM_ELSEWHERE).status()).isEqualTo(303);
    return browser;
  }

  @Test
  void aPersonSignsInAndApproves() throws Exception {
    Stream stream = fixture.call("refund", "{\"amount\":501}");
    ApprovalRequest request = fixture.pending();
    String path = "/approvals/" + request.id();
    Browser browser = fixture.browser();
    Got page = browser.get(path, HTTPS);
    assertThat(page.status()).isEqualTo(401);
    assertThat(page.body()).contains("href=\"/console/oidc?next=" + path);

    Got sentOn = browser.get("/console/oidc?next=" + path, HTTPS);
    assertThat(sentOn.header("set-cookie"))
        .startsWith("__Host-tabellion-sign-in=")
        .endsWith("; Path=/; HttpOnly; SameSite=Lax; Secure; Max-Age=600");
    Got back = browser.get(atIssuer(sentOn), FROM_ELSEWHERE);
    assertThat(back.status()).as(back.body()).isEqualTo(303);
    assertThat(back.header("location")).isEqualTo(path);
    assertThat(back.header("set-cookie"))
        .contains("__Host-tabellion=", "SameSite=Strict", "__Host-tabellion-sign-in=;");
    assertThat(browser.cookie()).startsWith("__Host-tabellion=");

    Got shown = browser.get(path, HTTPS);
    assertThat(shown.body()).contains("carol (" + issuer.name());
    Got decided =
        browser.post(
            path,
            Map.of(
                "form-token",
                shown.formToken(),
                "act",
                "approve",
                "digest",
                request.digest(),
                "reason",
                "fine"),
            HTTPS);
    assertThat(decided.status()).as(decided.body()).isEqualTo(303);
    stream.forwarded();
    assertThat(
            fixture
                .office
                .ledger()
                .find(request.id())
                .orElseThrow()
                .votes()
                .getFirst()
                .who()
                .issuer())
        .isEqualTo(issuer.name());
    stream.cancel();
  }

  @Test
  void theAnswerOfAnothersSignInSignsNobodyIn() throws Exception {
    String theirs = atIssuer(fixture.browser().get("/console/oidc", HTTPS));
    Browser victim = fixture.browser();
    Got without = victim.get(theirs, FROM_ELSEWHERE);
    assertThat(without.status()).isEqualTo(401);
    assertThat(without.body()).contains("did not begin in this browser");
    victim.get("/console/oidc", HTTPS);
    Got with = victim.get(theirs, FROM_ELSEWHERE);
    assertThat(with.status()).isEqualTo(401);
    assertThat(with.body()).contains("state: of another sign-in");
    assertThat(victim.cookie()).isNull();
    assertThat(fixture.refused).hasValue(2);
  }

  @Test
  void anAnswerCountsOnce() throws Exception {
    Browser browser = fixture.browser();
    String back = atIssuer(browser.get("/console/oidc", HTTPS));
    browser.get(back, FROM_ELSEWHERE);
    Browser again = fixture.browser();
    again.cookie(browser.cookie());
    assertThat(again.get(back, FROM_ELSEWHERE).body()).contains("did not begin in this browser");
  }

  @Test
  void itLeadsToPagesOfTheConsoleOnly() throws Exception {
    for (String next :
        List.of(
            "https%3A%2F%2Fevil.example", "%2F%2Fevil.example", "/approvals/../x", "/metrics")) {
      Browser browser = fixture.browser();
      Got sentOn = browser.get("/console/oidc?next=" + next, HTTPS);
      assertThat(browser.get(atIssuer(sentOn), FROM_ELSEWHERE).header("location"))
          .as(next)
          .isEqualTo("/approvals");
    }
  }

  @Test
  void noPageOfOthersBeginsASignIn() throws Exception {
    Got got = fixture.browser().get("/console/oidc", FROM_ELSEWHERE);
    assertThat(got.status()).isEqualTo(200);
    assertThat(got.header("set-cookie")).isEmpty();
  }

  @Test
  void atTheAddressOfThisMachineThereIsNoProvider() throws Exception {
    assertThat(fixture.browser().get("/console/sign-in").body()).doesNotContain("/console/oidc");
    Got got = fixture.browser().get("/console/oidc");
    assertThat(got.status()).isEqualTo(200);
    assertThat(got.header("set-cookie")).isEmpty();
    assertThat(fixture.browser().get("/console/oidc/callback?code=a&state=b").status())
        .isEqualTo(200);
  }

  @Test
  void whoMayNotIsToldWhy() throws Exception {
    issuer.signedIn(claims -> claims.claim("groups", List.of("kitchen<b>")));
    Browser browser = fixture.browser();
    Got got = browser.get(atIssuer(browser.get("/console/oidc", HTTPS)), FROM_ELSEWHERE);
    assertThat(got.status()).isEqualTo(403);
    assertThat(got.body()).contains("no role for the groups: kitchen&lt;b&gt;");
    assertThat(browser.cookie()).isNull();
  }

  @Test
  void aProviderThatIsDownIsSaid() throws Exception {
    Browser browser = fixture.browser();
    String back = atIssuer(browser.get("/console/oidc", HTTPS));
    issuer.mood(TestIssuer.Mood.FAILS);
    Got got = browser.get(back, FROM_ELSEWHERE);
    assertThat(got.status()).isEqualTo(503);
    assertThat(got.body()).contains("status 500");
  }

  @Test
  void theSessionEndsAfterAnHourAndBySigningOut() throws Exception {
    Browser browser = signedIn();
    String formToken = browser.get("/approvals", HTTPS).formToken();
    Browser same = fixture.browser();
    same.cookie(browser.cookie());
    assertThat(browser.post("/console/sign-out", Map.of("form-token", formToken), HTTPS).status())
        .isEqualTo(303);
    assertThat(same.get("/approvals", HTTPS).status()).isEqualTo(401);

    Browser later = signedIn();
    fixture.line.clock.advance(Duration.ofMinutes(59));
    assertThat(later.get("/approvals", HTTPS).status()).isEqualTo(200);
    fixture.line.clock.advance(Duration.ofMinutes(1));
    assertThat(later.get("/approvals", HTTPS).status()).isEqualTo(401);
  }
}
