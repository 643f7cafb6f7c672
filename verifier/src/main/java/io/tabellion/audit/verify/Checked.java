package io.tabellion.audit.verify;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A group by itself: what of it holds without what stands before it.
 *
 * @param bytes that hold the group, among others
 * @param at where its header is in them
 * @param broken why its sections cannot be told apart; null if they can
 * @param wrongSum whether the checksum over leaves and head is wrong
 * @param leaves none if it is broken
 * @param head null if there is none that can be read
 * @param headProblem why there is none, or why the key does not vouch for it; null if nothing was
 *     found
 * @param problem of the group as a whole, or null
 * @param torn whether contents and keys are not those of the leaves: at the end of a log, what a
 *     power cut leaves
 */
record Checked(
    Frame frame,
    @SuppressWarnings("ArrayRecordComponent") byte[] bytes, // read, never compared
    int at,
    @Nullable String broken,
    boolean wrongSum,
    List<Leaf> leaves,
    @Nullable SignedHead head,
    @Nullable String headProblem,
    @Nullable String problem,
    boolean torn) {

  /**
   * A leaf.
   *
   * @param at where it is in the bytes of the group
   * @param length of it
   * @param hash leaf hash
   * @param hex the same in hexadecimal digits
   * @param id its id as numbers; null if it has none
   * @param reading what it says; null if it cannot be read
   * @param problem why not; null if it can
   * @param content what was found of its content
   * @param root of the list of commitments that it holds; null if it holds none that is open
   */
  record Leaf(
      int at,
      int length,
      @SuppressWarnings("ArrayRecordComponent") byte[] hash, // read, never compared
      String hex,
      Ids.@Nullable Id id,
      @Nullable LeafReading reading,
      @Nullable String problem,
      Content content,
      @Nullable String root) {}

  /** What was found of a content. */
  record Content(State state, int kek, @Nullable String problem) {
    static final Content NONE = new Content(State.NONE, 0, null);

    enum State {
      /** There is none. */
      NONE,
      /** It is what the leaf names; it was not to be opened, or its key is not there. */
      STORED,
      /** It was opened, and is what the leaf commits to. */
      OPENED,
      /** Its key is erased. */
      ERASED,
      /** Its key frame cannot be opened. */
      LOCKED,
      /** It is not what it must be. */
      WRONG
    }
  }

  /** Where a leaf stands in its segment. */
  long offsetOf(Leaf leaf) {
    return frame.offset() + leaf.at() - at;
  }

  /** Whether a page within the group begins like another group. */
  boolean hidesGroup() {
    long end = frame.end() - frame.offset();
    for (int page = Segment.PAGE; page < end; page += Segment.PAGE) {
      if (Frame.begins(bytes, at + page)) {
        return true;
      }
    }
    return false;
  }
}
