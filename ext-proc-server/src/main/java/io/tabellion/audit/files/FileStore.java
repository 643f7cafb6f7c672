package io.tabellion.audit.files;

import com.google.protobuf.ByteString;
import io.tabellion.audit.Opening;
import io.tabellion.audit.checkpoint.SignedCheckpoint;
import io.tabellion.audit.checkpoint.TreeHead;
import io.tabellion.audit.merkle.Hash;
import io.tabellion.audit.store.DamagedException;
import io.tabellion.audit.store.LogStore;
import io.tabellion.audit.store.Row;
import io.tabellion.audit.store.Sealed;
import io.tabellion.audit.store.StoredGroup;
import io.tabellion.durable.Disk;
import io.tabellion.durable.Disk.DiskFile;
import io.tabellion.metrics.Metrics;
import io.tabellion.metrics.Timing;
import java.io.Closeable;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * The record in preallocated segment files (docs/audit-format.md §2, §3).
 *
 * <p>Appending is one write and one fdatasync of pages that are already on the disk:
 *
 * <pre>
 * pwrite(segment, group, offset); fdatasync(segment)
 * </pre>
 *
 * <p>Threads: as {@link LogStore} says. Readers open files of their own, so that an interrupted one
 * cannot close the writer's.
 */
final class FileStore implements LogStore, Closeable {
  private final Disk disk;
  private final ResumeFiles resume;
  private final Metrics metrics;
  private final Path folder;
  private final Disk.Placed taken;
  private final SegmentPool pool;
  private final TreeIndex tree;
  private final GroupIndex index;
  private final Map<Long, Segment> segments = new ConcurrentHashMap<>(); // without spares
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition grown = lock.newCondition();

  private volatile DiskFile file; // written by the writer
  private long groups; // owned by the writer
  private @Nullable Place newest; // owned by the writer
  private volatile Segment active; // written by the writer
  private volatile long offset; // written by the writer
  private volatile TreeHead head; // written by the writer, under lock
  private volatile boolean closed; // written under lock
  private volatile @Nullable Block block; // the last one read

  private record Block(long number, List<Hash> hashes) {}

  private FileStore(
      Disk disk,
      Path folder,
      Disk.Placed taken,
      SegmentPool pool,
      LogScan scan,
      Segment active,
      DiskFile file,
      ResumeFiles resume,
      Metrics metrics) {
    this.metrics = metrics;
    this.disk = disk;
    this.resume = resume;
    this.folder = folder;
    this.taken = taken;
    this.pool = pool;
    this.tree = scan.tree;
    this.index = scan.index;
    this.groups = scan.groups();
    this.head = scan.head();
    this.newest = scan.newest();
    this.active = active;
    this.offset = scan.end().offset();
    this.file = file;
    scan.segments.stream()
        .filter(segment -> segment.number() < active.number())
        .forEach(segment -> segments.put(segment.number(), segment));
    segments.put(active.number(), active);
  }

  /**
   * Opens the store for appending: makes durable what was read and may not be yet, or writes {@code
   * gap} in the place of what was dropped (docs/audit-format.md §7 step 5). It needs no more room
   * on the disk than the log has.
   *
   * @param taken the lock on the log's directory
   * @param segmentSize of segments to be made
   * @param executor makes spare segments
   * @param gap takes the place of what the scan dropped; null if it dropped nothing
   * @param resume keeps what is noted
   * @param metrics where writes and fsyncs are timed
   */
  static FileStore open(
      Disk disk,
      Path folder,
      Disk.Placed taken,
      LogScan scan,
      long segmentSize,
      Executor executor,
      Opening.@Nullable Group gap,
      ResumeFiles resume,
      Metrics metrics)
      throws IOException {
    Place end = scan.end();
    boolean isNew = scan.segments.isEmpty();
    Segment active = isNew ? new Segment(0, segmentSize) : scan.segments.get((int) end.segment());
    ByteBuffer group =
        gap == null
            ? ByteBuffer.allocate(0)
            : GroupCodec.encode(scan.groups(), scan.head().size(), gap.rows(), noteOf(gap.head()));
    if (isNew) {
      SegmentPool.makeDurably(disk, folder, active, scan.originHash());
    }
    long next = isNew ? 1 : scan.segments.size();
    SegmentPool pool =
        new SegmentPool(disk, folder, scan.originHash(), segmentSize, executor, next);
    if (!isNew) {
      pool.add(scan.segments.subList((int) end.segment() + 1, scan.segments.size()));
    }
    DiskFile file = disk.open(folder.resolve(active.name()));
    try {
      settle(scan, file, active, group);
    } catch (IOException e) {
      file.close();
      throw e;
    }
    FileStore store = new FileStore(disk, folder, taken, pool, scan, active, file, resume, metrics);
    if (gap != null) {
      store.publish(gap.rows(), gap.head(), group.limit());
    }
    pool.want(1);
    return store;
  }

  @Override
  public TreeHead head() {
    return head;
  }

  @Override
  public void append(TreeHead expected, List<Row> rows, TreeHead next) throws IOException {
    TreeHead found = head;
    if (!expected.equals(found)) {
      throw new ConflictException(expected.size(), found.size());
    }
    ByteBuffer group = GroupCodec.encode(groups, found.size(), rows, noteOf(next));
    if (offset + group.limit() > active.size()) {
      roll(group.limit());
    }
    long begun = System.nanoTime();
    file.write(group, offset);
    begun = metrics.time(Timing.WRITE, begun);
    file.force();
    metrics.time(Timing.FSYNC, begun);
    requireNewestInPlace();
    publish(rows, next, group.limit());
  }

  /**
   * Requires that the segment which is appended to, and the lock, are in their place.
   *
   * @throws Disk.DisplacedException if one is not
   */
  void requireNewestInPlace() throws IOException {
    file.requireInPlace();
    taken.requireInPlace();
  }

  /** {@inheritDoc} Of the segments before the newest only the names are looked at. */
  @Override
  public void requireInPlace() throws IOException {
    requireNewestInPlace();
    Set<String> names = Set.copyOf(disk.list(folder));
    for (Segment segment : segments.values()) {
      if (!names.contains(segment.name())) {
        throw new Disk.DisplacedException(folder.resolve(segment.name()));
      }
    }
  }

  @Override
  public void note(ByteString memory) {
    SignedCheckpoint now = head.signed();
    Place last = newest;
    if (now != null && last != null) {
      Place next = new Place(active.number(), offset);
      resume.note(new StoreState(now, groups, last, next, tree.tail()), memory);
    }
  }

  /** Roots of complete blocks of 256 leaves, joined. */
  ByteString blockRoots(long from, long to) {
    ByteString.Output out = ByteString.newOutput((int) ((to - from) * Hash.SIZE));
    for (long block = from; block < to; block++) {
      out.write(tree.root(TreeIndex.BLOCK_LEVEL, block).bytes().toByteArray(), 0, Hash.SIZE);
    }
    return out.toByteString();
  }

  List<GroupIndex.Entry> placesFrom(long number, long count) {
    return index.from(number, count);
  }

  @Override
  public long cost(long leaves, long contents, int entries) {
    return Segment.padded(
        GroupHeader.SIZE
            + GroupCodec.MAX_HEAD
            + leaves
            + contents
            + entries * GroupCodec.cost(0, 0));
  }

  /** Bytes of the segments that hold entries, the present one as far as it is written. */
  long bytes() {
    Segment present = active;
    long sum = offset;
    for (Segment segment : segments.values()) {
      sum += segment.number() < present.number() ? segment.size() : 0;
    }
    return sum;
  }

  /** Bytes for entries in files that are made already. */
  long made() {
    return left() + pool.room(0);
  }

  /**
   * Bytes that the disk has for more files.
   *
   * @throws IOException if it does not say
   */
  long usable() throws IOException {
    return disk.usable(folder);
  }

  /** Bytes that fit into the present segment still. */
  private long left() {
    return active.size() - offset;
  }

  @Override
  public long room(long largest) {
    return Math.max(0, left() - largest) + pool.room(largest);
  }

  @Override
  public boolean grow(Duration timeout) throws InterruptedException {
    return pool.grow(timeout);
  }

  @Override
  public void shrink(long needed, long largest) {
    pool.shrink(needed - Math.max(0, left() - largest), largest);
  }

  @Override
  public boolean isFull() {
    boolean failed = pool.failed();
    if (failed) {
      pool.want(1);
    }
    return failed;
  }

  @Override
  public StoredGroup groupOf(long leaf) throws IOException {
    Place place = index.floor(Objects.checkIndex(leaf, head.size()));
    Segment segment = segment(place.segment());
    long at = place.offset();
    while (true) {
      try (DiskFile source = disk.openToRead(folder.resolve(segment.name()))) {
        for (GroupHeader header = headerAt(source, segment, at);
            header != null;
            header = headerAt(source, segment, at)) {
          if (leaf < header.firstIndex()) {
            throw place.damaged("groups do not follow each other");
          }
          if (leaf < header.firstIndex() + header.leafCount()) {
            return new Found(read(source, new Place(segment.number(), at), header));
          }
          at += header.paddedLength();
        }
      }
      segment = segment(segment.number() + 1);
      at = Segment.PAGE;
    }
  }

  /** A group that was read; its contents are read from its segment. */
  private final class Found implements StoredGroup {
    private final FileGroup group;

    Found(FileGroup group) {
      this.group = group;
    }

    @Override
    public long firstIndex() {
      return group.header().firstIndex();
    }

    @Override
    public List<ByteString> leaves() {
      return group.leaves();
    }

    @Override
    public @Nullable Sealed sealed(int ordinal) throws IOException {
      Segment segment = segment(group.place().segment());
      try (DiskFile source = disk.openToRead(folder.resolve(segment.name()))) {
        return GroupCodec.readSealed(source, group, ordinal);
      }
    }
  }

  /**
   * {@inheritDoc}
   *
   * @throws UncheckedIOException if leaves cannot be read
   */
  @Override
  public Hash root(int level, long number) {
    if (level >= TreeIndex.BLOCK_LEVEL) {
      return tree.root(level, number);
    }
    int inBlock = TreeIndex.BLOCK_LEVEL - level;
    int first = (int) ((number & ((1L << inBlock) - 1)) << level);
    List<Hash> hashes = leafHashes(number >> inBlock);
    return TreeIndex.fold(hashes.subList(first, first + (1 << level)));
  }

  @Override
  public boolean awaitSize(long above, Duration timeout) throws InterruptedException {
    long left = timeout.toNanos();
    lock.lock();
    try {
      while (head.size() <= above && !closed && left > 0) {
        left = grown.awaitNanos(left);
      }
      return head.size() > above;
    } finally {
      lock.unlock();
    }
  }

  @Override
  public void close() throws IOException {
    lock.lock();
    try {
      closed = true;
      grown.signalAll();
    } finally {
      lock.unlock();
    }
    file.close();
  }

  private void roll(long bytes) throws IOException {
    if (bytes > active.size() - Segment.PAGE) {
      throw new NoRoomException(bytes);
    }
    Segment next = pool.take(bytes);
    DiskFile opened = disk.open(folder.resolve(next.name()));
    file.close();
    file = opened;
    segments.put(next.number(), next);
    active = next;
    offset = Segment.PAGE;
    if (bytes > next.size() - Segment.PAGE) {
      throw new NoRoomException(bytes);
    }
  }

  private void publish(List<Row> rows, TreeHead next, long length) {
    GroupHeader header =
        new GroupHeader(groups, head.size(), rows.size(), 0, 0, 0, 0, 0); // only to index it
    long here = offset;
    newest = new Place(active.number(), here);
    index.add(header, newest);
    rows.forEach(row -> tree.append(row.hash()));
    groups++;
    offset = here + length;
    lock.lock();
    try {
      head = next;
      grown.signalAll();
    } finally {
      lock.unlock();
    }
  }

  private List<Hash> leafHashes(long number) {
    List<Hash> tail = tree.tailOf(number);
    if (tail != null) {
      return tail;
    }
    Block cached = block;
    if (cached != null && cached.number() == number) {
      return cached.hashes();
    }
    try {
      List<Hash> hashes = readHashes(number * TreeIndex.BLOCK);
      block = new Block(number, hashes);
      return hashes;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private List<Hash> readHashes(long first) throws IOException {
    List<Hash> hashes = new ArrayList<>(TreeIndex.BLOCK);
    while (hashes.size() < TreeIndex.BLOCK) {
      StoredGroup group = groupOf(first + hashes.size());
      int from = (int) (first + hashes.size() - group.firstIndex());
      int to = Math.min(group.leaves().size(), from + TreeIndex.BLOCK - hashes.size());
      group.leaves().subList(from, to).forEach(leaf -> hashes.add(Hash.ofLeaf(leaf)));
    }
    return Collections.unmodifiableList(hashes);
  }

  private static FileGroup read(DiskFile source, Place place, GroupHeader header)
      throws IOException {
    return GroupCodec.readGroup(source, place, header)
        .orElseThrow(() -> place.damaged("check sum of the group is wrong"));
  }

  private static @Nullable GroupHeader headerAt(DiskFile source, Segment segment, long at)
      throws IOException {
    return GroupCodec.readHeader(source, segment, at).orElse(null);
  }

  private Segment segment(long number) throws DamagedException {
    Segment segment = segments.get(number);
    if (segment == null) {
      throw new DamagedException(Segment.name(number) + ": missing (expected: a durable group)");
    }
    return segment;
  }

  private static ByteString noteOf(TreeHead head) {
    return Objects.requireNonNull(head.signed(), "head of a group").note();
  }

  /*
   * The newest group may have been read from memory and never have reached the disk, after a failed
   * fsync or a kill: the same bytes, written again, make the pages dirty again. Where something
   * follows it, it is durable, for the next group is written only after the fsync of the one
   * before. What follows is torn; the gap takes its first page and is durable before the rest
   * becomes zero, so that at any moment either is found by the next start.
   */
  private static void settle(LogScan scan, DiskFile file, Segment active, ByteBuffer gap)
      throws IOException {
    long end = scan.end().offset();
    if (gap.hasRemaining()) {
      file.write(gap.duplicate(), end);
      file.force();
      Segment.writeZeros(file, end + gap.limit(), active.size());
      file.force();
      return;
    }
    Place newest = scan.newest();
    if (newest == null || scan.isSettled()) {
      return;
    }
    if (newest.segment() == active.number()) {
      rewrite(file, newest.offset(), end);
      return;
    }
    throw new IllegalStateException("end of the log is not behind its newest group");
  }

  private static void rewrite(DiskFile file, long from, long to) throws IOException {
    ByteBuffer chunk = ByteBuffer.allocateDirect((int) Math.min(1 << 20, to - from));
    for (long at = from; at < to; at += chunk.limit()) {
      chunk.clear().limit((int) Math.min(chunk.capacity(), to - at));
      file.read(chunk, at);
      file.write(chunk.flip(), at);
    }
    file.force();
  }
}
