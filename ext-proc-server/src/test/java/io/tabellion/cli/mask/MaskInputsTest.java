package io.tabellion.cli.mask;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tabellion.terminal.Mistakes;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** What may come in on a command line, and what goes out. */
@Tag("unit")
class MaskInputsTest {
  private static final String POLICY =
      "apiVersion: tabellion.io/v1\nkind: Policy\nmetadata: {name: p}\nrules: []\n";
  private static final String RULES =
      """
      [[rules]]
      id = "order"
      description = "An order."
      regex = 'AB-[0-9]{4}'
      keywords = ["ab-"]
      path = 'x'
      """;

  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final StringWriter err = new StringWriter();
  @TempDir private Path folder;

  private int run(byte[] in, OutputStream to, boolean colour, String... args) {
    return Mistakes.in(new CommandLine(new MaskCommand(new ByteArrayInputStream(in), to, colour)))
        .setErr(new PrintWriter(err, true))
        .execute(args);
  }

  private String mask(String text, String... args) {
    out.reset();
    assertThat(run(text.getBytes(UTF_8), out, false, args)).as(err.toString()).isZero();
    return out.toString(UTF_8);
  }

  private Path file(String name, String text) throws IOException {
    return Files.writeString(folder.resolve(name), text);
  }

  private String detectors(String... args) {
    StringWriter shown = new StringWriter();
    int status =
        Mistakes.in(new CommandLine(new DetectorsCommand()))
            .setOut(new PrintWriter(shown, true))
            .setErr(new PrintWriter(err, true))
            .execute(args);
    return status + "\n" + shown;
  }

  // Places.

  /** Places count code points of the line as it was, whatever stands before. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "😀😀 ",
        "e\u0301 \u1112\u1161\u11ab ",
        "\u202Ea\u200B\u200B ",
        "\t\"\\ ",
        "\uD83D\uDC68\u200D\uD83D\uDC69\u200D\uD83D\uDC67 ",
        "\uFEFF ",
      })
  void placesAreCodePoints(String before) {
    String line = before + "jane@example.org 😀 +14155552671 é";

    JsonNode answer = JsonMapper.shared().readTree(mask(line + "\r\n", "-", "--json", "--lines"));

    int[] points = line.codePoints().toArray();
    List<String> found = new ArrayList<>();
    for (JsonNode finding : answer.path("findings")) {
      int start = finding.path("start").asInt(-1);
      found.add(new String(points, start, finding.path("end").asInt(-1) - start));
    }
    assertThat(found).containsExactly("jane@example.org", "+14155552671");
    assertThat(answer.path("masked").asString("")).isEqualTo(before + "[EMAIL] 😀 [PHONE] é");
  }

  @Test
  void aDisguisedValueIsMaskedWithItsDisguise() {
    String line = "to ja\u200Bne@example\u200D.org, ４１１１ １１１１ １１１１ １１１１";

    assertThat(mask(line, "-", "--lines")).isEqualTo("to [EMAIL], [CREDIT_CARD]\n");
  }

  // Lines.

  @Test
  void everyLineHasItsAnswerEmptyOnesToo() {
    assertThat(mask("\n\r\n\na\n\n", "-", "--json", "--lines").lines())
        .hasSize(5)
        .allMatch(line -> line.startsWith("{\"masked\":\""));
    assertThat(mask("", "-", "--json", "--lines")).isEmpty();
    assertThat(mask("\n\r\n\na\n\nb", "-", "--lines")).isEqualTo("\n\n\na\n\nb\n");
  }

  /** A carriage return that ends no line is a character like any other. */
  @Test
  void loneCarriageReturnsStay() {
    assertThat(mask("a\rb\r\r\n", "-", "--lines")).isEqualTo("a\rb\r\n");
  }

  @Test
  void aLineOverTheLimitIsRefusedAndThoseBeforeItAreAnswered() throws IOException {
    InputStream in = new ByteArrayInputStream("0123456789\n0123456789a\nb\n".getBytes(UTF_8));
    LineReader reader = new LineReader(in, 10);

    assertThat(reader.next()).isEqualTo("0123456789");
    assertThatThrownBy(reader::next).hasMessage("line 2: too long (expected: at most 10 bytes)");
  }

  @Test
  void aLineOverTheLimitIsRefusedBeforeItsEndIsRead() {
    InputStream endless =
        new InputStream() {
          @Override
          public int read() {
            return 'x';
          }
        };
    LineReader reader = new LineReader(endless, 1 << 20);

    assertThatThrownBy(reader::next)
        .hasMessage("line 1: too long (expected: at most 1048576 bytes)");
  }

  // Bytes.

  /** What is no UTF-8 becomes U+FFFD, and is said; nothing beside it is lost. */
  @Test
  void brokenUtf8IsReadAndSaid() {
    byte[] bytes = "caf\u00e9 jane@example.org \u00ff\nfine \n\u00c3".getBytes(ISO_8859_1);

    assertThat(run(bytes, out, false, "-", "--lines")).isZero();
    assertThat(out.toString(UTF_8)).isEqualTo("caf\uFFFD [EMAIL] \uFFFD\nfine \n\uFFFD\n");
    assertThat(err.toString()).contains("-: no UTF-8 in places, read as U+FFFD (lines: 2)");
    out.reset();
    assertThat(run(bytes, out, false, "-", "--json")).isZero();
    assertThat(JsonMapper.shared().readTree(out.toString(UTF_8)).path("masked").asString(""))
        .isEqualTo("caf\uFFFD [EMAIL] \uFFFD\nfine \n\uFFFD");
    assertThat(err.toString()).endsWith("-: no UTF-8 in places, read as U+FFFD\n");
  }

  /** U+FFFD itself is UTF-8; the zero byte is a character. */
  @Test
  void oddButWholeCharactersAreNotSaid() {
    assertThat(mask("\uFFFD \0 jane@example.org", "-", "--lines")).isEqualTo("\uFFFD \0 [EMAIL]\n");
    assertThat(err.toString()).isEmpty();
  }

  // Output.

  @Test
  void colourIsForATerminalAlone() {
    byte[] text = "to jane@example.org".getBytes(UTF_8);

    assertThat(run(text, out, true, "-")).isZero();
    assertThat(out.toString(UTF_8)).contains("\u001b[1;33m[EMAIL]\u001b[0m");
    assertThat(mask("to jane@example.org", "-")).contains("[EMAIL]").doesNotContain("\u001b");
    for (String machine : List.of("--json", "--lines")) {
      out.reset();
      assertThat(run(text, out, true, "-", machine)).isZero();
      assertThat(out.toString(UTF_8)).contains("[EMAIL]").doesNotContain("\u001b");
    }
    assertThat(MaskCommand.hasColour(true, null)).isTrue();
    assertThat(MaskCommand.hasColour(true, "")).isTrue();
    assertThat(MaskCommand.hasColour(true, "1")).isFalse();
    assertThat(MaskCommand.hasColour(false, null)).isFalse();
  }

  /** As when head read enough. */
  @Test
  void whoStopsReadingIsNoError() {
    OutputStream closed =
        new OutputStream() {
          @Override
          public void write(int b) throws IOException {
            throw new IOException("Broken pipe");
          }
        };

    assertThat(run("a\nb\n".getBytes(UTF_8), closed, false, "-", "--lines")).isEqualTo(1);
    assertThat(err.toString()).isEmpty();
  }

  // Options.

  @Test
  void detectorsAndTheirScoreAreChosen() {
    String text = "jane@example.org from 2001:db8::7";

    assertThat(mask(text, "-", "--lines", "--detect", "SECRET")).isEqualTo(text + "\n");
    assertThat(mask(text, "-", "--lines", "--detect", "EMAIL,PHONE"))
        .isEqualTo("[EMAIL] from 2001:db8::7\n");
    assertThat(mask(text, "-", "--lines", "--min-score", "0.96"))
        .doesNotContain("[EMAIL]")
        .contains("jane@example.org");
    assertThat(mask("ref 536904399", "-", "--lines", "--min-score", "0.15", "--detect", "US_SSN"))
        .isEqualTo("ref [US_SSN]\n");
    assertThat(mask("ref 536904399", "-", "--lines", "--detect", "US_SSN"))
        .isEqualTo("ref 536904399\n");
  }

  @Test
  void rulesOfAFileAreMoreDetectors() throws IOException {
    String rules = file("r.toml", RULES).toString();

    assertThat(mask("order AB-1234 of jane@example.org", "-", "--lines", "--rules", rules))
        .isEqualTo("order [RULE_ORDER] of [EMAIL]\n");
    assertThat(err.toString()).contains("r.toml: rule order: path: not supported");
    assertThat(mask("AB-1234", "-", "--rules", rules, "--with", "RULE_ORDER=replace:<{detector}>"))
        .startsWith("<RULE_ORDER>\n\n1:1 ")
        .contains("An order.");
    assertThat(detectors("list", "--rules", rules)).contains("RULE_ORDER", "GITHUB_TOKEN");
    assertThat(detectors("show", "rule_order", "--rules", rules))
        .startsWith("0\nRULE_ORDER (SECRET)\n  rule       An order.\n")
        .contains("triggers   \"ab-\" in any case", "longest    4096 bytes", "threshold  0.50");
  }

  @Test
  void aPolicyChoosesDetectorsThresholdsAndWhatIsAllowed() throws IOException {
    file(
        "d.yaml",
        "{enabled: [EMAIL, ORDER], thresholds: {ORDER: 0.65}, allowed: {values: [a@example.org]},"
            + " detectors: [{name: ORDER, pattern: 'AB-[0-9]{4}', keywords: [ab-], longest: 9,"
            + " context: [order]}]}");
    String policy =
        file("p.yaml", POLICY.replace("rules:", "detection: d.yaml\nrules:")).toString();

    assertThat(
            mask(
                "AB-1234 b@example.org a@example.org 2001:db8::7",
                "--lines",
                "--policy",
                policy,
                "-"))
        .isEqualTo("[ORDER] [EMAIL] a@example.org 2001:db8::7\n");
    assertThat(detectors("list", "--policy", policy))
        .startsWith("0\n")
        .contains("EMAIL", "ORDER")
        .doesNotContain("PHONE");
    assertThat(detectors("show", "ORDER", "--policy", policy))
        .contains("ORDER (PII)", "longest    9 bytes", "threshold  0.65", "order +0.30");
    assertThat(detectors("show", "PHONE", "--policy", policy)).startsWith("2\n");
    assertThat(err.toString())
        .contains("detector: PHONE (expected: one of ./tabellion detectors list)");
  }

  @Test
  void whatOptionsGetWrongIsSaidWithoutATrace() throws IOException {
    String bad = file("bad.yaml", POLICY + "x: y\n").toString();
    String latin = folder.resolve("latin.toml").toString();
    Files.write(Path.of(latin), new byte[] {(byte) 0xE9});
    String broken = file("broken.toml", "[[").toString();
    List<List<String>> wrong =
        List.of(
            List.of("--policy", bad),
            List.of("--policy", folder.resolve("none.yaml").toString()),
            List.of("--policy", bad, "--detect", "EMAIL"),
            List.of("--rules", folder.resolve("none.toml").toString()),
            List.of("--rules", latin),
            List.of("--rules", broken),
            List.of("--min-score", "0"),
            List.of("--min-score", "much"),
            List.of("--detect", "EMIAL"));
    for (List<String> options : wrong) {
      List<String> mask = new ArrayList<>(List.of("-"));
      mask.addAll(options);
      assertThat(run(new byte[0], out, false, mask.toArray(String[]::new)))
          .as(options.toString())
          .isEqualTo(2);
      List<String> list = new ArrayList<>(List.of("list"));
      list.addAll(options);
      assertThat(detectors(list.toArray(String[]::new))).as(options.toString()).startsWith("2\n");
    }
    assertThat(err.toString())
        .contains(
            "bad.yaml:5:1: x: unknown key",
            "none.yaml: cannot be read: no such file",
            "--policy: beside --detect, --rules or --min-score (expected: by itself)",
            "none.toml: cannot be read (expected: a file)",
            "latin.toml: no UTF-8 (expected: TOML)",
            "broken.toml: line 1 (expected: TOML)",
            "--min-score: 0 (expected a number above 0, at most 1)",
            "--detect: EMIAL (expected SECRET, PII, PUBLIC, ALL, or a name")
        .doesNotContain("\tat ");
    assertThat(run(new byte[0], out, false, folder.toString())).isEqualTo(2);
    assertThat(run(new byte[0], out, false, "-", "--with", "EMAIL=hash", "--key", bad))
        .isEqualTo(2);
    assertThat(err.toString()).contains("cannot be read (expected: a file)", "no key (expected:");
  }

  @Test
  void everyOperatorCanBeChosen() {
    String text = "jane@example.org";

    assertThat(mask(text, "-", "--lines", "--with", "EMAIL=redact")).isEqualTo("\n");
    assertThat(mask(text, "-", "--lines", "--with", "EMAIL=replace:a:b")).isEqualTo("a:b\n");
    assertThat(mask(text, "-", "--lines", "--with", "EMAIL=keepLast:3"))
        .isEqualTo("****@*******.org\n");
    assertThat(mask(text, "-", "--lines", "--with", "ALL=replace:a", "--with", "PII=replace:b"))
        .isEqualTo("b\n");
    assertThat(mask(text, "-", "--lines", "--detect", "ALL", "--with", "ALL=replace:a"))
        .isEqualTo("a\n");
    assertThat(mask(text, "-", "--lines", "--with", "PII=pseudonym"))
        .matches("EMAIL_p_[a-z2-7]+\n");
    assertThat(mask(text, "-", "--lines", "--with", "EMAIL=token")).matches("EMAIL_t_[a-z2-7]+\n");
    assertThat(mask(text, "-", "--lines", "--with", "EMAIL=formatPreserving"))
        .matches("[a-z0-9]{4}@[a-z0-9]{7}\\.[a-z0-9]{3}\n")
        .isNotEqualTo(text + "\n");
    assertThat(mask(text, "-", "--json", "--with", "EMAIL=redact"))
        .startsWith(
            "{\"masked\":\"\",\"findings\":[{\"detector\":\"EMAIL\",\"start\":0,\"end\":16,");
    for (String bad : List.of("EMAIL=keepLast:9", "EMAIL=keepLast:x", "EMAIL=replace")) {
      assertThat(run(new byte[0], out, false, "-", "--with", bad)).as(bad).isEqualTo(2);
    }
  }
}
