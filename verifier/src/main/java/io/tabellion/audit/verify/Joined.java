package io.tabellion.audit.verify;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The log as its groups follow each other: tree, heads, chains, calls, and where it ends.
 *
 * <p>A damaged leaf is told from its neighbours by what the writer's next entry and the tiles say
 * of its hash, if the signed head confirms that; so what follows it can be compared as before.
 *
 * <p>Belongs to one thread.
 */
final class Joined {
  private final LogKey key;
  private final ContentKeys keys;
  private final @Nullable SignedHead published;
  private final @Nullable SignedHead older;
  private final Verification.Scope scope;
  private final Report report;
  private final Tiles tiles;
  private final Chains chains;
  private final Doubts doubts;
  private final Calls calls;
  private final ContentCounts contents;
  private final CommitmentLists lists;
  private final Map<Long, String> roots = new HashMap<>();
  private final Map<String, Long> kinds = new TreeMap<>();
  private final List<String> gaps = new ArrayList<>();

  private Tree tree = new Tree();
  private @Nullable Checked held; // waits for what comes behind it
  private @Nullable Checked newest; // the last that counts
  private long size;
  private long groups;
  private long signatures;
  private long gapCount;
  private long gapBytes;
  private long usedSegments;
  private long spareSegments;
  private long known = Long.MAX_VALUE; // entries from here on cannot be compared with heads
  private boolean suspect; // the last head did not fit, and it may have been the head
  private boolean ended;

  Joined(
      Path log,
      LogKey key,
      ContentKeys keys,
      @Nullable SignedHead published,
      @Nullable SignedHead older,
      Verification.Scope scope,
      Report report) {
    this.key = key;
    this.keys = keys;
    this.published = published;
    this.older = older;
    this.scope = scope;
    this.report = report;
    tiles = new Tiles(report, log);
    chains = new Chains(report, key.name());
    doubts = new Doubts(report);
    calls = new Calls(report, doubts);
    contents = new ContentCounts(report, keys);
    lists = new CommitmentLists(report);
    keepRoot(tree);
  }

  /** Entries that were read. */
  long size() {
    return size;
  }

  boolean hotCopy() {
    return scope.hotCopy();
  }

  boolean ended() {
    return ended;
  }

  /** Whether the tree of the first {@code count} entries is known. */
  boolean isKnown(long count) {
    return count <= known && roots.containsKey(count);
  }

  @Nullable String rootAt(long count) {
    return roots.get(count);
  }

  void segments(long used, long spare) {
    usedSegments = used;
    spareSegments = spare;
  }

  /** Adds the next group. */
  void add(Checked group, Walk walk) throws IOException {
    settle(group, null, walk);
    held = ended ? null : group;
  }

  /** Something that is no group stands here, and more behind it. */
  void hole(Walk.Piece.Hole hole, Walk walk) throws IOException {
    settle(null, null, walk);
    if (ended) {
      return;
    }
    if (scope.hotCopy()) {
      report.note(
          hole.place(),
          "groups from %d on are not whole in this copy (%s)".formatted(hole.number(), hole.why()));
      ended = true;
      return;
    }
    Frame next = hole.next();
    if (next == null) {
      report.violation(
          hole.place(), "damaged group: " + hole.why() + "; something else stands behind it");
    } else if (next.first() == hole.first()) {
      report.violation(hole.place(), "bytes that are no group stand before group " + next.number());
    } else {
      missing(
          hole.first(),
          next.first() - hole.first(),
          hole.place() + " to " + next.place(),
          hole.why());
      groups = next.number();
    }
  }

  /** The walk is at its end. */
  void end(Walk.Piece.End end, Walk walk) throws IOException {
    settle(null, end, walk);
    ended = true;
    if (end.bytes() > 0) {
      beyond(end.place(), end.bytes(), "half-written group");
    }
  }

  private void beyond(String place, long bytes, String what) {
    report.note(
        place,
        "%s: %d bytes after the last signed head are not yet part of the log"
            .formatted(what, bytes));
  }

  /** Takes the group that waits, now that it is known what comes behind it. */
  private void settle(@Nullable Checked next, Walk.Piece.@Nullable End end, Walk walk)
      throws IOException {
    Checked group = held;
    held = null;
    if (group == null) {
      return;
    }
    if (group.broken() != null || group.wrongSum()) {
      group = again(group, walk);
    }
    boolean last = end != null && end.bytes() == 0;
    if (last && isTorn(group)) {
      beyond(group.frame().place(), group.frame().end() - group.frame().offset(), tornHow(group));
      return;
    }
    if (scope.hotCopy() && (group.broken() != null || group.wrongSum())) {
      report.note(
          group.frame().place(), "this group and those behind it are not whole in the copy");
      ended = true;
      return;
    }
    take(group, next);
  }

  /** A server may have been writing the group when it was read. */
  private Checked again(Checked group, Walk walk) throws IOException {
    byte[] bytes = walk.again(group.frame());
    if (bytes == null) {
      return group;
    }
    Frame frame = Frame.parse(bytes, 0, group.frame().segment(), group.frame().offset());
    return frame == null || !frame.equals(group.frame())
        ? group
        : new GroupCheck(key, scope.signatures(), new ContentCheck(keys)).check(frame, bytes, 0);
  }

  /** Whether the newest group is what a power cut may leave of one that was never acknowledged. */
  private boolean isTorn(Checked group) {
    boolean covered = published != null && published.size() > group.frame().first();
    if (group.hidesGroup() || (covered && !scope.hotCopy())) {
      return false;
    }
    if (group.broken() != null || group.wrongSum()) {
      return true;
    }
    SignedHead head = group.head();
    boolean signed = head != null && head.problem(key, false) == null;
    return group.torn() && signed && !contents.isLockedByWrongKey(group);
  }

  private static String tornHow(Checked group) {
    return group.broken() != null || group.wrongSum()
        ? "half-written group"
        : "half-written group (contents or keys)";
  }

  private void take(Checked group, @Nullable Checked next) throws IOException {
    Frame frame = group.frame();
    groups++;
    checkSegmentEnd(group);
    if (group.broken() != null) {
      missing(frame.first(), frame.leafCount(), frame.place(), String.valueOf(group.broken()));
      return;
    }
    Repair repair = head(group, next);
    for (int i = 0; i < group.leaves().size(); i++) {
      leaf(group, group.leaves().get(i), frame.first() + i, repair.original(i));
    }
    if (group.problem() != null) {
      report.violation(frame.place(), group.problem());
    }
    lists.endGroup();
    size = frame.first() + frame.leafCount();
    newest = group;
  }

  /** Compares the head with the leaves; says which of them are not those that were signed. */
  private Repair head(Checked group, @Nullable Checked next) {
    SignedHead head = group.head();
    signatures += group.frame().number() < scope.signatures() ? 1 : 0;
    if (head == null || group.headProblem() != null) {
      report.violation(group.frame().place(), "signed head: " + group.headProblem());
    }
    if (size >= known) {
      return Repair.none(group, tree);
    }
    Repair repair = Repair.of(tree, group, next, tiles);
    boolean fits = head != null && repair.fits(head);
    if (fits || head == null || group.headProblem() != null) {
      suspect = !fits;
    } else {
      mismatch(group, head);
    }
    if (group.wrongSum() && fits && !repair.any()) {
      report.violation(
          group.frame().place(), "checksum of leaves and head is wrong, but they are as signed");
    }
    append(repair);
    return repair;
  }

  private void mismatch(Checked group, SignedHead head) {
    Frame frame = group.frame();
    if (head.problem(key, false) != null) {
      report.violation(frame.place(), "signed head: bad signature");
    } else if (suspect) {
      known = Math.min(known, size);
      tiles.stop();
      report.note(
          "entry " + size,
          "from here on entries could not be compared with signed heads, since one before is damaged");
    } else if (group.leaves().stream().allMatch(leaf -> leaf.problem() == null)) {
      report.violation(
          frame.first(),
          "entry "
              + frame.first()
              + (frame.leafCount() > 1 ? " to " + (frame.first() + frame.leafCount() - 1) : ""),
          "signed head is not over the entries before it: one of these was changed (%s, %d bytes)"
              .formatted(Segment.place(frame.segment(), frame.leavesAt()), frame.leaves()));
    }
    suspect = true;
  }

  private void leaf(Checked group, Checked.Leaf leaf, long index, byte @Nullable [] original)
      throws IOException {
    LeafReading reading = leaf.reading();
    if (size < known) {
      byte[] hash = original == null ? leaf.hash() : original;
      tiles.add(group.bytes(), leaf.at() - Short.BYTES, leaf.length(), hash, original == null);
    }
    if (original != null || reading == null) {
      report.violation(
          index,
          "%s (%s, %d bytes)"
              .formatted(
                  original == null
                      ? "damaged: " + leaf.problem()
                      : "signed head is not over the entries before it: this one was changed",
                  Segment.place(group.frame().segment(), group.offsetOf(leaf)),
                  leaf.length()));
      skip();
      return;
    }
    String kind = reading.text("kind");
    kinds.merge(kind, 1L, Long::sum);
    doubts.id(reading.text("id"), leaf.id());
    chains.add(index, reading, leaf.hex());
    calls.add(index, reading);
    contents.add(index, reading, leaf.content());
    lists.add(index, reading, leaf.content(), leaf.root());
    if (kind.equals("gap")) {
      gap(index, reading);
    }
  }

  private void gap(long index, LeafReading leaf) {
    gapCount++;
    gapBytes += Math.max(0, leaf.number("bytes"));
    if (gaps.size() < 20) {
      gaps.add("%s: %d bytes".formatted(Report.entry(index), leaf.number("bytes")));
    }
  }

  private void missing(long first, long count, String place, String why) throws IOException {
    report.violation(
        first,
        count == 1 ? "entry " + first : "entries " + first + " to " + (first + count - 1),
        "missing or damaged (%s): %s".formatted(place, why));
    skip();
    for (long index = first; index < first + count && first < known; index++) {
      byte[] hash = tiles.hint(index);
      if (hash == null) {
        known = Math.min(known, first);
        tiles.stop();
        report.note(
            "entry " + first, "from here on entries could not be compared with signed heads");
        break;
      }
      tree.append(hash);
      keepRoot(tree);
      tiles.add(hash);
    }
    suspect = true; // what the tiles say may be wrong: the next head tells
    size = first + count;
  }

  private void skip() {
    chains.skip();
    calls.skip();
    lists.skip();
  }

  /** The signature of the last head of a segment vouches for all before it. */
  private void checkSegmentEnd(Checked next) {
    Checked before = newest;
    if (before != null && before.frame().segment() != next.frame().segment()) {
      checkThoroughly(before);
    }
  }

  private void checkThoroughly(Checked group) {
    SignedHead head = group.head();
    if (head == null || group.headProblem() != null) {
      return; // it was reported
    }
    signatures += group.frame().number() < scope.signatures() ? 0 : 1;
    String problem = head.problem(key, true);
    if (problem != null) {
      report.violation(group.frame().place(), "signed head: " + problem);
    }
  }

  /** Goes on with the tree behind the group; leaf by leaf, if a root within is wanted. */
  private void append(Repair repair) {
    long end = repair.after().size();
    if (isWithin(published, end) || isWithin(older, end)) {
      for (byte[] hash : repair.hashes()) {
        tree.append(hash);
        keepRoot(tree);
      }
    }
    tree = repair.after();
    keepRoot(tree);
  }

  private boolean isWithin(@Nullable SignedHead head, long end) {
    return head != null && head.size() > tree.size() && head.size() < end;
  }

  private void keepRoot(Tree at) {
    long count = at.size();
    if ((published != null && published.size() == count)
        || (older != null && older.size() == count)) {
      roots.put(count, at.root());
    }
  }

  /** All groups were taken. */
  void end(Doubts.Again again) throws IOException {
    if (newest != null) {
      checkThoroughly(newest);
    }
    doubts.settle(again);
    describe();
    contents.end();
    lists.end();
    calls.end();
    tiles.end(published == null ? 0 : published.size());
    if (scope.hotCopy()) {
      report.upTo("up to " + size + " entries of a copy that may be incomplete");
    }
  }

  private void describe() {
    report.fact("log", key.name());
    report.fact(
        "entries",
        Long.toString(size),
        size == 0 ? "the log has not begun" : "covered by signed heads, each read and compared");
    kinds.forEach((kind, count) -> report.part(kind, count, ""));
    report.fact("groups", Long.toString(groups), "entries that one fsync made durable, and a head");
    report.part("signatures", signatures, "checked of these heads; the newest covers all entries");
    report.fact("segments", Long.toString(usedSegments), "files that hold entries");
    report.part("prepared", spareSegments, "empty, for entries to come");
    report.fact(
        "gaps", Long.toString(gapCount), "half-written groups that a start dropped, with an entry");
    if (gapCount > 0) {
      report.part("bytes", gapBytes, "in them; they were never acknowledged");
      gaps.forEach(gap -> report.note("gap", gap + " were dropped at a start"));
    }
    long starts = kinds.getOrDefault("start", 0L);
    long stops = kinds.getOrDefault("stop", 0L);
    report.fact("starts", Long.toString(starts), "times a server opened the log");
    report.part("stops", stops, "ended in order");
    report.part("others", starts - stops, "run still, or ended by a kill or a crash");
  }
}
