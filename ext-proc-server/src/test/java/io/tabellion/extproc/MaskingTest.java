package io.tabellion.extproc;

import static org.assertj.core.api.Assertions.assertThat;

import io.envoyproxy.envoy.service.ext_proc.v3.ProcessingResponse;
import io.tabellion.audit.Fact;
import io.tabellion.audit.StoredContent;
import io.tabellion.audit.StoredEntry;
import io.tabellion.mask.MaskSettings;
import io.tabellion.mask.MaskSettings.Whose;
import io.tabellion.mask.proof.Commitments;
import io.tabellion.mask.proof.DisclosureKey;
import io.tabellion.mask.rule.MaskRule;
import io.tabellion.mask.rule.MaskRule.Where;
import io.tabellion.mask.rule.Masking;
import io.tabellion.mask.rule.Operator;
import io.tabellion.mask.rule.Selector;
import io.tabellion.policy.Decision;
import io.tabellion.policy.Policy;
import io.tabellion.policy.Question;
import io.tabellion.policy.Question.Direction;
import io.tabellion.testing.EnvoyPeer;
import io.tabellion.testing.EnvoyPeer.Stream;
import io.tabellion.testing.LineFixture;
import java.security.KeyPairGenerator;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What of planted values is forwarded, and what is kept. */
@Tag("unit")
final class MaskingTest {
  private static final String MAIL = "jane.doe@example.com";
  private static final String TOKEN = "ghp_" + "16C7e42F292c6912E7710c838347Ae178B4a";
  private static final MaskSettings RESTORING = restoring(Whose.CALLER);

  private @Nullable LineFixture line;

  private static MaskSettings restoring(Whose whose) {
    var send = new MaskSettings.Restoring(Set.of("send"), whose);
    return new MaskSettings("default", 1, null, Map.of("sample", send));
  }

  @AfterEach
  void end() {
    if (line != null) {
      line.close();
    }
  }

  private LineFixture line(MaskSettings settings, Masking baseline, MaskRule... rules)
      throws Exception {
    return line(settings, baseline, Direction.RESPONSE, rules);
  }

  private LineFixture line(
      MaskSettings settings, Masking baseline, Direction direction, MaskRule... rules)
      throws Exception {
    LineFixture made = new LineFixture(settings);
    made.mask(
        baseline,
        (Question question) ->
            question.direction() == direction ? new Masking(List.of(rules)) : Masking.NONE);
    line = made;
    return made;
  }

  private static MaskRule rule(Operator operator, Where where) {
    return new MaskRule(
        "mask", null, Set.of("EMAIL", "GITHUB_TOKEN"), 0.5, Map.of(), operator, where);
  }

  private static String call(String tool, String arguments) {
    return "{\"jsonrpc\":\"2.0\",\"id\":7,\"method\":\"tools/call\",\"params\":{\"name\":\""
        + tool
        + "\",\"arguments\":"
        + arguments
        + "}}";
  }

  private static String answer(String text) {
    return "{\"jsonrpc\":\"2.0\",\"id\":7,\"result\":{\"content\":[{\"type\":\"text\",\"text\":\""
        + text
        + "\"}]}}";
  }

  private static String body(ProcessingResponse reply) {
    return EnvoyPeer.bodyOf(reply).toStringUtf8();
  }

  /** All that the log holds: leaves and contents. */
  private static String kept(LineFixture line, int entries) throws Exception {
    StringBuilder all = new StringBuilder();
    for (StoredEntry entry : line.entries(entries)) {
      all.append(entry.leaf().facts()).append('\n');
      if (entry.content().get() instanceof StoredContent.Clear(var content)) {
        all.append(content.bytes().toStringUtf8()).append('\n');
      }
    }
    return all.toString();
  }

  @Test
  void withoutAWordInThePolicyTheRecordIsMaskedAndWhatIsForwardedIsNot() throws Exception {
    LineFixture line = line(MaskSettings.DEFAULTS, Masking.baseline());
    String call = call("find", "{\"to\":\"" + MAIL + "\"}");
    Stream stream =
        line.envoy().open().post("user-agent", "bot of " + MAIL).requestBody(call, true);
    assertThat(body(stream.forwarded())).isEqualTo(call);
    String answer = answer("its key is " + TOKEN);
    assertThat(body(stream.answerJson(answer).answered())).isEqualTo(answer);
    assertThat(kept(line, 2)).doesNotContain(MAIL, TOKEN);
    assertThat(line.content(0)).isEqualTo(call.replace(MAIL, "[EMAIL]"));
    assertThat(line.content(1)).isEqualTo(answer.replace(TOKEN, "[GITHUB_TOKEN]"));
    assertThat(line.fact(0, Fact.MASKED)).isEqualTo("[EMAIL record 1 /params/arguments/to]");
    assertThat(line.fact(1, Fact.MASKED))
        .isEqualTo("[GITHUB_TOKEN record 1 /result/content/*/text]");
    assertThat(line.fact(0, Fact.CLAIMED_USER_AGENT)).isEqualTo("bot of [EMAIL]");
    assertThat(line.metrics.masked()).containsEntry("EMAIL", 1L).containsEntry("GITHUB_TOKEN", 1L);
  }

  @Test
  void withMaskingOffTheSameValuesAreKept() throws Exception {
    LineFixture line = line(MaskSettings.DEFAULTS, Masking.NONE);
    Stream stream =
        line.envoy().open().post().requestBody(call("find", "{\"to\":\"" + MAIL + "\"}"), true);
    stream.forwarded();
    stream.answerJson(answer("its key is " + TOKEN)).answered();
    assertThat(kept(line, 2)).contains(MAIL, TOKEN);
  }

  @Test
  void whatIsForwardedIsMaskedByTheRulesForIt() throws Exception {
    LineFixture line =
        line(
            MaskSettings.DEFAULTS,
            Masking.baseline(),
            rule(new Operator.KeepLast(4), Where.BOTH),
            new MaskRule(
                "pay",
                Selector.parse("/result/structuredContent/**/pay"),
                Set.of(),
                0,
                Map.of(),
                new Operator.Redact(),
                Where.BOTH));
    Stream stream = line.sent(call("find", "{}"));
    String answer =
        "{\"jsonrpc\":\"2.0\",\"id\":7,\"result\":{\"content\":[{\"type\":\"text\",\"text\":\"%s\"}],"
            + "\"structuredContent\":{\"pay\":%s}}}";
    ProcessingResponse reply = stream.answerJson(answer.formatted(TOKEN, "125000")).answered();
    assertThat(body(reply)).isEqualTo(answer.formatted("***_" + "*".repeat(32) + "8B4a", "0"));
    assertThat(line.content(1)).isEqualTo(answer.formatted("[GITHUB_TOKEN]", "0"));
    assertThat(line.fact(1, Fact.MASKED))
        .isEqualTo(
            "[GITHUB_TOKEN both 1 /result/content/*/text, "
                + "SELECTED both 1 /result/structuredContent/pay]");
    assertThat(kept(line, 2)).doesNotContain(TOKEN, "125000");
  }

  @Test
  void whatIsRefusedIsMaskedToo() throws Exception {
    LineFixture line = line(MaskSettings.DEFAULTS, Masking.baseline());
    line.envoy()
        .open()
        .post()
        .requestBody(call("delete", "{\"to\":\"" + MAIL + "\"}"), true)
        .immediate();
    line.envoy()
        .open()
        .post("mcp-session-id", "none")
        .requestBody(call("find", "{\"to\":\"" + MAIL + "\"}"), true)
        .immediate();
    assertThat(line.fact(0, Fact.DECISION)).isEqualTo("denied");
    assertThat(line.fact(1, Fact.DECISION)).isEqualTo("refused");
    assertThat(kept(line, 2)).doesNotContain(MAIL).contains("[EMAIL]");
  }

  @Test
  void namesThatACallerChoseAreMaskedInLeaves() throws Exception {
    LineFixture line = line(MaskSettings.DEFAULTS, Masking.baseline());
    String read =
        "{\"jsonrpc\":\"2.0\",\"id\":\"of "
            + MAIL
            + "\",\"method\":\"resources/read\",\"params\":{\"uri\":\"crm://by-key/"
            + TOKEN
            + "\"}}";
    Stream stream = line.envoy().open().post().requestBody(read, true);
    assertThat(body(stream.forwarded())).isEqualTo(read);
    assertThat(line.fact(0, Fact.RPC_ID)).isEqualTo("\"of [EMAIL]\"");
    assertThat(line.fact(0, Fact.RESOURCE)).isEqualTo("crm://by-key/[GITHUB_TOKEN]");
    assertThat(kept(line, 1)).doesNotContain(MAIL, TOKEN);
    stream.cancel();
    assertThat(kept(line, 2)).doesNotContain(MAIL, TOKEN);
  }

  @Test
  void tokensThatTheModelSawAreTurnedBackForNamedTools() throws Exception {
    LineFixture line = line(RESTORING, Masking.baseline(), rule(new Operator.Token(), Where.BOTH));
    Stream stream = line.sent(call("find", "{}"));
    String seen = body(stream.answerJson(answer("write to " + MAIL)).answered());
    String secret = seen.replaceFirst(".*(EMAIL_t_[a-z2-7]+).*", "$1");
    assertThat(seen).isEqualTo(answer("write to " + secret));
    String send = call("send", "{\"to\":\"" + secret + "\"}");
    Stream sent = line.envoy().open().post().requestBody(send, true);
    assertThat(body(sent.forwarded())).isEqualTo(send.replace(secret, MAIL));
    assertThat(line.content(2)).isEqualTo(send);
    assertThat(line.fact(2, Fact.MASKED)).contains("EMAIL restored 1 /params/arguments/to");
    sent.answerJson(answer("sent")).answered();
    Stream other =
        line.envoy().open().post().requestBody(call("find", "{\"to\":\"" + secret + "\"}"), true);
    assertThat(body(other.forwarded())).contains(secret);
    assertThat(kept(line, 5)).doesNotContain(MAIL);
    other.cancel();
  }

  @Test
  void headersRepeatWhatIsSent() throws Exception {
    LineFixture line =
        line(
            MaskSettings.DEFAULTS,
            Masking.baseline(),
            Direction.REQUEST,
            rule(Operator.Replace.NAMED, Where.BOTH));
    String meta = "\"_meta\":{\"io.modelcontextprotocol/protocolVersion\":\"2026-07-28\"}";
    String read =
        "{\"jsonrpc\":\"2.0\",\"id\":7,\"method\":\"resources/read\",\"params\":{\"uri\":\"crm://by/"
            + MAIL
            + "\",\"to\":\""
            + MAIL
            + "\","
            + meta
            + "}}";
    Stream stream =
        line.envoy()
            .open()
            .post(
                "mcp-protocol-version",
                "2026-07-28",
                "mcp-method",
                "resources/read",
                "mcp-name",
                "crm://by/" + MAIL,
                "mcp-param-to",
                MAIL)
            .requestBody(read, true);
    ProcessingResponse reply = stream.forwarded();
    assertThat(body(reply)).isEqualTo(read.replace(MAIL, "[EMAIL]"));
    String headers =
        reply.getRequestHeaders().getResponse().getHeaderMutation().getSetHeadersList().stream()
            .map(set ->
                set.getHeader().getKey() + "=" + set.getHeader().getRawValue().toStringUtf8())
            .toList()
            .toString();
    assertThat(headers)
        .contains("mcp-name=crm://by/[EMAIL]", "mcp-param-to=[EMAIL]")
        .doesNotContain(MAIL);
    stream.cancel();
  }

  @Test
  void theLeafHidesOfANameWhatARuleHides() throws Exception {
    String uri = "crm://acme/takeover-of-globex";
    Stream stream =
        selecting("/params/uri")
            .envoy()
            .open()
            .post()
            .requestBody(
                "{\"jsonrpc\":\"2.0\",\"id\":7,\"method\":\"resources/read\",\"params\":{\"uri\":\""
                    + uri
                    + "\"}}",
                true);
    assertThat(body(stream.forwarded())).doesNotContain("globex");
    stream.answerJson("{\"jsonrpc\":\"2.0\",\"id\":7,\"result\":{\"contents\":[]}}").answered();

    LineFixture made = Objects.requireNonNull(line);
    assertThat(kept(made, 2)).doesNotContain("globex");
    assertThat(made.fact(1, Fact.RESOURCE)).isEqualTo("[SELECTED]");
  }

  @Test
  void theLeafHidesOfWhatAServerNamesWhatARuleHides() throws Exception {
    Stream stream =
        selecting("/params/uri").envoy().open().post().requestBody(call("find", "{}"), true);
    stream.forwarded();
    stream.answerHead(200, false, "content-type", "text/event-stream").answered();
    stream.answerBody(
        "data: {\"jsonrpc\":\"2.0\",\"method\":\"notifications/resources/updated\",\"params\":"
            + "{\"uri\":\"crm://acme/globex\"}}\n\n",
        false);
    assertThat(stream.piece()).doesNotContain("globex");
    assertThat(kept(Objects.requireNonNull(line), 3)).doesNotContain("globex");
    stream.cancel();
  }

  /** P4: a policy that is loaded while a message is judged has no say in it. */
  @Test
  void aMessageIsMaskedByThePolicyThatJudgesIt() throws Exception {
    LineFixture made = line(MaskSettings.DEFAULTS, Masking.baseline());
    Policy before = made.policy();
    made.policy(
        new Policy() {
          @Override
          public Decision decide(Question question) {
            Decision decision = before.decide(question);
            made.policy(open(before));
            return decision;
          }

          @Override
          public Masking baseline() {
            return Masking.baseline();
          }

          @Override
          public String digest() {
            return before.digest();
          }
        });
    Stream stream =
        made.envoy().open().post().requestBody(call("find", "{\"to\":\"" + MAIL + "\"}"), true);
    stream.forwarded();
    assertThat(kept(made, 1)).contains("[EMAIL]").doesNotContain(MAIL);
    stream.answerJson(answer("by " + MAIL)).answered();
    assertThat(made.content(1)).contains(MAIL);
  }

  /** Keeps all as it was said. */
  private static Policy open(Policy policy) {
    return new Policy() {
      @Override
      public Decision decide(Question question) {
        return policy.decide(question);
      }

      @Override
      public Masking baseline() {
        return Masking.NONE;
      }

      @Override
      public String digest() {
        return "o".repeat(64);
      }
    };
  }

  private LineFixture selecting(String place) throws Exception {
    LineFixture made = new LineFixture();
    MaskRule rule =
        new MaskRule(
            "mask",
            Selector.parse(place),
            Set.of(),
            0,
            Map.of(),
            Operator.Replace.NAMED,
            Where.BOTH);
    made.mask(Masking.NONE, _ -> new Masking(List.of(rule)));
    line = made;
    return made;
  }

  @Test
  void eventsAreMaskedOneByOne() throws Exception {
    LineFixture line =
        line(MaskSettings.DEFAULTS, Masking.baseline(), rule(new Operator.Pseudonym(), Where.BOTH));
    line.mask(
        Masking.baseline(), _ -> new Masking(List.of(rule(Operator.Replace.NAMED, Where.BOTH))));
    Stream stream = line.sent(call("find", "{}"));
    stream.answerHead(200, false, "content-type", "text/event-stream").answered();
    String progress =
        "{\"jsonrpc\":\"2.0\",\"method\":\"notifications/progress\",\"params\":{\"progressToken\":1,"
            + "\"progress\":1,\"message\":\"%s\"}}";
    stream.answerBody("data: " + progress.formatted("read " + MAIL) + "\n\n", false);
    assertThat(stream.piece()).isEqualTo("data: " + progress.formatted("read [EMAIL]") + "\n\n");
    // A value that is cut by the chunks of the transport, and not by the server, is whole here.
    String event = "data: " + answer("key " + TOKEN) + "\n\n";
    int cut = event.indexOf(TOKEN) + 9;
    stream.answerBody(event.substring(0, cut), false).answerBody(event.substring(cut), true);
    assertThat(stream.rest()).isEqualTo("data: " + answer("key [GITHUB_TOKEN]") + "\n\n");
    assertThat(kept(line, 5)).doesNotContain(MAIL, TOKEN).contains("[GITHUB_TOKEN]");
  }

  @Test
  void theNameOfAMemberIsTheContextOfItsValue() throws Exception {
    LineFixture line = line(MaskSettings.DEFAULTS, Masking.baseline());
    String call =
        call("pay", "{\"ssn\":\"514690360\",\"n\":\"514690360\",\"card\":[4556737586899855]}");
    Stream stream = line.envoy().open().post().requestBody(call, true);
    assertThat(body(stream.forwarded())).isEqualTo(call);
    assertThat(line.content(0))
        .contains("\"ssn\":\"[US_SSN]\"", "\"card\":[0]")
        .doesNotContain("4556737586899855");
    assertThat(line.fact(0, Fact.MASKED))
        .contains("US_SSN record 1 /params/arguments/ssn", "CREDIT_CARD record 1");
    stream.cancel();
  }

  @Test
  void ofAValueThatIsCutOverTwoEventsTheRestIsMaskedAndThatAPartWentOutIsEntered()
      throws Exception {
    LineFixture line =
        line(
            MaskSettings.DEFAULTS,
            Masking.baseline(),
            Direction.SERVER_REQUEST,
            new MaskRule(
                "cards",
                null,
                Set.of("CREDIT_CARD"),
                0.5,
                Map.of(),
                Operator.Replace.NAMED,
                Where.BOTH));
    Stream stream = line.sent(call("find", "{}"));
    stream.answerHead(200, false, "content-type", "text/event-stream").answered();
    String event =
        "data: {\"jsonrpc\":\"2.0\",\"method\":\"notifications/message\",\"params\":"
            + "{\"level\":\"info\",\"data\":\"%s\"}}\n\n";
    stream.answerBody(event.formatted("the card is 4556 7375"), false);
    assertThat(stream.piece()).isEqualTo(event.formatted("the card is 4556 7375"));
    stream.answerBody(event.formatted(" 8689 9855, thanks"), false);
    assertThat(stream.piece()).isEqualTo(event.formatted("[CREDIT_CARD], thanks"));
    stream.answerBody(event.formatted("nothing more"), false);
    assertThat(stream.piece()).isEqualTo(event.formatted("nothing more"));
    stream.answerBody("data: " + answer("done") + "\n\n", true);
    assertThat(stream.piece()).contains("done");
    assertThat(line.fact(3, Fact.MASKED))
        .isEqualTo("[CREDIT_CARD both 1 /params/data, CREDIT_CARD split 1 /params/data]");
    assertThat(line.content(3)).doesNotContain("8689");
    assertThat(line.fact(4, Fact.MASKED)).isNull();
  }

  private static DisclosureKey disclosureKey() throws Exception {
    byte[] key = KeyPairGenerator.getInstance("X25519").generateKeyPair().getPublic().getEncoded();
    return DisclosureKey.parse(
        "-----BEGIN PUBLIC KEY-----\n%s\n-----END PUBLIC KEY-----\n"
            .formatted(Base64.getEncoder().encodeToString(key)));
  }

  @Test
  void commitmentsToManyValuesStandBesideTheirEntry() throws Exception {
    MaskSettings settings = new MaskSettings("default", 1, disclosureKey(), Map.of());
    LineFixture line = line(settings, Masking.baseline());
    Stream stream =
        line.envoy().open().post().requestBody(call("find", "{\"to\":\"" + MAIL + "\"}"), true);
    stream.forwarded();
    stream.answerHead(200, false, "content-type", "text/event-stream").answered();
    String mails = (MAIL + ", ").repeat(300);
    stream.answerBody("data: " + answer(mails) + "\n\n", true);
    assertThat(stream.rest()).contains(mails);
    assertThat(line.kinds(5))
        .containsExactly(
            "call.intent", "stream.open", "stream.event", "call.outcome", "commitments");
    assertThat(line.fact(0, Fact.COMMITMENTS)).isNotNull();
    assertThat(line.fact(0, Fact.COMMITMENT_ROOT)).isNull();
    assertThat(line.fact(2, Fact.COMMITMENTS)).isNull();
    assertThat(line.fact(2, Fact.COMMITMENT_ROOT)).startsWith("300:");
    List<StoredEntry> entries = line.entries(5);
    assertThat(line.fact(4, Fact.ENTRIES)).contains(entries.get(2).leaf().id().toString());
    assertThat(line.fact(4, Fact.INTENT)).isEqualTo(entries.get(0).leaf().id().toString());
    var content = entries.get(4).leaf().content();
    assertThat(content == null ? 0 : content.size()).isEqualTo(300L * Commitments.SIZE);
  }

  @Test
  void withoutADisclosureKeyNothingOfCommitmentsIsKept() throws Exception {
    LineFixture line = line(MaskSettings.DEFAULTS, Masking.baseline());
    Stream stream =
        line.envoy()
            .open()
            .post()
            .requestBody(call("find", "{\"to\":\"" + (MAIL + " ").repeat(300) + "\"}"), true);
    stream.forwarded();
    stream.cancel();
    assertThat(line.kinds(2)).containsExactly("call.intent", "call.outcome");
    assertThat(kept(line, 2)).doesNotContain("commitment");
  }

  @Test
  void whatAToolSaysOfItsAnswersIsTrueOfMaskedOnes() throws Exception {
    LineFixture line =
        line(MaskSettings.DEFAULTS, Masking.baseline(), rule(Operator.Replace.NAMED, Where.BOTH));
    String tools =
        "{\"jsonrpc\":\"2.0\",\"id\":7,\"result\":{\"tools\":[{\"name\":\"who\",\"inputSchema\":"
            + "{\"type\":\"object\"},\"outputSchema\":{\"type\":\"object\",\"properties\":{\"mail\":"
            + "{\"type\":\"string\"%s}},\"required\":[\"mail\"]}}]}}";
    String said = tools.formatted(",\"format\":\"email\",\"maxLength\":9");
    assertThat(body(line.envoy().listed(said))).isEqualTo(tools.formatted(""));
  }

  @Test
  void ofASchemaOnlyWhatARuleReachesIsRelaxed() throws Exception {
    LineFixture line =
        line(
            MaskSettings.DEFAULTS,
            Masking.baseline(),
            new MaskRule(
                "ssn",
                Selector.parse("/result/structuredContent/ssn"),
                Set.of(),
                0,
                Map.of(),
                new Operator.Redact(),
                Where.BOTH));
    String tools =
        "{\"jsonrpc\":\"2.0\",\"id\":7,\"result\":{\"tools\":[{\"name\":\"who\",\"inputSchema\":"
            + "{\"type\":\"object\"},\"outputSchema\":{\"type\":\"object\",\"properties\":{\"ssn\":"
            + "{\"type\":\"string\"%s},\"state\":{\"enum\":[\"open\",\"closed\"]}}}}]}}";
    String said = tools.formatted(",\"pattern\":\"[0-9-]+\"");
    assertThat(body(line.envoy().listed(said))).isEqualTo(tools.formatted(""));
  }
}
