package io.tabellion.cli.audit;

import io.tabellion.audit.v1.AuditServiceGrpc.AuditServiceBlockingStub;
import io.tabellion.audit.v1.Checkpoint;
import io.tabellion.audit.v1.GetCheckpointRequest;
import picocli.CommandLine.Command;

/** {@code audit checkpoint}: prints the newest signed tree head. */
@Command(
    name = "checkpoint",
    mixinStandardHelpOptions = true,
    description =
        "Print the newest signed tree head. Keep it elsewhere: with audit verify --checkpoint it"
            + " later proves that nothing was cut off.")
final class CheckpointCommand extends Verb {

  @Override
  protected void ask(AuditServiceBlockingStub stub) {
    Checkpoint checkpoint = stub.getCheckpoint(GetCheckpointRequest.getDefaultInstance());
    if (json()) {
      print(checkpoint);
    } else {
      out().print(checkpoint.getNote());
    }
  }
}
