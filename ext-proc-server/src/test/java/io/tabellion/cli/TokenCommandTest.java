package io.tabellion.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

@Tag("unit")
class TokenCommandTest {
  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();
  @TempDir Path folder;

  @Test
  void makesAFileThatOnlyItsOwnerReadsAndDoesNotPrintIt() throws Exception {
    Path file = folder.resolve("auditor.token");
    assertThat(run("--out", file.toString())).isZero();
    String token = Files.readString(file).strip();
    assertThat(token).matches("[A-Za-z0-9_-]{43}"); // 256 bits in base64url
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
        .isEqualTo("rw-------");
    assertThat(out.toString())
        .contains("{name: auditor, role: auditor, file: " + file + ", expires: 2")
        .doesNotContain(token);
    try (Stream<Path> files = Files.list(folder)) {
      assertThat(files).containsExactly(file);
    }
  }

  @Test
  void replacesATokenOnlyIfToldSo() throws Exception {
    Path file = folder.resolve("t");
    assertThat(run("--out", file.toString())).isZero();
    String first = Files.readString(file);
    assertThat(run("--out", file.toString())).isEqualTo(2);
    assertThat(err.toString()).contains("--out: " + file + ": is there already", "--force");
    assertThat(Files.readString(file)).isEqualTo(first);
    assertThat(run("--out", file.toString(), "--force", "--print", "--role", "admin")).isZero();
    assertThat(Files.readString(file)).isNotEqualTo(first);
    assertThat(out.toString()).contains(Files.readString(file), "role: admin");
  }

  @Test
  void saysWhatIsWrong() {
    assertThat(run("--out", folder.resolve("a/b").toString())).isEqualTo(2);
    assertThat(err.toString()).contains("its folder does not exist");
    assertThat(run("--out", folder.resolve("c").toString(), "--role", "king")).isEqualTo(2);
    assertThat(err.toString()).contains("--role: king (expected: auditor, approver");
    assertThat(run("--out", folder.resolve("c").toString(), "--days", "0")).isEqualTo(2);
    assertThat(folder).isEmptyDirectory();
  }

  private int run(String... args) {
    return new CommandLine(new TokenCommand())
        .setOut(new PrintWriter(out, true))
        .setErr(new PrintWriter(err, true))
        .execute(args);
  }
}
