package io.tabellion.mask;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.tabellion.jsonrpc.Json;
import io.tabellion.jsonrpc.JsonReader;
import io.tabellion.jsonrpc.JsonWriter;
import io.tabellion.jsonrpc.Limits;
import io.tabellion.jsonrpc.Reading;
import io.tabellion.mask.rule.MaskRule;
import io.tabellion.mask.rule.MaskRule.Where;
import io.tabellion.mask.rule.Operator;
import io.tabellion.mask.rule.OutputSchema;
import io.tabellion.mask.rule.Selector;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@Tag("unit")
class OutputSchemaTest {

  private static Json.Obj tool(String schema) {
    ByteString text = ByteString.copyFromUtf8("{\"name\":\"a\",\"outputSchema\":" + schema + "}");
    if (new JsonReader(Limits.DEFAULT).read(text) instanceof Reading.Document(Json.Obj tool)) {
      return tool;
    }
    throw new IllegalArgumentException("schema: " + schema + " (expected: JSON)");
  }

  private static final MaskRule FOUND = Masks.found(Operator.Replace.NAMED, Where.BOTH);

  private static String relaxed(String schema, MaskRule... rules) {
    Json.Obj tool = OutputSchema.relaxed(tool(schema.replace('\'', '"')), List.of(rules));
    return JsonWriter.toText(Objects.requireNonNull(tool.get("outputSchema"))).replace('"', '\'');
  }

  private static MaskRule selected(String place) {
    return Masks.selected("/result/structuredContent" + place, new Operator.Redact(), Where.BOTH);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{'type':'string','format':'email','minLength':3} | {'type':'string'}",
        "{'type':'number','minimum':1,'multipleOf':2} | {'type':'number'}",
        "{'properties':{'format':{'enum':['a'],'title':'T'}},'required':['format']}"
            + " | {'properties':{'format':{'title':'T'}},'required':['format']}",
        "{'items':{'const':1},'uniqueItems':true,'minItems':1} | {'items':{},'minItems':1}",
        "{'oneOf':[{'const':1},{'const':2}]} | {'anyOf':[{},{}]}",
        "{'oneOf':[{'const':1}],'anyOf':[{'pattern':'x'}]} | {'anyOf':[{}]}",
        "{'not':{'const':1},'if':{'const':2},'then':false} | {}",
        "{'patternProperties':{'^x':{}},'additionalProperties':false} | {}",
        "{'additionalProperties':{'pattern':'x'}} | {'additionalProperties':{}}",
        "{'$ref':'#/$defs/a','$defs':{'a':{'enum':[1]}}} | {'$ref':'#/$defs/a','$defs':{'a':{}}}",
        "{'properties':{'a':{'$ref':'#/properties/b/not'}}} | {'type':'object'}",
        "true | {'type':'object'}",
      })
  void whatIsSaidOfSingleValuesIsLeftOut(String schema, String relaxed) {
    assertThat(relaxed(schema.strip(), FOUND)).isEqualTo(relaxed.strip());
    assertThat(relaxed(schema.strip(), selected("/**"))).isEqualTo(relaxed.strip());
  }

  private static final String PERSON =
      "{'type':'object','properties':{"
          + "'ssn':{'type':'string','pattern':'[0-9]'},"
          + "'state':{'enum':['open','closed']},"
          + "'active':{'const':true},"
          + "'tags':{'type':'array','items':{'type':'string','maxLength':9},'uniqueItems':true}"
          + "},'not':{'required':['x']},'additionalProperties':{'minimum':1}}";

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "/ssn | pattern,minimum",
        "/state | enum,minimum",
        "/active | const,minimum",
        "/tags | maxLength,uniqueItems,minimum",
        "/tags/3 | maxLength,uniqueItems,minimum",
        "/tags/*/deep | maxLength,uniqueItems,minimum",
        "/x | minimum",
        "/**/ssn | pattern,enum,maxLength,uniqueItems,minimum",
      })
  void whatNoRuleReachesStaysAsItIs(String place, String gone) {
    String relaxed = relaxed(PERSON, selected(place));
    for (String word : List.of("pattern", "enum", "const", "maxLength", "uniqueItems", "minimum")) {
      if (List.of(gone.split(",")).contains(word)) {
        assertThat(relaxed).doesNotContain(word);
      } else {
        assertThat(relaxed).contains(word);
      }
    }
    assertThat(relaxed).doesNotContain("'not'").contains("'additionalProperties'");
  }

  @Test
  void aSchemaThatNoRuleReachesIsTheSame() {
    Json.Obj tool = tool(PERSON.replace('\'', '"'));
    MaskRule elsewhere = Masks.selected("/result/content/**", new Operator.Redact(), Where.BOTH);
    MaskRule record = Masks.found(new Operator.Redact(), Where.RECORD);
    assertThat(OutputSchema.relaxed(tool, List.of())).isSameAs(tool);
    assertThat(OutputSchema.relaxed(tool, List.of(elsewhere, record))).isSameAs(tool);
    assertThat(OutputSchema.relaxed(tool, List.of(elsewhere, FOUND))).isNotEqualTo(tool);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{'type':'boolean','const':true}",
        "{'enum':[true,null]}",
        "{'const':false,'not':{'const':true}}",
        "{'type':['null','boolean'],'enum':[null]}",
      })
  void whatIsNeverTextOrNumberIsNeverFound(String schema) {
    assertThat(relaxed(schema, FOUND)).isEqualTo(schema);
    String within = "{'properties':{'a':" + schema + "}}";
    assertThat(relaxed(within, FOUND)).isEqualTo(within);
    assertThat(relaxed(within, selected("/a"))).doesNotContain("const", "enum");
    assertThat(relaxed(within, selected("/b"))).contains(schema);
  }

  @Test
  void aRuleOfDetectorsWithinAPlaceReachesThatPlaceAlone() {
    MaskRule within =
        new MaskRule(
            "r",
            Selector.parse("/result/structuredContent/a/**"),
            Set.of("EMAIL"),
            0.5,
            Map.of(),
            Operator.Replace.NAMED,
            Where.BOTH);
    assertThat(
            relaxed("{'properties':{'a':{'const':'x'},'b':{'const':'y'},'c':{'const':1}}}", within))
        .isEqualTo("{'properties':{'a':{},'b':{'const':'y'},'c':{'const':1}}}");
    assertThat(relaxed("{'properties':{'a':{'properties':{'d':{'const':true}}}}}", within))
        .contains("{'const':true}");
  }

  @Test
  void whatRefersToDefinitionsIsRelaxedWithThem() {
    String schema =
        "{'properties':{'a':{'$ref':'#/$defs/d'},'b':{'not':{'$ref':'#/$defs/d'}}},'$defs':{'d':{'const':1}}}";
    assertThat(relaxed(schema, selected("/x")))
        .isEqualTo("{'properties':{'a':{'$ref':'#/$defs/d'},'b':{}},'$defs':{'d':{}}}");
  }

  @Test
  void aToolThatSaysNothingOfItsAnswersStaysAsItIs() {
    Json.Obj tool = tool("1").without("outputSchema");
    assertThat(OutputSchema.relaxed(tool, List.of(FOUND))).isSameAs(tool);
  }
}
