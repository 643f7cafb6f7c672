package io.tabellion.approval;

import io.tabellion.approval.ApprovalException.Code;
import io.tabellion.audit.AuditUnavailableException;
import io.tabellion.state.StaleException;
import java.lang.System.Logger.Level;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Collections;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantLock;
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

  /** Calls of one rule that may be let on without approval before somebody looks at them. */
  private static final int MOST_UNREVIEWED = 5;

  private static final System.Logger LOG = System.getLogger(Decisions.class.getName());

  private final Ledger ledger;
  private final InstantSource clock;
  private final ApprovalSettings settings;
  private final UnaryOperator<String> masked;

  /** Held while one breaks the glass, so that each counts those before it. */
  private final Lock breaking = new ReentrantLock();

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

  /** Commits a step. */
  private interface Committing {
    void commit(ApprovalRequest from, ApprovalRequest to, Vote vote) throws InterruptedException;
  }

  /** Approves one call. */
  public ApprovalRequest approve(Person who, Word word) throws InterruptedException {
    return approve(who, word, null);
  }

  /**
   * Approves. Enough approvals let the call on, once.
   *
   * @param window further calls that are approved with it, if all who approve say so; null if none
   * @throws ApprovalException if the person may not, or the request is not as they saw it
   */
  public ApprovalRequest approve(Person who, Word word, Vote.@Nullable Window window)
      throws InterruptedException {
    return decide(
        who,
        word,
        window,
        ledger::approve,
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
          requireWindow(request, window);
          return request.approvedBy(vote, settings.grant());
        });
  }

  /**
   * Lets a call on without approval, which the rule must allow this person. Another person must
   * look at it afterwards.
   *
   * @throws ApprovalException if the person may not, says not why, or others must be looked at
   *     first
   */
  public ApprovalRequest breakGlass(Person who, Word word) throws InterruptedException {
    ApprovalRequest broken;
    breaking.lockInterruptibly();
    try {
      broken =
          decide(
              who,
              word,
              null,
              ledger::move,
              (request, vote) -> {
                requireState(request, ApprovalState.PENDING);
                requireDigest(request, word);
                if (!request.mayBreakGlass(who)) {
                  throw new ApprovalException(
                      Code.DENIED,
                      "%s: may not break glass by rule %s (expected: one of whom its"
                              .formatted(who.subject(), String.join(", ", request.rules()))
                          + " approval.breakGlass.who is true)");
                }
                if (vote.reason() == null) {
                  throw new ApprovalException(
                      Code.INVALID, "reason: empty (expected: why this cannot wait for approval)");
                }
                requireReviews(request);
                return request.brokenBy(vote, settings.grant());
              });
    } finally {
      breaking.unlock();
    }
    LOG.log(
        Level.WARNING,
        "break-glass: {0} let {1} on without approval; a review is due until {2}",
        who.subject(),
        broken.id(),
        broken.reviewUntil());
    return broken;
  }

  /** Looks afterwards at a call that was let on without approval, and says what was found. */
  public ApprovalRequest review(Person who, Word word) throws InterruptedException {
    return decide(
        who,
        word,
        null,
        ledger::review,
        (request, vote) -> {
          if (!request.isUnreviewed()) {
            throw new ApprovalException(
                Code.PRECONDITION,
                request.id()
                    + ": nothing to review (expected: a call that was let on by break-glass, once)");
          }
          if (!request.mayReview(who)) {
            throw new ApprovalException(
                Code.DENIED,
                who.subject()
                    + ": may not review it (expected: an approver who is not the requester and did"
                    + " not break the glass)");
          }
          if (vote.reason() == null) {
            throw new ApprovalException(
                Code.INVALID, "reason: empty (expected: what the review found)");
          }
          return request.reviewedBy(vote);
        });
  }

  /**
   * Ends a grant for further calls. Whoever may decide about calls at all may do so, but for whom
   * the grant is.
   *
   * @param word its {@code id} is that of the grant
   * @throws ApprovalException if there is none, or it is theirs
   */
  public WindowGrant revokeGrant(Person who, Word word) throws InterruptedException {
    for (int attempt = 1; attempt <= MOST_ATTEMPTS; attempt++) {
      WindowGrant grant =
          ledger
              .grant(word.id())
              .orElseThrow(() ->
                  new ApprovalException(
                      Code.NOT_FOUND,
                      "id: "
                          + word.id()
                          + ": no such grant (expected: one that approvals grants shows)"));
      if (grant.target().requester().involves(who)
          && grant.votes().stream().noneMatch(vote -> vote.who().is(who))) {
        throw new ApprovalException(
            Code.DENIED, who.subject() + ": the grant is theirs (expected: another person)");
      }
      try {
        ledger.end(grant, "revoked", new Vote(who, clock.instant(), said(word.reason()), null));
        return grant;
      } catch (StaleException _) {
        // It was used meanwhile: it is looked at again.
      }
    }
    throw changedByOthers();
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

  /** Takes an approval back that was not used, with its grant for further calls. */
  public ApprovalRequest revoke(Person who, Word word) throws InterruptedException {
    return decide(
        who,
        word,
        null,
        ledger::revoke,
        (request, vote) -> {
          requireState(request, ApprovalState.APPROVED);
          requireApprover(request, who);
          return request.ended(ApprovalState.REVOKED, vote, vote.at());
        });
  }

  private ApprovalRequest decide(Person who, Word word, Step step) throws InterruptedException {
    return decide(who, word, null, ledger::move, step);
  }

  private ApprovalRequest decide(
      Person who, Word word, Vote.@Nullable Window window, Committing committing, Step step)
      throws InterruptedException {
    for (int attempt = 1; attempt <= MOST_ATTEMPTS; attempt++) {
      ApprovalRequest request = ledger.find(word.id()).orElseThrow(() -> unknown(word.id()));
      Instant now = clock.instant();
      try {
        if (request.isLate(now)) {
          ledger.move(request, request.ended(ApprovalState.EXPIRED, null, now), null);
        } else {
          Vote vote = new Vote(who, now, said(word.reason()), window);
          ApprovalRequest after = step.after(request, vote);
          committing.commit(request, after, vote);
          return after;
        }
      } catch (StaleException _) {
        // Somebody was faster: it is looked at again.
      }
    }
    throw changedByOthers();
  }

  private static AuditUnavailableException changedByOthers() {
    return new AuditUnavailableException(
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

  private static void requireWindow(ApprovalRequest request, Vote.@Nullable Window wanted) {
    if (wanted == null) {
      return;
    }
    Vote.Window most = request.window();
    if (most == null) {
      throw new ApprovalException(
          Code.INVALID,
          "window: not allowed by rule %s (expected: approval of one call; approval.window of the"
                  .formatted(String.join(", ", request.rules()))
              + " rule allows more)");
    }
    if (!wanted.lasting().isPositive()
        || wanted.lasting().compareTo(most.lasting()) > 0
        || wanted.uses() < 1
        || wanted.uses() > most.uses()) {
      throw new ApprovalException(
          Code.INVALID,
          "window: %d calls in %d s (expected: 1 to %d calls in up to %d s, by rule %s)"
              .formatted(
                  wanted.uses(),
                  wanted.lasting().toSeconds(),
                  most.uses(),
                  most.lasting().toSeconds(),
                  String.join(", ", request.rules())));
    }
  }

  /** What was let on without approval before must be looked at, before more is. */
  private void requireReviews(ApprovalRequest request) {
    Instant now = clock.instant();
    int due = 0;
    for (ApprovalRequest other : ledger.unreviewed()) {
      if (!Collections.disjoint(other.rules(), request.rules())) {
        due++;
        Instant until = other.reviewUntil();
        if (until != null && now.isAfter(until)) {
          throw new ApprovalException(
              Code.PRECONDITION,
              "review: overdue for %s (expected: a review of it first: approvals review %s)"
                  .formatted(other.id(), other.id()));
        }
      }
    }
    if (due >= MOST_UNREVIEWED) {
      throw new ApprovalException(
          Code.PRECONDITION,
          "review: due for %d calls by rule %s (expected: fewer than %d; approvals list --unreviewed)"
              .formatted(due, String.join(", ", request.rules()), MOST_UNREVIEWED));
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
