package io.tabellion.cli.audit;

import io.tabellion.audit.verify.OriginalProof;
import io.tabellion.terminal.Mistakes;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code audit prove-original}: checks that a disclosed value is the one that was masked. */
@Command(
    name = "prove-original",
    mixinStandardHelpOptions = true,
    description =
        "Prove, offline, that an original stood at a place of a message before it was masked. Needs"
            + " the private half of log.disclosure-key. Exit status: 0 proved, 1 it does not hold, 2"
            + " it could not be tried.")
final class ProveOriginalCommand implements Callable<Integer> {
  @Option(
      names = "--receipt",
      required = true,
      paramLabel = "FILE",
      description = "Receipt of the entry (audit show --receipt).")
  private Path receipt = Path.of("");

  @Option(
      names = "--key",
      required = true,
      paramLabel = "VKEY|FILE",
      description = "Public key of the log, from elsewhere.")
  private String key = "";

  @Option(
      names = "--disclosure-key",
      required = true,
      paramLabel = "FILE",
      description = "Private disclosure key (PEM).")
  private Path disclosureKey = Path.of("");

  @Option(
      names = "--place",
      required = true,
      paramLabel = "POINTER",
      description =
          "Where it stood: exact JSON Pointer in the message, such as /params/arguments/to.")
  private String place = "";

  @Option(
      names = "--original",
      required = true,
      paramLabel = "FILE|-",
      description = "The original, to the byte: no line end behind it. - is standard input.")
  private String original = "";

  @Option(
      names = "--commitments",
      paramLabel = "FILE",
      description =
          "Content of the entry of kind commitments that names this one; needed where more than 128"
              + " values were masked.")
  private @Nullable Path commitments;

  @Option(names = "--json", description = "The report as one JSON object.")
  private boolean json;

  @Spec private @Nullable CommandSpec spec;

  @Override
  public Integer call() {
    return Reports.print(
        spec,
        json,
        () -> new OriginalProof(key, receipt, disclosureKey, place, original(), commitments).run());
  }

  private String original() {
    try {
      return original.equals("-")
          ? new String(System.in.readAllBytes(), StandardCharsets.UTF_8)
          : Files.readString(Path.of(original));
    } catch (IOException e) {
      throw new CliException("--original: " + Mistakes.of(e), e);
    }
  }
}
