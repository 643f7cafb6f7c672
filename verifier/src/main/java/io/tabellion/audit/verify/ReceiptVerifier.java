package io.tabellion.audit.verify;

import java.util.ArrayList;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Verifies a receipt: a C2SP tlog-proof whose {@code extra} line is the leaf.
 *
 * <pre>
 * c2sp.org/tlog-proof@v1
 * extra BASE64(leaf)
 * index N
 * BASE64(hash)
 * …
 *
 * (checkpoint)
 * </pre>
 */
final class ReceiptVerifier {
  private static final String VERSION = "c2sp.org/tlog-proof@v1";

  private final LogKey key;
  private final Report report;

  ReceiptVerifier(LogKey key, Report report) {
    this.key = key;
    this.report = report;
  }

  /** What a receipt holds. */
  record Receipt(
      @SuppressWarnings("ArrayRecordComponent") byte[] leaf,
      long index,
      List<String> hashes,
      SignedHead head) {}

  /**
   * Reads a receipt.
   *
   * @throws IllegalArgumentException if it is none
   */
  static Receipt parse(String text) {
    int end = text.indexOf("\n\n");
    List<String> lines = end < 0 ? List.of() : text.substring(0, end).lines().toList();
    if (lines.size() < 3
        || !lines.get(0).equals(VERSION)
        || !lines.get(1).startsWith("extra ")
        || !lines.get(2).matches("index (0|[1-9][0-9]{0,17})")) {
      throw new IllegalArgumentException("receipt: malformed (expected: tlog-proof with extra)");
    }
    byte[] leaf = Base64.getDecoder().decode(lines.get(1).substring("extra ".length()));
    long index = Long.parseLong(lines.get(2).substring("index ".length()));
    return new Receipt(
        leaf, index, lines.subList(3, lines.size()), SignedHead.parse(text.substring(end + 2)));
  }

  void verify(Receipt receipt) {
    SignedHead head = receipt.head();
    String problem = head.problem(key, true);
    if (problem != null) {
      report.violation("receipt", "checkpoint: " + problem);
    }
    if (!head.root().equals(root(receipt))) {
      report.violation("receipt", "the proof does not lead from the leaf to the signed root");
    }
    LeafReading leaf = LeafReading.parse(receipt.leaf());
    report.fact("log", key.name());
    report.fact("entry", leaf.text("id") + " at index " + receipt.index());
    report.fact("kind", leaf.text("kind"));
    report.fact("at", leaf.text("at"));
    report.fact("checkpoint", head.size() + " entries");
  }

  /** Checks a content that came with the receipt against the commitment in its leaf. */
  void verifyContent(Receipt receipt, byte[] content, String salt) {
    LeafReading.Mark mark = LeafReading.parse(receipt.leaf()).content();
    if (mark == null) {
      report.violation("content", "the entry has none");
      return;
    }
    String commitment =
        ContentCheck.commitment(HexFormat.of().parseHex(salt), mark.type(), content);
    if (!commitment.equals(mark.commitment())) {
      report.violation("content", "not the one that the leaf commits to");
    } else {
      report.fact("content", content.length + " bytes, as the leaf commits to");
    }
  }

  /** RFC 9162 §2.1.3.2; null if the path has the wrong length. */
  private static @Nullable String root(Receipt receipt) {
    List<byte[]> path = new ArrayList<>();
    receipt.hashes().forEach(hash -> path.add(Base64.getDecoder().decode(hash)));
    long fn = receipt.index();
    long sn = receipt.head().size() - 1;
    if (fn > sn) {
      return null;
    }
    byte[] root = TreeHash.leaf(receipt.leaf());
    for (byte[] hash : path) {
      if (sn == 0) {
        return null;
      }
      if ((fn & 1) == 1 || fn == sn) {
        root = TreeHash.node(hash, root);
        while ((fn & 1) == 0 && fn != 0) {
          fn >>= 1;
          sn >>= 1;
        }
      } else {
        root = TreeHash.node(root, hash);
      }
      fn >>= 1;
      sn >>= 1;
    }
    return sn == 0 ? Base64.getEncoder().encodeToString(root) : null;
  }
}
