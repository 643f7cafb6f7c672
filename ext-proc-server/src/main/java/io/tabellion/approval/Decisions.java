package io.tabellion.approval;

import io.tabellion.approval.ApprovalException.Code;
import io.tabellion.audit.AuditUnavailableException;
import io.tabellion.state.StaleException;
import java.time.Instant;
import java.time.InstantSource;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * What people decide. Each word of theirs is durable before it counts.
 *
 * <p>Thread-safe. Blocks its caller.
 */
public final class Decisions {
  /** Characters of what a person says, after masking. */
  private static final int LONGEST = 1_000;

  /** Times that a request is looked at; each time but the last another one changed it. */
  private static final int MOST_ATTEMPTS = 1_000;

  private final Ledger ledger;
  private final InstantSource clock;
  private final ApprovalSettings settings;
  private final UnaryOperator<String> masked;

  /**
   * @param masked makes of a text what may be kept of it
   */
  public Decisions(
      Ledger ledger, InstantSource clock, ApprovalSettings settings, UnaryOperator<String> masked) {
    this.ledger = ledger;
    this.clock = clock;
    this.settings = settings;
    this.masked = masked;
  }

  /**
   * What a person says of a request.
   *
   * @param id of the request
   * @param digest of what they were shown; empty where they were shown nothing, which only denying
   *     and revoking allow
   * @param reason in their words; empty if they give none
   */
  public record Word(String id, String digest, String reason) {}

  /** A step that a person asks for. */
  private interface Step {
    ApprovalRequest after(ApprovalRequest request, Vote vote);
  }

  /**
   * Approves. Enough approvals let the call on, once.
   *
   * @throws ApprovalException if the person may not, or the request is not as they saw it
   */
  public ApprovalRequest approve(Person who, Word word) throws InterruptedException {
    return decide(
        who,
        word,
        (request, vote) -> {
          requireState(request, ApprovalState.PENDING);
          requireDigest(request, word);
          requireApprover(request, who);
          requireReason(request, vote);
          if (request.hasVoteOf(who)) {
            throw new ApprovalException(
                Code.PRECONDITION,
                who.subject()
                    + ": approved it already (expected: another person, for one person counts"
                    + " once)");
          }
          return request.approvedBy(vote, settings.grant());
        });
  }

  /** Denies: the request is over, whoever approved it before. */
  public ApprovalRequest deny(Person who, Word word) throws InterruptedException {
    return decide(
        who,
        word,
        (request, vote) -> {
          requireState(request, ApprovalState.PENDING);
          requireApprover(request, who);
          requireReason(request, vote);
          return request.ended(ApprovalState.DENIED, vote, vote.at());
        });
  }

  /** Asks the requester something: calls that wait end with the question; people may decide on. */
  public ApprovalRequest askBack(Person who, Word word) throws InterruptedException {
    return decide(
        who,
        word,
        (request, vote) -> {
          requireState(request, ApprovalState.PENDING);
          requireApprover(request, who);
          if (vote.reason() == null) {
            throw new ApprovalException(
                Code.INVALID, "reason: empty (expected: the question to the requester)");
          }
          return request.askedBack(vote);
        });
  }

  /** Takes an approval back that was not used. */
  public ApprovalRequest revoke(Person who, Word word) throws InterruptedException {
    return decide(
        who,
        word,
        (request, vote) -> {
          requireState(request, ApprovalState.APPROVED);
          requireApprover(request, who);
          return request.ended(ApprovalState.REVOKED, vote, vote.at());
        });
  }

  private ApprovalRequest decide(Person who, Word word, Step step) throws InterruptedException {
    for (int attempt = 1; attempt <= MOST_ATTEMPTS; attempt++) {
      ApprovalRequest request = ledger.find(word.id()).orElseThrow(() -> unknown(word.id()));
      Instant now = clock.instant();
      try {
        if (request.isLate(now)) {
          ledger.move(request, request.ended(ApprovalState.EXPIRED, null, now), null);
        } else {
          Vote vote = new Vote(who, now, said(word.reason()));
          ApprovalRequest after = step.after(request, vote);
          ledger.move(request, after, vote);
          return after;
        }
      } catch (StaleException _) {
        // Somebody was faster: it is looked at again.
      }
    }
    throw new AuditUnavailableException(
        AuditUnavailableException.Code.FAILED,
        "approval: changed by others at each attempt (expected: at some of them)");
  }

  private static ApprovalException unknown(String id) {
    return new ApprovalException(
        Code.NOT_FOUND,
        "id: " + id + ": no such request (expected: one that approvals list shows)");
  }

  private @Nullable String said(String reason) {
    if (reason.isBlank()) {
      return null;
    }
    String shown = masked.apply(reason.strip());
    if (shown.length() <= LONGEST) {
      return shown;
    }
    int end = Character.isHighSurrogate(shown.charAt(LONGEST - 1)) ? LONGEST - 1 : LONGEST;
    return shown.substring(0, end) + "…";
  }

  private static void requireState(ApprovalRequest request, ApprovalState expected) {
    if (request.state() != expected) {
      throw new ApprovalException(
          Code.PRECONDITION,
          "state: %s (expected: %s)".formatted(request.state().word(), expected.word()));
    }
  }

  private static void requireDigest(ApprovalRequest request, Word word) {
    if (!request.digest().equals(word.digest())) {
      throw new ApprovalException(
          Code.PRECONDITION,
          "digest: not that of this request (expected: the digest of the call that was shown)");
    }
  }

  private static void requireApprover(ApprovalRequest request, Person who) {
    if (request.requester().involves(who)) {
      throw new ApprovalException(
          Code.DENIED,
          who.subject()
              + ": the call is theirs, or made for them (expected: another person; nobody"
              + " decides about a call of their own)");
    }
    if (!request.mayDecide(who)) {
      throw new ApprovalException(
          Code.DENIED,
          "%s (groups: %s): not an approver by rule %s (expected: one of whom its"
                  .formatted(
                      who.subject(),
                      who.groups().isEmpty() ? "none" : String.join(", ", who.groups()),
                      String.join(", ", request.rules()))
              + " approval.approvers is true)");
    }
  }

  private static void requireReason(ApprovalRequest request, Vote vote) {
    if (request.wantsReasons() && vote.reason() == null) {
      throw new ApprovalException(
          Code.INVALID,
          "reason: empty (expected: a reason, for rule "
              + String.join(", ", request.rules())
              + " requires one)");
    }
  }
}
