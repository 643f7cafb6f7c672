package io.tabellion.console;

import com.google.protobuf.ByteString;
import io.tabellion.approval.ApprovalRequest;
import io.tabellion.approval.ApprovalState;
import io.tabellion.approval.Requester;
import io.tabellion.jsonrpc.Json;
import io.tabellion.jsonrpc.JsonWriter;
import io.tabellion.trail.ApprovalView;
import io.tabellion.trail.SeeApprovals;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The page with the requests that are open.
 *
 * @param pending that people may decide about
 * @param approved that were not used yet
 * @param due that were let on without approval, and that nobody reviewed
 * @param mine whether only those are shown that the viewer may decide about
 * @param nextPage token of the page after; empty on the last
 */
record ListPage(
    Frame frame,
    List<Row> pending,
    List<Row> approved,
    List<Row> due,
    boolean mine,
    String nextPage) {

  static ListPage of(
      Frame frame,
      SeeApprovals.Answer answer,
      SeeApprovals.Answer unreviewed,
      boolean mine,
      Instant now) {
    List<Row> rows =
        answer.approvals().stream().map(view -> Row.of(view, frame.viewer(), now)).toList();
    return new ListPage(
        frame,
        rows.stream().filter(row -> row.state().equals(ApprovalState.PENDING.word())).toList(),
        rows.stream().filter(row -> row.state().equals(ApprovalState.APPROVED.word())).toList(),
        unreviewed.approvals().stream().map(view -> Row.due(view, frame.viewer(), now)).toList(),
        mine,
        answer.nextPage());
  }

  int waiting() {
    return pending.size();
  }

  /**
   * A request in a list.
   *
   * @param version grows with each change
   * @param target tool, resource or prompt, else the method
   * @param preview the beginning of the arguments, masked; empty if they are not held
   * @param through agent, client or workload that made the call; empty if none is known
   * @param left time until it expires
   * @param votes how many approved of how many that must
   * @param mine whether the viewer may decide about it
   */
  record Row(
      String id,
      int version,
      String state,
      String target,
      String server,
      String preview,
      String who,
      String through,
      String rules,
      Visible.Moment asked,
      Visible.Moment until,
      String left,
      String votes,
      boolean several,
      boolean asksBack,
      boolean mine) {
    private static final int LONGEST = 120;

    static Row of(ApprovalView view, Frame.@Nullable Viewer viewer, Instant now) {
      ApprovalRequest request = view.request();
      Requester requester = request.requester();
      return new Row(
          request.id(),
          request.version(),
          request.state().word(),
          Visible.brief(target(request), LONGEST),
          Visible.brief(request.question().setting().server(), LONGEST),
          preview(view.call()),
          Visible.brief(requester.name(), LONGEST),
          Visible.brief(through(requester), LONGEST),
          String.join(", ", request.rules()),
          Visible.Moment.of(request.asked()),
          Visible.Moment.of(request.until()),
          Visible.left(Duration.between(now, request.until())),
          request.votes().size() + " of " + request.quorum(),
          request.quorum() > 1,
          request.asksBack(),
          view.mine() && viewer != null && viewer.decides());
    }

    /** The same of a request whose review is due: the time that is left is that for the review. */
    static Row due(ApprovalView view, Frame.@Nullable Viewer viewer, Instant now) {
      Row row = of(view, viewer, now);
      Instant until = view.request().reviewUntil();
      Instant end = until == null ? now : until;
      return new Row(
          row.id,
          row.version,
          row.state,
          row.target,
          row.server,
          row.preview,
          row.who,
          row.through,
          row.rules,
          row.asked,
          Visible.Moment.of(end),
          Visible.left(Duration.between(now, end)),
          row.votes,
          row.several,
          row.asksBack,
          false);
    }

    private static String preview(@Nullable ByteString call) {
      Json shown = call == null ? null : CallView.shown(call);
      return shown == null ? "" : Visible.brief(JsonWriter.toText(shown), LONGEST);
    }

    static String target(ApprovalRequest request) {
      var target = request.question().target();
      return Stream.of(target.tool(), target.resource(), target.prompt())
          .filter(Objects::nonNull)
          .findFirst()
          .orElse(target.method());
    }

    private static String through(Requester requester) {
      if (!requester.actors().isEmpty()) {
        return String.join(" → ", requester.actors());
      }
      String client = requester.clientId();
      String workload = requester.workload();
      return client != null ? client : workload != null ? workload : "";
    }
  }
}
