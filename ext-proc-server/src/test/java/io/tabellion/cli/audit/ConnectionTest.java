package io.tabellion.cli.audit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.grpc.StatusRuntimeException;
import io.tabellion.audit.v1.AuditServiceGrpc;
import io.tabellion.audit.v1.GetCheckpointRequest;
import io.tabellion.testing.ServedLog;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

@Tag("unit")
class ConnectionTest {
  @TempDir Path folder;

  @Test
  void theTokenFileIsReadForEachCall() throws Exception {
    Path file = folder.resolve("auditor.token");
    try (ServedLog _ = new ServedLog(folder);
        Connection connection =
            CommandLine.populateCommand(
                new Connection(), "--dir", folder.toString(), "--token-file", file.toString())) {
      String good = Files.readString(file);
      var stub = connection.open(AuditServiceGrpc::newBlockingStub, null);
      var question = GetCheckpointRequest.getDefaultInstance();
      assertThat(stub.getCheckpoint(question)).isNotNull();
      Files.writeString(file, "x".repeat(40));
      assertThatThrownBy(() -> stub.getCheckpoint(question))
          .isInstanceOf(StatusRuntimeException.class)
          .hasMessageContaining("unknown token");
      Files.delete(file);
      assertThatThrownBy(() -> stub.getCheckpoint(question))
          .hasMessageContaining("no such file")
          .hasMessageContaining("--token-file");
      Files.writeString(file, good);
      assertThat(stub.getCheckpoint(question)).isNotNull();
    }
  }
}
