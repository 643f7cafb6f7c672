package io.tabellion.audit.verify;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * Walks over the groups of a log, forward, in pieces of some megabytes, and says where they end
 * (docs/audit-format.md §7, step 4).
 *
 * <p>A server may write while this reads. Groups are written one after another, each only once the
 * one before is durable. So what looks like a hole is read again, from the file that has the name
 * by then, before it is called one.
 *
 * <p>Belongs to one thread.
 */
final class Walk implements AutoCloseable {
  private static final int WINDOW = 1 << 20;

  private final Path folder;
  private final String origin;
  private final BiConsumer<String, String> problems;

  private @Nullable Segment segment;
  private long offset = Segment.PAGE;
  private long number;
  private long first;
  private long used = -1; // number of the last segment that holds a group
  private boolean ended;

  /** What comes next in a log. */
  sealed interface Piece {

    /** Groups that follow each other; {@code bytes} begin at the offset of the first one. */
    @SuppressWarnings("ArrayRecordComponent") // read, never compared
    record Groups(byte[] bytes, List<Frame> frames) implements Piece {}

    /**
     * Something that is no group, with groups behind it.
     *
     * @param number of the group that is missing
     * @param first index of its first entry
     * @param next the group behind it; null if there is only something that is no group
     */
    record Hole(String place, long number, long first, String why, @Nullable Frame next)
        implements Piece {}

    /**
     * The end of the log.
     *
     * @param place where the next group would stand
     * @param bytes that stand there and are no group, up to the last page that is not zero
     */
    record End(String place, long bytes) implements Piece {}
  }

  /**
   * Begins at the first segment.
   *
   * @param problems takes the place of what is wrong with a segment's header, and what it is
   */
  Walk(Path folder, String origin, BiConsumer<String, String> problems) throws IOException {
    this.folder = folder;
    this.origin = origin;
    this.problems = problems;
    open(0);
  }

  boolean ended() {
    return ended;
  }

  /** Number of segments that hold a group. */
  long used() {
    return used + 1;
  }

  Piece next() throws IOException {
    if (segment == null) {
      return end(0);
    }
    Piece.Groups groups = read(segment);
    return groups == null ? atNoGroup() : groups;
  }

  @Override
  public void close() throws IOException {
    if (segment != null) {
      segment.close();
    }
  }

  /** Reads the bytes of a group again, from the file that has its name now; null if none has. */
  byte @Nullable [] again(Frame frame) throws IOException {
    try (Segment current = Segment.open(folder, frame.segment())) {
      byte[] bytes = new byte[(int) (frame.end() - frame.offset())];
      boolean there = current != null && current.read(bytes, bytes.length, frame.offset()) > 0;
      return there ? bytes : null;
    }
  }

  private Piece.@Nullable Groups read(Segment from) throws IOException {
    long left = from.size() - offset;
    if (left < Segment.PAGE) {
      return null;
    }
    byte[] window = new byte[(int) Math.min(WINDOW, left)];
    int length = from.read(window, window.length, offset);
    long start = offset;
    List<Frame> frames = new ArrayList<>();
    for (Frame frame = expected(from, window, 0, length); frame != null; ) {
      if (frame.end() - start > length) {
        return frames.isEmpty() ? large(from, frame) : new Piece.Groups(window, frames);
      }
      take(frame);
      frames.add(frame);
      frame = expected(from, window, (int) (offset - start), length);
    }
    return frames.isEmpty() ? null : new Piece.Groups(window, frames);
  }

  private Piece.Groups large(Segment from, Frame frame) throws IOException {
    byte[] bytes = new byte[(int) (frame.end() - frame.offset())];
    from.read(bytes, bytes.length, frame.offset());
    take(frame);
    return new Piece.Groups(bytes, List.of(frame));
  }

  private @Nullable Frame expected(Segment from, byte[] window, int at, int length) {
    if (at + Frame.HEADER > length) {
      return null;
    }
    Frame frame = Frame.parse(window, at, from.number(), offset);
    return frame != null && frame.end() <= from.size() && isNext(frame) ? frame : null;
  }

  private boolean isNext(Frame frame) {
    return frame.number() == number && frame.first() == first;
  }

  private void take(Frame frame) {
    number = frame.number() + 1;
    first = frame.first() + frame.leafCount();
    offset = frame.end();
    used = frame.segment();
  }

  /** At a place where no next group stands: the end of a segment, of the log, or a hole. */
  private Piece atNoGroup() throws IOException {
    Segment here = current();
    Segment.Rest rest = here.rest(offset);
    Behind behind = behind(here.number());
    boolean rolls = rest.end() == 0 && (used == here.number() || here.number() == 0);
    if (rolls && behind.next() != null && isNext(behind.next())) {
      open(here.number() + 1);
      return next();
    }
    if (tornOrEnded(rest, behind)) {
      long bytes = rest.end() == 0 ? 0 : rest.end() - offset;
      return behind.bytes() == 0 ? end(bytes) : endBehind(here.number() + 1, behind.bytes());
    }
    return reopened(here) ? next() : hole(rest);
  }

  /**
   * What stands in the segments behind one.
   *
   * @param next the group at the beginning of the next one; null if none is there
   * @param bytes of something that is no group at the beginning of the next one; 0 if there is none
   * @param more whether anything stands there that is not the beginning of one torn group
   */
  private record Behind(@Nullable Frame next, long bytes, boolean more) {}

  private Behind behind(long number) throws IOException {
    Frame next = null;
    long bytes = 0;
    boolean more = false;
    for (long at = number + 1; ; at++) {
      try (Segment behind = Segment.open(folder, at)) {
        if (behind == null) {
          return new Behind(next, bytes, more);
        }
        Frame frame = behind.frame(Segment.PAGE);
        if (at == number + 1 && frame != null) {
          return new Behind(frame, 0, true);
        }
        Segment.Rest rest = behind.rest(Segment.PAGE);
        if (rest.end() > 0) {
          more |= at > number + 1 || rest.begins();
          bytes = rest.end() - Segment.PAGE;
        }
      }
    }
  }

  /** Whether nothing stands from here on but zeros, or what a power cut leaves of one group. */
  private boolean tornOrEnded(Segment.Rest rest, Behind behind) throws IOException {
    if (rest.begins() || behind.more()) {
      return false;
    }
    Frame frame = current().frame(offset);
    boolean foreign = frame != null && !isNext(frame);
    boolean longer = frame != null && rest.end() > frame.end();
    return !foreign && !longer && (rest.end() == 0 || behind.bytes() == 0);
  }

  /** Opens the file again that has the segment's name; true if the next group stands there now. */
  private boolean reopened(Segment here) throws IOException {
    Segment now = Segment.open(folder, here.number());
    if (now == null) {
      return false;
    }
    here.close();
    segment = now;
    Frame frame = now.frame(offset);
    return frame != null && isNext(frame);
  }

  private Piece hole(Segment.Rest rest) throws IOException {
    Segment here = current();
    String place = Segment.place(here.number(), offset);
    Frame stands = here.frame(offset);
    String why =
        stands != null
            ? "group %d with first entry %d (expected: %d and %d)"
                .formatted(stands.number(), stands.first(), number, first)
            : rest.end() == 0 ? "no group" : "no group header";
    Frame found = later(here, offset);
    for (long at = here.number() + 1; found == null; at++) {
      try (Segment next = Segment.open(folder, at)) {
        if (next == null) {
          break;
        }
        found = later(next, Segment.PAGE);
      }
    }
    Piece.Hole hole = new Piece.Hole(place, number, first, why, found);
    if (found == null) {
      ended = true;
      return hole;
    }
    if (found.segment() != here.number()) {
      open(found.segment());
    }
    number = found.number();
    first = found.first();
    offset = found.offset();
    return hole;
  }

  /** The first group from an offset on that is not one of those before. */
  private @Nullable Frame later(Segment in, long from) throws IOException {
    Frame found = in.nextFrame(from);
    while (found != null && (found.number() < number || found.first() < first)) {
      found = in.nextFrame(found.end());
    }
    return found;
  }

  private Piece.End end(long bytes) {
    ended = true;
    return new Piece.End(
        segment == null ? "segments" : Segment.place(segment.number(), offset), bytes);
  }

  private Piece.End endBehind(long segmentNumber, long bytes) {
    ended = true;
    return new Piece.End(Segment.place(segmentNumber, Segment.PAGE), bytes);
  }

  private void open(long wanted) throws IOException {
    for (long at = segment == null ? 0 : segment.number() + 1; at <= wanted; at++) {
      Segment opened = Segment.open(folder, at);
      if (opened == null) {
        return;
      }
      if (segment != null) {
        segment.close();
      }
      segment = opened;
      offset = Segment.PAGE;
      String problem = opened.headerProblem(origin);
      if (problem != null) {
        problems.accept(Segment.name(at), problem);
      }
    }
  }

  private Segment current() {
    if (segment == null) {
      throw new IllegalStateException("no segment is open");
    }
    return segment;
  }
}
