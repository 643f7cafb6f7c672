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
  private boolean damaged;

  private record Owner(long index, String root) {}

  CommitmentLists(Report report) {
    this.report = report;
  }

  /**
   * Adds the next leaf.
   *
   * @param content what was found of its content
   * @param root of the list that its content is; null if it is none, or not open
   */
  void add(long index, LeafReading leaf, Checked.Content content, @Nullable String root) {
    if (leaf.text("kind").equals(KIND)) {
      list(index, leaf, content, root);
    }
    String committed = leaf.text("commitment_root");
    if (!committed.isEmpty()) {
      awaited.put(leaf.text("id"), new Owner(index, committed));
    }
  }

  /** Entries are missing in this group, which was reported. */
  void skip() {
    damaged = true;
  }

  /** The group is over. */
  void endGroup() {
    if (!damaged) {
      awaited
          .values()
          .forEach(
              owner -> report.violation(owner.index, "list of its commitments is not behind it"));
    }
    damaged = false;
    awaited.clear();
  }

  void end() {
    if (count == 0) {
      return;
    }
    report.fact(KIND, Long.toString(count), "lists of commitments to masked values");
    report.part("checked", checked, "have the root that their entry commits to");
    report.part("erased", erased, "their keys are gone");
    long closed = count - checked - erased;
    if (closed > 0) {
      report.note(
          KIND, "%d lists were not checked against their roots: not open".formatted(closed));
    }
  }

  private void list(long index, LeafReading leaf, Checked.Content content, @Nullable String root) {
    count++;
    Owner owner =
        leaf.list("entries").size() == 1
            ? awaited.remove(String.valueOf(leaf.list("entries").getFirst()))
            : null;
    if (owner == null && !damaged) {
      report.violation(index, "list of commitments names no entry before it that waits for one");
    } else if (content.state() == Checked.Content.State.ERASED) {
      erased++;
    } else if (root != null && owner != null) {
      checked++;
      if (!owner.root.equals(root)) {
        report.violation(index, "list of commitments is not the one that its entry commits to");
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
