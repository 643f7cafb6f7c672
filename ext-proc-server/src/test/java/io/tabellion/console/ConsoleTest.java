package io.tabellion.console;

import static org.assertj.core.api.Assertions.assertThat;

import io.tabellion.approval.ApprovalRequest;
import io.tabellion.approval.ApprovalState;
import io.tabellion.audit.EntryKind;
import io.tabellion.audit.Fact;
import io.tabellion.console.Browser.Got;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Tag("unit")
@Timeout(60)
class ConsoleTest {
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

  private Got decide(Browser browser, ApprovalRequest request, Map<String, String> more)
      throws IOException {
    String formToken = browser.get("/approvals/" + request.id()).formToken();
    var fields = new HashMap<String, String>();
    fields.put("form-token", formToken);
    fields.put("digest", request.digest());
    fields.put("act", "approve");
    fields.putAll(more);
    return browser.post("/approvals/" + request.id(), fields, Map.of());
  }

  private ApprovalState state(ApprovalRequest request) {
    return fixture.office.ledger().find(request.id()).orElseThrow().state();
  }

  @Test
  void everyAnswerHasTheHeadersThatKeepPagesApart() throws Exception {
    Browser browser = fixture.browser("carol");
    for (String path : List.of("/approvals", "/approvals/none", "/console/console.js", "/x")) {
      Got got = browser.get(path.equals("/x") ? "/console/x" : path);
      assertThat(got.header("content-security-policy"))
          .isEqualTo(
              "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src"
                  + " 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'");
      assertThat(got.header("x-content-type-options")).isEqualTo("nosniff");
      assertThat(got.header("referrer-policy")).isEqualTo("no-referrer");
      assertThat(got.header("cache-control")).isEqualTo("no-store");
      assertThat(got.header("cross-origin-opener-policy")).isEqualTo("same-origin");
    }
  }

  @Test
  void noPageHasAScriptOrAStyleInIt() throws Exception {
    fixture.call("refund", "{\"amount\":1}");
    String id = fixture.pending().id();
    Browser browser = fixture.browser("carol");
    Pattern inline = Pattern.compile("<style|<script(?! src=)|\\son[a-z]+=|\\sstyle=|javascript:");
    for (String path :
        List.of("/approvals", "/approvals/" + id, "/approvals/history", "/console/sign-in")) {
      assertThat(browser.get(path).body()).as(path).doesNotContainPattern(inline);
    }
  }

  @Test
  void anotherHostIsNotAnswered() throws Exception {
    Browser browser = fixture.browser("carol");
    for (String host :
        List.of(
            "evil.example", "127.0.0.1.evil.example:9003", "localhost.evil.example", "10.0.0.7")) {
      Got got = browser.get("/approvals", Map.of("Host", host));
      assertThat(got.status()).as(host).isEqualTo(421);
      assertThat(got.body()).contains("not one of the console's");
    }
    assertThat(browser.get("/approvals", Map.of("Host", "localhost:1234")).status()).isEqualTo(200);
    assertThat(browser.get("/approvals", Map.of("Host", "[::1]:1234")).status()).isEqualTo(200);
  }

  @Test
  void aProxyOnThisMachineIsNoBrowserOfIt() throws Exception {
    Browser browser = fixture.browser("carol");
    for (String header :
        List.of("Forwarded", "Via", "X-Forwarded-For", "X-Forwarded-Proto", "X-Real-IP")) {
      assertThat(browser.get("/approvals", Map.of(header, "x")).status()).as(header).isEqualTo(421);
    }
  }

  @Test
  void theUsualPortOfHttpsIsNotInTheNameThatBrowsersSend() throws Exception {
    for (String url : List.of("https://approvals.example", "https://Approvals.example:443")) {
      try (ConsoleFixture behind =
          new ConsoleFixture(Files.createTempDirectory(folder, "https"), URI.create(url))) {
        Got got =
            behind
                .browser()
                .get(
                    "/approvals",
                    Map.of("Host", "approvals.example", "X-Forwarded-For", "10.0.0.7"));
        assertThat(got.status()).as(url).isEqualTo(401);
      }
    }
  }

  @Test
  void headersAloneMayBeAskedFor() throws Exception {
    Browser browser = fixture.browser("carol");
    for (String path : List.of("/approvals", "/approvals/history")) {
      Got got = browser.send("HEAD", path, Map.of(), "");
      assertThat(got.status()).as(path).isEqualTo(200);
      assertThat(got.body()).as(path).isEmpty();
    }
  }

  /** The Enter key in a field presses the first button of its form (HTML, implicit submission). */
  @Test
  void theEnterKeyInAFieldApprovesNothing() throws Exception {
    fixture.call("refund", "{\"amount\":501}");
    Got page = fixture.browser("carol").get("/approvals/" + fixture.pending().id());
    String form = page.body().substring(page.body().indexOf("id=\"decide\""));
    assertThat(form.substring(form.indexOf("<button"), form.indexOf("</button>")))
        .isEqualTo("<button type=\"submit\" disabled hidden>");
  }

  @Test
  void healthNeedsNeitherHostNorSession() throws Exception {
    assertThat(fixture.browser().get("/healthz", Map.of("Host", "any.example")).status())
        .isEqualTo(200);
    assertThat(fixture.browser().get("/metrics").status()).isEqualTo(200);
  }

  @Test
  void aPersonApprovesWhatTheySee() throws Exception {
    var call = fixture.call("refund", "{\"amount\":501}");
    ApprovalRequest request = fixture.pending();
    Browser browser = fixture.browser("carol");
    assertThat(browser.get("/approvals").body())
        .contains("refund", "for <bdi>alice</bdi>", "you may decide", "{&quot;amount&quot;:501}");
    Got page = browser.get("/approvals/" + request.id());
    assertThat(page.body())
        .contains("&quot;amount&quot;: ", "501", "args.size() &gt; 0", request.digest())
        .contains("&#39;finance&#39; in approver.groups");

    Got got = decide(browser, request, Map.of("reason", "Ticket 7"));

    assertThat(got.status()).isEqualTo(303);
    call.forwarded();
    assertThat(browser.get("/approvals/" + request.id()).body())
        .contains("Approved: " + request.id());
  }

  @Test
  void aFormWithoutTheSessionsTokenChangesNothing() throws Exception {
    fixture.call("refund", "{\"amount\":501}");
    ApprovalRequest request = fixture.pending();
    Browser browser = fixture.browser("carol");
    String others = fixture.browser("dave").get("/approvals").formToken();
    for (String token : List.of("", "x", others)) {
      Got got = decide(browser, request, Map.of("form-token", token));
      assertThat(got.status()).isEqualTo(403);
    }
    assertThat(state(request)).isEqualTo(ApprovalState.PENDING);
  }

  @Test
  void aFormOfAnotherSiteChangesNothing() throws Exception {
    fixture.call("refund", "{\"amount\":501}");
    ApprovalRequest request = fixture.pending();
    Browser browser = fixture.browser("carol");
    String formToken = browser.get("/approvals").formToken();
    Map<String, String> fields =
        Map.of("form-token", formToken, "digest", request.digest(), "act", "approve");
    for (Map<String, String> from :
        List.of(
            Map.of("Sec-Fetch-Site", "cross-site"),
            Map.of("Sec-Fetch-Site", "same-site"),
            Map.of("Sec-Fetch-Site", "none"),
            Map.of("Sec-Fetch-Site", "same-origin", "Origin", "http://evil.example"),
            Map.of("Sec-Fetch-Site", "", "Origin", "http://127.0.0.1:1"),
            Map.of("Sec-Fetch-Site", "", "Origin", "null"),
            Map.of("Sec-Fetch-Site", ""))) {
      assertThat(browser.post("/approvals/" + request.id(), fields, from).status())
          .as(from.toString())
          .isEqualTo(403);
    }
    assertThat(state(request)).isEqualTo(ApprovalState.PENDING);
    Map<String, String> old =
        Map.of("Sec-Fetch-Site", "", "Origin", "http://127.0.0.1:" + fixture.port());
    assertThat(browser.post("/approvals/" + request.id(), fields, old).status()).isEqualTo(303);
  }

  @Test
  void aGetChangesNothing() throws Exception {
    fixture.call("refund", "{\"amount\":501}");
    ApprovalRequest request = fixture.pending();
    Browser browser = fixture.browser("carol");
    String formToken = browser.get("/approvals").formToken();
    String query = "?act=approve&digest=" + request.digest() + "&form-token=" + formToken;
    assertThat(browser.get("/approvals/" + request.id() + query).status()).isEqualTo(200);
    assertThat(state(request)).isEqualTo(ApprovalState.PENDING);
    assertThat(browser.get("/console/sign-out" + query).status()).isEqualTo(404);
    assertThat(browser.get("/approvals").status()).isEqualTo(200);
  }

  @Test
  void aLargeFormIsRefused() throws Exception {
    Browser browser = fixture.browser("carol");
    Got got = browser.post("/console/sign-in", Map.of("token", "x".repeat(70_000)), Map.of());
    assertThat(got.status()).isEqualTo(400);
  }

  @Test
  void anotherDigestIsNotApproved() throws Exception {
    fixture.call("refund", "{\"amount\":501}");
    ApprovalRequest request = fixture.pending();
    Got got =
        decide(
            fixture.browser("carol"),
            request,
            Map.of("digest", "0".repeat(64), "reason", "why <b>"));
    assertThat(got.status()).isEqualTo(409);
    assertThat(got.body())
        .contains("digest: not that of this request", ">why &lt;b&gt;</textarea>");
    assertThat(state(request)).isEqualTo(ApprovalState.PENDING);
  }

  @Test
  void nobodyApprovesTheirOwnCallAndNoAuditorAny() throws Exception {
    fixture.call("refund", "{\"amount\":501}");
    ApprovalRequest request = fixture.pending();
    assertThat(fixture.browser("alice").get("/approvals/" + request.id()).body())
        .contains("The call is yours, or made for you")
        .doesNotContain("name=\"digest\"");
    assertThat(decide(fixture.browser("alice"), request, Map.of()).status()).isEqualTo(403);
    assertThat(fixture.browser("ann").get("/approvals/" + request.id()).body())
        .contains("Your role lets you look, not decide.")
        .doesNotContain("name=\"digest\"");
    assertThat(decide(fixture.browser("ann"), request, Map.of()).status()).isEqualTo(403);
    assertThat(state(request)).isEqualTo(ApprovalState.PENDING);
  }

  @Test
  void callsLikeItAreDecidedTogetherEachByItsDigest() throws Exception {
    for (int i = 1; i <= 3; i++) {
      fixture.call("refund", "{\"amount\":" + i + "}");
    }
    fixture.call("close", "{\"account\":1}");
    List<ApprovalRequest> all = fixture.pending(4);
    List<ApprovalRequest> refunds =
        all.stream().filter(one -> "refund".equals(one.question().target().tool())).toList();
    Browser browser = fixture.browser("carol");
    String page = browser.get("/approvals/" + refunds.getFirst().id()).body();
    for (ApprovalRequest other : refunds.subList(1, 3)) {
      assertThat(page).contains("value=\"" + other.id() + " " + other.digest() + "\"");
    }
    assertThat(page)
        .doesNotContain(
            all.stream().filter(one -> !refunds.contains(one)).findFirst().orElseThrow().id());

    Got got =
        decide(
            browser,
            refunds.getFirst(),
            Map.of(
                "also",
                refunds.get(1).id()
                    + " "
                    + refunds.get(1).digest()
                    + "\n"
                    + refunds.get(2).id()
                    + " "
                    + refunds.get(1).digest()));

    assertThat(got.status()).as("the digest of another request").isEqualTo(409);
    assertThat(got.body()).contains("Then: digest: not that of this request");
    assertThat(state(refunds.get(0))).isNotEqualTo(ApprovalState.PENDING);
    assertThat(state(refunds.get(1))).isNotEqualTo(ApprovalState.PENDING);
    assertThat(state(refunds.get(2))).isEqualTo(ApprovalState.PENDING);
  }

  @Test
  void whatIsNotShownWholeIsNotDecidedTogether() throws Exception {
    fixture.call("refund", "{\"amount\":1}");
    fixture.call("refund", "{\"amount\":1,\"note\":\"" + "n".repeat(500) + "\"}");
    List<ApprovalRequest> all = fixture.pending(2);
    Browser browser = fixture.browser("carol");
    for (ApprovalRequest request : all) {
      assertThat(browser.get("/approvals/" + request.id()).body())
          .contains("has to be looked at on its own page")
          .doesNotContain("type=\"checkbox\"");
    }
  }

  /** Agents choose how large their calls are: a page of each must not fill the server's memory. */
  @Test
  void aCallThatNobodyCanReadIsNotShownAndNotApprovedHere() throws Exception {
    fixture.call("refund", "{\"note\":\"" + "<>".repeat(300_000) + "\"}");
    ApprovalRequest request = fixture.pending();
    Browser browser = fixture.browser("carol");
    Got page = browser.get("/approvals/" + request.id());
    assertThat(page.body()).contains("larger than 512 KiB", "value=\"deny\"");
    assertThat(page.body()).doesNotContain("value=\"approve\"");
    assertThat(page.body().length()).isLessThan(100_000);
  }

  @Test
  void whatIsSaidOnceWaitsForThePageThatAPersonLoads() throws Exception {
    fixture.call("refund", "{\"amount\":1}");
    ApprovalRequest request = fixture.pending();
    Browser browser = fixture.browser("carol");
    decide(browser, request, Map.of("act", "deny", "reason", "no"));
    String said = "Denied: " + request.id() + ". The agent is told.";
    Got refreshed = browser.get("/approvals", Map.of("tabellion-refreshes", "yes"));
    assertThat(refreshed.body()).doesNotContain(said);
    assertThat(browser.get("/approvals").body()).contains(said);
    assertThat(browser.get("/approvals").body()).doesNotContain(said);
  }

  @Test
  void whatOthersChoseCannotBecomeMarkupAndCanBeSeen() throws Exception {
    String hostile = "<script>alert(1)</script>\\u202e\\u0007\\\"'><img src=x onerror=alert(2)>";
    fixture.call(
        "refund",
        "{\"<b>key\":\"%s\",\"word\":\"%s\",\"list\":[1,{\"a\":null}]}"
            .formatted(hostile, "w".repeat(1 << 18)));
    ApprovalRequest request = fixture.pending();
    Browser browser = fixture.browser("carol");
    for (String path : List.of("/approvals", "/approvals/" + request.id())) {
      String body = browser.get(path).body();
      assertThat(body)
          .as(path)
          .doesNotContain("<script>alert", "<img src=x", "<b>key", "\u202e", "\u0007");
    }
    String page = browser.get("/approvals/" + request.id()).body();
    assertThat(page)
        .contains("&lt;script&gt;alert(1)", "\\u{202e}", "262,144 characters")
        .contains("w".repeat(1 << 18));
  }

  @Test
  void whatPeopleSayCannotBecomeMarkup() throws Exception {
    fixture.call("refund", "{\"amount\":501}");
    ApprovalRequest request = fixture.pending();
    Browser browser = fixture.browser("carol");
    decide(browser, request, Map.of("act", "ask", "reason", "why <script>x</script>?"));
    assertThat(browser.get("/approvals/" + request.id()).body())
        .contains("Asked back", "why &lt;script&gt;x")
        .doesNotContain("<script>x");
  }

  @Test
  void theLastApprovedCallIsCompared() throws Exception {
    var call = fixture.call("refund", "{\"amount\":501,\"order\":\"A-1\",\"note\":\"x\"}");
    ApprovalRequest first = fixture.pending();
    Browser browser = fixture.browser("carol");
    assertThat(browser.get("/approvals/" + first.id()).body())
        .contains("No call of this tool was approved before.");
    decide(browser, first, Map.of());
    call.forwarded();

    fixture.call("refund", "{\"amount\":502,\"order\":\"A-1\",\"fast\":true}");
    String page = browser.get("/approvals/" + fixture.pending().id()).body();

    assertThat(page)
        .contains("<span class=\"mono\">" + first.id() + "</span>")
        .contains(
            "<tr class=\"changed\">", "<del><bdi>501</bdi></del>", "<ins><bdi>502</bdi></ins>")
        .contains("<tr class=\"removed\">", "<tr class=\"added\">", "1 unchanged.");
  }

  @Test
  void theHistoryTellsWhatWasDecidedAlsoWhenItIsForgotten() throws Exception {
    fixture.call("refund", "{\"amount\":501}");
    ApprovalRequest request = fixture.pending();
    Browser browser = fixture.browser("carol");
    decide(browser, request, Map.of("act", "deny", "reason", "not this one"));
    fixture.line.clock.advance(Duration.ofMinutes(30));

    Got list = browser.get("/approvals/history?state=denied");
    assertThat(list.body()).contains("refund", "decided by <bdi>carol</bdi>");
    String path = list.body().replaceAll("(?s).*href=\"(/approvals/history/\\d+)\".*", "$1");
    assertThat(browser.get(path).body())
        .contains(request.id(), "501", "not this one", "requested", "denied");
    assertThat(browser.get("/approvals/history?state=completed").body())
        .contains("No request ended as completed yet.");
    assertThat(browser.get("/approvals/history?state=nonsense").status()).isEqualTo(400);
    assertThat(browser.get("/approvals/history/1").status()).isEqualTo(404);
    assertThat(browser.get("/approvals/history/99999999").status()).isEqualTo(404);
  }

  @Test
  void aPageThatFollowsIsToldWhichRequestChanged() throws Exception {
    Browser browser = fixture.browser("carol");
    String since = "?since=" + fixture.line.clock.instant();
    try (Browser.Streamed events = browser.stream("/approvals/events" + since)) {
      events.await("text/event-stream");
      fixture.call("refund", "{\"amount\":501}");
      ApprovalRequest request = fixture.pending();
      events.await(
          "data: {\"id\": \"%s\", \"state\": \"pending\", \"version\": 0}".formatted(request.id()));
      decide(fixture.browser("dave"), request, Map.of("act", "deny", "reason", "no"));
      events.await("\"%s\", \"state\": \"denied\"".formatted(request.id()));
      String formToken = browser.get("/approvals").formToken();
      browser.post("/console/sign-out", Map.of("form-token", formToken), Map.of());
      assertThat(events.rest()).as("it ends with the session").doesNotContain("501");
    }
  }

  @Test
  void furtherCallsAreApprovedOnlyIfThePersonSaysSo() throws Exception {
    var call = fixture.call("restart", "{\"host\":\"db-1\"}");
    ApprovalRequest request = fixture.pending();
    Browser browser = fixture.browser("carol");
    assertThat(browser.get("/approvals/" + request.id()).body())
        .contains("<option value=\"\">none, this call only</option>")
        .contains("<option value=\"1800\">for 30 min 0 s</option>", "max=\"5\" value=\"5\"")
        .contains("with other arguments that the rule allows")
        .contains("&#39;ops&#39; in approver.groups (after 5 min 0 s)");

    assertThat(decide(browser, request, Map.of("lasting", "900", "uses", "x")).status())
        .isEqualTo(400);
    assertThat(decide(browser, request, Map.of("lasting", "7200", "uses", "3")).status())
        .as("longer than the rule allows")
        .isBetween(400, 409);
    assertThat(decide(browser, request, Map.of("lasting", "900", "uses", "3")).status())
        .isEqualTo(303);

    call.forwarded();
    assertThat(fixture.office.ledger().grants())
        .singleElement()
        .satisfies(grant -> assertThat(grant.uses()).isEqualTo(3));
  }

  @Test
  void whatWasLetOnWithoutApprovalWaitsForAReview() throws Exception {
    var call = fixture.call("restart", "{\"host\":\"db-1\"}");
    ApprovalRequest request = fixture.pending();
    Browser carol = fixture.browser("carol");
    Browser dave = fixture.browser("dave");
    assertThat(carol.get("/approvals/" + request.id()).body()).doesNotContain("break-glass\"");
    assertThat(dave.get("/approvals/" + request.id()).body()).contains("value=\"break-glass\"");
    Map<String, String> glass = Map.of("act", "break-glass", "reason", "outage INC-42");
    assertThat(decide(carol, request, glass).status()).isEqualTo(403);

    assertThat(decide(dave, request, glass).status()).isEqualTo(303);

    call.forwarded();
    assertThat(carol.get("/approvals").body()).contains("a review is due", request.id());
    assertThat(dave.get("/approvals/" + request.id()).body())
        .contains("Let on without approval", "outage INC-42", "A review is due until")
        .doesNotContain("value=\"review\"");
    assertThat(carol.get("/approvals/" + request.id()).body()).contains("value=\"review\"");
    assertThat(decide(carol, request, Map.of("act", "review", "reason", "right")).status())
        .isEqualTo(303);
    assertThat(carol.get("/approvals/" + request.id()).body())
        .contains("Reviewed: " + request.id(), "<strong>Reviewed</strong> by <bdi>carol");
  }

  @Test
  void eachViewIsAnEntry() throws Exception {
    fixture.call("refund", "{\"amount\":501}");
    String id = fixture.pending().id();
    Browser browser = fixture.browser("carol");
    browser.get("/approvals");
    browser.get("/approvals/" + id);
    browser.get("/approvals/history");

    List<String> read =
        fixture.line.entries(1).stream()
            .filter(entry -> entry.leaf().kind() == EntryKind.ACCESS_READ)
            .map(entry -> entry.leaf().facts())
            .filter(facts -> "carol".equals(facts.text(Fact.READER)))
            .map(facts -> String.valueOf(facts.text(Fact.QUERY)))
            .toList();

    assertThat(read)
        .containsExactly(
            "approvals shown=1 with their calls: " + id,
            "approvals shown=0",
            "approval " + id + " and what led to it",
            "approvals over shown=0");
  }

  @Test
  void aLinkOfAnotherSiteFindsTheSession() throws Exception {
    Got got =
        fixture
            .browser()
            .get("/approvals/apr-0123456789ab", Map.of("Sec-Fetch-Site", "cross-site"));
    assertThat(got.status()).isEqualTo(200);
    assertThat(got.body())
        .contains("href=\"/approvals/apr-0123456789ab\" data-follow=\"now\"")
        .doesNotContain("Your API token");
  }
}
