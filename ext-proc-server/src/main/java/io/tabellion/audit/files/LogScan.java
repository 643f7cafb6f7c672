package io.tabellion.audit.files;

import com.google.protobuf.ByteString;
import io.tabellion.audit.checkpoint.Checkpoint;
import io.tabellion.audit.checkpoint.SignedCheckpoint;
import io.tabellion.audit.checkpoint.TreeHead;
import io.tabellion.audit.checkpoint.VerifierKey;
import io.tabellion.audit.merkle.Frontier;
import io.tabellion.audit.merkle.Hash;
import io.tabellion.audit.store.DamagedException;
import io.tabellion.audit.store.LeafCheck;
import io.tabellion.durable.Disk;
import io.tabellion.durable.Disk.DiskFile;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Reads a whole log forward and says what of it counts (docs/audit-format.md §7, steps 3 and 4). It
 * writes nothing but removes unfinished files.
 *
 * <p>Not thread-safe.
 */
final class LogScan {
  private final Disk disk;
  private final Path folder;
  private final Hash originHash;
  private final VerifierKey key;
  private final LeafCheck check;

  final List<Segment> segments = new ArrayList<>();
  final TreeIndex tree;
  final GroupIndex index;
  private final @Nullable StoreState base;

  private Frontier frontier = Frontier.EMPTY;
  private long groups;
  private @Nullable SignedCheckpoint head;
  private Place end = new Place(0, Segment.PAGE);
  private @Nullable Place accepted;
  private @Nullable Candidate newest;
  private @Nullable Dropped dropped;
  private Runnable pause = () -> {};
  private long last = Long.MAX_VALUE; // groups to read
  private @Nullable FileGroup sealed; // the newest that counts and has contents

  /** A group whose sums fit, and the tree with it. */
  private record Candidate(
      FileGroup group, SignedCheckpoint head, List<Hash> hashes, Frontier after) {}

  private LogScan(
      Disk disk,
      Path folder,
      VerifierKey key,
      LeafCheck check,
      ResumeFiles.@Nullable Resumed base) {
    this.base = base == null ? null : base.state();
    this.tree = base == null ? new TreeIndex() : base.tree();
    this.index = base == null ? new GroupIndex() : base.index();
    if (base != null) {
      frontier = base.frontier();
      groups = base.state().groups();
      head = base.state().head();
      end = base.state().end();
      accepted = base.state().newest();
    }
    this.disk = disk;
    this.folder = folder;
    this.key = key;
    this.originHash = Hash.ofBytes(ByteString.copyFromUtf8(key.name()));
    this.check = check;
  }

  /**
   * Reads the segments in {@code folder}.
   *
   * @param key of the log; its name is the origin
   * @throws DamagedException if there is anything else than good groups and at most one torn one at
   *     the end
   */
  static LogScan of(Disk disk, Path folder, VerifierKey key, LeafCheck check) throws IOException {
    LogScan scan = new LogScan(disk, folder, key, check, null);
    scan.removeUnfinished();
    scan.listSegments();
    scan.readGroups();
    return scan;
  }

  /**
   * Reads only what stands behind a state that was saved, and that this state's newest group is
   * there.
   *
   * @throws DamagedException as {@link #of}
   */
  static LogScan after(
      ResumeFiles.Resumed base, Disk disk, Path folder, VerifierKey key, LeafCheck check)
      throws IOException {
    LogScan scan = new LogScan(disk, folder, key, check, base);
    scan.removeUnfinished();
    scan.listSegments();
    scan.requireBase(base.state());
    scan.readGroups();
    return scan;
  }

  /**
   * Reads what a saved state says that it covers, as {@link #of} would, while a server may append.
   *
   * @param pause is run between groups
   * @throws DamagedException if that is not there, or does not add up to the state
   */
  static void verify(
      ResumeFiles.Resumed base,
      Disk disk,
      Path folder,
      VerifierKey key,
      LeafCheck check,
      Runnable pause)
      throws IOException {
    LogScan scan = new LogScan(disk, folder, key, check, null);
    scan.listSegments();
    scan.pause = pause;
    scan.last = base.state().groups();
    scan.readUpTo(base.state().end());
    if (scan.newest != null) {
      scan.requireSigned(scan.newest);
      scan.accept(scan.newest);
    }
    if (!base.state().head().equals(scan.head) || scan.groups != base.state().groups()) {
      throw base.state()
          .newest()
          .damaged("other entries (expected: those of the head that was saved)");
    }
  }

  private void readUpTo(Place to) throws IOException {
    for (Segment segment : segments) {
      if (segment.number() <= to.segment()) {
        try (DiskFile file = disk.openToRead(folder.resolve(segment.name()))) {
          long at = readSegmentGroups(file, segment, Segment.PAGE);
          boolean whole = segment.number() == to.segment() ? at == to.offset() : isZero(file, at);
          if (!whole) {
            throw new Place(segment.number(), at).damaged("a bad group");
          }
        }
      }
    }
  }

  private static boolean isZero(DiskFile file, long from) throws IOException {
    return Tail.read(file, from, file.size()).length() == 0;
  }

  /** Requires that the newest group which a saved state covers is there as it was. */
  private void requireBase(StoreState state) throws IOException {
    Place place = state.newest();
    if (place.segment() >= segments.size() || state.end().segment() >= segments.size()) {
      throw new DamagedException(Segment.name(place.segment()) + ": missing (expected: entries)");
    }
    Segment segment = segments.get((int) place.segment());
    try (DiskFile file = disk.openToRead(folder.resolve(segment.name()))) {
      Optional<GroupHeader> header = GroupCodec.readHeader(file, segment, place.offset());
      Optional<FileGroup> group =
          header.isEmpty() ? Optional.empty() : GroupCodec.readGroup(file, place, header.get());
      if (group.isEmpty()
          || group.get().header().number() != state.groups() - 1
          || !group.get().head().equals(state.head().note())) {
        throw place.damaged("another group (expected: the newest that was saved)");
      }
    }
  }

  /** Whether all that was read is known to be durable. */
  boolean isSettled() {
    return base != null && base.newest().equals(accepted);
  }

  /** Whether a folder holds any segment in which something was written behind the header. */
  static boolean holdsGroups(Disk disk, Path folder) throws IOException {
    for (String name : disk.list(folder)) {
      if (Segment.isName(name)) {
        try (DiskFile file = disk.openToRead(folder.resolve(name))) {
          if (Tail.read(file, Segment.PAGE, file.size()).length() > 0) {
            return true;
          }
        }
      }
    }
    return false;
  }

  /** The key that the heads are signed with. */
  VerifierKey key() {
    return key;
  }

  /** The tree over all leaves that count, with the newest head that counts. */
  TreeHead head() {
    return TreeHead.of(frontier, head);
  }

  /** What does not count; empty if nothing was found behind the newest head. */
  Optional<Dropped> dropped() {
    return Optional.ofNullable(dropped);
  }

  /** Where the newest group that counts begins; null if there is none. */
  @Nullable Place newest() {
    return accepted;
  }

  /** Where the next group goes. */
  Place end() {
    return end;
  }

  long groups() {
    return groups;
  }

  Hash originHash() {
    return originHash;
  }

  private void removeUnfinished() throws IOException {
    for (String name : disk.list(folder)) {
      if (name.endsWith(".tmp")) {
        disk.delete(folder.resolve(name));
      }
    }
  }

  private void listSegments() throws IOException {
    for (String name : disk.list(folder)) {
      if (Segment.isName(name)) {
        segments.add(readSegment(name));
      }
    }
  }

  private Segment readSegment(String name) throws IOException {
    long number = Segment.numberOf(name);
    if (number != segments.size()) {
      throw new DamagedException(
          Segment.name(segments.size()) + ": missing (expected: before " + name + ")");
    }
    try (DiskFile file = disk.openToRead(folder.resolve(name))) {
      return Segment.read(file, number, originHash)
          .orElseThrow(() -> new DamagedException(name + " at 0: no segment header of this log"));
    }
  }

  private void readGroups() throws IOException {
    boolean ended = false;
    long first = base == null ? 0 : base.end().segment();
    for (Segment segment : segments.subList((int) first, segments.size())) {
      try (DiskFile file = disk.openToRead(folder.resolve(segment.name()))) {
        long from = base != null && segment.number() == first ? base.end().offset() : Segment.PAGE;
        long offset = ended ? Segment.PAGE : readSegmentGroups(file, segment, from);
        boolean hasGroups = offset > Segment.PAGE;
        if (hasGroups) {
          end = new Place(segment.number(), offset);
        }
        Tail tail = Tail.read(file, offset, segment.size());
        if (tail.length() > 0) {
          drop(file, segment, offset, tail, ended && !isFirstAfterEnd(segment));
        }
        ended |= (!hasGroups && segment.number() > 0) || tail.length() > 0;
      }
    }
    settleNewest();
  }

  /** A torn group may stand first in the segment behind the one that was written to. */
  private boolean isFirstAfterEnd(Segment segment) {
    return dropped == null && segment.number() == end.segment() + 1;
  }

  private long readSegmentGroups(DiskFile file, Segment segment, long from) throws IOException {
    long offset = from;
    while (true) {
      if (newest != null && newest.group().header().number() + 1 >= last) {
        return offset;
      }
      pause.run();
      Optional<GroupHeader> header = GroupCodec.readHeader(file, segment, offset);
      if (header.isEmpty()) {
        return offset;
      }
      Place place = new Place(segment.number(), offset);
      requireNext(place, header.get());
      Optional<FileGroup> group = GroupCodec.readGroup(file, place, header.get());
      if (group.isEmpty()) {
        return offset;
      }
      take(group.get());
      offset += header.get().paddedLength();
    }
  }

  private void requireNext(Place place, GroupHeader header) throws DamagedException {
    long number = newest == null ? groups : newest.group().header().number() + 1;
    long first = newest == null ? frontier.size() : newest.after().size();
    if (header.number() != number || header.firstIndex() != first) {
      throw place.damaged(
          "group " + header.number() + " (expected: " + number + " from leaf " + first + ")");
    }
  }

  private void take(FileGroup group) throws IOException {
    Candidate before = newest;
    Frontier after = before == null ? frontier : before.after();
    List<Hash> hashes = group.leaves().stream().map(Hash::ofLeaf).toList();
    for (Hash hash : hashes) {
      after = after.append(hash);
    }
    Checkpoint expected = new Checkpoint(key.name(), after.size(), after.root());
    SignedCheckpoint found =
        SignedCheckpoint.openUnverified(group.head())
            .filter(opened -> opened.checkpoint().equals(expected))
            .orElseThrow(() -> group.place().damaged("head does not fit the leaves"));
    if (before != null) {
      if (before.group().place().segment() != group.place().segment()) {
        requireSigned(before);
      }
      accept(before);
    }
    newest = new Candidate(group, found, hashes, after);
  }

  private void accept(Candidate candidate) throws DamagedException {
    FileGroup group = candidate.group();
    for (int i = 0; i < candidate.hashes().size(); i++) {
      check.visit(group.firstIndex() + i, group.leaves().get(i), candidate.hashes().get(i));
      tree.append(candidate.hashes().get(i));
    }
    index.add(group.header(), group.place());
    frontier = candidate.after();
    head = candidate.head();
    accepted = group.place();
    if (group.header().keys() > 0) {
      sealed = group;
    }
    groups = group.header().number() + 1;
  }

  private void requireSigned(Candidate candidate) throws DamagedException {
    if (SignedCheckpoint.open(candidate.group().head(), key).isEmpty()) {
      throw candidate.group().place().damaged("head is not signed by the key of this log");
    }
  }

  /** Notes a torn group, or refuses what cannot be one. */
  private void drop(DiskFile file, Segment segment, long offset, Tail tail, boolean detached)
      throws IOException {
    Place place = new Place(segment.number(), offset);
    Optional<GroupHeader> header = GroupCodec.readHeader(file, segment, offset);
    boolean longer = header.isPresent() && tail.length() > header.get().paddedLength();
    if (detached || dropped != null || longer || tail.hidesGroup()) {
      throw place.damaged("a bad group that is not the last one");
    }
    dropped = new Dropped(place, tail.length(), tail.sha256());
    end = place;
  }

  /** The newest group counts if it is signed and its contents and keys are there too. */
  private void settleNewest() throws IOException {
    if (newest == null) {
      return;
    }
    requireSigned(newest);
    if (isIntact(newest.group())) {
      accept(newest);
      return;
    }
    FileGroup group = newest.group();
    if (sealed != null && !isIntact(sealed)) {
      throw group
          .place()
          .damaged(
              "contents cannot be read, nor those of the group before (expected: the keys that this"
                  + " log was made with)");
    }
    if (dropped != null) {
      throw group.place().damaged("contents or keys do not fit their leaves");
    }
    Segment segment = segments.get((int) group.place().segment());
    try (DiskFile file = disk.openToRead(folder.resolve(segment.name()))) {
      Tail tail = Tail.read(file, group.place().offset(), segment.size());
      dropped = new Dropped(group.place(), tail.length(), tail.sha256());
    }
    end = group.place();
    if (head != null && SignedCheckpoint.open(head.note(), key).isEmpty()) {
      throw group.place().damaged("the head before is not signed by this log's key");
    }
  }

  private boolean isIntact(FileGroup group) throws IOException {
    Segment segment = segments.get((int) group.place().segment());
    try (DiskFile file = disk.openToRead(folder.resolve(segment.name()))) {
      for (int i = 0; i < group.leaves().size(); i++) {
        if (!check.isIntact(group.leaves().get(i), GroupCodec.readSealed(file, group, i))) {
          return false;
        }
      }
      return true;
    } catch (DamagedException _) {
      return false;
    }
  }
}
