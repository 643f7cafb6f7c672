package io.tabellion.signin;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tabellion.trail.Reader;
import io.tabellion.trail.Role;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Tag("unit")
class BearerTokensTest {
  @TempDir Path directory;

  @Test
  void aTokenFileThatOthersMayReadIsRefused() throws Exception {
    TokenFile token = token("open");
    Files.setPosixFilePermissions(token.file(), PosixFilePermissions.fromString("rw-r-----"));
    assertThatThrownBy(() -> BearerTokens.load(List.of(token)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("mode rw-r-----")
        .hasMessageContaining("expected: 0600");
  }

  @Test
  void aTokenFileWithoutATokenIsRefusedWithoutSayingWhatItHolds() throws Exception {
    TokenFile token = token("short");
    Files.writeString(token.file(), "secret");
    assertThatThrownBy(() -> BearerTokens.load(List.of(token)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("32 or more")
        .hasMessageNotContaining("secret");
    Files.delete(token.file());
    assertThatThrownBy(() -> BearerTokens.load(List.of(token)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("not there");
  }

  @Test
  void oneTokenForTwoNamesIsRefused() throws Exception {
    TokenFile one = token("one");
    TokenFile two = new TokenFile(new Reader("two", Role.ADMIN, Instant.MAX), one.file());
    assertThatThrownBy(() -> BearerTokens.load(List.of(one, two)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("the same token");
  }

  private TokenFile token(String name) throws IOException {
    Path file = directory.resolve(name + ".token");
    Files.writeString(file, name + "-0123456789abcdef0123456789abcdef\n");
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
    return new TokenFile(new Reader(name, Role.AUDITOR, Instant.MAX), file);
  }
}
