package io.tabellion.audit.verify;

import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
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
 * @param scope how far the verification of a log goes
 */
public record Verification(
    @Nullable Path log,
    @Nullable String key,
    @Nullable Path checkpoint,
    @Nullable Path receipt,
    @Nullable Path content,
    @Nullable String salt,
    Scope scope) {

  /** The same for a whole log in its usual depth. */
  public Verification(
      @Nullable Path log,
      @Nullable String key,
      @Nullable Path checkpoint,
      @Nullable Path receipt,
      @Nullable Path content,
      @Nullable String salt) {
    this(log, key, checkpoint, receipt, content, salt, Scope.USUAL);
  }

  /**
   * How far a verification goes.
   *
   * @param contents whether contents are decrypted, where their keys are there
   * @param everySignature whether the signatures of all heads are checked, not only of those that
   *     are needed: each covers all entries before it
   * @param hotCopy whether the directory is a copy that was taken while a server wrote, so that its
   *     end may be incomplete
   */
  public record Scope(boolean contents, boolean everySignature, boolean hotCopy) {
    /** Contents, the signatures that are needed, and nothing may be missing. */
    public static final Scope USUAL = new Scope(true, false, false);

    /** The signatures of the first so many heads are always checked. */
    private static final long FIRST = 10_000;

    long signatures() {
      return everySignature ? Long.MAX_VALUE : FIRST;
    }
  }

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
      requireLog();
      LogKey logKey = key(report);
      if (receipt != null) {
        receipt(receipt, logKey, report);
      }
      if (log != null) {
        new LogVerifier(log, logKey, older(), scope, report).verify();
      }
    } catch (NoSuchFileException e) {
      throw new Impossible(e.getFile() + ": no such file", e);
    } catch (AccessDeniedException e) {
      throw new Impossible(e.getFile() + ": cannot be read: permission denied", e);
    } catch (IOException e) {
      throw new Impossible("cannot be read: " + e.getMessage(), e);
    }
    return report;
  }

  private void requireLog() throws Impossible {
    if (log == null) {
      return;
    }
    if (!Files.isDirectory(log)) {
      throw new Impossible(log + (Files.exists(log) ? ": not a directory" : ": no such directory"));
    }
    if (!Files.isDirectory(log.resolve("segments")) && !Files.exists(log.resolve("format"))) {
      throw new Impossible(log + ": no log in it (expected: a directory with segments/)");
    }
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
    } catch (CharacterCodingException e) {
      report.violation(file.toString(), "receipt: not text");
    } catch (IllegalArgumentException e) {
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
        throw new Impossible(
            beside + ": no public key beside the log (expected: --key VKEY or --key FILE)");
      }
      report.note(
          "keys/log.vkey",
          "key found beside the log: who can replace both can forge both; give --key from elsewhere");
      return LogKey.parse(Files.readString(beside));
    } catch (CharacterCodingException e) {
      throw new Impossible("key: not text (expected: name+keyid+base64)", e);
    } catch (IllegalArgumentException e) {
      throw new Impossible(String.valueOf(e.getMessage()), e);
    }
  }

  private @Nullable SignedHead older() throws IOException, Impossible {
    try {
      return checkpoint == null ? null : SignedHead.parse(Files.readString(checkpoint));
    } catch (CharacterCodingException e) {
      throw new Impossible(checkpoint + ": not text (expected: a signed checkpoint)", e);
    } catch (IllegalArgumentException e) {
      throw new Impossible(checkpoint + ": " + e.getMessage(), e);
    }
  }
}
