package io.tabellion.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.tabellion.testing.Ran;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Every verb with values that it cannot take: one line, no usage, no stack trace. */
@Tag("unit")
class WrongValuesTest {
  @TempDir Path directory;

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "audit query x | ./tabellion audit query: no such verb (expected: one of search, show,",
        "audti | ./tabellion audti: no such verb (did you mean audit?)",
        "audit search --limit -1 | --limit: -1 (expected a whole number, 0 or more)",
        "audit search --limit many | --limit: many (expected a whole number, 0 or more)",
        "audit search --limit | --limit: no value (expected: --limit N)",
        "audit search --limit 1 --limit 2 | --limit: given more than once",
        "audit search --tol x | --tol: no such option (did you mean --tool?)",
        "audit search --xyzzy | --xyzzy: no such option (see ./tabellion audit search --help)",
        "audit tail --count 0 | --count: 0 (expected a whole number, 1 or more)",
        "audit tail --from-index -7 | --from-index: -7 (expected a whole number, 0 or more)",
        "audit show | INDEX|ID is missing (see ./tabellion audit show --help)",
        "audit show 1 2 | 2: not expected here (see ./tabellion audit show --help)",
        "audit search --server 127.0.0.1:99999 --token-file TOKEN | --server: 127.0.0.1:99999",
        "audit search --server nonsense --token-file TOKEN | --server: nonsense (expected HOST",
        "audit search --server 127.0.0.1:1 --token-file /no/such | --token-file: /no/such: no such",
        "audit search --server 127.0.0.1:1 --token-file DIR | --token-file: ",
        "audit search --server 127.0.0.1:1 --token-file TEXT | TEXT: no token in it",
        "audit search --server h:1 --token-file TOKEN --ca /no/such | --ca: /no/such: no such",
        "audit show twelve --server h:1 --token-file TOKEN | INDEX|ID: twelve (expected an index",
        "audit verify --log /no/such | /no/such: no such directory",
        "audit verify --receipt TOKEN --key /no/such | /no/such: no such file",
        "policy check | FILE is missing (see ./tabellion policy check --help)",
        "policy check /no/such | /no/such: cannot be read: no such file",
        "policy check DIR | DIR: cannot be read: Is a directory",
        "policy explain twelve --server h:1 --token-file TOKEN | INDEX|ID: twelve (expected an",
        "serve | --config FILE is missing (see ./tabellion serve --help)",
        "serve --config /no/such | /no/such: cannot be read: no such file",
        "pins accept one | TOOL",
        "mask /no/such | /no/such: no such file",
        "mask - --min-score 9 | --min-score: 9 (expected a number above 0, at most 1)",
        "mask - --detect EMIAL | --detect: EMIAL (expected SECRET, PII, PUBLIC, ALL, or a name that"
            + " detectors list shows; did you mean EMAIL?)",
        "mask - --with x | --with: not as expected (expected NAME=OPERATOR)"
      })
  void areSaidInOneLine(String typed, String said) throws Exception {
    Files.writeString(directory.resolve("token"), "ffffffffffffffffffffffffffffffff");
    Files.writeString(directory.resolve("text"), "two\nlines\n");
    Ran ran =
        Ran.of(
            CommandLines.of(_ -> {
              throw new AssertionError("serves");
            }),
            placed(typed).split(" "));
    assertThat(ran.err()).startsWith(placed(said)).hasLineCount(1);
    assertThat(ran.out()).isEmpty();
    assertThat(ran.status()).isEqualTo(2);
  }

  private String placed(String text) {
    return text.replace("TOKEN", directory.resolve("token").toString())
        .replace("TEXT", directory.resolve("text").toString())
        .replace("DIR", directory.toString());
  }

  @Test
  void whatIsInAWrongFileIsNotShown() throws Exception {
    Path file = directory.resolve("secret");
    Files.writeString(file, "hunter2 is the password\n");
    for (List<String> typed : List.of(List.of("policy", "check"), List.of("serve", "--config"))) {
      String[] words = {typed.getFirst(), typed.getLast(), file.toString()};
      Ran ran = Ran.of(CommandLines.of(_ -> {}), words);
      assertThat(ran.err()).startsWith(file + ":1:1: a text (expected: a mapping with ");
      assertThat(ran.err()).doesNotContain("hunter2");
    }
  }

  @Test
  void aFaultOfOursIsOneLineToo() {
    Ran ran =
        Ran.of(
            CommandLines.of(_ -> {
              throw new IllegalStateException("of\nours");
            }),
            "serve",
            "--config",
            "/no/such");
    assertThat(ran.err()).hasLineCount(1);
  }
}
