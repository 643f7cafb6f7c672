package io.tabellion.extproc;

import static org.assertj.core.api.Assertions.assertThat;

import io.tabellion.audit.Fact;
import io.tabellion.extproc.ExtProcSettings.Limits;
import io.tabellion.identity.IdentitySettings;
import io.tabellion.identity.IdentitySettings.Jwt;
import io.tabellion.mask.MaskSettings;
import io.tabellion.mask.MaskSettings.Whose;
import io.tabellion.mask.rule.MaskRule;
import io.tabellion.mask.rule.MaskRule.Where;
import io.tabellion.mask.rule.Masking;
import io.tabellion.mask.rule.Operator;
import io.tabellion.policy.Question.Direction;
import io.tabellion.session.SessionOwners;
import io.tabellion.testing.EnvoyPeer;
import io.tabellion.testing.EnvoyPeer.Stream;
import io.tabellion.testing.LineFixture;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** A token that one caller was shown, in another caller's call. */
@Tag("unit")
final class TokensOfOthersTest {
  private static final String MAIL = "jane.doe@example.com";
  private static final IdentitySettings TOKENS =
      new IdentitySettings(
          new Jwt(Set.of("https://idp"), Set.of("us"), "groups"), null, null, false, Set.of());
  private static final MaskRule MASK =
      new MaskRule("mask", null, Set.of("EMAIL"), 0.5, Map.of(), new Operator.Token(), Where.BOTH);

  private static LineFixture line(Whose whose) throws Exception {
    var send = new MaskSettings.Restoring(Set.of("send"), whose);
    LineFixture line =
        new LineFixture(
            Limits.DEFAULTS,
            TOKENS,
            SessionOwners.NONE,
            new MaskSettings("default", 1, null, Map.of("sample", send)));
    line.mask(
        Masking.baseline(),
        question ->
            question.direction() == Direction.RESPONSE ? new Masking(List.of(MASK)) : Masking.NONE);
    return line;
  }

  private static Stream call(LineFixture line, String subject, String tool, String arguments) {
    return line.envoy()
        .open()
        .send(
            Stream.withTokenOf(
                subject,
                Stream.requestHead("POST", false, Map.of(), "content-type", "application/json")))
        .requestBody(
            "{\"jsonrpc\":\"2.0\",\"id\":7,\"method\":\"tools/call\",\"params\":{\"name\":\"%s\",\"arguments\":%s}}"
                .formatted(tool, arguments),
            true);
  }

  /** The token that an answer shows to the caller. */
  private static String shown(LineFixture line, String subject) {
    Stream find = call(line, subject, "find", "{}");
    find.forwarded();
    String answer =
        "{\"jsonrpc\":\"2.0\",\"id\":7,\"result\":{\"content\":[{\"type\":\"text\",\"text\":\""
            + MAIL
            + "\"}]}}";
    String seen = EnvoyPeer.bodyOf(find.answerJson(answer).answered()).toStringUtf8();
    assertThat(seen).doesNotContain(MAIL);
    return seen.replaceFirst(".*(EMAIL_t_[a-z2-7]+).*", "$1");
  }

  private static String sent(LineFixture line, String subject, String token) {
    Stream send = call(line, subject, "send", "{\"to\":\"" + token + "\"}");
    String body = EnvoyPeer.bodyOf(send.forwarded()).toStringUtf8();
    send.cancel();
    return body;
  }

  @Test
  void aTokenOfAnotherCallerStaysAndIsTold() throws Exception {
    try (LineFixture line = line(Whose.CALLER)) {
      String token = shown(line, "alice");
      assertThat(sent(line, "bob", token)).contains(token).doesNotContain(MAIL);
      assertThat(line.fact(2, Fact.MASKED)).isEqualTo("[EMAIL foreign 1 /params/arguments/to]");
      assertThat(line.content(2)).contains(token);
      line.entries(4);
      assertThat(sent(line, "alice", token)).contains(MAIL);
      assertThat(line.fact(4, Fact.MASKED)).isEqualTo("[EMAIL restored 1 /params/arguments/to]");
    }
  }

  @Test
  void namesThatAreMaskedAreNotToldOfPlaces() throws Exception {
    try (LineFixture line = line(Whose.CALLER)) {
      String token = shown(line, "alice");
      String plain = "\"ann@example.org\":{\"to\":\"" + token + "\"}";
      String nested = "{\\\"bo@example.org\\\":\\\"" + token + "\\\"}";
      String arguments = "{" + plain + ",\"json\":\"" + nested + "\"}";
      call(line, "alice", "send", arguments).forwarded();
      assertThat(line.fact(2, Fact.MASKED))
          .contains("EMAIL restored 1 /params/arguments/[EMAIL]/to")
          .contains("EMAIL restored 1 /params/arguments/json/[EMAIL]")
          .doesNotContain("@");
      assertThat(line.content(2)).doesNotContain("@");
    }
  }

  @Test
  void callersAreShownDifferentTokensOfAValue() throws Exception {
    try (LineFixture line = line(Whose.CALLER)) {
      assertThat(shown(line, "alice"))
          .isEqualTo(shown(line, "alice"))
          .isNotEqualTo(shown(line, "bob"));
    }
  }

  @Test
  void whereTheConfigurationSaysSoATokenIsTheTenants() throws Exception {
    try (LineFixture line = line(Whose.TENANT)) {
      assertThat(sent(line, "bob", shown(line, "alice"))).contains(MAIL);
      assertThat(line.fact(2, Fact.MASKED)).isEqualTo("[EMAIL restored 1 /params/arguments/to]");
    }
  }
}
