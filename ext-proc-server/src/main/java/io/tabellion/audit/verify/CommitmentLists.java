package io.tabellion.audit.verify;

import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Lists of commitments to masked values (docs/audit-format.md §4.2): each leaf with a root has its
 * list behind it in the same group, once, and the list has that root, where its content is open.
 *
 * <p>Belongs to one thread.
 */
final class CommitmentLists {
  /** Bytes of a commitment. */
  static final int SIZE = 32;

  private static final String KIND = "commitments";

  private final Report report;

  /** Of the group that is read: entries with a root, by id, whose list did not come yet. */
  private final Map<String, Owner> awaited = new HashMap<>();

  private long count;
  private long checked;
  private long erased;

  private record Owner(String place, String root) {}

  CommitmentLists(Report report) {
    this.report = report;
  }

  /**
   * Adds the next leaf.
   *
   * @param content of the leaf in clear, null if it has none or it is not open
   * @param gone whether the key of its content was erased
   */
  void add(String place, LeafReading leaf, byte @Nullable [] content, boolean gone) {
    if (leaf.text("kind").equals(KIND)) {
      list(place, leaf, content, gone);
    }
    String root = leaf.text("commitment_root");
    if (!root.isEmpty()) {
      awaited.put(leaf.text("id"), new Owner(place, root));
    }
  }

  /** The group is over. */
  void endGroup() {
    awaited
        .values()
        .forEach(
            owner -> report.violation(owner.place, "list of its commitments is not behind it"));
    awaited.clear();
  }

  void end() {
    if (count == 0) {
      return;
    }
    report.fact(KIND, "%d lists, %d checked, %d erased".formatted(count, checked, erased));
    long closed = count - checked - erased;
    if (closed > 0) {
      report.note(
          KIND, "%d lists were not checked against their roots: not open".formatted(closed));
    }
  }

  private void list(String place, LeafReading leaf, byte @Nullable [] content, boolean gone) {
    count++;
    Owner owner =
        leaf.list("entries").size() == 1
            ? awaited.remove(String.valueOf(leaf.list("entries").getFirst()))
            : null;
    if (owner == null) {
      report.violation(place, "list of commitments names no entry before it that waits for one");
    } else if (gone) {
      erased++;
    } else if (content != null) {
      checked++;
      if (!owner.root.equals(root(content))) {
        report.violation(place, "list of commitments is not the one that its entry commits to");
      }
    }
  }

  /**
   * Returns {@code COUNT:BASE64} of the RFC 6962 root over a list, as its leaf says it; empty for
   * bytes that are no list.
   */
  static String root(byte[] list) {
    if (list.length % SIZE != 0) {
      return "";
    }
    Tree tree = new Tree();
    for (int at = 0; at < list.length; at += SIZE) {
      tree.append(TreeHash.leaf(Arrays.copyOfRange(list, at, at + SIZE)));
    }
    return tree.size() + ":" + tree.root();
  }
}
