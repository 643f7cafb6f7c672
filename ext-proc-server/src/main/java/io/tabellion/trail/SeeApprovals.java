package io.tabellion.trail;

import io.tabellion.approval.ApprovalRequest;
import io.tabellion.approval.ApprovalState;
import io.tabellion.approval.Ledger;
import io.tabellion.approval.Person;
import io.tabellion.approval.WindowGrant;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Shows requests for approval: pages of them, one with its call, or each as it changes. Each page,
 * each call and each watch is one {@code access.read}.
 *
 * <p>Thread-safe. Blocks its caller.
 */
public final class SeeApprovals {
  private static final int PAGE_SIZE = 200;
  private static final int LARGEST_PAGE = 1_000;

  /** Between two looks of a watch at whether somebody still waits for it. */
  private static final int LOOK_MILLIS = 1_000;

  private final Ledger ledger;
  private final Accesses accesses;

  SeeApprovals(Ledger ledger, Accesses accesses) {
    this.ledger = ledger;
    this.accesses = accesses;
  }

  /**
   * What is asked.
   *
   * @param states words of them; empty means those that are open
   * @param server only requests of this one; empty means all
   * @param mine only those that whoever asks may decide about, or may review
   * @param unreviewed only those that were let on without approval and that nobody looked at yet,
   *     in whatever state
   */
  public record Question(
      List<String> states, String server, boolean mine, Paging paging, boolean unreviewed) {
    public Question {
      states = List.copyOf(states);
    }

    /** A question about states. */
    public Question(List<String> states, String server, boolean mine, Paging paging) {
      this(states, server, mine, paging, false);
    }
  }

  /**
   * A page.
   *
   * @param nextPage token of the page after; empty on the last
   */
  public record Answer(List<ApprovalView> approvals, String nextPage) {
    public Answer {
      approvals = List.copyOf(approvals);
    }
  }

  /** Lists a page, oldest first. */
  public Shown<Answer> list(Visit visit, Question question) throws InterruptedException {
    return list(visit, question, false);
  }

  /** The same with the calls. */
  public Shown<Answer> listWithCalls(Visit visit, Question question) throws InterruptedException {
    return list(visit, question, true);
  }

  private Shown<Answer> list(Visit visit, Question question, boolean calls)
      throws InterruptedException {
    Permit permit = visit.permit(Right.READ_APPROVALS);
    if (question.unreviewed() && !question.states().isEmpty()) {
      throw TrailException.invalid("states", "with unreviewed", "states or unreviewed, not both");
    }
    Set<ApprovalState> states = states(question.states());
    int size = question.paging().size(PAGE_SIZE, LARGEST_PAGE);
    Person looks = permit.reader().person();
    List<ApprovalView> found =
        behind(question.paging().token())
            .filter(request ->
                question.unreviewed() ? request.isUnreviewed() : states.contains(request.state()))
            .filter(request ->
                question.server().isEmpty()
                    || question.server().equals(request.question().setting().server()))
            .map(request ->
                calls ? ApprovalView.whole(request, looks) : ApprovalView.brief(request, looks))
            .filter(view ->
                !question.mine()
                    || (question.unreviewed() ? view.request().mayReview(looks) : view.mine()))
            .limit(size + 1L)
            .toList();
    List<ApprovalView> shown = found.subList(0, Math.min(size, found.size()));
    String next = found.size() > size ? shown.getLast().request().id() : "";
    return accesses.read(permit, told(shown, calls), List.of()).shows(new Answer(shown, next));
  }

  private static String told(List<ApprovalView> shown, boolean calls) {
    String told = "approvals shown=" + shown.size();
    return calls && !shown.isEmpty()
        ? told
            + shown.stream()
                .map(view -> view.request().id())
                .collect(Collectors.joining(" ", " with their calls: ", ""))
        : told;
  }

  private Stream<ApprovalRequest> behind(String id) {
    List<ApprovalRequest> all = ledger.all();
    if (id.isEmpty()) {
      return all.stream();
    }
    if (all.stream().noneMatch(request -> request.id().equals(id))) {
      throw TrailException.invalid("page_token", "unknown", "next_page_token of the page before");
    }
    return all.stream().dropWhile(request -> !request.id().equals(id)).skip(1);
  }

  private static Set<ApprovalState> states(List<String> words) {
    if (words.isEmpty()) {
      return Set.of(ApprovalState.PENDING, ApprovalState.APPROVED);
    }
    return Set.copyOf(words.stream().map(SeeApprovals::state).distinct().toList());
  }

  private static ApprovalState state(String word) {
    return Stream.of(ApprovalState.values())
        .filter(state -> state.word().equals(word))
        .findFirst()
        .orElseThrow(() ->
            TrailException.unknown(
                "states",
                word,
                Stream.of(ApprovalState.values()).map(ApprovalState::word).toList()));
  }

  /**
   * Shows one with its call.
   *
   * @throws TrailException if it is not remembered
   */
  public Shown<ApprovalView> show(Visit visit, String id) throws InterruptedException {
    Permit permit = visit.permit(Right.READ_APPROVALS);
    ApprovalRequest request = ledger.find(id).orElseThrow(SeeApprovals::unknown);
    return accesses
        .read(permit, "approval " + request.id(), List.of())
        .shows(ApprovalView.whole(request, permit.reader().person()));
  }

  /** Lists grants for further calls, oldest first. */
  public Shown<List<WindowGrant>> grants(Visit visit) throws InterruptedException {
    Permit permit = visit.permit(Right.READ_APPROVALS);
    List<WindowGrant> grants = ledger.grants();
    return accesses.read(permit, "grants shown=" + grants.size(), List.of()).shows(grants);
  }

  static TrailException unknown() {
    return TrailException.of(
        TrailException.Code.NOT_FOUND,
        "id: no such request (expected: one that approvals list shows; what is long over stands in"
            + " the audit log, under its id)");
  }

  /** Where a watch sends to. Used by one thread. */
  public interface Outlet {
    void send(Shown<ApprovalView> view);
  }

  /**
   * Sends requests as they change, until whoever watches is gone. Blocks so long.
   *
   * @param since only what changed then or later; null for all that are open, and then each change
   */
  public void watch(Visit visit, @Nullable Instant since, Outlet outlet)
      throws InterruptedException {
    Permit permit = visit.permit(Right.READ_APPROVALS);
    Recorded recorded = accesses.read(permit, "approvals watched", List.of());
    Semaphore bell = new Semaphore(1);
    Map<String, Integer> sent = new HashMap<>();
    try (Ledger.Watch _ = ledger.watch(bell::release)) {
      boolean first = since == null;
      while (!visit.gone()) {
        visit.checkNotExpired();
        if (bell.tryAcquire(LOOK_MILLIS, TimeUnit.MILLISECONDS)) {
          bell.drainPermits();
          send(permit, recorded, since, first, sent, outlet);
          first = false;
        }
      }
    }
  }

  private void send(
      Permit permit,
      Recorded recorded,
      @Nullable Instant since,
      boolean onlyOpen,
      Map<String, Integer> sent,
      Outlet outlet) {
    List<ApprovalRequest> all = ledger.all();
    for (ApprovalRequest request : all) {
      boolean wanted = since == null || !request.changed().isBefore(since);
      boolean news = !Integer.valueOf(request.version()).equals(sent.get(request.id()));
      if (wanted && news) {
        sent.put(request.id(), request.version());
        if (!onlyOpen || request.state().isOpen()) {
          outlet.send(recorded.shows(ApprovalView.brief(request, permit.reader().person())));
        }
      }
    }
    sent.keySet().retainAll(Set.copyOf(all.stream().map(ApprovalRequest::id).toList()));
  }
}
