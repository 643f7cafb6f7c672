package io.tabellion.console;

import io.tabellion.approval.ApprovalState;
import io.tabellion.audit.Fact;
import io.tabellion.audit.Facts;
import io.tabellion.trail.PastApprovals;
import io.tabellion.trail.Reach;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;

/**
 * The page with the requests that are over.
 *
 * @param states to choose from
 * @param nextPage token of the page after; empty on the last
 * @param chosen word of the state that is shown; empty for all
 * @param incomplete whether the search index does not hold the newest entries yet
 */
record HistoryPage(
    Frame frame,
    List<Choice> states,
    List<Row> rows,
    String nextPage,
    String chosen,
    boolean incomplete) {

  /** A state to choose. */
  record Choice(String word, boolean chosen) {}

  /**
   * A request that is over.
   *
   * @param index of its last entry
   * @param by who decided: approved it, denied it, revoked it
   */
  record Row(
      long index,
      String id,
      String state,
      String target,
      String server,
      String who,
      String by,
      Visible.Moment at) {
    private static final int LONGEST = 120;

    static Row of(PastApprovals.Item item) {
      Facts facts = item.end().leaf().facts();
      String ender = facts.text(Fact.APPROVER);
      return new Row(
          item.end().index(),
          Visible.of(item.id()),
          item.state().word(),
          Visible.brief(text(facts, Fact.TOOL, Fact.METHOD), LONGEST),
          Visible.brief(text(facts, Fact.SERVER), LONGEST),
          Visible.brief(text(facts, Fact.SUBJECT), LONGEST),
          Visible.brief(ender != null ? ender : String.join(", ", item.approvers()), LONGEST),
          Visible.Moment.of(item.end().leaf().at()));
    }

    private static String text(Facts facts, Fact... first) {
      return Stream.of(first).map(facts::text).filter(Objects::nonNull).findFirst().orElse("");
    }
  }

  static HistoryPage of(Frame frame, PastApprovals.Answer answer, String chosen) {
    Reach searched = answer.searched();
    return new HistoryPage(
        frame,
        Stream.of(ApprovalState.values())
            .filter(ApprovalState::isOver)
            .map(state -> new Choice(state.word(), state.word().equals(chosen)))
            .toList(),
        answer.items().stream().map(Row::of).toList(),
        answer.nextPage(),
        chosen,
        searched.upTo() < searched.of());
  }
}
