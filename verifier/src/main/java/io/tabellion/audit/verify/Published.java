package io.tabellion.audit.verify;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * The published checkpoint: derived, replaced once a second without being forced; but what its key
 * signed was durable, so a good one that is larger than the log proves that entries are gone.
 *
 * @param head null if there is none that can be read
 */
record Published(@Nullable SignedHead head, boolean vouched, LogKey key, Report report) {

  /** Reads it; what cannot be read is noted or, if no power cut explains it, a violation. */
  static Published read(Path log, LogKey key, Report report) throws IOException {
    byte[] bytes;
    try {
      bytes = Files.readAllBytes(log.resolve("checkpoint"));
    } catch (NoSuchFileException e) {
      report.note("checkpoint", "none is published; a start of the server publishes one");
      return new Published(null, false, key, report);
    }
    if (Segment.zero(bytes, 0, bytes.length)) {
      report.note(
          "checkpoint", "empty, as after a power cut; a start of the server publishes it again");
      return new Published(null, false, key, report);
    }
    try {
      SignedHead head = SignedHead.parse(new String(bytes, StandardCharsets.UTF_8));
      String problem = head.problem(key, true);
      if (problem != null) {
        report.violation("checkpoint", problem);
      }
      return new Published(head, problem == null, key, report);
    } catch (IllegalArgumentException e) {
      report.violation("checkpoint", String.valueOf(e.getMessage()));
      return new Published(null, false, key, report);
    }
  }

  void compare(Joined log) {
    if (head != null && vouched) {
      report.fact("checkpoint", Long.toString(head.size()), "entries in the published one");
      agree("checkpoint", head, key, log, report);
    }
  }

  /** Compares a head with the log. */
  static void agree(String place, SignedHead head, LogKey key, Joined log, Report report) {
    String problem = head.problem(key, true);
    if (problem != null) {
      report.violation(place, problem);
    } else if (head.size() > log.size()) {
      tooLarge(place, head, log, report);
    } else if (log.isKnown(head.size()) && !head.root().equals(log.rootAt(head.size()))) {
      report.violation(place, "signs another history of the first " + head.size() + " entries");
    }
  }

  private static void tooLarge(String place, SignedHead head, Joined log, Report report) {
    String what = "signs %d entries, the log has %d".formatted(head.size(), log.size());
    if (log.hotCopy() && place.equals("checkpoint")) {
      report.note(place, what + ": it was copied after the segments");
    } else {
      report.violation(
          place,
          what
              + ": its end was cut off, or it was set back. (If this is a copy that was taken while"
              + " the server wrote, it is incomplete: --hot-copy verifies what of it is whole;"
              + " audit backup takes copies that are.)");
    }
  }
}
