package io.tabellion.mask;

import static io.tabellion.mask.Masks.found;
import static io.tabellion.mask.Masks.kept;
import static io.tabellion.mask.Masks.mask;
import static io.tabellion.mask.Masks.quoted;
import static io.tabellion.mask.Masks.result;
import static io.tabellion.mask.Masks.selected;
import static io.tabellion.mask.Masks.sent;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.tabellion.mask.rule.MaskRule;
import io.tabellion.mask.rule.MaskRule.Where;
import io.tabellion.mask.rule.Operator;
import java.util.Base64;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Where a value may hide in a message, and that it is found there. */
@Tag("unit")
final class PlacesTest {
  private static final String ADDRESS = "jane@example.com";
  private static final MaskRule FOUND = found(Operator.Replace.NAMED, Where.BOTH);

  /** Every place that MCP has for data (mcp.md §1.3 of our notes, and the schemas it names). */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "{'jsonrpc':'2.0','id':1,'method':'initialize','params':{'clientInfo':{'name':'V'}}}",
        "{'jsonrpc':'2.0','id':1,'method':'tools/call','params':{'name':'t','arguments':{'to':'V'}}}",
        "{'jsonrpc':'2.0','id':1,'method':'tools/call','params':{'name':'t','arguments':{'V':1}}}",
        "{'jsonrpc':'2.0','id':1,'method':'tools/call','params':{'name':'t','_meta':{'x':'V'}}}",
        "{'jsonrpc':'2.0','id':1,'method':'tools/call','params':{'name':'t','requestState':'V'}}",
        "{'jsonrpc':'2.0','id':1,'method':'resources/read','params':{'uri':'crm://u/V'}}",
        "{'jsonrpc':'2.0','id':1,'method':'completion/complete','params':{'argument':{'name':'n','value':'V'}}}",
        "{'jsonrpc':'2.0','id':1,'method':'sampling/createMessage','params':{'systemPrompt':'V'}}",
        "{'jsonrpc':'2.0','id':1,'method':'elicitation/create','params':{'message':'V'}}",
        "{'jsonrpc':'2.0','method':'notifications/message','params':{'level':'info','data':{'a':['V']}}}",
        "{'jsonrpc':'2.0','method':'notifications/message','params':{'level':'info','data':'V'}}",
        "{'jsonrpc':'2.0','method':'notifications/progress','params':{'progress':1,'message':'V'}}",
        "{'jsonrpc':'2.0','method':'notifications/cancelled','params':{'requestId':1,'reason':'V'}}",
        "{'jsonrpc':'2.0','method':'notifications/resources/updated','params':{'uri':'crm://V'}}",
        "{'jsonrpc':'2.0','id':1,'error':{'code':-1,'message':'V'}}",
        "{'jsonrpc':'2.0','id':1,'error':{'code':-1,'message':'m','data':{'trace':['V']}}}",
        "{'jsonrpc':'2.0','id':1,'result':{'_meta':{'a':'V'}}}",
        "{'jsonrpc':'2.0','id':1,'result':{'nextCursor':'V'}}",
        "{'jsonrpc':'2.0','id':1,'result':{'instructions':'V'}}",
        "{'jsonrpc':'2.0','id':1,'result':{'statusMessage':'V'}}",
        "{'jsonrpc':'2.0','id':1,'result':{'completion':{'values':['V']}}}",
        "{'jsonrpc':'2.0','id':1,'result':{'content':[{'type':'text','text':'see V.'}]}}",
        "{'jsonrpc':'2.0','id':1,'result':{'content':[{'type':'text','text':'x','annotations':{'audience':['V']}}]}}",
        "{'jsonrpc':'2.0','id':1,'result':{'content':[{'type':'resource_link','uri':'crm://V','name':'n'}]}}",
        "{'jsonrpc':'2.0','id':1,'result':{'content':[{'type':'resource','resource':{'uri':'u:x','text':'V'}}]}}",
        "{'jsonrpc':'2.0','id':1,'result':{'structuredContent':{'a':{'b':['V']}}}}",
        "{'jsonrpc':'2.0','id':1,'result':{'tools':[{'name':'t','description':'V'}]}}",
        "{'jsonrpc':'2.0','id':1,'result':{'messages':[{'role':'user','content':{'type':'text','text':'V'}}]}}",
        "{'jsonrpc':'2.0','id':1,'result':{'roots':[{'uri':'file:///V'}]}}",
        "{'jsonrpc':'2.0','id':1,'result':{'inputRequests':{'k':{'method':'elicitation/create','params':{'message':'V'}}}}}",
      })
  void everyPlaceIsSearched(String template) {
    String message = template.replace('\'', '"').replace("V", ADDRESS);
    String shown = message.contains("structured") ? "masked@example.invalid" : "[EMAIL]";
    assertThat(sent(message)).isEqualTo(message.replace(ADDRESS, shown));
    assertThat(kept(message, found(Operator.Replace.NAMED, Where.RECORD)))
        .isEqualTo(message.replace(ADDRESS, shown));
    assertThat(sent(message, found(Operator.Replace.NAMED, Where.RECORD))).isEqualTo(message);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{'jsonrpc':'2.0','id':'V','method':'ping'}",
        "{'jsonrpc':'2.0','id':1,'method':'V'}",
        "{'jsonrpc':'2.0','id':1,'method':'tools/call','params':{'name':'V'}}",
        "{'jsonrpc':'2.0','id':1,'method':'ping','params':{'_meta':{'progressToken':'V'}}}",
        "{'jsonrpc':'2.0','method':'notifications/progress','params':{'progressToken':'V'}}",
        "{'jsonrpc':'2.0','method':'notifications/cancelled','params':{'requestId':'V'}}",
      })
  void whatTheProtocolComparesIsMaskedInTheRecordAlone(String template) {
    String message = template.replace('\'', '"').replace("V", ADDRESS);
    assertThat(sent(message)).isEqualTo(message);
    assertThat(kept(message, FOUND)).isEqualTo(message.replace(ADDRESS, "[EMAIL]"));
  }

  @Test
  void aNumberIsFoundByItsDigitsAndStaysANumber() {
    assertThat(sent(result("{\"n\":4111111111111111}"))).isEqualTo(result("{\"n\":0}"));
  }

  @Test
  void aNameIsTheContextOfItsValue() {
    assertThat(sent(result("{\"ssn\":\"078-05-1120\",\"ref\":\"078-05-1120\"}")))
        .isEqualTo(result("{\"ssn\":\"[SSN]\",\"ref\":\"078-05-1120\"}"));
    assertThat(sent(result("{\"ssn\":[\"078-05-1120\",\"219-09-9999\"]}")))
        .isEqualTo(result("{\"ssn\":[\"[SSN]\",\"[SSN]\"]}"));
  }

  @Test
  void maskedNamesStayApart() {
    assertThat(sent(result("{\"a@b.cd\":1,\"e@f.gh\":2,\"[EMAIL]\":3,\"[EMAIL]~2\":4}")))
        .isEqualTo(result("{\"[EMAIL]~3\":1,\"[EMAIL]~4\":2,\"[EMAIL]\":3,\"[EMAIL]~2\":4}"));
  }

  @Test
  void jsonInTextsIsReadThreeLevelsDeep() {
    String one = "{\"to\":\"jane\\u0040example.com\"}";
    String two = "{ \"a\": " + quoted(one) + "}";
    String three = "[" + quoted(two) + "]";
    String message = result("{\"content\":[{\"type\":\"text\",\"text\":" + quoted(three) + "}]}");
    String masked = "{\"a\":" + quoted("{\"to\":\"[EMAIL]\"}") + "}";
    assertThat(sent(message))
        .isEqualTo(
            result(
                "{\"content\":[{\"type\":\"text\",\"text\":"
                    + quoted("[" + quoted(masked) + "]")
                    + "}]}"));
  }

  @Test
  void jsonWithNothingInItKeepsItsBytes() {
    String message =
        result("{\"t\":" + quoted("{ \"a\" : 1.50 }") + ",\"u\":\"jane@example.com\"}");
    assertThat(sent(message)).isEqualTo(message.replace(ADDRESS, "[EMAIL]"));
  }

  @Test
  void textThatIsNotStrictlyJsonIsReadAsText() {
    String twice = "{\"a\":1,\"a\":\"jane\\u0040example.com\"}";
    assertThat(sent(result("{\"t\":" + quoted(twice) + "}")))
        .isEqualTo(result("{\"t\":" + quoted("{\"a\":1,\"a\":\"[EMAIL]\"}") + "}"));
  }

  @Test
  void whereAPlaceIsSelectedTextThatIsNotStrictlyJsonIsWithheld() {
    MaskRule rule = selected("/result/content/*/text/**/salary", new Operator.Redact(), Where.BOTH);
    String twice = "{\"salary\":1,\"salary\":2}";
    String message = "{\"content\":[{\"type\":\"text\",\"text\":%s}]}";
    assertThat(sent(result(message.formatted(quoted(twice))), rule))
        .isEqualTo(result(message.formatted("\"[WITHHELD]\"")));
    assertThat(sent(result(message.formatted("\"[note] all is well\"")), rule))
        .isEqualTo(result(message.formatted("\"[note] all is well\"")));
    assertThat(sent(result(message.formatted(quoted("{\"salary\":1}"))), rule))
        .isEqualTo(result(message.formatted(quoted("{\"salary\":0}"))));
  }

  @Test
  void textThatRepeatsStructuredContentIsMaskedAlike() {
    MaskRule rule =
        selected("/result/structuredContent/**/salary", new Operator.Redact(), Where.BOTH);
    String content = "{\"people\":[{\"salary\":120000,\"mail\":\"jane@example.com\"}]}";
    String message =
        result(
            "{\"content\":[{\"type\":\"text\",\"text\":"
                + quoted(content)
                + "}],\"structuredContent\":"
                + content
                + "}");
    String masked = "{\"people\":[{\"salary\":0,\"mail\":\"masked@example.invalid\"}]}";
    assertThat(sent(message, rule, FOUND))
        .isEqualTo(
            result(
                "{\"content\":[{\"type\":\"text\",\"text\":"
                    + quoted(masked)
                    + "}],\"structuredContent\":"
                    + masked
                    + "}"));
  }

  @Test
  void structuredContentKeepsFormats() {
    String message =
        result(
            "{\"structuredContent\":{\"mail\":\"jane@example.com\",\"note\":\"to jane@example.com\"}}");
    MaskRule all =
        new MaskRule("r", null, Set.of("EMAIL"), 0.5, Map.of(), Operator.Replace.NAMED, Where.BOTH);
    assertThat(sent(message, all))
        .isEqualTo(
            result(
                "{\"structuredContent\":{\"mail\":\"masked@example.invalid\",\"note\":\"to [EMAIL]\"}}"));
  }

  @Test
  void base64IsReadOneLevelDeepAndPutBack() {
    String text = "Please write to jane@example.com about the invoice of last week. ".repeat(2);
    String masked = text.replace(ADDRESS, "[EMAIL]");
    for (Base64.Encoder encoder :
        new Base64.Encoder[] {
          Base64.getEncoder(), Base64.getUrlEncoder(), Base64.getEncoder().withoutPadding()
        }) {
      String run = encoder.encodeToString(text.getBytes(UTF_8));
      String other = encoder.encodeToString(masked.getBytes(UTF_8));
      assertThat(sent(result("{\"a\":\"" + run + "\"}")))
          .isEqualTo(result("{\"a\":\"" + other + "\"}"));
      assertThat(sent(result("{\"a\":\"look: " + run + " end\"}")))
          .isEqualTo(result("{\"a\":\"look: " + other + " end\"}"));
    }
    String twice =
        Base64.getEncoder()
            .encodeToString(
                Base64.getEncoder().encodeToString(text.getBytes(UTF_8)).getBytes(UTF_8));
    assertThat(sent(result("{\"a\":\"" + twice + "\"}")))
        .isEqualTo(result("{\"a\":\"" + twice + "\"}"));
  }

  @Test
  void linesOfBase64AreOneRun() {
    String text = "Please write to jane@example.com about the invoice of last week. ".repeat(3);
    String run = Base64.getMimeEncoder().encodeToString(text.getBytes(UTF_8));
    assertThat(sent(result("{\"a\":" + quoted("data:\n" + run) + "}")))
        .doesNotContain(run.substring(0, 70))
        .contains(
            Base64.getEncoder().encodeToString(text.replace(ADDRESS, "[EMAIL]").getBytes(UTF_8)));
  }

  @Test
  void dataUrisAndBlobsMayBeShort() {
    String run = Base64.getEncoder().encodeToString("to: jane@example.com".getBytes(UTF_8));
    String other = Base64.getEncoder().encodeToString("to: [EMAIL]".getBytes(UTF_8));
    for (String template :
        new String[] {
          "{\"src\":\"data:text/plain;base64,%s\"}",
          "{\"md\":\"![x](data:text/plain;base64,%s)\"}",
          "{\"resource\":{\"blob\":\"%s\",\"mimeType\":\"image/png\"}}",
        }) {
      assertThat(sent(result(template.formatted(run))))
          .isEqualTo(result(template.formatted(other)));
    }
  }

  @Test
  void cursorsAndShortRunsAreRead() {
    for (Base64.Encoder encoder :
        new Base64.Encoder[] {Base64.getEncoder(), Base64.getUrlEncoder().withoutPadding()}) {
      String cursor = encoder.encodeToString("{\"after\":\"jane@example.com\"}".getBytes(UTF_8));
      String other = encoder.encodeToString("{\"after\":\"[EMAIL]\"}".getBytes(UTF_8));
      String address = encoder.encodeToString(ADDRESS.getBytes(UTF_8));
      String mask = encoder.encodeToString("[EMAIL]".getBytes(UTF_8));
      for (String template :
          new String[] {"{\"nextCursor\":\"%s\"}", "{\"a\":\"page=%s \"}", "{\"a\":\"é %s.\"}"}) {
        assertThat(sent(result(template.formatted(cursor))))
            .isEqualTo(result(template.formatted(other)));
      }
      assertThat(sent(result("{\"a\":\"" + address + "\"}")))
          .isEqualTo(result("{\"a\":\"" + mask + "\"}"));
    }
  }

  @Test
  void runsThatSayNothingStay() {
    for (String word :
        new String[] {
          "find_customer_by_id",
          "0123456789abcdef0123456789abcdef",
          "8c3c8b64-5b58-4f7b-9e52-1d0a6c1d5f3a",
          "aWYgdGhpcyBpcyBoYXJtbGVzcyBpdCBzdGF5cw",
          "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"
        }) {
      assertThat(sent(result("{\"a\":\"" + word + "\"}")))
          .isEqualTo(result("{\"a\":\"" + word + "\"}"));
    }
  }

  @Test
  void jsonInBase64IsReadAsJson() {
    String json =
        "{\"name\":\"Jane\",\"mail\":\"jane\\u0040example.com\",\"n\":[4111111111111111]}";
    String run = Base64.getEncoder().encodeToString(json.getBytes(UTF_8));
    String other =
        Base64.getEncoder()
            .encodeToString("{\"name\":\"Jane\",\"mail\":\"[EMAIL]\",\"n\":[0]}".getBytes(UTF_8));
    assertThat(sent(result("{\"blob\":\"" + run + "\"}")))
        .isEqualTo(result("{\"blob\":\"" + other + "\"}"));
  }

  @Test
  void whatIsNoTextStaysAsItIs() {
    byte[] image = new byte[3000];
    for (int i = 0; i < image.length; i++) {
      image[i] = (byte) ((i * 7919) >> 3);
    }
    String message = result("{\"data\":\"" + Base64.getEncoder().encodeToString(image) + "\"}");
    assertThat(sent(message)).isEqualTo(message);
  }

  @Test
  void valuesSplitOverTextBlocksAreFound() {
    String block = "{\"type\":\"text\",\"text\":\"%s\"}";
    String message = "{\"content\":[" + block + "," + block + "]}";
    assertThat(sent(result(message.formatted("card 4111 1111", "1111 1111 ok"))))
        .isEqualTo(result(message.formatted("card [CARD]", "[CARD] ok")));
    assertThat(sent(result(message.formatted("card 4111 11", "11 1111 1111 ok"))))
        .isEqualTo(result(message.formatted("card [CARD]", "[CARD] ok")));
    assertThat(sent(result(message.formatted("mail jane@exa", "mple.com now"))))
        .isEqualTo(result(message.formatted("mail [EMAIL]", "[EMAIL] now")));
    assertThat(
            sent(
                result(
                    "{\"content\":["
                        + String.join(",", java.util.Collections.nCopies(16, block.formatted("4")))
                        + "]}")))
        .doesNotContain("\"4\"");
  }

  @Test
  void valuesSplitOverMessagesOfAPromptAreFound() {
    String one = "{\"content\":{\"text\":\"%s\",\"type\":\"text\"},\"role\":\"user\"}";
    String message = "{\"messages\":[" + one + "," + one + "]}";
    assertThat(sent(result(message.formatted("4111 1111", "1111 1111"))))
        .isEqualTo(result(message.formatted("[CARD]", "[CARD]")));
  }

  @Test
  void longBlocksAreJoinedByTheirEnds() {
    String block = "{\"type\":\"text\",\"text\":\"%s\"}";
    String filler = "word ".repeat(20_000);
    String message = "{\"content\":[" + block + "," + block + "," + block + "]}";
    assertThat(
            sent(
                result(
                    message.formatted(
                        filler + "4111 1111", "1111 1111" + filler + " jane@", "example.com"))))
        .isEqualTo(
            result(
                message.formatted(filler + "[CARD]", "[CARD]" + filler + " [EMAIL]", "[EMAIL]")));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "4111\u200B1111\u200C1111\u20601111",
        "４１１１１１１１１１１１１１１１",
        "4111\u00A01111\u20031111\u30001111",
        "4111\u20131111\u22121111\uFF0D1111",
        "٤١١١١١١١١١١١١١١١",
        "𝟰𝟭𝟭𝟭𝟭𝟭𝟭𝟭𝟭𝟭𝟭𝟭𝟭𝟭𝟭𝟭",
        "4111\u00AD1111\uFEFF1111\uDB40\uDC201111",
        "jane\u200B@example.com",
        "jane＠example．com",
        "jane%40example.com",
        "%6Aane%40ex%61mple.com",
        "jane&#64;example.com",
        "jane&#x40;example&#46;com",
        "&#106;ane&#X0040;example.com",
        "jane\\u0040example.com",
      })
  void disguisesAreSeenThrough(String disguised) {
    String masked = sent(result("{\"t\":" + quoted("a " + disguised + " z") + "}"));
    assertThat(masked)
        .matches(
            "\\{\"jsonrpc\":\"2.0\",\"id\":7,\"result\":\\{\"t\":\"a \\[(CARD|EMAIL)\\] z\"\\}\\}");
  }

  @Test
  void placesAreCountedByDetectorLegAndPlace() {
    String message =
        result(
            "{\"people\":[{\"mail\":\"a@b.cd\",\"pay\":1},{\"mail\":\"e@f.gh\",\"pay\":2}],\"x@y.zz\":\"4111111111111111\"}");
    Masked masked =
        mask(
            message,
            new MaskRule(
                "r", null, Set.of("EMAIL"), 0, Map.of(), new Operator.Redact(), Where.BOTH),
            new MaskRule(
                "s", null, Set.of("CARD"), 0, Map.of(), new Operator.Redact(), Where.RECORD),
            selected("/result/people/*/pay", new Operator.Redact(), Where.BOTH));
    assertThat(masked.places())
        .containsExactly(
            "EMAIL both 2 /result/people/*/mail",
            "SELECTED both 2 /result/people/*/pay",
            "EMAIL both 1 /result/~0",
            "CARD record 1 /result/");
    assertThat(masked.counts())
        .containsOnly(Map.entry("EMAIL", 3), Map.entry("SELECTED", 2), Map.entry("CARD", 1));
  }

  @Test
  void nothingFoundLeavesTheTreeAlone() {
    var tree = Masks.json(result("{\"a\":[1,true,null,\"x\",{\"b\":{}}]}"));
    Masked masked = new Masker(Masks.KEYS, null).mask(tree, tree, Masks.plan(FOUND));
    assertThat(masked.forwardedTree()).isSameAs(tree);
    assertThat(masked.recorded()).isSameAs(masked.forwarded());
    assertThat(masked.places()).isEmpty();
  }

  @Test
  void listsOfPlacesAreCapped() {
    StringBuilder many = new StringBuilder("{\"a0\":\"a@b.cd\"");
    for (int i = 1; i < 200; i++) {
      many.append(",\"").append("n".repeat(60)).append(i).append("\":\"a@b.cd\"");
    }
    Masked masked = mask(result(many + "}"), FOUND);
    assertThat(masked.places()).allMatch(line -> line.length() < 220);
    many.setLength(0);
    many.append("{\"a0\":\"a@b.cd\"");
    for (int i = 1; i < 200; i++) {
      many.append(",\"a").append(i).append("\":\"a@b.cd\"");
    }
    masked = mask(result(many + "}"), FOUND);
    assertThat(masked.places()).hasSize(Tally.LINES + 1);
    assertThat(masked.places().getLast()).isEqualTo("and 152 values at 152 places more");
  }
}
