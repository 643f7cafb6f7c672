package io.tabellion.mcp;

import static org.assertj.core.api.Assertions.assertThat;

import io.tabellion.jsonrpc.Json;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@Tag("unit")
class NamedResourcesTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "note://{a} | note://1",
        "note://{+a}/{b} | note://1/2",
        "note://x{/a,b} | note://x/1/2",
        "note://x{?a,b} | note://x?a=1&b=2",
        "note://x?z=0{&a} | note://x?z=0&a=1",
        "note://x{;a} | note://x;a=1",
        "note://x{#a,b} | note://x#1,2",
        "note://x{.a} | note://x.1",
        "note://{a:3}{c*} | note://1",
        "note://{c}{?c} | note://",
      })
  void aCompletionNamesWhatItsTemplateComesTo(String template, String uri) {
    assertThat(named(template, "1")).containsExactly(uri);
  }

  @Test
  void aTemplateThatGrowsWithoutEndIsCut() {
    assertThat(named("{a,a,a}".repeat(10_000), "x".repeat(100_000)).getFirst())
        .hasSizeLessThan(300_000);
  }

  private static List<String> named(String template, String value) {
    Json.Obj argument = object("name", "a").with("value", new Json.Text(value));
    Json.Obj context = Json.Obj.EMPTY.with("arguments", object("b", "2"));
    Json.Obj params =
        Json.Obj.EMPTY
            .with("ref", object("type", "ref/resource").with("uri", new Json.Text(template)))
            .with("argument", argument)
            .with("context", context);
    return new Operation(
            Sender.CLIENT,
            "completion/complete",
            Method.COMPLETE,
            null,
            null,
            template,
            null,
            null,
            params)
        .resources();
  }

  private static Json.Obj object(String name, String value) {
    return Json.Obj.EMPTY.with(name, new Json.Text(value));
  }
}
