package io.tabellion.trail.recall;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@Tag("unit")
final class PlacesTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "EMAIL both 1 /params/arguments/to          | args.to",
        "EMAIL both 1 /params/arguments/a/b         | args.a.b",
        "EMAIL both 2 /params/arguments/to/*        | args.to",
        "EMAIL both 1 /params/arguments/[EMAIL]     | args",
        "EMAIL both 1 /params/arguments/a/~0        | args.a",
        "EMAIL both 1 /params/arguments/a-b/c       | args",
        "EMAIL both 1 /params/arguments/a/bcd…      | args",
        "EMAIL both 1 /params/arguments             | args",
        "EMAIL both 1 /params/name                  | target",
        "and 7 values at 3 places more              | target,args",
      })
  void namesWhatIsMaskedOfACall(String line, String places) {
    assertThat(Places.ofRequest(List.of(line), true)).containsExactly(places.split(","));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "EMAIL both 1 /params/uri   | target,args.uri",
        "EMAIL both 1 /params/x     | args.x",
        "EMAIL both 1 /params       | target,args",
      })
  void namesWhatIsMaskedOfAnotherRequest(String line, String places) {
    assertThat(Places.ofRequest(List.of(line), false)).containsExactly(places.split(","));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "EMAIL both 1 /result/structuredContent/to | response.result.structuredContent.to",
        "EMAIL both 1 /result/content/*/text       | response.result.content",
        "EMAIL both 1 /error/message               | response.error.message",
        "and 7 values at 3 places more             | response.result,response.error",
      })
  void namesWhatIsMaskedOfAnAnswer(String line, String places) {
    assertThat(Places.ofAnswer(List.of(line))).containsExactly(places.split(","));
  }
}
