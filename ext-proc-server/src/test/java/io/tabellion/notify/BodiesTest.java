package io.tabellion.notify;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.tabellion.jsonrpc.Json;
import io.tabellion.jsonrpc.JsonWriter;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Messages for Slack and Teams. */
@Tag("unit")
class BodiesTest {
  private static final String HOSTILE =
      "<!channel> <https://evil.example|ok> *b* [x](https://evil.example) & @everyone \u202E {{DATE(x)}}";

  private static String slack(Notice notice, String call, boolean buttons) {
    ByteString shown = call.isEmpty() ? null : ByteString.copyFromUtf8(call);
    return JsonWriter.toText(SlackBody.of(notice, shown, buttons));
  }

  private static Notice pending(String tool) {
    return Samples.notice(1, "apr-1", Step.PENDING, tool);
  }

  @Test
  void slackSeesPlainTextAndALink() {
    Json.Obj message = SlackBody.of(pending("refund"), null, false);

    assertThat(message.text("text")).isEqualTo("Approval needed: refund");
    String all = JsonWriter.toText(message);
    assertThat(all)
        .contains("\"text\":\"Requester: alice\"", "\"text\":\"Digest: 9c1e4f0a7b6d2233\"")
        .contains("\"url\":\"https://console.example/approvals/apr-1\"")
        .contains("\"unfurl_links\":false")
        .doesNotContain("mrkdwn", "tabellion.approve", "tabellion.deny");
  }

  @Test
  void textsOfOthersAreInertInSlack() {
    String all = slack(pending(HOSTILE), "", true);

    assertThat(Samples.json(all).text("text"))
        .startsWith("Approval needed: &lt;!channel&gt; &lt;https://evil.example|ok&gt;")
        .contains("&amp;")
        .doesNotContain("<", "\u202E");
    assertThat(all).doesNotContain("mrkdwn", "\u202E", "\"emoji\":true");
  }

  /** Whoever approves must have seen the call. */
  @Test
  void slackCanApproveOnlyWhatItShowsWhole() {
    assertThat(slack(pending("t"), "", true))
        .contains(
            "tabellion.deny", "{\\\"id\\\":\\\"apr-1\\\",\\\"digest\\\":\\\"9c1e4f0a7b6d2233\\\"}")
        .doesNotContain("tabellion.approve");
    assertThat(slack(pending("t"), "{\"amount\":501}", true))
        .contains("tabellion.approve", "{\\\"amount\\\":501}");
    assertThat(slack(pending("t"), "{\"amount\":501}", false))
        .contains("{\\\"amount\\\":501}")
        .doesNotContain("tabellion.approve", "tabellion.deny");
    assertThat(slack(pending("t"), "x".repeat(3_001), true)).doesNotContain("tabellion.approve");
    assertThat(slack(pending("t"), "{\"to\":\"\u202Eevil\"}", true))
        .doesNotContain("tabellion.approve");
    assertThat(slack(Samples.notice(1, "apr-1", Step.DENIED, "t"), "", true))
        .doesNotContain("tabellion.deny");
  }

  @ParameterizedTest
  @EnumSource(Step.class)
  void theLimitsOfBothServicesHold(Step step) {
    String wide = "\uD83D\uDE80".repeat(128);
    Json.Obj data =
        Samples.notice(1, "apr-1", step, wide)
            .data()
            .with("server", new Json.Text(wide))
            .with("requester", new Json.Text(wide))
            .with("rules", new Json.Array(java.util.Collections.nCopies(20, new Json.Text(wide))))
            .with("actors", new Json.Array(java.util.Collections.nCopies(20, new Json.Text(wide))));
    Notice notice = new Notice("m", 1, step, Samples.NOW, data);

    assertThat(JsonWriter.toText(TeamsBody.of(notice)).getBytes(UTF_8)).hasSizeLessThan(28_000);
    Json.Obj slack = SlackBody.of(notice, ByteString.copyFromUtf8("a".repeat(3_000)), true);
    List<Json> blocks = items(slack, "blocks");
    assertThat(blocks).hasSizeBetween(2, 50);
    for (Json block : blocks) {
      check((Json.Obj) block);
    }
  }

  private static void check(Json.Obj block) {
    if ("header".equals(block.text("type"))) {
      assertThat(String.valueOf(text(block)).length()).isLessThanOrEqualTo(150);
    }
    List<Json> fields = items(block, "fields");
    assertThat(fields).hasSizeLessThanOrEqualTo(10);
    for (Json field : fields) {
      assertThat(String.valueOf(((Json.Obj) field).text("text")).length())
          .isLessThanOrEqualTo(2_000);
    }
  }

  private static String text(Json.Obj block) {
    Json.Obj text = block.object("text");
    return text == null ? "" : String.valueOf(text.text("text"));
  }

  private static List<Json> items(Json.Obj object, String name) {
    Json.Array array = object.array(name);
    return array == null ? List.of() : array.items();
  }

  @Test
  void teamsGetsACardWithALinkAndNoMarkup() {
    Json.Obj message = TeamsBody.of(pending(HOSTILE));

    String all = JsonWriter.toText(message);
    assertThat(message.text("type")).isEqualTo("message");
    assertThat(all)
        .contains("\"contentType\":\"application/vnd.microsoft.card.adaptive\"")
        .contains("\"type\":\"Action.OpenUrl\"", "https://console.example/approvals/apr-1")
        .contains("\"type\":\"TextRun\"")
        .doesNotContain("\"TextBlock\"", "FactSet", "Action.Http", "Action.Submit", "{{", "\u202E");
  }

  @Test
  void aButtonCarriesWhatItIsAbout() {
    SlackChoice choice = new SlackChoice("apr-1", "9c1e");
    assertThat(SlackChoice.of(choice.value())).contains(choice);
    for (String other : List.of("", "[]", "{}", "{\"id\":\"a\"}", "{\"id\":1,\"digest\":\"d\"}")) {
      assertThat(SlackChoice.of(other)).as(other).isEmpty();
    }
  }

  @Test
  void aCutTextHasNoHalfCharacters() {
    assertThat(Cut.to(3, "a\uD83D\uDE80bcd")).isEqualTo("a…");
    assertThat(Cut.to(4, "a\uD83D\uDE80bcd")).isEqualTo("a\uD83D\uDE80…");
    assertThat(Cut.to(4, "abcd")).isEqualTo("abcd");
  }
}
