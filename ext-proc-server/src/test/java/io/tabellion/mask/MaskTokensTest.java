package io.tabellion.mask;

import static io.tabellion.mask.Masks.KEYS;
import static io.tabellion.mask.Masks.found;
import static io.tabellion.mask.Masks.json;
import static io.tabellion.mask.Masks.quoted;
import static io.tabellion.mask.Masks.result;
import static io.tabellion.mask.Masks.sent;
import static org.assertj.core.api.Assertions.assertThat;

import io.tabellion.jsonrpc.JsonWriter;
import io.tabellion.mask.rule.MaskRule;
import io.tabellion.mask.rule.MaskRule.Where;
import io.tabellion.mask.rule.Operator;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("unit")
final class MaskTokensTest {
  private static final MaskRule TOKENS = found(new Operator.Token(), Where.BOTH);
  private final MaskTokens tokens = new MaskTokens(KEYS);

  private String restored(String json) {
    return JsonWriter.toText(tokens.restore(json(json), null, t -> t).tree());
  }

  @Test
  void whatTheModelSawIsTurnedBack() {
    String answer =
        result("{\"text\":\"mail jane@example.com and john@example.com\",\"l\":[\"a@b.cd\"]}");
    String seen = sent(answer, TOKENS);
    assertThat(seen).doesNotContain("@");
    assertThat(restored(seen)).isEqualTo(answer);
    assertThat(tokens.restore(json(seen), null, t -> t).places())
        .containsExactly("EMAIL restored 2 /result/text", "EMAIL restored 1 /result/l/*");
  }

  @Test
  void aValueCannotBreakOutOfJsonInAText() {
    String token = KEYS.token("SECRET", "a\",\"admin\":\"yes", "");
    String call = "{\"arg\":" + quoted("{\"key\":\"" + token + "\"}") + "}";
    String nested = "{\"key\":" + quoted("a\",\"admin\":\"yes") + "}";
    assertThat(restored(call)).isEqualTo("{\"arg\":" + quoted(nested) + "}");
    String broken = "{\"arg\":" + quoted("{\"key\":\"" + token + "\"") + "}";
    assertThat(restored(broken)).isEqualTo(broken);
  }

  @Test
  void whatOnlyLooksLikeATokenStays() {
    String token = KEYS.token("EMAIL", "jane@example.com", "");
    String forged = token.substring(0, token.length() - 1) + (token.endsWith("a") ? "b" : "a");
    String ofAnother = token.replace("EMAIL_t_", "CARD_t_");
    String pseudonym = KEYS.pseudonym("EMAIL", "jane@example.com");
    for (String text : new String[] {forged, ofAnother, pseudonym, "X_t_" + "a".repeat(40)}) {
      assertThat(restored("[\"" + text + "\"]")).isEqualTo("[\"" + text + "\"]");
    }
    String name = "{\"" + token + "\":1}";
    assertThat(restored(name)).isEqualTo(name);
  }

  @Test
  void tokensOfAnotherHolderStay() {
    String own = KEYS.token("EMAIL", "jane@example.com", "alice");
    String other = KEYS.token("EMAIL", "jane@example.com", "bob");
    assertThat(own).isNotEqualTo(other);
    var restored = tokens.restore(json("{\"a\":\"" + own + " " + other + "\"}"), "alice", t -> t);
    assertThat(JsonWriter.toText(restored.tree()))
        .isEqualTo("{\"a\":\"jane@example.com " + other + "\"}");
    assertThat(restored.places()).containsExactly("EMAIL restored 1 /a", "EMAIL foreign 1 /a");
    var all = tokens.restore(json("[\"" + own + " " + other + "\"]"), null, t -> t);
    assertThat(JsonWriter.toText(all.tree())).isEqualTo("[\"jane@example.com jane@example.com\"]");
  }

  @Test
  void namesAreToldAsTheyMayBeKept() {
    String token = KEYS.token("EMAIL", "jane@example.com", "");
    String call = "{\"secret\":[{\"key\":\"" + token + "\"}],\"b\":\"" + token + "\"}";
    var tree = json(call);
    assertThat(tokens.restore(tree, null, _ -> json("{\"[A]\":[{\"[B]\":\"\"}],\"b\":1}")).places())
        .containsExactly("EMAIL restored 1 /[A]/*/[B]", "EMAIL restored 1 /b");
    assertThat(tokens.restore(tree, "bob", _ -> json("{\"[A]\":null,\"b\":1}")).places())
        .containsExactly("EMAIL foreign 1 /[A]/*/*", "EMAIL foreign 1 /b");
    assertThat(tokens.restore(tree, null, _ -> json("null")).places())
        .containsExactly("EMAIL restored 1 /*/*/*", "EMAIL restored 1 /*");
  }
}
