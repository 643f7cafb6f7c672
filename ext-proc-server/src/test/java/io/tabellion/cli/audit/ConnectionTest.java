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

  /** 0.0.0.0 is this machine, and no loopback address. */
  @Test
  void anotherMachineIsSpokenToInClearOnlyIfThatIsSaid() throws Exception {
    try (ServedLog served = new ServedLog(folder)) {
      String there = "0.0.0.0:" + served.port();
      String token = folder.resolve("auditor.token").toString();
      var question = GetCheckpointRequest.getDefaultInstance();
      String[] options = {"--server", there, "--token-file", token};
      try (Connection tls = CommandLine.populateCommand(new Connection(), options)) {
        var stub = tls.open(AuditServiceGrpc::newBlockingStub, null);
        assertThatThrownBy(() -> stub.getCheckpoint(question))
            .hasMessageStartingWith("UNAVAILABLE");
      }
      String[] plain = {"--server", there, "--token-file", token, "--plaintext"};
      try (Connection clear = CommandLine.populateCommand(new Connection(), plain)) {
        var stub = clear.open(AuditServiceGrpc::newBlockingStub, null);
        assertThat(stub.getCheckpoint(question)).isNotNull();
      }
    }
  }

  @Test
  void plaintextBesideCertificatesIsAContradiction() {
    for (String other : new String[] {"--ca", "--cert"}) {
      String[] options = {"--server", "mesh.example:1", "--plaintext", other, "file.pem"};
      try (Connection connection = CommandLine.populateCommand(new Connection(), options)) {
        assertThatThrownBy(() -> connection.open(AuditServiceGrpc::newBlockingStub, null))
            .isInstanceOf(CliException.class)
            .hasMessage("--plaintext: beside --ca or --cert (expected: one of them)");
      }
    }
  }

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
