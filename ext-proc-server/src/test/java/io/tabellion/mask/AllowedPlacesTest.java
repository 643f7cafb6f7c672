package io.tabellion.mask;

import static io.tabellion.mask.Masks.found;
import static io.tabellion.mask.Masks.json;
import static io.tabellion.mask.Masks.quoted;
import static io.tabellion.mask.Masks.result;
import static io.tabellion.mask.Masks.sentAllowing;
import static io.tabellion.mask.Masks.text;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.tabellion.detect.Detectors;
import io.tabellion.jsonrpc.Json;
import io.tabellion.mask.rule.MaskRule;
import io.tabellion.mask.rule.MaskRule.Where;
import io.tabellion.mask.rule.Masking;
import io.tabellion.mask.rule.Operator;
import io.tabellion.mask.rule.Selector;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Places where what a detector finds is let be, and what they do not open. */
@Tag("unit")
final class AllowedPlacesTest {
  private static final String ADDRESS = "jane@example.com";
  private static final String BUILD = "/result/structuredContent/**/build";

  private static String structured(String content) {
    return result("{\"structuredContent\":" + content.replace('\'', '"') + "}");
  }

  /** Returns what is sent of structured content, without its surroundings. */
  private static String shown(String content, String... allowed) {
    String whole = sentAllowing(structured(content), allowed);
    String start = structured("|").split("\\|", -1)[0];
    return whole.substring(start.length(), whole.length() - 2).replace('"', '\'');
  }

  /** V is an address, O what stands in its place; v and o the same in a name. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        BUILD + " | {'build':'V'} | {'build':'V'}",
        BUILD + " | {'a':{'b':[{'build':'V'}]}} | {'a':{'b':[{'build':'V'}]}}",
        BUILD + " | {'build':'V','other':'V'} | {'build':'V','other':'O'}",
        // The name is the whole name.
        BUILD + " | {'builds':'V','Build':'V','buil':'V'} | {'builds':'O','Build':'O','buil':'O'}",
        // Just there, and not below: the server does not widen it.
        BUILD + " | {'build':{'x':'V'}} | {'build':{'x':'O'}}",
        BUILD + " | {'build':['V',['V']]} | {'build':['O',['O']]}",
        BUILD + "/* | {'build':['V',['V']]} | {'build':['V',['O']]}",
        BUILD + "/** | {'build':['V',['V'],{'x':'V'}]} | {'build':['V',['V'],{'x':'V'}]}",
        BUILD + "/** | {'build':'V','x':'V'} | {'build':'V','x':'O'}",
        "/result/structuredContent/*/0 | {'a':['V','V'],'b':'V'} | {'a':['V','O'],'b':'O'}",
        // Names are no values.
        BUILD + "/** | {'build':{'v':1}} | {'build':{'o':1}}",
        "/** | {'v':{'build':'V'}} | {'o':{'build':'V'}}",
        // A JSON text goes on the path.
        BUILD + " | {'build':'{\\'x\\':\\'V\\'}'} | {'build':'{\\'x\\':\\'O\\'}'}",
        BUILD + "/x | {'build':'{\\'x\\':\\'V\\'}'} | {'build':'{\\'x\\':\\'V\\'}'}",
        BUILD + " | {'t':'{\\'build\\':\\'V\\'}'} | {'t':'{\\'build\\':\\'V\\'}'}",
        "/result/structuredContent/build | {'t':'{\\'build\\':\\'V\\'}'} | {'t':'{\\'build\\':\\'O\\'}'}",
        "/structuredContent/build | {'build':'V'} | {'build':'O'}",
        "/params/structuredContent/build | {'build':'V'} | {'build':'O'}",
      })
  void whatStandsJustThereIsLetBe(String allowed, String content, String expected) {
    assertThat(shown(of(content), allowed)).isEqualTo(of(expected));
  }

  private static String of(String template) {
    return template
        .replace("'V'", "'" + ADDRESS + "'")
        .replace("\\'V\\'", "\\'" + ADDRESS + "\\'")
        .replace("'O'", "'masked@example.invalid'")
        .replace("\\'O\\'", "\\'masked@example.invalid\\'")
        .replace("'v'", "'" + ADDRESS + "'")
        .replace("'o'", "'[EMAIL]'");
  }

  @Test
  void severalPlacesAddUp() {
    assertThat(shown(of("{'a':'V','b':'V','c':'V'}"), "/result/*/a", "/result/*/b"))
        .isEqualTo(of("{'a':'V','b':'V','c':'O'}"));
  }

  @Test
  void numbersAreLetBeToo() {
    assertThat(shown("{'id':4111111111111111,'x':4111111111111111}", "/**/id"))
        .isEqualTo("{'id':4111111111111111,'x':0}");
  }

  /** The text beside structured content is opened where it repeats it, and only there. */
  @Test
  void aTextThatRepeatsStructuredContentIsOpenedLikeIt() {
    String same = "{\"build\":\"jane@example.com\",\"n\":1}";
    String more = "{\"build\":\"jane@example.com\",\"n\":2}";
    String message =
        "{\"content\":[{\"type\":\"text\",\"text\":%s},{\"type\":\"text\",\"text\":%s}],"
            + "\"structuredContent\":%s}";
    String sent = sentAllowing(result(message.formatted(quoted(same), quoted(more), same)), BUILD);

    assertThat(sent)
        .isEqualTo(
            result(
                message.formatted(
                    quoted(same), quoted(more.replace(ADDRESS, "masked@example.invalid")), same)));
    String alone = "{\"content\":[{\"type\":\"text\",\"text\":" + quoted(same) + "}]}";
    assertThat(sentAllowing(result(alone), BUILD)).doesNotContain(ADDRESS);
    assertThat(sentAllowing(result(alone), "/result/content/*/text/build")).contains(ADDRESS);
  }

  /** A value that is cut over two blocks is let be in the one and masked in the other. */
  @Test
  void aValueOverTwoBlocksIsMaskedWhereItIsNotAllowed() {
    String blocks =
        "{\"content\":[{\"type\":\"text\",\"text\":\"to jane@exa\"},"
            + "{\"type\":\"text\",\"text\":\"mple.com\"}]}";
    assertThat(sentAllowing(result(blocks), "/result/content/0/text"))
        .isEqualTo(result(blocks.replace("mple.com", "[EMAIL]")));
    assertThat(sentAllowing(result(blocks), "/result/content/*/text")).isEqualTo(result(blocks));
    assertThat(sentAllowing(result(blocks), "/result/content")).doesNotContain("jane");
  }

  @Test
  void base64StandsWhereItsTextDoes() {
    String encoded =
        Base64.getEncoder()
            .encodeToString(
                "a text of some length, to jane@example.com and others".getBytes(UTF_8));
    String content = "{'a':'" + encoded + "','b':'" + encoded + "'}";
    assertThat(shown(content, "/**/a"))
        .startsWith("{'a':'" + encoded + "'")
        .doesNotEndWith("'" + encoded + "'}");
  }

  /** An allowance is about findings: a rule for the place masks it. */
  @Test
  void aRuleThatSelectsThePlaceStillMasksIt() {
    Masking masking =
        new Masking(
            List.of(
                found(Operator.Replace.NAMED, Where.BOTH),
                new MaskRule(
                    "place",
                    Selector.parse(BUILD),
                    Set.of(),
                    0,
                    Map.of(),
                    new Operator.Replace("-"),
                    Where.BOTH)),
            Set.of(Selector.parse("/**")),
            Detectors.builtIn());
    Json tree = json(result("{\"structuredContent\":{\"build\":\"x\",\"y\":\"" + ADDRESS + "\"}}"));
    assertThat(text(new Masker(Masks.KEYS, null).mask(tree, tree, masking).forwarded()))
        .isEqualTo(result("{\"structuredContent\":{\"build\":\"-\",\"y\":\"" + ADDRESS + "\"}}"));
  }

  /** Words of a leaf, and what else is no message, stand at no place. */
  @Test
  void wordsOfALeafAreNotOpened() {
    Masking masking = Masking.baseline().allowing(Set.of(Selector.parse("/**")));
    Masker masker = new Masker(Masks.KEYS, null);
    assertThat(masker.words("to " + ADDRESS, masking)).isEqualTo("to [EMAIL]");
    assertThat(masker.kept(json("{\"a\":\"jane@example.com\"}"), masking))
        .isEqualTo(json("{\"a\":\"[EMAIL]\"}"));
  }

  @Test
  void noAllowanceTakesFromAnother() {
    Masking one = Masking.baseline().allowing(Set.of(Selector.parse("/a")));
    Masking both = one.and(Masking.NONE.allowing(Set.of(Selector.parse("/b"))));
    assertThat(both.allowed())
        .containsExactlyInAnyOrder(Selector.parse("/a"), Selector.parse("/b"));
    assertThat(both.rules()).isEqualTo(Masking.baseline().rules());
  }
}
