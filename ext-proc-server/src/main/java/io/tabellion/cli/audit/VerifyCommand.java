package io.tabellion.cli.audit;

import io.tabellion.audit.verify.Report;
import io.tabellion.audit.verify.Verification;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code audit verify}: checks a log or a receipt, offline. */
@Command(
    name = "verify",
    mixinStandardHelpOptions = true,
    description =
        "Verify a log from its files, or a receipt. Exit status: 0 verified, 1 something does not"
            + " hold, 2 it could not be tried.",
    footer = {
      "",
      "Examples:",
      "  ./tabellion audit verify",
      "  ./tabellion audit verify --log /srv/log --key log.vkey --checkpoint kept.checkpoint"
    })
final class VerifyCommand implements Callable<Integer> {
  @Mixin private final LogOptions log = new LogOptions();

  @Option(
      names = "--key",
      paramLabel = "VKEY|FILE",
      description = "Public key of the log, from elsewhere (default: the one beside the log).")
  private @Nullable String key;

  @Option(
      names = "--checkpoint",
      paramLabel = "FILE",
      description = "Older checkpoint from elsewhere: detects a cut end, a set-back, a fork.")
  private @Nullable Path checkpoint;

  @Option(
      names = "--receipt",
      paramLabel = "FILE",
      description = "Verify this receipt (audit show --receipt) instead of a log.")
  private @Nullable Path receipt;

  @Option(
      names = "--content",
      paramLabel = "FILE",
      description = "Content that belongs to the receipt.")
  private @Nullable Path content;

  @Option(names = "--salt", paramLabel = "HEX", description = "Salt of that content.")
  private @Nullable String salt;

  @Option(
      names = "--without-contents",
      description = "Do not decrypt contents: check only the hashes of what is stored. Faster.")
  private boolean withoutContents;

  @Option(
      names = "--every-signature",
      description =
          "Check the signatures of all heads. By default: of the first 10,000, of the last one of"
              + " each segment and of the newest, which covers all entries.")
  private boolean everySignature;

  @Option(
      names = "--hot-copy",
      description =
          "The directory is a copy that was taken while a server wrote: verify it up to the last"
              + " head that is whole.")
  private boolean hotCopy;

  @Option(names = "--json", description = "The report as one JSON object.")
  private boolean json;

  @Spec private @Nullable CommandSpec spec;

  @Override
  public Integer call() {
    return Reports.print(spec, json, this::verification);
  }

  private Report verification() throws Verification.Impossible {
    Path directory = receipt == null || key == null ? log.directory() : log.named();
    String vkey = key;
    if (receipt != null && vkey == null && directory != null) {
      vkey = directory.resolve("keys").resolve("log.vkey").toString();
    }
    Path whole = receipt == null ? directory : log.named();
    return new Verification(whole, vkey, checkpoint, receipt, content, salt, scope()).run();
  }

  private Verification.Scope scope() {
    return new Verification.Scope(!withoutContents, everySignature, hotCopy);
  }
}
