package io.tabellion.cli.policy;

import io.tabellion.audit.v1.AuditServiceGrpc;
import io.tabellion.audit.v1.AuditServiceGrpc.AuditServiceBlockingStub;
import io.tabellion.cli.audit.ApiVerb;
import io.tabellion.cli.audit.RemoteRecords;
import io.tabellion.cli.audit.Since;
import io.tabellion.policy.Replay;
import io.tabellion.trail.recall.ReplayMessages;
import java.nio.file.Path;
import java.time.Instant;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code policy replay}: what a file would have said of recorded traffic. */
@Command(
    name = "replay",
    mixinStandardHelpOptions = true,
    description =
        "Judge recorded messages by a policy file, and list every decision that would change. What"
            + " is masked in the record is not guessed: a decision that hangs on it is undecidable."
            + " Limits of calls and masks are not replayed. Exit status: 0 nothing changes, 1"
            + " something does, 2 not possible.")
final class ReplayCommand extends ApiVerb<AuditServiceBlockingStub> {
  @Mixin private Since since = new Since();

  @Option(names = "--enforce", description = "As if what is in shadow were enforced.")
  private boolean enforce;

  @Parameters(paramLabel = "FILE", description = "The policy file.")
  private @Nullable Path file;

  private int status;

  ReplayCommand() {
    super(AuditServiceGrpc::newBlockingStub);
  }

  @Override
  protected int status() {
    return status;
  }

  /** 1 means that something changes. */
  @Override
  protected int refused() {
    return 2;
  }

  @Override
  protected void ask(AuditServiceBlockingStub stub) throws InterruptedException {
    if (file == null) {
      throw new IllegalStateException("file: none (expected: checked by picocli)");
    }
    Replay replay = Replay.of(file, enforce);
    ReplayReport report = new ReplayReport(zone());
    new ReplayMessages(new RemoteRecords(stub), replay)
        .each(since.from(zone(), Instant.now()), report::add);
    report.print(out(), json());
    status = report.changes() ? 1 : 0;
  }
}
