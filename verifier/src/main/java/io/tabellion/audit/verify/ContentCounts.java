package io.tabellion.audit.verify;

import io.tabellion.audit.verify.Checked.Content;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * What was found of the contents of all entries; whether what is erased was recorded as erased.
 *
 * <p>Belongs to one thread.
 */
final class ContentCounts {
  private static final int LISTED = 1000;

  private final Report report;
  private final ContentKeys keys;
  private final Map<String, Finding> erased = new LinkedHashMap<>();
  private final Set<Object> recordedErasures = new HashSet<>();
  private final Map<Integer, Locked> locked = new TreeMap<>();
  private final Set<Integer> opening = new HashSet<>();
  private long count;
  private long opened;
  private long stored;
  private long wrong;

  private record Finding(long index) {}

  /** Contents that a key does not open. */
  private static final class Locked {
    private final List<Finding> first = new ArrayList<>();
    private long count;
  }

  ContentCounts(Report report, ContentKeys keys) {
    this.report = report;
    this.keys = keys;
  }

  void add(long index, LeafReading leaf, Content content) {
    if (leaf.text("kind").equals("erasure")) {
      recordedErasures.addAll(leaf.list("entries"));
    }
    count += content.state() == Content.State.NONE ? 0 : 1;
    switch (content.state()) {
      case NONE -> {}
      case STORED -> stored++;
      case OPENED -> {
        opened++;
        opening.add(content.kek());
      }
      case ERASED -> erased.put(leaf.text("id"), new Finding(index));
      case LOCKED -> lock(content.kek(), new Finding(index));
      case WRONG -> {
        wrong++;
        report.violation(index, String.valueOf(content.problem()));
      }
    }
  }

  private void lock(int kek, Finding finding) {
    Locked of = locked.computeIfAbsent(kek, _ -> new Locked());
    of.count++;
    if (of.first.size() < LISTED) {
      of.first.add(finding);
    }
  }

  /** Whether a group's contents are locked because the key beside the log is another one. */
  boolean isLockedByWrongKey(Checked group) {
    return group.leaves().stream()
        .map(Checked.Leaf::content)
        .anyMatch(content ->
            content.state() == Content.State.LOCKED
                && locked.containsKey(content.kek())
                && !opening.contains(content.kek()));
  }

  void end() {
    erased.forEach((id, at) -> {
      if (!recordedErasures.contains(id)) {
        report.violation(at.index(), "key of the content is gone and no erasure entry says so");
      }
    });
    locked.forEach(this::locked);
    report.fact("contents", Long.toString(count), "stored beside their entries, encrypted");
    report.part("opened", opened, "decrypted, and equal to what their entries commit to");
    report.part("erased", erased.size(), "their keys are erased, and an erasure entry says so");
    report.part("closed", stored, "not decrypted: only the hash of the stored bytes was checked");
    long failed = wrong + locked.values().stream().mapToLong(of -> of.count).sum();
    if (failed > 0) {
      report.part("wrong", failed, "not what their entries say: see the violations");
    }
    keys.problems()
        .forEach((number, why) ->
            report.note("keys/kek-" + number, why + ": contents under it were not opened"));
    if (!keys.opens() && stored > 0) {
      report.note("contents", "not opened: only the hashes of the stored bytes were checked");
    }
  }

  private void locked(int kek, Locked of) {
    if (of.count > 1 && !opening.contains(kek)) {
      report.violation(
          "keys/kek-" + kek,
          "opens none of the %d contents under it: it is not the key of this log"
              .formatted(of.count));
    } else {
      of.first.forEach(at -> report.violation(at.index(), "key of the content cannot be opened"));
    }
  }
}
