package io.tabellion.audit.verify;

import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Checks groups by themselves: sums, leaves, contents, and the signatures that are to be checked.
 *
 * <p>Belongs to one thread; several may work side by side.
 */
final class GroupCheck {
  private final LogKey key;
  private final long signatures;
  private final ContentCheck contents;

  /**
   * Makes a check.
   *
   * @param signatures the signatures of the heads of the first so many groups are checked
   * @param contents checks contents
   */
  GroupCheck(LogKey key, long signatures, ContentCheck contents) {
    this.key = key;
    this.signatures = signatures;
    this.contents = contents;
  }

  /** A content or key frame: its leaf, and where its bytes are. */
  private record Part(int ordinal, int at, int length) {}

  /** Checks the group whose header is at a place of {@code bytes}. */
  Checked check(Frame frame, byte[] bytes, int at) {
    int leavesAt = at + Frame.HEADER + frame.contents() + frame.keys();
    int headAt = leavesAt + frame.leaves();
    int end = headAt + frame.head();
    boolean wrongSum = Frame.crc(bytes, leavesAt, end - leavesAt) != frame.crc();
    List<Part> leaves = leaves(bytes, leavesAt, headAt, frame.leafCount());
    if (leaves == null) {
      String why = wrongSum ? "its checksum is wrong" : "its leaves are not those of its header";
      return new Checked(frame, bytes, at, why, wrongSum, List.of(), null, null, null, true);
    }
    List<Part> stored = contents(bytes, at + Frame.HEADER, frame.contents());
    List<Part> keys = keys(bytes, at + Frame.HEADER + frame.contents(), frame.keys());
    boolean fit = stored != null && sameLeaves(stored, keys, frame.leafCount());
    List<Checked.Leaf> checked = new ArrayList<>(leaves.size());
    boolean torn = !fit;
    int next = 0;
    for (Part leaf : leaves) {
      boolean has = fit && next < keys.size() && keys.get(next).ordinal() == leaf.ordinal();
      Part frameOf = has && stored != null ? stored.get(next) : null;
      Part keyOf = has ? keys.get(next++) : null;
      Checked.Leaf read = leaf(bytes, leaf, frameOf, keyOf, fit);
      torn |=
          read.content().state() == Checked.Content.State.WRONG
              || read.content().state() == Checked.Content.State.LOCKED;
      checked.add(read);
    }
    Head head = head(frame, bytes, headAt);
    int padded = (int) (at + frame.end() - frame.offset());
    String problem =
        !fit
            ? "its contents, their keys and its leaves do not fit together"
            : !Segment.zero(bytes, at + 52, at + 60) || !Segment.zero(bytes, end, padded)
                ? "bytes that must be zero are not"
                : null;
    return new Checked(
        frame, bytes, at, null, wrongSum, checked, head.head(), head.problem(), problem, torn);
  }

  private record Head(@Nullable SignedHead head, @Nullable String problem) {}

  private Head head(Frame frame, byte[] bytes, int headAt) {
    try {
      String note = new String(bytes, headAt, frame.head(), StandardCharsets.UTF_8);
      SignedHead head = SignedHead.parse(note);
      return new Head(head, frame.number() < signatures ? head.problem(key, false) : null);
    } catch (IllegalArgumentException e) {
      return new Head(null, e.getMessage());
    }
  }

  private Checked.Leaf leaf(
      byte[] bytes, Part leaf, @Nullable Part stored, @Nullable Part keyOf, boolean fit) {
    byte[] hash = TreeHash.leaf(bytes, leaf.at(), leaf.length());
    String hex = TreeHash.hex(hash);
    LeafReading reading;
    try {
      reading = LeafReading.parse(bytes, leaf.at(), leaf.length(), LeafReading.CHECKED);
    } catch (IllegalArgumentException e) {
      return new Checked.Leaf(
          leaf.at(),
          leaf.length(),
          hash,
          hex,
          null,
          null,
          e.getMessage(),
          Checked.Content.NONE,
          null);
    }
    ContentCheck.Found found =
        fit
            ? contents.check(
                reading,
                bytes,
                stored == null ? -1 : stored.at(),
                stored == null ? 0 : stored.length(),
                keyOf == null ? -1 : keyOf.at())
            : ContentCheck.Found.NONE;
    return new Checked.Leaf(
        leaf.at(),
        leaf.length(),
        hash,
        hex,
        Ids.Id.of(reading.text("id")),
        reading,
        null,
        found.content(),
        found.root());
  }

  private static @Nullable List<Part> leaves(byte[] bytes, int from, int to, int count) {
    List<Part> leaves = new ArrayList<>(Math.min(count, to - from));
    int at = from;
    while (at + Short.BYTES < to && leaves.size() < count) {
      int length = Byte.toUnsignedInt(bytes[at]) << Byte.SIZE | Byte.toUnsignedInt(bytes[at + 1]);
      at += Short.BYTES;
      if (length == 0 || length > to - at) {
        return null;
      }
      leaves.add(new Part(leaves.size(), at, length));
      at += length;
    }
    return leaves.size() == count && at == to ? leaves : null;
  }

  private static @Nullable List<Part> contents(byte[] bytes, int from, int length) {
    List<Part> contents = new ArrayList<>();
    ByteBuffer section = ByteBuffer.wrap(bytes, from, length);
    try {
      while (section.hasRemaining()) {
        int ordinal = section.getInt();
        int size = section.getInt();
        if (size < 0 || size > section.remaining()) {
          return null;
        }
        contents.add(new Part(ordinal, section.position(), size));
        section.position(section.position() + size);
      }
      return contents;
    } catch (BufferUnderflowException e) {
      return null;
    }
  }

  private static List<Part> keys(byte[] bytes, int from, int length) {
    List<Part> keys = new ArrayList<>();
    for (int at = from; at < from + length; at += Frame.KEY_FRAME) {
      keys.add(new Part(ByteBuffer.wrap(bytes).getInt(at), at, Frame.KEY_FRAME));
    }
    return keys;
  }

  /** Whether each content has its key, in the order of the leaves, and each leaf at most one. */
  private static boolean sameLeaves(List<Part> contents, List<Part> keys, int leaves) {
    if (contents.size() != keys.size()) {
      return false;
    }
    int before = -1;
    for (int i = 0; i < contents.size(); i++) {
      int ordinal = contents.get(i).ordinal();
      if (ordinal != keys.get(i).ordinal() || ordinal <= before || ordinal >= leaves) {
        return false;
      }
      before = ordinal;
    }
    return true;
  }
}
