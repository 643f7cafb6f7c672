package io.tabellion.mcp;

import static io.tabellion.mcp.Messages.object;
import static org.assertj.core.api.Assertions.assertThat;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Row 16, arguments. */
@Tag("unit")
class ParamHeadersTest {
  private static final ParamHeaders MIRRORS =
      ParamHeaders.of(
          object(
              "{'inputSchema':{'properties':{'region':{'type':'string','x-mcp-header':'Region'},"
                  + "'n':{'type':'integer','x-mcp-header':'N'},"
                  + "'o':{'type':'object','properties':{'dry':{'type':'boolean','x-mcp-header':'Dry'}}},"
                  + "'free':{'type':'string'}}}}"));

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{'region':'eu'}                     | Region=eu",
        "{'region':'Köln'}                   | Region==?base64?S8O2bG4=?=",
        "{'n':42}                            | N=42.0",
        "{'n':42.0}                          | N=42",
        "{'n':-0}                            | N=0",
        "{'o':{'dry':true}}                  | Dry=true",
        "{'region':null,'free':'x'}          |",
        "{'free':'x'}                        | Other=anything",
        "{}                                  |",
      })
  void whatSaysTheSamePasses(String arguments, String headers) {
    assertThat(MIRRORS.check(headers(headers), object(arguments))).isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{'region':'eu'}                     | Region=us",
        "{'region':'eu'}                     |",
        "{'region':'eu'}                     | Region=eu;Region=eu",
        "{'region':'eu'}                     | Region=EU",
        "{'region':'Köln'}                   | Region==?BASE64?S8O2bG4=?=",
        "{'region':['eu']}                   | Region=eu",
        "{'n':42}                            | N=43",
        "{'n':42}                            | N=0x2A",
        "{'n':1}                             | N=1e0000000000000000000000000000000000000000000",
        "{'o':{'dry':true}}                  | Dry=True",
        "{'o':7}                             | Dry=true",
        "{'region':null}                     | Region=null",
        "{}                                  | Region=eu",
      })
  void whatSaysSomethingElseIsRefused(String arguments, String headers) {
    assertThat(MIRRORS.check(headers(headers), object(arguments)))
        .contains(
            new Fault(
                Fault.Kind.HEADER_MISMATCH, "mcp-param-*", "each once, the value of its argument"));
  }

  /** What the specification calls invalid mirrors nothing. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{'a':{'type':'string','x-mcp-header':'A b'}}",
        "{'a':{'type':'object','x-mcp-header':'X'}}",
        "{'a':{'x-mcp-header':'X'}}",
        "{'a':{'type':'string','x-mcp-header':7}}",
        "{'a':{'type':'string','x-mcp-header':'X'},'b':{'type':'string','x-mcp-header':'x'}}",
        "{'a':{'type':'array','items':{'type':'string','x-mcp-header':'X'}}}",
        "7",
      })
  void whatIsInvalidMirrorsNothing(String properties) {
    var mirrors = ParamHeaders.of(object("{'inputSchema':{'properties':" + properties + "}}"));
    assertThat(mirrors.check(headers("X=1"), object("{'a':'b'}"))).isEmpty();
  }

  private static Headers headers(@Nullable String text) {
    String[] fields = text == null ? new String[0] : text.split(";");
    String[] all = new String[2 * fields.length];
    for (int i = 0; i < fields.length; i++) {
      int equals = fields[i].indexOf('=');
      all[2 * i] = "Mcp-Param-" + fields[i].substring(0, equals);
      all[2 * i + 1] = fields[i].substring(equals + 1);
    }
    return Headers.of(all);
  }
}
