package io.tabellion.cli.policy;

import io.tabellion.audit.v1.AuditServiceGrpc;
import io.tabellion.audit.v1.AuditServiceGrpc.AuditServiceBlockingStub;
import io.tabellion.cli.audit.ApiVerb;
import io.tabellion.cli.audit.CliException;
import io.tabellion.cli.audit.RemoteRecords;
import io.tabellion.cli.audit.Since;
import io.tabellion.trail.recall.Messages;
import io.tabellion.trail.recall.StartingPolicy;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code policy init}: a policy to start from, of what was done. */
@Command(
    name = "init",
    mixinStandardHelpOptions = true,
    description =
        "Write a policy that allows the recorded calls that were allowed, by server, tool and group"
            + " of callers, in mode shadow and with tests from real calls. Read it, then enforce it.")
final class InitCommand extends ApiVerb<AuditServiceBlockingStub> {
  @Mixin private Since since = new Since();

  @Option(
      names = "--out",
      paramLabel = "FILE",
      description = "Write it here, to a new file, instead of printing it.")
  private @Nullable Path file;

  InitCommand() {
    super(AuditServiceGrpc::newBlockingStub);
  }

  @Override
  protected void ask(AuditServiceBlockingStub stub) throws InterruptedException {
    StartingPolicy policy = new StartingPolicy();
    new Messages(new RemoteRecords(stub)).each(since.from(zone(), Instant.now()), policy::observe);
    if (policy.isEmpty()) {
      throw new CliException("traffic: no call was allowed since then (expected: one or more)");
    }
    if (file == null) {
      out().print(policy.text());
    } else {
      write(file, policy.text());
    }
  }

  private static void write(Path file, String text) {
    try {
      Files.writeString(file, text, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
    } catch (IOException e) {
      throw new CliException(file + ": cannot be written (expected: a new file)", e);
    }
  }
}
