package io.tabellion.audit.verify;

import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * What is to be verified, and with what.
 *
 * @param log directory of a log; null if only a receipt is verified
 * @param key the log's vkey, or a file that holds it; null: the one beside the log
 * @param checkpoint file with an older checkpoint of the log that was kept elsewhere
 * @param receipt file with a receipt (C2SP tlog-proof)
 * @param content file with the content that belongs to the receipt
 * @param salt hex salt of that content
 */
public record Verification(
    @Nullable Path log,
    @Nullable String key,
    @Nullable Path checkpoint,
    @Nullable Path receipt,
    @Nullable Path content,
    @Nullable String salt) {

  /** The verification could not be made: something is missing or of another kind. */
  public static final class Impossible extends Exception {
    Impossible(String message) {
      super(message);
    }

    Impossible(String message, Throwable cause) {
      super(message, cause);
    }
  }

  /**
   * Verifies.
   *
   * @throws Impossible if it cannot even begin; what does not hold is in the report
   */
  public Report run() throws Impossible {
    if (log == null && receipt == null) {
      throw new Impossible("nothing to verify (expected: --log DIR or --receipt FILE)");
    }
    Report report = new Report();
    try {
      LogKey logKey = key(report);
      if (receipt != null) {
        receipt(receipt, logKey, report);
      }
      if (log != null) {
        if (!Files.isDirectory(log.resolve("segments"))) {
          throw new Impossible(log + ": no log (expected: a directory with segments/)");
        }
        new LogVerifier(log, logKey, older(), report).verify();
      }
    } catch (IOException e) {
      throw new Impossible(e.getClass().getSimpleName() + ": " + e.getMessage(), e);
    }
    return report;
  }

  private void receipt(Path file, LogKey logKey, Report report) throws IOException, Impossible {
    ReceiptVerifier verifier = new ReceiptVerifier(logKey, report);
    try {
      ReceiptVerifier.Receipt read = ReceiptVerifier.parse(Files.readString(file));
      verifier.verify(read);
      if (content != null) {
        if (salt == null) {
          throw new Impossible("--content needs --salt HEX");
        }
        verifier.verifyContent(read, Files.readAllBytes(content), salt);
      }
    } catch (IllegalArgumentException | CharacterCodingException e) {
      report.violation(file.toString(), String.valueOf(e.getMessage()));
    }
  }

  private LogKey key(Report report) throws IOException, Impossible {
    try {
      if (key != null) {
        return LogKey.read(key);
      }
      if (log == null) {
        throw new Impossible("no key (expected: --key VKEY or --key FILE)");
      }
      Path beside = log.resolve("keys").resolve("log.vkey");
      if (!Files.exists(beside)) {
        throw new Impossible("no key beside the log (expected: --key VKEY or --key FILE)");
      }
      report.note(
          "keys/log.vkey",
          "key found beside the log: who can replace both can forge both; give --key from elsewhere");
      return LogKey.parse(Files.readString(beside));
    } catch (IllegalArgumentException e) {
      throw new Impossible(String.valueOf(e.getMessage()), e);
    }
  }

  private @Nullable SignedHead older() throws IOException, Impossible {
    try {
      return checkpoint == null ? null : SignedHead.parse(Files.readString(checkpoint));
    } catch (IllegalArgumentException e) {
      throw new Impossible(checkpoint + ": " + e.getMessage(), e);
    }
  }
}
