package io.tabellion.console;

import io.tabellion.approval.ApprovalRequest;
import io.tabellion.approval.ApprovalState;
import io.tabellion.approval.Person;
import io.tabellion.approval.Requester;
import io.tabellion.approval.Vote;
import io.tabellion.jsonrpc.Json;
import io.tabellion.policy.Policy;
import io.tabellion.policy.RuleText;
import io.tabellion.trail.PinView;
import io.tabellion.trail.Reader;
import io.tabellion.trail.StudyApproval;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The page about one request.
 *
 * @param row the request in short
 * @param call what is asked for
 * @param warnings what a person should know before they decide
 * @param compared how the call differs from the one that was approved before
 * @param who whose call it is, and through whom
 * @param rules why it waits
 * @param votes who approved
 * @param said who denied, revoked or asked back; null if nobody did
 * @param before what the conversation did before
 * @param form to decide with; null if nothing can be done
 * @param closed why nothing can be done; empty if something can
 * @param glass to let the call on without approval; null if the viewer may not
 * @param review of a call that was let on so; null if it was not
 * @param failure why what was sent was not done; empty if nothing was
 */
record RequestPage(
    Frame frame,
    ListPage.Row row,
    CallView call,
    List<String> warnings,
    Compared compared,
    List<Named> who,
    List<RuleCard> rules,
    List<Said> votes,
    @Nullable Said said,
    List<StepRow> before,
    @Nullable DecisionForm form,
    String closed,
    @Nullable Glass glass,
    @Nullable Review review,
    String failure) {

  /** A name and its value. */
  record Named(String name, String value) {}

  /** What a person said. */
  record Said(String what, String who, Visible.Moment at, String reason) {
    static Said of(String what, Vote vote) {
      String issuer = vote.who().issuer();
      return new Said(
          what,
          Visible.of(vote.who().subject() + (issuer == null ? "" : " (" + issuer + ")")),
          Visible.Moment.of(vote.at()),
          vote.reason() == null ? "" : Visible.lines(vote.reason()));
    }
  }

  /**
   * How the call differs from the one before.
   *
   * @param approval id of that one; empty if there is none
   * @param text where there are no rows to show
   */
  record Compared(
      String approval, Visible.@Nullable Moment at, @Nullable Difference difference, String text) {}

  /** A rule that asks; without its conditions if the policy changed since. */
  record RuleCard(
      String id,
      boolean known,
      String when,
      String approvers,
      String second,
      String needs,
      String glass) {}

  /** A step of the conversation on one line. */
  record StepRow(Visible.Moment at, String what, String verdict, boolean bad) {}

  /**
   * What can be decided.
   *
   * @param approve whether the viewer may approve, with the digest of what they see
   * @param deny whether they may deny and ask back
   * @param revoke whether they may take the approval back
   * @param reason what was typed before
   * @param further calls that can be approved with it; null if none
   * @param similar requests that can be decided together with this one
   */
  record DecisionForm(
      String digest,
      boolean approve,
      boolean deny,
      boolean revoke,
      boolean reasonRequired,
      String reason,
      String note,
      @Nullable Further further,
      List<SimilarRow> similar) {
    boolean severals() {
      return !similar.isEmpty();
    }
  }

  /**
   * To let a call on without approval.
   *
   * @param digest of what is seen
   */
  record Glass(String digest) {}

  /**
   * A call that was let on without approval.
   *
   * @param broke by whom, and why
   * @param until when the review is due; null if it was made
   * @param mine whether the viewer may review it
   * @param reviewed what was found; null before
   */
  record Review(
      Said broke, Visible.@Nullable Moment until, boolean mine, @Nullable Said reviewed) {}

  /**
   * A choice of how long further calls may be made.
   *
   * @param seconds that it lasts
   */
  record Lasting(long seconds, String text) {}

  /**
   * What further calls may be approved.
   *
   * @param uses most of them
   * @param which further calls they may be
   */
  record Further(List<Lasting> choices, int uses, String which) {}

  /**
   * A request like this one.
   *
   * @param value id and digest of what is shown
   * @param shown whether the page shows all of it: without that it has to be looked at on its own
   * @param difference how its call differs from that of this page
   */
  record SimilarRow(
      String id, String value, boolean shown, boolean checked, @Nullable Difference difference) {}

  /**
   * What a page is made of.
   *
   * @param form what was typed before; empty at first
   */
  record Source(
      StudyApproval.Answer answer, Reader reader, Policy policy, Instant now, Form form) {}

  static RequestPage of(Frame frame, Source source, String failure) {
    StudyApproval.Answer answer = source.answer();
    ApprovalRequest request = answer.view().request();
    CallView call = CallView.of(answer.call());
    String closed = closed(request, frame.viewer(), source.reader().person());
    return new RequestPage(
        frame,
        ListPage.Row.of(answer.view(), frame.viewer(), source.now()),
        call,
        warnings(answer),
        compared(answer),
        who(request.requester()),
        rules(request, source.policy()),
        request.votes().stream().map(vote -> Said.of("Approved", vote)).toList(),
        said(request),
        answer.before().stream().map(RequestPage::step).toList(),
        closed.isEmpty() ? form(source, call) : null,
        closed,
        glass(answer, frame.viewer(), call),
        review(request, frame.viewer(), source.reader().person()),
        failure);
  }

  boolean pending() {
    return row.state().equals(ApprovalState.PENDING.word());
  }

  boolean approved() {
    return row.state().equals(ApprovalState.APPROVED.word());
  }

  boolean open() {
    return pending() || approved();
  }

  private static String closed(
      ApprovalRequest request, Frame.@Nullable Viewer viewer, Person person) {
    if (!request.state().isOpen()) {
      return switch (request.state()) {
        case CONSUMED -> "The call was made. Tabellion waits for the server's answer.";
        case COMPLETED -> "The call was made, and the server answered.";
        case FAILED_UPSTREAM -> "The call was made and failed at the server.";
        case OUTCOME_UNKNOWN ->
            "The call was made. Nobody can say whether the server executed it; Tabellion does not"
                + " repeat it.";
        case DENIED -> "It was denied. Identical calls are denied for 10 minutes.";
        case EXPIRED -> "Its time is over. The agent has to ask again.";
        case CANCELLED -> "The agent withdrew the call.";
        case REVOKED -> "The approval was revoked before it was used.";
        case SUPERSEDED ->
            "The policy or the tool's definition changed. The agent has to ask again.";
        case PENDING, APPROVED -> throw new IllegalStateException("open");
      };
    }
    if (viewer == null || !viewer.decides()) {
      return "Your role lets you look, not decide.";
    }
    if (request.requester().involves(person)) {
      return "The call is yours, or made for you. Nobody decides about a call of their own.";
    }
    return request.mayDecide(person) ? "" : "You may not decide about it: the rule names others.";
  }

  private static DecisionForm form(Source source, CallView call) {
    ApprovalRequest request = source.answer().view().request();
    boolean pending = request.state() == ApprovalState.PENDING;
    boolean voted = request.hasVoteOf(source.reader().person());
    String note =
        voted && pending
            ? "You approved it. Another person has to approve it too."
            : pending && !call.whole() ? "You cannot approve here what this page cannot show." : "";
    List<String> checked = source.form().all("also");
    Json shown = CallView.decided(source.answer().call());
    List<SimilarRow> similar =
        source.answer().similar().stream().map(one -> similar(one, shown, checked)).toList();
    return new DecisionForm(
        request.digest(),
        pending && !voted && call.whole(),
        pending,
        !pending,
        request.wantsReasons(),
        source.form().text("reason"),
        note,
        pending ? further(request) : null,
        pending ? similar : List.of());
  }

  private static @Nullable Glass glass(
      StudyApproval.Answer answer, Frame.@Nullable Viewer viewer, CallView call) {
    boolean may =
        answer.view().mayBreakGlass() && viewer != null && viewer.decides() && call.whole();
    return may ? new Glass(answer.view().request().digest()) : null;
  }

  private static @Nullable Review review(
      ApprovalRequest request, Frame.@Nullable Viewer viewer, Person person) {
    Vote broke = request.broke();
    if (broke == null) {
      return null;
    }
    Vote reviewed = request.reviewed();
    Instant until = request.reviewUntil();
    return new Review(
        Said.of("Let on without approval", broke),
        until == null ? null : Visible.Moment.of(until),
        until != null && viewer != null && viewer.decides() && request.mayReview(person),
        reviewed == null ? null : Said.of("Reviewed", reviewed));
  }

  private static @Nullable Further further(ApprovalRequest request) {
    Vote.Window window = request.window();
    if (window == null) {
      return null;
    }
    List<Lasting> choices =
        Stream.concat(
                Stream.of(5, 15, 60, 240).map(Duration::ofMinutes), Stream.of(window.lasting()))
            .filter(lasting -> lasting.compareTo(window.lasting()) <= 0)
            .distinct()
            .map(lasting -> new Lasting(lasting.toSeconds(), Visible.left(lasting)))
            .toList();
    return new Further(
        choices,
        window.uses(),
        request.windowIsForIdenticalCalls()
            ? "with the same arguments"
            : "with other arguments that the rule allows");
  }

  private static SimilarRow similar(
      StudyApproval.Similar one, @Nullable Json shown, List<String> checked) {
    ApprovalRequest request = one.view().request();
    Json other = CallView.decided(one.call());
    String value = request.id() + " " + request.digest();
    Difference difference =
        shown != null && other != null ? Difference.between(shown, other) : null;
    boolean seen = difference != null && difference.whole();
    return new SimilarRow(
        request.id(), value, seen, checked.contains(value), seen ? difference : null);
  }

  private static List<Named> who(Requester requester) {
    List<Named> rows = new ArrayList<>();
    add(rows, "For", requester.subject());
    add(rows, "Issuer", requester.issuer());
    add(rows, "Groups", String.join(", ", requester.groups()));
    add(rows, "Agents", String.join(" → ", requester.actors()));
    add(rows, "Client", requester.clientId());
    add(rows, "Workload", requester.workload());
    return rows;
  }

  private static void add(List<Named> rows, String name, @Nullable String value) {
    if (value != null && !value.isEmpty()) {
      rows.add(new Named(name, Visible.of(value)));
    }
  }

  private static List<RuleCard> rules(ApprovalRequest request, Policy policy) {
    boolean same = policy.digest().equals(request.policy());
    return request.rules().stream()
        .map(id ->
            card(
                id,
                same ? policy.approvalRule(id) : Optional.empty(),
                request.escalated().contains(id)))
        .toList();
  }

  private static RuleCard card(String id, Optional<RuleText> text, boolean escalated) {
    return text.map(rule ->
            new RuleCard(
                id,
                true,
                rule.when() == null ? "" : Visible.lines(rule.when().strip()),
                Visible.lines(rule.approvers().strip()),
                second(rule, escalated),
                (rule.quorum() == 1 ? "1 approval" : rule.quorum() + " approvals")
                    + (rule.reasonRequired() ? ", each with a reason" : ""),
                rule.breakGlass() == null ? "" : Visible.lines(rule.breakGlass().strip())))
        .orElseGet(() -> new RuleCard(id, false, "", "", "", "", ""));
  }

  private static String second(RuleText rule, boolean escalated) {
    RuleText.Second second = rule.second();
    return second == null
        ? ""
        : "%s (%s)"
            .formatted(
                Visible.lines(second.approvers().strip()),
                escalated ? "by now" : "after " + Visible.left(second.after()));
  }

  private static @Nullable Said said(ApprovalRequest request) {
    Vote word = request.said();
    if (word == null) {
      return null;
    }
    String what =
        request.asksBack()
            ? "Asked back"
            : request.state() == ApprovalState.REVOKED ? "Revoked" : "Denied";
    return Said.of(what, word);
  }

  private static List<String> warnings(StudyApproval.Answer answer) {
    List<String> warnings = new ArrayList<>();
    PinView pin = answer.pin();
    if (pin != null && pin.quarantined()) {
      warnings.add(
          "The server shows another definition of this tool, which waits in quarantine (%s)."
              .formatted(
                  pin.changes().isEmpty()
                      ? "./tabellion pins show says what changed"
                      : pin.changes().size() + " changes; ./tabellion pins show lists them"));
    }
    StudyApproval.Earlier earlier = answer.earlier();
    String now = answer.view().request().definition();
    if (earlier != null && now != null && !Objects.equals(earlier.definition(), now)) {
      warnings.add(
          earlier.definition() == null
              ? "The tool's definition was not known when a call of it was approved before."
              : "The tool's definition changed since a call of it was approved before.");
    }
    return warnings;
  }

  private static Compared compared(StudyApproval.Answer answer) {
    StudyApproval.Earlier earlier = answer.earlier();
    if (earlier == null) {
      return new Compared("", null, null, "No call of this tool was approved before.");
    }
    Json before = CallView.compared(earlier.call());
    Json after = CallView.compared(answer.call());
    Visible.Moment at = Visible.Moment.of(earlier.at());
    if (before == null || after == null) {
      return new Compared(
          earlier.approval(), at, null, "The two calls cannot be compared: one cannot be shown.");
    }
    Difference difference = Difference.between(before, after);
    return new Compared(
        earlier.approval(), at, difference, difference.none() ? "The arguments are the same." : "");
  }

  private static StepRow step(StudyApproval.Step step) {
    return Steps.row(step.entry(), step.outcome());
  }
}
