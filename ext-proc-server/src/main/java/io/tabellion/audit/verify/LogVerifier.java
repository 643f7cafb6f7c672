package io.tabellion.audit.verify;

import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Verifies the directory of a log: every group, leaf, chain, signed head, content and tile, read
 * forward, and lists of commitments where their contents are open. What is derived from the
 * segments (tiles, checkpoint) is compared with them; the search index is not looked at, since
 * nothing rests on it.
 *
 * <p>What it cannot see without a checkpoint that was kept elsewhere: entries cut off the end, or
 * the whole log set back, together with what is derived. With one, both are violations, and so is a
 * fork.
 *
 * <p>For one use, by one thread.
 */
final class LogVerifier {
  private final Path log;
  private final LogKey key;
  private final @Nullable SignedHead older;
  private final Report report;
  private final Tree tree = new Tree();
  private final Tiles tiles;
  private final Chains chains;
  private final Calls calls;
  private final Contents contents;
  private final CommitmentLists lists;
  private final Map<Long, String> roots = new HashMap<>();
  private final @Nullable SignedHead published;
  private long groups;
  private boolean ended;

  LogVerifier(Path log, LogKey key, @Nullable SignedHead older, Report report) throws IOException {
    this.log = log;
    this.key = key;
    this.older = older;
    this.report = report;
    tiles = new Tiles(report, log);
    chains = new Chains(report, key.name());
    calls = new Calls(report);
    Path keys = log.resolve("keys");
    contents = new Contents(report, Files.isDirectory(keys) ? keys : null);
    lists = new CommitmentLists(report);
    published = published();
  }

  void verify() throws IOException {
    keepRoot();
    checkFormat();
    List<Path> segments = segments();
    for (int number = 0; number < segments.size(); number++) {
      segment(segments.get(number), number, segments.subList(number + 1, segments.size()));
    }
    report.fact("log", key.name());
    report.fact("segments", segments.size() + " files, " + groups + " groups");
    report.fact("entries", tree.size());
    contents.end();
    lists.end();
    calls.end();
    checkPublished();
    checkOlder();
  }

  private void checkFormat() throws IOException {
    Path file = log.resolve("format");
    String expected = "tabellion-log/1\n" + key.name() + "\n";
    if (!Files.exists(file)) {
      report.note("format", "not there: the log has not begun");
    } else if (!Files.readString(file).equals(expected)) {
      report.violation("format", "not of this log and version");
    }
  }

  private List<Path> segments() throws IOException {
    try (Stream<Path> files = Files.list(log.resolve("segments"))) {
      return files.filter(file -> file.toString().endsWith(".seg")).sorted().toList();
    }
  }

  /** Whether nothing was ever written to these: segments are made before they are needed. */
  private static boolean allBlank(List<Path> segments) throws IOException {
    for (Path file : segments) {
      try (Segment segment = new Segment(file)) {
        if (!(segment.read(Segment.PAGE) instanceof Segment.Read.Blank)) {
          return false;
        }
      }
    }
    return true;
  }

  private void segment(Path file, int number, List<Path> following) throws IOException {
    try (Segment segment = new Segment(file)) {
      if (!file.getFileName().toString().equals("%016d.seg".formatted(number))) {
        report.violation(segment.name(), "segment " + number + " is missing before it");
      }
      String problem = segment.headerProblem(number, key.name());
      if (problem != null) {
        report.violation(segment.name(), problem);
        ended = true;
        return;
      }
      groups(segment, following);
    }
  }

  private void groups(Segment segment, List<Path> following) throws IOException {
    long offset = Segment.PAGE;
    Group newest = null;
    while (segment.read(offset) instanceof Segment.Read.Whole whole) {
      newest = whole.group();
      group(newest);
      offset = newest.end();
    }
    switch (segment.read(offset)) {
      case Segment.Read.Whole whole -> throw new AssertionError(whole);
      case Segment.Read.Blank blank -> blank(segment, offset);
      case Segment.Read.Broken broken -> broken(segment, offset, broken, following);
    }
    if (newest != null) {
      checkHead(newest, true);
    }
  }

  private void blank(Segment segment, long offset) throws IOException {
    long found = segment.firstNonZero(offset);
    if (found >= 0) {
      report.violation(segment.place(found), "bytes behind the last group of the segment");
    }
    ended = ended || offset == Segment.PAGE;
  }

  /** Judges what may be a torn group at the end of the log (docs/audit-format.md §7.4). */
  private void broken(
      Segment segment, long offset, Segment.Read.Broken broken, List<Path> following)
      throws IOException {
    boolean behind =
        !allBlank(following)
            || segment.groupBehind(offset)
            || (broken.claimedEnd() > 0 && segment.firstNonZero(broken.claimedEnd()) >= 0);
    if (behind) {
      report.violation(segment.place(offset), "damaged group: " + broken.why());
    } else {
      report.note(
          segment.place(offset),
          "half-written group at the end of the log (%s); it was never acknowledged"
              .formatted(broken.why()));
    }
    ended = true;
  }

  private void group(Group group) throws IOException {
    if (ended) {
      report.violation(group.place(), "group behind the end of the log");
    }
    if (group.number() != groups || group.first() != tree.size()) {
      report.violation(
          group.place(),
          "group %d with first entry %d (expected: %d and %d)"
              .formatted(group.number(), group.first(), groups, tree.size()));
    }
    groups++;
    Map<Integer, Group.Stored> stored = new HashMap<>();
    group.contents().forEach(content -> stored.put(content.ordinal(), content));
    Map<Integer, Group.KeyFrame> frames = new HashMap<>();
    group.keys().forEach(frame -> frames.put(frame.ordinal(), frame));
    for (int ordinal = 0; ordinal < group.leaves().size(); ordinal++) {
      leaf(group.leaves().get(ordinal).bytes(), stored.remove(ordinal), frames.remove(ordinal));
    }
    if (!stored.isEmpty() || !frames.isEmpty()) {
      report.violation(group.place(), "content or key that belongs to no leaf");
    }
    lists.endGroup();
    checkHead(group, false);
  }

  private void leaf(byte[] bytes, Group.@Nullable Stored stored, Group.@Nullable KeyFrame frame)
      throws IOException {
    String place = "entry " + tree.size();
    byte[] hash = TreeHash.leaf(bytes);
    tree.append(hash);
    keepRoot();
    tiles.add(bytes);
    try {
      LeafReading leaf = LeafReading.parse(bytes);
      chains.add(place, leaf, TreeHash.hex(hash));
      calls.add(place, leaf);
      contents.add(leaf);
      byte[] content = contents.check(place, leaf, leaf.content(), stored, frame);
      lists.add(place, leaf, content, frame != null && frame.erased());
    } catch (IllegalArgumentException e) {
      report.violation(place, String.valueOf(e.getMessage()));
    }
  }

  private void checkHead(Group group, boolean again) {
    try {
      SignedHead head = SignedHead.parse(group.head());
      String problem = head.problem(key, again);
      if (problem != null) {
        report.violation(group.place(), "signed head: " + problem);
      } else if (!again && (head.size() != tree.size() || !head.root().equals(tree.root()))) {
        report.violation(group.place(), "signed head is not over the entries before it");
      }
    } catch (IllegalArgumentException e) {
      report.violation(group.place(), "signed head: " + e.getMessage());
    }
  }

  private @Nullable SignedHead published() throws IOException {
    Path file = log.resolve("checkpoint");
    if (!Files.exists(file)) {
      return null;
    }
    try {
      return SignedHead.parse(Files.readString(file, StandardCharsets.UTF_8));
    } catch (IllegalArgumentException | CharacterCodingException e) {
      report.violation("checkpoint", "malformed");
      return null;
    }
  }

  private void checkPublished() throws IOException {
    SignedHead head = published;
    tiles.end(tree, head == null ? 0 : Math.min(head.size(), tree.size()));
    if (head == null) {
      report.note("checkpoint", "none is published");
      return;
    }
    report.fact("checkpoint", head.size() + " entries published");
    agree("checkpoint", head);
  }

  private void checkOlder() {
    if (older == null) {
      report.note(
          "checkpoint",
          "no older one from elsewhere was given (--checkpoint): a cut end cannot be excluded");
      return;
    }
    report.fact("older", older.size() + " entries in the checkpoint from elsewhere");
    agree("--checkpoint", older);
  }

  private void agree(String place, SignedHead head) {
    String problem = head.problem(key, true);
    if (problem != null) {
      report.violation(place, problem);
    } else if (head.size() > tree.size()) {
      report.violation(
          place,
          "signs %d entries, the log has %d: its end was cut off, or it was set back"
              .formatted(head.size(), tree.size()));
    } else if (!head.root().equals(roots.get(head.size()))) {
      report.violation(place, "signs another history of the first " + head.size() + " entries");
    }
  }

  private void keepRoot() {
    long size = tree.size();
    if ((published != null && published.size() == size)
        || (older != null && older.size() == size)) {
      roots.put(size, tree.root());
    }
  }
}
