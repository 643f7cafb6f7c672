package io.tabellion.yaml;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@Tag("unit")
class YamlReaderTest {
  private static final Path FILE = Path.of("f.yaml");

  @Test
  void everyValueHasItsPlace() {
    assertThat(read("a: 1\nb:\n  - x\n  - {c: }\n"))
        .isEqualTo(
            new Yaml.Mapping(
                new Place(1, 1),
                List.of(
                    new Yaml.Member(new Place(1, 1), "a", new Yaml.Scalar(new Place(1, 4), "1")),
                    new Yaml.Member(
                        new Place(2, 1),
                        "b",
                        new Yaml.Sequence(
                            new Place(3, 3),
                            List.of(
                                new Yaml.Scalar(new Place(3, 5), "x"),
                                new Yaml.Mapping(
                                    new Place(4, 5),
                                    List.of(
                                        new Yaml.Member(
                                            new Place(4, 6),
                                            "c",
                                            new Yaml.Empty(new Place(4, 8)))))))))));
  }

  @Test
  void scalarsKeepTheirText() {
    assertThat(read("[0x1F, 007, 1_000, yes, '1', 1e3]"))
        .extracting(yaml -> ((Yaml.Sequence) yaml).items().stream().map(Yaml::what).toList())
        .isEqualTo(List.of("0x1F", "007", "1_000", "yes", "1", "1e3"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "a: 1\\na: 2 | f.yaml:2:1: a: a second time",
        "a: [&x 1, *x] | an anchor or alias",
        "a: !!str 1 | f.yaml:1:4: a tag",
        "a: 1\\n---\\nb: 2 | a second document",
        "a: [1 | not YAML",
        "a: b: c | f.yaml:1:5: not YAML",
      })
  void refusesWhatTwoReadersCouldReadDifferently(String text, String message) {
    assertThatThrownBy(() -> read(text.replace("\\n", "\n")))
        .isInstanceOf(YamlException.class)
        .hasMessageContaining(message);
  }

  @Test
  void refusesAnAliasBombBeforeItExpands() {
    StringBuilder bomb = new StringBuilder("a0: &a0 [x,x,x,x,x,x,x,x,x]\n");
    for (int i = 1; i < 40; i++) {
      String item = "*a" + (i - 1);
      bomb.append("a%d: &a%d [%s,%s,%s,%s]\n".formatted(i, i, item, item, item, item));
    }
    assertThatThrownBy(() -> read(bomb.toString())).hasMessageContaining("an anchor or alias");
  }

  @Test
  void refusesADeepFile() {
    assertThatThrownBy(() -> read("[".repeat(33) + "]".repeat(33)))
        .hasMessageContaining("more than 32 levels");
  }

  @Test
  void refusesALargeFileWithoutReadingItAll(@TempDir Path folder) throws IOException {
    Path file = folder.resolve("large.yaml");
    try (var sparse = new RandomAccessFile(file.toFile(), "rw")) {
      sparse.setLength(100L << 20);
    }
    assertThatThrownBy(() -> YamlReader.bytes(file)).hasMessageContaining("more than 1 MiB");
  }

  @Test
  void refusesBytesThatAreNotUtf8() {
    assertThatThrownBy(
            () -> YamlReader.read(FILE, ByteString.copyFrom(new byte[] {'a', ':', (byte) 0xC0})))
        .hasMessage("f.yaml:1:1: not UTF-8");
  }

  @Test
  void namesAFileThatIsNotThere(@TempDir Path folder) {
    assertThatThrownBy(() -> YamlReader.bytes(folder.resolve("none.yaml")))
        .hasMessageEndingWith("none.yaml: cannot be read: no such file");
  }

  private static Yaml read(String text) {
    return YamlReader.read(FILE, ByteString.copyFromUtf8(text));
  }
}
