package io.tabellion.trail;

import com.google.protobuf.ByteString;
import io.tabellion.audit.AuditReader;
import io.tabellion.audit.Leaf;
import io.tabellion.audit.StoredEntry;
import io.tabellion.audit.index.Page;
import io.tabellion.audit.index.Query;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Finds entries by what their leaves say and by words of their content. Each page is one {@code
 * access.read}.
 *
 * <p>Thread-safe. Blocks its caller.
 */
public final class SearchEntries {
  private static final int PAGE_SIZE = 50;
  private static final int LARGEST_PAGE = 500;

  /** Bytes of contents of a page, unless one is larger; a client takes 4 MiB if it says nothing. */
  private static final long CONTENTS_OF_PAGE = 3L << 20;

  private final ReadingRoom room;
  private final Filters filters;
  private final Accesses accesses;

  SearchEntries(ReadingRoom room, Filters filters, Accesses accesses) {
    this.room = room;
    this.filters = filters;
    this.accesses = accesses;
  }

  /**
   * What is asked.
   *
   * @param withContents show the contents too; the page then ends where they become too much
   * @param paging which page
   * @param encoded filter, order and withContents as the edge encodes them: a token of a page is
   *     good for the question that is encoded alike
   */
  public record Question(
      Filter filter, Page.Order order, boolean withContents, Paging paging, ByteString encoded) {}

  /**
   * A page.
   *
   * @param contents of the entries, in the same order; empty if they were not asked for
   * @param nextPage token of the page after; empty on the last
   * @param bound the pages of this search show entries 0 to bound - 1
   * @param unknown values that no entry has; only where nothing was found
   */
  public record Answer(
      List<EntryView> entries,
      List<ContentView> contents,
      String nextPage,
      long bound,
      Reach searched,
      List<UnknownValue> unknown) {
    public Answer {
      entries = List.copyOf(entries);
      contents = List.copyOf(contents);
      unknown = List.copyOf(unknown);
    }

    private List<Long> indexes() {
      return entries.stream().map(EntryView::index).toList();
    }

    private List<String> idsOfContents() {
      return IntStream.range(0, contents.size())
          .filter(i -> contents.get(i).shows())
          .mapToObj(i -> entries.get(i).id())
          .toList();
    }
  }

  /**
   * Finds a page.
   *
   * @throws TrailException if the question is not as documented, or takes too long
   */
  public Shown<Answer> ask(Visit visit, Question question) throws InterruptedException {
    Permit permit = visit.permit(Right.READ);
    int size = question.paging().size(PAGE_SIZE, LARGEST_PAGE);
    Reach reach = room.reach(permit, question.paging().first());
    Page page = question.paging().page(question.encoded(), question.order(), reach, size + 1);
    Found found = room.read(permit, open -> find(question, page, reach, open));
    Answer answer = found.answer();
    String told = "search" + Filters.describe(found.query()) + range(answer.indexes());
    return accesses.read(permit, told, answer.idsOfContents()).shows(answer);
  }

  private record Found(Query query, Answer answer) {}

  private Found find(Question question, Page page, Reach reach, ReadingRoom.Open open) {
    Query query = filters.toQuery(question.filter(), open.index());
    List<Long> found = open.index().search(query, page, open.stop());
    Reach searched = reach.narrowedTo(open.index().size()).within(page, question.paging());
    List<Long> wanted = found.subList(0, Math.min(page.limit() - 1, found.size()));
    List<EntryView> entries = new ArrayList<>();
    List<ContentView> contents = new ArrayList<>();
    if (question.withContents()) {
      addWithContents(wanted, open.log(), entries, contents);
    } else {
      wanted.forEach(at -> entries.add(EntryView.of(open.log().read(at))));
    }
    String next =
        found.size() > entries.size()
            ? Paging.next(question.encoded(), page, entries.getLast().index())
            : "";
    List<UnknownValue> unknown = found.isEmpty() ? Filters.unknown(query, open.index()) : List.of();
    return new Found(query, new Answer(entries, contents, next, page.bound(), searched, unknown));
  }

  /** Adds one at least, and no more than a page may hold. */
  private static void addWithContents(
      List<Long> wanted, AuditReader log, List<EntryView> entries, List<ContentView> contents) {
    long bytes = 0;
    for (long at : wanted) {
      StoredEntry entry = log.read(at);
      Leaf.ContentMark mark = entry.leaf().content();
      bytes += mark == null ? 0 : mark.size();
      if (!entries.isEmpty() && bytes > CONTENTS_OF_PAGE) {
        return;
      }
      contents.add(ContentViews.read(log, entry));
      entries.add(EntryView.of(entry));
    }
  }

  /** Says which entries a page shows, for an access.read. */
  static String range(List<Long> shown) {
    return shown.isEmpty()
        ? " shown=0"
        : " shown=%d first=%d last=%d".formatted(shown.size(), shown.getFirst(), shown.getLast());
  }
}
