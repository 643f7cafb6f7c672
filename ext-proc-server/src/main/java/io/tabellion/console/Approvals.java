package io.tabellion.console;

import io.tabellion.approval.ApprovalState;
import io.tabellion.approval.Decisions.Word;
import io.tabellion.approval.Vote;
import io.tabellion.policy.Policy;
import io.tabellion.trail.ApprovalView;
import io.tabellion.trail.DecideApproval.Act;
import io.tabellion.trail.Paging;
import io.tabellion.trail.PastApprovals;
import io.tabellion.trail.SeeApprovals;
import io.tabellion.trail.Shown;
import io.tabellion.trail.StudyApproval;
import io.tabellion.trail.Trail;
import io.tabellion.trail.TrailException;
import io.tabellion.trail.Visit;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The pages about approvals, over the use cases of the trail.
 *
 * <p>Thread-safe. Blocks its caller.
 */
final class Approvals {
  private static final Pattern ID = Pattern.compile("apr-[0-9a-f]{12}");
  private static final int MOST_AT_ONCE = 50;
  private static final String NUMBER = "[0-9]{1,6}";

  /** What may be done with several requests at once. */
  private static final Set<Act> TOGETHER = EnumSet.of(Act.APPROVE, Act.DENY, Act.ASK_BACK);

  private final Trail trail;
  private final Supplier<Policy> policy;
  private final Templates templates;
  private final InstantSource clock;

  Approvals(Trail trail, Supplier<Policy> policy, Templates templates, InstantSource clock) {
    this.trail = trail;
    this.policy = policy;
    this.templates = templates;
    this.clock = clock;
  }

  /** A question to the trail. */
  private interface Asking<A> {
    Shown<A> ask(Visit visit) throws InterruptedException;
  }

  private <A> A ask(Session session, Asking<A> asking) throws InterruptedException {
    try (Visit visit = trail.enter(session.reader(), session::over)) {
      return asking.ask(visit).answer();
    }
  }

  static boolean isId(String text) {
    return ID.matcher(text).matches();
  }

  Reply list(Asked asked) throws InterruptedException {
    boolean mine = !asked.query().text("mine").isEmpty();
    var question =
        new SeeApprovals.Question(List.of(), "", mine, new Paging(0, asked.query().text("page")));
    SeeApprovals.Answer answer =
        ask(asked.session(), visit -> trail.approvals().listWithCalls(visit, question));
    var unreviewed =
        new SeeApprovals.Question(List.of(), "", mine, new Paging(MOST_AT_ONCE, ""), true);
    SeeApprovals.Answer due =
        ask(asked.session(), visit -> trail.approvals().listWithCalls(visit, unreviewed));
    Frame frame = Frame.live(asked, "Approvals", "approvals", clock.instant());
    return Reply.html(200, templates.list(ListPage.of(frame, answer, due, mine, clock.instant())));
  }

  Reply show(Asked asked, String id) throws InterruptedException {
    return show(asked, id, 200, Form.EMPTY, "");
  }

  private Reply show(Asked asked, String id, int status, Form form, String failure)
      throws InterruptedException {
    StudyApproval.Answer answer =
        ask(asked.session(), visit -> trail.studyApproval().ask(visit, id));
    String title = ListPage.Row.target(answer.view().request());
    Frame frame =
        Frame.live(asked, Visible.brief(title, MOST_AT_ONCE), "approvals", clock.instant());
    var source =
        new RequestPage.Source(
            answer, asked.session().reader(), policy.get(), clock.instant(), form);
    return Reply.html(status, templates.request(RequestPage.of(frame, source, failure)));
  }

  Reply history(Asked asked) throws InterruptedException {
    String state = asked.query().text("state");
    var question =
        new PastApprovals.Question(
            state.isEmpty() ? List.of() : List.of(state),
            new Paging(0, asked.query().text("page")));
    PastApprovals.Answer answer =
        ask(asked.session(), visit -> trail.pastApprovals().list(visit, question));
    Frame frame = Frame.of(asked, "History", "history");
    return Reply.html(200, templates.history(HistoryPage.of(frame, answer, state)));
  }

  Reply past(Asked asked, String index) throws InterruptedException {
    if (!index.matches("\\d{1,18}")) {
      throw TrailException.of(TrailException.Code.NOT_FOUND, "entry: no such entry");
    }
    PastApprovals.Story story =
        ask(asked.session(), visit -> trail.pastApprovals().tell(visit, Long.parseLong(index)));
    Frame frame = Frame.of(asked, "History", "history");
    return Reply.html(200, templates.past(PastPage.of(frame, story)));
  }

  /** Decides about one request, and about those like it that were chosen. */
  Reply decide(Asked asked, String id, Form form) throws InterruptedException {
    Act act = act(form.text("act"));
    List<Word> words = new ArrayList<>();
    words.add(new Word(id, form.text("digest"), form.text("reason")));
    form.all("also").stream()
        .limit(MOST_AT_ONCE)
        .map(also -> also.split(" ", 2))
        .filter(also -> also.length == 2 && isId(also[0]) && TOGETHER.contains(act))
        .forEach(also -> words.add(new Word(also[0], also[1], form.text("reason"))));
    List<String> done = new ArrayList<>();
    for (Word word : words) {
      try {
        Vote.Window window = act == Act.APPROVE && word.id().equals(id) ? window(form) : null;
        ApprovalView after =
            ask(asked.session(), visit -> trail.decide().ask(visit, act, word, window));
        done.add(told(act, after));
      } catch (RuntimeException e) {
        return failed(asked, id, form, done, TrailException.of(e));
      }
    }
    asked.session().say(new Session.Notice(true, String.join(" ", done)));
    return Reply.seeOther("/approvals/" + id);
  }

  /** Those before the one that failed are decided; the page says so. */
  private Reply failed(Asked asked, String id, Form form, List<String> done, TrailException failure)
      throws InterruptedException {
    if (failure.code() == TrailException.Code.UNAUTHENTICATED
        || failure.code() == TrailException.Code.NOT_FOUND) {
      throw failure;
    }
    String before = done.isEmpty() ? "" : String.join(" ", done) + " Then: ";
    return show(asked, id, Failures.status(failure), form, before + Visible.of(failure.text()));
  }

  /** Further calls that are approved with the one that is shown; null if none. */
  private static Vote.@Nullable Window window(Form form) {
    String lasting = form.text("lasting");
    if (lasting.isEmpty()) {
      return null;
    }
    String uses = form.text("uses");
    if (!lasting.matches(NUMBER) || !uses.matches(NUMBER)) {
      throw TrailException.invalid("uses", "no number", "how many further calls");
    }
    return new Vote.Window(Duration.ofSeconds(Long.parseLong(lasting)), Integer.parseInt(uses));
  }

  private static Act act(String word) {
    return switch (word) {
      case "approve" -> Act.APPROVE;
      case "deny" -> Act.DENY;
      case "ask" -> Act.ASK_BACK;
      case "revoke" -> Act.REVOKE;
      case "break-glass" -> Act.BREAK_GLASS;
      case "review" -> Act.REVIEW;
      default ->
          throw TrailException.invalid(
              "act", "unknown", "approve, deny, ask, revoke, break-glass or review");
    };
  }

  private static String further(ApprovalView after) {
    boolean more =
        after.request().votes().stream().allMatch(vote -> vote.window() != null)
            && !after.request().votes().isEmpty();
    return more ? ", and further calls as you said" : "";
  }

  private static String told(Act act, ApprovalView after) {
    String id = after.request().id();
    return switch (act) {
      case APPROVE ->
          after.request().state() == ApprovalState.PENDING
              ? "Your approval of %s counts: %d of %d."
                  .formatted(id, after.request().votes().size(), after.request().quorum())
              : "Approved: " + id + ". The call may be made once" + further(after) + ".";
      case DENY -> "Denied: " + id + ". The agent is told.";
      case ASK_BACK -> "Asked: " + id + ". The agent is told.";
      case REVOKE -> "Revoked: " + id + ".";
      case BREAK_GLASS -> "Let on without approval: " + id + ". Another person has to review it.";
      case REVIEW -> "Reviewed: " + id + ".";
    };
  }
}
