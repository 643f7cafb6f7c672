package io.tabellion.yaml;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import java.nio.file.Path;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Tag("unit")
class LayoutTest {

  @ParameterizedTest
  @ValueSource(
      strings = {
        "a: x\nk: one HERE two\n",
        "k: \"one HERE two\"\n",
        "k: 'one HERE two'\n",
        "k: 'it''s HERE'\n",
        "k: \"\\\"\\\\b\\u0041\\x41\\n HERE\"\n",
        "k: \"é😀 HERE\"\n",
        "é: 😀\nk: HERE\n",
        "k: |\n  one\n  two HERE\n",
        "k: |\n  one\n    HERE\n",
        "k: |-\n\n  one\n\n  HERE\n",
        "k: >\n  one\n  two\n  HERE three\n",
        "k: >-\n  one\n\n  HERE\n",
        "k: one\n  two\n  HERE\n",
        "k: \"one\n  two HERE\"\n",
        "k: 'one\n\n  two\n  HERE'\n",
        "{k: [one, one HERE]}\n",
        "k: HERE\r\n",
      })
  void saysWhereEachCharacterStands(String file) {
    Yaml.Scalar scalar = last(YamlReader.read(Path.of("f"), ByteString.copyFromUtf8(file)));

    assertThat(scalar.at(scalar.text().indexOf("HERE"))).isEqualTo(place(file));
  }

  /** Where the word stands in the file. */
  private static Place place(String file) {
    int at = file.indexOf("HERE");
    String before = file.substring(0, at);
    int line = (int) before.chars().filter(c -> c == '\n').count() + 1;
    int begins = before.lastIndexOf('\n') + 1;
    return new Place(line, before.codePointCount(begins, at) + 1);
  }

  private static Yaml.Scalar last(Yaml yaml) {
    return switch (yaml) {
      case Yaml.Mapping mapping -> last(mapping.members().getLast().value());
      case Yaml.Sequence sequence -> last(sequence.items().getLast());
      case Yaml.Scalar scalar -> scalar;
      case Yaml.Empty empty -> throw new AssertionError(empty);
    };
  }
}
