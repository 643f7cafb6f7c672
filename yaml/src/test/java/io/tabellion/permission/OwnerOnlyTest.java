package io.tabellion.permission;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Who may read a file with a secret. */
@Tag("unit")
class OwnerOnlyTest {

  @ParameterizedTest
  @CsvSource({
    "rw-------, true,  ''",
    "r--------, true,  ''",
    "r--r-----, true,  r--r-----",
    "rw-r--r--, true,  rw-r--r--",
    "r--r-----, false, ''",
    "rw-rw----, false, rw-rw----",
    "r--r--r--, false, r--r--r--"
  })
  void aFileOfAnotherOwnerReachesUsThroughItsGroup(String mode, boolean ours, String excess) {
    String found = OwnerOnly.excess(PosixFilePermissions.fromString(mode), ours);
    assertThat(found == null ? "" : found).isEqualTo(excess);
  }

  @Test
  void aFileThatThisProcessMadeIsOurs(@TempDir Path folder) throws Exception {
    Path file = Files.writeString(folder.resolve("token"), "secret");
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r-----"));
    assertThat(OwnerOnly.excess(file)).isEqualTo("rw-r-----");
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
    assertThat(OwnerOnly.excess(file)).isNull();
  }
}
