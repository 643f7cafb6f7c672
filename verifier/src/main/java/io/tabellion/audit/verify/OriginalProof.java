package io.tabellion.audit.verify;

import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * A claim that an original stood at a place before it was masked, and what proves it: a receipt of
 * the entry and the private half of the disclosure key.
 *
 * @param key the log's vkey, or a file that holds it
 * @param receipt file with the receipt of the entry (C2SP tlog-proof)
 * @param disclosureKey file with the private key (PKCS #8 in PEM)
 * @param place exact JSON Pointer (RFC 6901) in the message as it was
 * @param original the characters that were replaced; of a number its lexeme
 * @param commitments file with the list of commitments, where it is not in the leaf
 */
public record OriginalProof(
    String key,
    Path receipt,
    Path disclosureKey,
    String place,
    String original,
    @Nullable Path commitments) {

  /**
   * Verifies the receipt, and that its entry commits to the original at the place.
   *
   * @throws Verification.Impossible if it cannot be tried; what does not hold is in the report
   */
  public Report run() throws Verification.Impossible {
    Report report = new Report();
    try {
      LogKey logKey = LogKey.read(key);
      DisclosureSecret secret = DisclosureSecret.parse(Files.readString(disclosureKey));
      byte[] list = commitments == null ? null : Files.readAllBytes(commitments);
      LeafReading leaf = leaf(logKey, report);
      if (leaf != null) {
        new OriginalVerifier(secret, report).verify(leaf, place, original, list);
      }
      return report;
    } catch (NoSuchFileException e) {
      throw new Verification.Impossible(e.getFile() + ": no such file", e);
    } catch (IOException e) {
      throw new Verification.Impossible(e.getClass().getSimpleName() + ": " + e.getMessage(), e);
    } catch (IllegalArgumentException e) {
      throw new Verification.Impossible(String.valueOf(e.getMessage()), e);
    }
  }

  private @Nullable LeafReading leaf(LogKey logKey, Report report) throws IOException {
    try {
      ReceiptVerifier.Receipt read = ReceiptVerifier.parse(Files.readString(receipt));
      new ReceiptVerifier(logKey, report).verify(read);
      return LeafReading.parse(read.leaf());
    } catch (IllegalArgumentException | CharacterCodingException e) {
      report.violation(receipt.toString(), String.valueOf(e.getMessage()));
      return null;
    }
  }
}
