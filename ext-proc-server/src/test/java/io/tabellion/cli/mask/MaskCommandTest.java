package io.tabellion.cli.mask;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.tabellion.detect.Waivers;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PipedInputStream;
import java.io.PipedOutputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

@Tag("unit")
class MaskCommandTest {
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final StringWriter err = new StringWriter();

  private int run(InputStream in, String... args) {
    return new CommandLine(new MaskCommand(in, out, false))
        .setErr(new PrintWriter(err, true))
        .execute(args);
  }

  private String mask(String text, String... args) {
    assertThat(run(new ByteArrayInputStream(text.getBytes(UTF_8)), args)).isZero();
    return out.toString(UTF_8);
  }

  @Test
  void eachLineIsATextAndEachAnswerAnObject() {
    String[] lines =
        mask("to jane@example.org\n\n😀 é jane@example.org \"x\"\r\nlast", "-", "--json", "--lines")
            .split("\n", -1);

    assertThat(lines).hasSize(5);
    assertThat(lines[0])
        .isEqualTo(
            "{\"masked\":\"to [EMAIL]\",\"findings\":[{\"detector\":\"EMAIL\",\"start\":3,\"end\":19,\"score\":0.95}]}");
    assertThat(lines[1]).isEqualTo("{\"masked\":\"\",\"findings\":[]}");
    JsonNode third = JsonMapper.shared().readTree(lines[2]);
    assertThat(third.path("masked").asString("")).isEqualTo("😀 é [EMAIL] \"x\"");
    assertThat(third.path("findings").get(0).path("start").asInt(0)).isEqualTo(4); // code points
    assertThat(third.path("findings").get(0).path("end").asInt(0)).isEqualTo(20);
    assertThat(lines[3]).contains("\"masked\":\"last\"");
  }

  @Test
  void everythingThatJsonEscapesIsEscaped() {
    String text = "a\"b\\c\t\u0001\u007f\u2028 é 😀 jane@example.org";

    JsonNode answer = JsonMapper.shared().readTree(mask(text, "-", "--json"));

    assertThat(answer.path("masked").asString(""))
        .isEqualTo(text.replace("jane@example.org", "[EMAIL]"));
  }

  @Test
  void aLineIsAnsweredBeforeTheNextOneIsThere() throws Exception {
    BlockingQueue<String> answers = new LinkedBlockingQueue<>();
    PipedOutputStream writer = new PipedOutputStream();
    PipedInputStream in = new PipedInputStream(writer);
    var command =
        new MaskCommand(
            in,
            new ByteArrayOutputStream() {
              @Override
              public void flush() {
                answers.add(toString(UTF_8));
                reset();
              }
            },
            false);
    Thread masking =
        Thread.ofVirtual().start(() -> new CommandLine(command).execute("-", "--lines"));
    for (String line : List.of("a jane@example.org\n", "b\n")) {
      writer.write(line.getBytes(UTF_8));
      writer.flush();

      assertThat(answers.poll(30, TimeUnit.SECONDS))
          .isEqualTo(line.replace("jane@example.org", "[EMAIL]"));
    }
    writer.close();
    masking.join();
  }

  @Test
  void linesLongerThanAnyBufferAreRead() {
    String line = "x".repeat(300_000) + " jane@example.org ";

    assertThat(mask(line + "\n" + line, "-", "--lines"))
        .isEqualTo((line + "\n").repeat(2).replace("jane@example.org", "[EMAIL]"));
  }

  @Test
  void showsPlacesScoresAndReasons(@TempDir Path folder) throws IOException {
    Path file = Files.writeString(folder.resolve("a.txt"), "x\ncall +14155552671\n");

    assertThat(run(InputStream.nullInputStream(), file.toString())).isZero();
    assertThat(out.toString(UTF_8))
        .startsWith("x\ncall [PHONE]\n\n2:6 ")
        .contains("PHONE", "1.00", "libphonenumber")
        .endsWith("1 found\n");
  }

  @Test
  void onlyWhatIsAskedForIsFound() {
    assertThat(mask("jane@example.org +14155552671", "-", "--lines", "--detect", "EMAIL"))
        .isEqualTo("[EMAIL] +14155552671\n");
  }

  @Test
  void whatCannotBeDoneIsSaid() {
    assertThat(run(InputStream.nullInputStream(), "no-such-file")).isEqualTo(2);
    assertThat(run(InputStream.nullInputStream(), "-", "--detect", "NOBODY")).isEqualTo(2);
    assertThat(err.toString())
        .contains("no-such-file: no such file")
        .contains("--detect: NOBODY (expected ");
  }

  @Test
  void detectorsAreListedAndShown() {
    StringWriter shown = new StringWriter();
    CommandLine line = new CommandLine(new DetectorsCommand()).setOut(new PrintWriter(shown, true));

    assertThat(line.execute("list")).isZero();
    assertThat(line.execute("show", "us_ssn")).isZero();
    assertThat(shown.toString())
        .contains("GITHUB_TOKEN")
        .contains("US_SSN (PII)")
        .contains("triggers   3 digits, 9 digits")
        .contains("ssn +0.50");
  }

  @Test
  void whatStandsInThePlaceOfAFindingIsChosen(@TempDir Path folder) throws IOException {
    Path key = folder.resolve("key");
    Files.writeString(key, "0a".repeat(32));
    String text = "jane@example.org from 2001:db8::7";
    assertThat(mask(text, "-", "--lines", "--with", "EMAIL=keepLast:3", "--with", "PII=redact"))
        .isEqualTo("****@*******.*rg from \n".replace("*.*rg", "*.org"));
    out.reset();
    String hashed = mask(text, "-", "--lines", "--with", "EMAIL=hash", "--key", key.toString());
    assertThat(hashed).matches("EMAIL_h_[a-z2-7]{24} from \\[IP_ADDRESS]\n");
    out.reset();
    assertThat(mask(text, "-", "--lines", "--with", "EMAIL=hash", "--key", key.toString()))
        .isEqualTo(hashed);
    assertThat(run(InputStream.nullInputStream(), "-", "--with", "EMAIL=shuffle")).isEqualTo(2);
    assertThat(run(InputStream.nullInputStream(), "-", "--with", "EMIAL=hash")).isEqualTo(2);
    assertThat(err.toString())
        .contains("--with: shuffle (expected: redact, hash", "--with: EMIAL (expected: a detector");
  }

  @Test
  void theDigestOfAWaiverIsOfWhatStandardInputSays(@TempDir Path folder) throws IOException {
    Path key = folder.resolve("key");
    Files.writeString(key, "0a".repeat(32) + "\n");
    StringWriter said = new StringWriter();
    CommandLine waive =
        new CommandLine(
                new WaiveCommand(new ByteArrayInputStream("jane@example.org\n".getBytes(UTF_8))))
            .setOut(new PrintWriter(said, true))
            .setErr(new PrintWriter(err, true));
    assertThat(waive.execute("--key", key.toString())).isZero();
    byte[] bytes = Waivers.parseKey("0a".repeat(32));
    assertThat(said.toString().strip()).isEqualTo(Waivers.digest(bytes, "jane@example.org"));
    assertThat(waive.execute("jane@example.org")).isEqualTo(2);
    assertThat(waive.execute("--key", folder.resolve("none").toString())).isEqualTo(2);
    assertThat(err.toString()).contains("cannot be read (expected: a file)");
  }
}
