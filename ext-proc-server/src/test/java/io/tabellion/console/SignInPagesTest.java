package io.tabellion.console;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tabellion.console.Browser.Got;
import io.tabellion.trail.TrailException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Tag("unit")
class SignInPagesTest {
  @TempDir Path folder;

  @SuppressWarnings("NullAway.Init")
  private ConsoleFixture fixture;

  @BeforeEach
  void begin() throws Exception {
    fixture = new ConsoleFixture(folder, null);
  }

  @AfterEach
  void end() {
    fixture.close();
  }

  private static String path(Console.Link link) {
    return link.url().getPath() + "?" + link.url().getQuery();
  }

  private static Map<String, String> token(Console.Link link) {
    return Map.of("t", link.url().getQuery().substring(2));
  }

  @Test
  void withoutASessionNothingIsShown() throws Exception {
    for (String path :
        new String[] {
          "/approvals",
          "/approvals/",
          "/approvals/apr-0123456789ab",
          "/approvals/history",
          "/approvals/history/1",
          "/approvals/events",
          "/approvalsx"
        }) {
      Got got = fixture.browser().get(path);
      assertThat(got.status()).as(path).isEqualTo(401);
      assertThat(got.body()).contains("Your API token");
    }
  }

  @Test
  void aTokenSignsIn() throws Exception {
    Browser browser = fixture.browser("carol");
    assertThat(browser.cookie()).matches("tabellion=[A-Za-z0-9_-]{43}");
    assertThat(browser.get("/approvals").body()).contains("carol", "approver");
  }

  @Test
  void theCookieIsNotForScriptsAndNotForOtherSites() throws Exception {
    Got got =
        fixture
            .browser()
            .post("/console/sign-in", Map.of("token", ConsoleFixture.secret("carol")), Map.of());
    assertThat(got.header("set-cookie")).endsWith("; Path=/; HttpOnly; SameSite=Strict");
  }

  @Test
  void anUnknownTokenDoesNotSignIn() throws Exception {
    Browser browser = fixture.browser();
    Got got = browser.post("/console/sign-in", Map.of("token", "x".repeat(40)), Map.of());
    assertThat(got.status()).isEqualTo(403);
    assertThat(got.body()).contains("unknown token").doesNotContain("x".repeat(40));
    assertThat(browser.cookie()).isNull();
    assertThat(fixture.refused).hasValue(1);
  }

  @Test
  void aLinkSignsInOnce() throws Exception {
    Console.Link link = fixture.console.open(fixture.carol(), "");
    Browser browser = fixture.browser();
    assertThat(browser.post("/console/link", token(link), Map.of()).status()).isEqualTo(303);
    assertThat(browser.get("/approvals").status()).isEqualTo(200);

    Browser second = fixture.browser();
    Got got = second.post("/console/link", token(link), Map.of());
    assertThat(got.status()).isEqualTo(403);
    assertThat(got.body()).contains("was used, or is older than 60 seconds");
    assertThat(second.cookie()).isNull();
  }

  @Test
  void lookingAtALinkDoesNotUseItUp() throws Exception {
    Console.Link link = fixture.console.open(fixture.carol(), "");
    for (int i = 0; i < 3; i++) {
      Got got = fixture.browser().get(path(link));
      assertThat(got.status()).isEqualTo(200);
      assertThat(got.header("set-cookie")).isEmpty();
      assertThat(got.body()).contains("This link signs you in as <strong><bdi>carol</bdi>");
    }
    assertThat(fixture.browser().post("/console/link", token(link), Map.of()).status())
        .isEqualTo(303);
  }

  @Test
  void aLinkThatAnotherPageLeadsToWaitsForAClick() throws Exception {
    Console.Link link = fixture.console.open(fixture.carol(), "");
    for (String site : new String[] {"cross-site", "same-site", "same-origin"}) {
      Got got = fixture.browser().get(path(link), Map.of("Sec-Fetch-Site", site));
      assertThat(got.body()).as(site).contains("action=\"/console/link\">").doesNotContain("data-");
    }
    assertThat(fixture.browser().get(path(link)).body()).doesNotContain("data-submit");
    assertThat(fixture.browser().get(path(link), Map.of("Sec-Fetch-Site", "none")).body())
        .contains("action=\"/console/link\" data-submit=\"now\">");
  }

  @Test
  void aLinkEndsAfterAMinute() throws Exception {
    Console.Link link = fixture.console.open(fixture.carol(), "");
    fixture.line.clock.advance(Duration.ofSeconds(60));
    assertThat(fixture.browser().get(path(link)).status()).isEqualTo(403);
    assertThat(fixture.browser().post("/console/link", token(link), Map.of()).status())
        .isEqualTo(403);
  }

  @Test
  void aLinkLeadsToItsRequestAndNowhereElse() throws Exception {
    Console.Link link = fixture.console.open(fixture.carol(), "apr-0123456789ab");
    String token = link.url().getQuery().replaceAll("t=([^&]+).*", "$1");
    assertThat(link.url().getQuery()).endsWith("&next=/approvals/apr-0123456789ab");
    Got got =
        fixture
            .browser()
            .post(
                "/console/link",
                Map.of("t", token, "next", "//elsewhere.example/approvals"),
                Map.of());
    assertThat(got.header("location")).isEqualTo("/approvals");
    assertThatThrownBy(() -> fixture.console.open(fixture.carol(), "../x"))
        .isInstanceOf(TrailException.class)
        .hasMessageContaining("approval: no id");
  }

  @Test
  void aSessionEndsAfterAnHourWithoutARequest() throws Exception {
    Browser browser = fixture.browser("carol");
    fixture.line.clock.advance(Duration.ofMinutes(59));
    assertThat(browser.get("/approvals").status()).isEqualTo(200);
    fixture.line.clock.advance(Duration.ofMinutes(60));
    assertThat(browser.get("/approvals").status()).isEqualTo(401);
  }

  @Test
  void aPageThatAsksForItselfDoesNotKeepTheSession() throws Exception {
    Browser browser = fixture.browser("carol");
    fixture.line.clock.advance(Duration.ofMinutes(59));
    assertThat(browser.get("/approvals", Map.of("tabellion-refreshes", "yes")).status())
        .isEqualTo(200);
    fixture.line.clock.advance(Duration.ofMinutes(1));
    assertThat(browser.get("/approvals").status()).isEqualTo(401);
  }

  @Test
  void aSessionEndsAfterTwelveHoursInAll() throws Exception {
    Browser browser = fixture.browser("carol");
    for (int i = 0; i < 11; i++) {
      fixture.line.clock.advance(Duration.ofMinutes(59));
      assertThat(browser.get("/approvals").status()).isEqualTo(200);
    }
    fixture.line.clock.advance(Duration.ofMinutes(59));
    assertThat(browser.get("/approvals").status()).isEqualTo(200);
    fixture.line.clock.advance(Duration.ofMinutes(12));
    assertThat(browser.get("/approvals").status()).isEqualTo(401);
  }

  @Test
  void aSessionEndsWithTheToken() {
    var sessions =
        new Sessions(
            new ConsoleSettings(null, Duration.ofDays(9), Duration.ofDays(9)), fixture.line.clock);
    String cookie = sessions.begin(fixture.carol());
    assertThat(sessions.find(cookie, true)).isPresent();
    fixture.line.clock.advance(Duration.ofDays(2));
    assertThat(sessions.find(cookie, true)).isEmpty();
  }

  @Test
  void onePersonHasTenSessionsAtMost() {
    var sessions = new Sessions(ConsoleSettings.at(null), fixture.line.clock);
    String first = sessions.begin(fixture.carol());
    fixture.line.clock.advance(Duration.ofSeconds(1));
    for (int i = 0; i < Sessions.EACH; i++) {
      sessions.begin(fixture.carol());
    }
    assertThat(sessions.count()).isEqualTo(Sessions.EACH);
    assertThat(sessions.find(first, true)).isEmpty();
  }

  @Test
  void signingOutEndsTheSession() throws Exception {
    Browser browser = fixture.browser("carol");
    String cookie = browser.cookie();
    String formToken = browser.get("/approvals").formToken();
    assertThat(
            browser.post("/console/sign-out", Map.of("form-token", formToken), Map.of()).status())
        .isEqualTo(303);
    assertThat(browser.cookie()).isNull();
    browser.cookie(cookie);
    assertThat(browser.get("/approvals").status()).isEqualTo(401);
  }

  @Test
  void overHttpsTheCookieIsBoundToTheHost() throws Exception {
    try (ConsoleFixture behind =
        new ConsoleFixture(
            Files.createDirectory(folder.resolve("https")),
            URI.create("https://Tabellion.example.com"))) {
      Got got =
          behind
              .browser()
              .post(
                  "/console/sign-in",
                  Map.of("token", ConsoleFixture.secret("carol")),
                  Map.of("Host", "tabellion.example.com"));
      assertThat(got.header("set-cookie"))
          .startsWith("__Host-tabellion=")
          .endsWith("; Path=/; HttpOnly; SameSite=Strict; Secure");
      assertThat(behind.console.open(behind.carol(), "").url().toString())
          .startsWith("https://Tabellion.example.com/console/link?t=");
    }
  }
}
