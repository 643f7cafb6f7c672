package io.tabellion.mcp;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.tabellion.jsonrpc.Json;
import io.tabellion.jsonrpc.JsonReader;
import io.tabellion.jsonrpc.JsonWriter;
import io.tabellion.jsonrpc.Limits;
import io.tabellion.jsonrpc.Reading;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class OutputSchemaTest {

  private static Json.Obj tool(String schema) {
    ByteString text = ByteString.copyFromUtf8("{\"name\":\"a\",\"outputSchema\":" + schema + "}");
    if (new JsonReader(Limits.DEFAULT).read(text) instanceof Reading.Document(Json.Obj tool)) {
      return tool;
    }
    throw new IllegalArgumentException("schema: " + schema + " (expected: JSON)");
  }

  private static String relaxed(String schema) {
    return JsonWriter.toText(OutputSchema.relaxed(tool(schema)));
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
    assertThat(relaxed(schema.strip().replace('\'', '"')))
        .isEqualTo("{\"name\":\"a\",\"outputSchema\":" + relaxed.strip().replace('\'', '"') + "}");
  }

  @Test
  void aToolThatSaysNothingOfItsAnswersStaysAsItIs() {
    Json.Obj tool = tool("1").without("outputSchema");
    assertThat(OutputSchema.relaxed(tool)).isSameAs(tool);
  }
}
