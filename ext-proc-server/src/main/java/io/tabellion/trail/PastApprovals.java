package io.tabellion.trail;

import com.google.protobuf.ByteString;
import io.tabellion.approval.ApprovalState;
import io.tabellion.audit.EntryKind;
import io.tabellion.audit.Fact;
import io.tabellion.audit.Leaf;
import io.tabellion.audit.StoredEntry;
import io.tabellion.audit.index.Page;
import io.tabellion.audit.index.Query;
import io.tabellion.audit.index.Query.Field;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Shows requests for approval that are over, as the log tells of them: pages of their last entries,
 * or all entries of one. Each page is one {@code access.read}.
 *
 * <p>Thread-safe. Blocks its caller.
 */
public final class PastApprovals {
  private static final int PAGE_SIZE = 25;
  private static final int LARGEST_PAGE = 100;

  /** Entries that are looked through for the votes of a page, and for the steps of one request. */
  private static final int MOST_SEARCHED = 500;

  private static final List<EntryKind> APPROVALS =
      List.of(EntryKind.APPROVAL_VOTE, EntryKind.APPROVAL_APPROVED);

  private final ReadingRoom room;
  private final Accesses accesses;

  PastApprovals(ReadingRoom room, Accesses accesses) {
    this.room = room;
    this.accesses = accesses;
  }

  /**
   * What is asked.
   *
   * @param states words of the states in which they ended; empty means all
   */
  public record Question(List<String> states, Paging paging) {
    public Question {
      states = List.copyOf(states);
    }
  }

  /**
   * A page, newest first.
   *
   * @param nextPage token of the page after; empty on the last
   */
  public record Answer(List<Item> items, String nextPage, Reach searched) {
    public Answer {
      items = List.copyOf(items);
    }
  }

  /**
   * A request that is over.
   *
   * @param end its last entry
   * @param approvers who approved it, as far as newer entries of the log tell
   */
  public record Item(EntryView end, ApprovalState state, List<String> approvers) {
    public Item {
      approvers = List.copyOf(approvers);
    }

    /** The id of the request. */
    public String id() {
      return String.valueOf(end.leaf().facts().text(Fact.APPROVAL));
    }
  }

  /** Lists a page. */
  public Shown<Answer> list(Visit visit, Question question) throws InterruptedException {
    Permit permit = visit.permit(Right.READ_APPROVALS);
    List<ApprovalState> states = states(question.states());
    ByteString encoded = ByteString.copyFromUtf8("past approvals " + states);
    int size = question.paging().size(PAGE_SIZE, LARGEST_PAGE);
    Reach reach = room.reach(permit, question.paging().first());
    Page page = question.paging().page(encoded, Page.Order.NEWEST_FIRST, reach, size + 1);
    Answer answer =
        room.read(permit, open -> find(states, encoded, page, question.paging(), reach, open));
    String told =
        "approvals over"
            + SearchEntries.range(answer.items().stream().map(item -> item.end().index()).toList());
    return accesses.read(permit, told, List.of()).shows(answer);
  }

  private static Answer find(
      List<ApprovalState> states,
      ByteString encoded,
      Page page,
      Paging paging,
      Reach reach,
      ReadingRoom.Open open) {
    List<Long> found =
        open.index().search(query(states.stream().map(ApprovalState::kind)), page, open.stop());
    List<StoredEntry> shown =
        found.stream().limit(page.limit() - 1L).map(open.log()::read).toList();
    Map<String, List<String>> approvers = shown.isEmpty() ? Map.of() : approvers(shown, open);
    List<Item> items =
        shown.stream()
            .map(entry ->
                new Item(
                    EntryView.of(entry),
                    state(entry.leaf().kind()),
                    approvers.getOrDefault(approval(entry), List.of())))
            .toList();
    String next =
        found.size() > shown.size() ? Paging.next(encoded, page, shown.getLast().index()) : "";
    return new Answer(items, next, reach.narrowedTo(open.index().size()).within(page, paging));
  }

  private static Map<String, List<String>> approvers(
      List<StoredEntry> shown, ReadingRoom.Open open) {
    long bound = shown.getFirst().index();
    Page page = Page.first(Page.Order.NEWEST_FIRST, bound, MOST_SEARCHED);
    return open.index().search(query(APPROVALS.stream()), page, open.stop()).reversed().stream()
        .map(open.log()::read)
        .filter(entry -> entry.leaf().facts().text(Fact.APPROVER) != null)
        .collect(
            Collectors.groupingBy(
                PastApprovals::approval,
                Collectors.mapping(
                    entry -> String.valueOf(entry.leaf().facts().text(Fact.APPROVER)),
                    Collectors.toList())));
  }

  private static Query query(Stream<EntryKind> kinds) {
    return new Query(
        null, null, Map.of(Field.KIND, kinds.map(EntryKind::text).distinct().toList()), "");
  }

  private static String approval(StoredEntry entry) {
    return String.valueOf(entry.leaf().facts().text(Fact.APPROVAL));
  }

  private static ApprovalState state(EntryKind kind) {
    return Stream.of(ApprovalState.values())
        .filter(state -> state.kind() == kind)
        .findFirst()
        .orElseThrow();
  }

  private static List<ApprovalState> states(List<String> words) {
    List<ApprovalState> over =
        Stream.of(ApprovalState.values()).filter(ApprovalState::isOver).toList();
    if (words.isEmpty()) {
      return over;
    }
    return words.stream()
        .map(word ->
            over.stream()
                .filter(state -> state.word().equals(word))
                .findFirst()
                .orElseThrow(() ->
                    TrailException.unknown(
                        "states", word, over.stream().map(ApprovalState::word).toList())))
        .distinct()
        .toList();
  }

  /**
   * All that the log tells of one request.
   *
   * @param steps its entries, oldest first; the first may be missing if it is very old
   * @param said what people said with the steps, in the same order
   * @param call what was asked for, masked
   */
  public record Story(List<EntryView> steps, List<ContentView> said, ContentView call) {
    public Story {
      steps = List.copyOf(steps);
      said = List.copyOf(said);
    }
  }

  /**
   * Tells of the request that an entry is about.
   *
   * @param index of an entry of kind {@code approval.*}, as {@link #list} shows it
   */
  public Shown<Story> tell(Visit visit, long index) throws InterruptedException {
    Permit permit = visit.permit(Right.READ_APPROVALS);
    Reach reach = room.reach(permit, true);
    List<String> contents = new ArrayList<>();
    Story story = room.read(permit, open -> story(index, reach, open, contents));
    return accesses.read(permit, "approval over, entry " + index, contents).shows(story);
  }

  private static Story story(
      long index, Reach reach, ReadingRoom.Open open, List<String> contents) {
    if (index < 0 || index >= open.log().size()) {
      throw TrailException.of(TrailException.Code.NOT_FOUND, "entry: no such entry");
    }
    Leaf last = open.log().read(index).leaf();
    String id = last.facts().text(Fact.APPROVAL);
    if (id == null || !last.kind().text().startsWith("approval.")) {
      throw TrailException.of(
          TrailException.Code.NOT_FOUND, "entry: tells of no request for approval");
    }
    Page page =
        Page.first(Page.Order.NEWEST_FIRST, Math.min(reach.upTo(), index + 1), MOST_SEARCHED);
    // A name may be a pattern of the index, so what was found is compared by its id.
    Query about =
        new Query(
            null,
            null,
            Map.of(
                Field.KIND, List.of("approval.*"),
                Field.SERVER, last.facts().texts(Fact.SERVER),
                Field.TOOL, last.facts().texts(Fact.TOOL)),
            "");
    List<StoredEntry> steps =
        open.index().search(about, page, open.stop()).reversed().stream()
            .map(open.log()::read)
            .filter(entry -> approval(entry).equals(id))
            .toList();
    List<ContentView> said = steps.stream().map(entry -> content(entry, open, contents)).toList();
    ContentView call =
        !steps.isEmpty() && steps.getFirst().leaf().kind() == EntryKind.APPROVAL_REQUESTED
            ? said.getFirst()
            : new ContentView.Omitted();
    return new Story(steps.stream().map(EntryView::of).toList(), said, call);
  }

  private static ContentView content(
      StoredEntry entry, ReadingRoom.Open open, List<String> contents) {
    Leaf.ContentMark mark = entry.leaf().content();
    if (mark == null || mark.size() > StudyApproval.LARGEST_CALL) {
      return ContentViews.leftOut(entry);
    }
    contents.add(entry.leaf().id().toString());
    return ContentViews.read(open.log(), entry);
  }
}
