package io.tabellion.notify;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SequencedMap;
import org.jspecify.annotations.Nullable;

/** What messages for people say of a notice. The same for all services. */
final class Words {
  private static final int LONGEST = 400;

  private Words() {}

  /** One line. */
  static String title(Notice notice) {
    String target = plain(notice.target());
    return switch (notice.step()) {
      case PENDING -> "Approval needed: " + target;
      case ESCALATED -> "Approval needed, nobody decided yet: " + target;
      case BREAK_GLASS -> "ALARM: let on without approval, to be reviewed: " + target;
      case APPROVED -> "Approved: " + target;
      case CONSUMED -> "The approved call left: " + target;
      case COMPLETED -> "The approved call was answered: " + target;
      case FAILED_UPSTREAM -> "The approved call failed: " + target;
      case OUTCOME_UNKNOWN -> "Nobody can say whether the approved call was executed: " + target;
      case DENIED -> "Denied: " + target;
      case EXPIRED -> "Expired without a decision or without use: " + target;
      case CANCELLED -> "Withdrawn by its caller: " + target;
      case REVOKED -> "Approval taken back: " + target;
      case SUPERSEDED -> "No longer valid, the policy or the tool changed: " + target;
    };
  }

  /** Facts in the order of their weight. */
  static Map<String, String> facts(Notice notice) {
    SequencedMap<String, String> facts = new LinkedHashMap<>();
    put(facts, "Server", notice.text(Notice.SERVER));
    put(facts, "Requester", notice.text(Notice.REQUESTER));
    put(facts, "Through", String.join(", ", notice.texts(Notice.ACTORS)));
    put(facts, "Rules", String.join(", ", notice.rules()));
    put(facts, "Decided by", notice.text(Notice.BY));
    put(facts, "Expires", notice.text(Notice.EXPIRES));
    put(facts, "Approval", notice.text(Notice.ID));
    put(facts, "Digest", notice.text(Notice.DIGEST));
    return facts;
  }

  private static void put(Map<String, String> facts, String name, @Nullable String value) {
    if (value != null && !value.isEmpty()) {
      facts.put(name, plain(Cut.to(LONGEST, value)));
    }
  }

  /** A text without what steers a terminal or turns the direction of writing. */
  static String plain(String text) {
    return text.replaceAll("[\\p{Cc}\\p{Cf}\\p{Zl}\\p{Zp}]", "\uFFFD");
  }
}
