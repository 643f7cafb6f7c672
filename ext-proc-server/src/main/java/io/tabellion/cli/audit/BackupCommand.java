package io.tabellion.cli.audit;

import io.tabellion.audit.checkpoint.SignedCheckpoint;
import io.tabellion.audit.files.LogBackup;
import io.tabellion.durable.FileDisk;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code audit backup}: copies a log, also while a server writes it. */
@Command(
    name = "backup",
    mixinStandardHelpOptions = true,
    description =
        "Copy a log, also while a server writes it: all entries up to the published checkpoint, the"
            + " keys that read them, and the accepted tools (pins). The signing key stays where it"
            + " is. Keep the copy as safe as the log: its keys decrypt the contents.",
    footer = {
      "",
      "Examples:",
      "  ./tabellion audit backup /backup/tuesday",
      "  ./tabellion audit backup --log /srv/log /backup/tuesday"
    })
final class BackupCommand implements Callable<Integer> {
  @Mixin private final LogOptions log = new LogOptions();

  @Parameters(paramLabel = "DIR", description = "Where the copy goes; not there yet, or empty.")
  private Path into = Path.of("");

  @Spec private @Nullable CommandSpec spec;

  @Override
  public Integer call() throws IOException {
    if (spec == null) {
      throw new IllegalStateException("not run by picocli");
    }
    Path directory = log.directory();
    if (directory == null) {
      throw new CliException(
          "no log (expected: --log DIR, or a demo started with ./tabellion demo)");
    }
    SignedCheckpoint head;
    try {
      head = LogBackup.backup(new FileDisk(), directory, into);
    } catch (IllegalArgumentException e) {
      throw new CliException(String.valueOf(e.getMessage()), e);
    }
    spec.commandLine()
        .getOut()
        .printf(
            "%s: %d entries of %s%nVerify it: ./tabellion audit verify --log %s%n",
            into, head.checkpoint().size(), head.checkpoint().origin(), into);
    return 0;
  }
}
