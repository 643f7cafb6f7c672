package io.tabellion.trail;

import com.google.protobuf.ByteString;
import io.tabellion.approval.ApprovalRequest;
import io.tabellion.approval.ApprovalState;
import io.tabellion.approval.Ledger;
import io.tabellion.approval.Person;
import io.tabellion.audit.EntryId;
import io.tabellion.audit.EntryKind;
import io.tabellion.audit.Fact;
import io.tabellion.audit.Facts;
import io.tabellion.audit.Leaf;
import io.tabellion.audit.StoredEntry;
import io.tabellion.audit.index.Page;
import io.tabellion.audit.index.Query;
import io.tabellion.audit.index.Query.Field;
import io.tabellion.pin.Pins;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Shows one request for approval with what a person needs to decide about it: the call, the call of
 * the same tool that was approved before, what the conversation did before, whether the tool's
 * definition is still the accepted one, and requests like it. One {@code access.read}.
 *
 * <p>Whoever may decide about a call may see this of it, without a right to read the log.
 * Thread-safe. Blocks its caller.
 */
public final class StudyApproval {
  /**
   * Bytes of a call that is shown. A larger one can be seen in its entry. A page takes some hundred
   * times as much memory, and agents choose how large their calls are.
   */
  public static final int LARGEST_CALL = 512 << 10;

  /** Lines of the conversation. */
  public static final int STEPS = 10;

  private static final int MOST_SIMILAR = 20;
  private static final int MOST_SEARCHED = 200;
  private static final Duration BEFORE = Duration.ofSeconds(5);
  private static final Duration AFTER = Duration.ofMinutes(1);

  private final Ledger ledger;
  private final Pins pins;
  private final ReadingRoom room;
  private final Accesses accesses;

  StudyApproval(Ledger ledger, Pins pins, ReadingRoom room, Accesses accesses) {
    this.ledger = ledger;
    this.pins = pins;
    this.room = room;
    this.accesses = accesses;
  }

  /**
   * What is known.
   *
   * @param call as it would be sent, masked; {@link ContentView.Omitted} if it is larger than
   *     {@value #LARGEST_CALL} bytes, or if its entry cannot be found yet
   * @param earlier the newest call of this tool that used an approval; null if there is none
   * @param before the last steps of the conversation, oldest first
   * @param pin what is known of the tool's definition; null if it was never shown
   * @param similar requests of the same requester for the same tool that the person may decide
   *     about too
   */
  public record Answer(
      ApprovalView view,
      ContentView call,
      @Nullable Earlier earlier,
      List<Step> before,
      @Nullable PinView pin,
      List<Similar> similar) {
    public Answer {
      before = List.copyOf(before);
      similar = List.copyOf(similar);
    }
  }

  /**
   * A call that was approved before.
   *
   * @param approval id of its request
   * @param definition digest of the tool's definition then; null if it was not known
   */
  public record Earlier(
      String approval, Instant at, @Nullable String definition, ContentView call) {}

  /**
   * A step of the conversation.
   *
   * @param outcome how it ended; null while it is open, and for what needs none
   */
  public record Step(EntryView entry, @Nullable EntryView outcome) {}

  /** A request like the one that is shown, with its call. */
  public record Similar(ApprovalView view, ContentView call) {}

  /**
   * Shows it.
   *
   * @throws TrailException if the request is not remembered
   */
  public Shown<Answer> ask(Visit visit, String id) throws InterruptedException {
    Permit permit = visit.permit(Right.READ_APPROVALS);
    Person looks = permit.reader().person();
    ApprovalRequest request = ledger.find(id).orElseThrow(SeeApprovals::unknown);
    Reach reach = room.reach(permit, true);
    Found found = room.read(permit, open -> new Looking(request, reach, open).look());
    List<Similar> similar = similar(request, looks);
    Answer answer =
        new Answer(
            ApprovalView.whole(request, looks),
            found.call,
            found.earlier,
            found.before,
            pin(request),
            similar);
    return accesses.read(permit, told(request, similar), found.contents).shows(answer);
  }

  private static String told(ApprovalRequest request, List<Similar> similar) {
    StringBuilder told = new StringBuilder("approval " + request.id() + " and what led to it");
    similar.forEach(one -> told.append(' ').append(one.view().request().id()));
    return told.toString();
  }

  private @Nullable PinView pin(ApprovalRequest request) {
    String tool = request.question().target().tool();
    return tool == null
        ? null
        : pins.find(request.question().setting().server(), request.requester().owner(), tool)
            .map(pin -> PinView.whole(pin, pins))
            .orElse(null);
  }

  private List<Similar> similar(ApprovalRequest request, Person looks) {
    if (request.state() != ApprovalState.PENDING) {
      return List.of();
    }
    return ledger.all().stream()
        .filter(other -> other.state() == ApprovalState.PENDING && isSimilar(request, other))
        .filter(other -> other.mayDecide(looks))
        .limit(MOST_SIMILAR)
        .map(other -> new Similar(ApprovalView.whole(other, looks), held(other)))
        .toList();
  }

  private static boolean isSimilar(ApprovalRequest one, ApprovalRequest other) {
    return !one.id().equals(other.id())
        && one.requester().owner().equals(other.requester().owner())
        && one.question().setting().server().equals(other.question().setting().server())
        && one.question().target().equals(other.question().target());
  }

  private static ContentView held(ApprovalRequest request) {
    ByteString shown = request.shown();
    return shown == null
        ? new ContentView.Omitted()
        : new ContentView.Present("application/json", shown, ByteString.EMPTY);
  }

  /**
   * What the log holds of it.
   *
   * @param contents ids of the entries whose content is shown
   */
  private record Found(
      ContentView call, @Nullable Earlier earlier, List<Step> before, List<String> contents) {}

  /**
   * Looks in the log.
   *
   * <p>Confined to the thread that reads it.
   */
  private static final class Looking {
    private final ApprovalRequest request;
    private final Reach reach;
    private final ReadingRoom.Open open;
    private final List<String> contents = new ArrayList<>();

    Looking(ApprovalRequest request, Reach reach, ReadingRoom.Open open) {
      this.request = request;
      this.reach = reach;
      this.open = open;
    }

    Found look() {
      StoredEntry begin = begin();
      ContentView call = call(begin);
      Earlier earlier = earlier(begin);
      return new Found(call, earlier, before(begin), contents);
    }

    /** Returns the entry of the request; null if it is not indexed yet. */
    private @Nullable StoredEntry begin() {
      Query query =
          new Query(
              request.asked().minus(BEFORE),
              request.asked().plus(AFTER),
              Map.of(
                  Field.KIND, List.of(EntryKind.APPROVAL_REQUESTED.text()),
                  Field.SERVER, List.of(request.question().setting().server())),
              "");
      return search(query, reach.upTo())
          .filter(entry -> request.id().equals(entry.leaf().facts().text(Fact.APPROVAL)))
          .findFirst()
          .orElse(null);
    }

    private Stream<StoredEntry> search(Query query, long bound) {
      Page page = Page.first(Page.Order.NEWEST_FIRST, bound, MOST_SEARCHED);
      return open.index().search(query, page, open.stop()).stream().map(open.log()::read);
    }

    private ContentView call(@Nullable StoredEntry begin) {
      ContentView held = held(request);
      return held.shows() || begin == null ? held : content(begin);
    }

    private ContentView content(StoredEntry entry) {
      Leaf.ContentMark mark = entry.leaf().content();
      if (mark == null || mark.size() > LARGEST_CALL) {
        return ContentViews.leftOut(entry);
      }
      contents.add(entry.leaf().id().toString());
      return ContentViews.read(open.log(), entry);
    }

    /** Returns the newest call of the tool that used an approval before. */
    private @Nullable Earlier earlier(@Nullable StoredEntry begin) {
      String tool = request.question().target().tool();
      if (tool == null) {
        return null;
      }
      Query query =
          new Query(
              null,
              null,
              Map.of(
                  Field.KIND, List.of(EntryKind.APPROVAL_CONSUMED.text()),
                  Field.SERVER, List.of(request.question().setting().server()),
                  Field.TOOL, List.of(tool)),
              "");
      // A name may be a pattern of the index, so what was found is compared.
      return search(query, begin == null ? reach.upTo() : begin.index())
          .map(entry -> entry.leaf().facts())
          .filter(facts -> tool.equals(facts.text(Fact.TOOL)))
          .filter(facts -> !request.id().equals(facts.text(Fact.APPROVAL)))
          .findFirst()
          .map(this::earlier)
          .orElse(null);
    }

    private @Nullable Earlier earlier(Facts consumed) {
      OptionalLong at =
          open.index().find(EntryId.parse(String.valueOf(consumed.text(Fact.INTENT))));
      if (at.isEmpty()) {
        return null;
      }
      StoredEntry intent = open.log().read(at.getAsLong());
      Facts facts = intent.leaf().facts();
      return new Earlier(
          String.valueOf(consumed.text(Fact.APPROVAL)),
          intent.leaf().at(),
          facts.text(Fact.DEFINITION),
          content(intent));
    }

    private List<Step> before(@Nullable StoredEntry begin) {
      String conversation =
          begin == null
              ? request.question().setting().conversation()
              : begin.leaf().facts().text(Fact.CONVERSATION);
      if (conversation == null || conversation.isEmpty()) {
        return List.of();
      }
      long bound = begin == null ? reach.upTo() : begin.index();
      Page page = Page.first(Page.Order.NEWEST_FIRST, bound, STEPS);
      return open.index().conversation(conversation, page, open.stop()).reversed().stream()
          .map(open.log()::read)
          .map(this::step)
          .toList();
    }

    private Step step(StoredEntry entry) {
      if (entry.leaf().kind() != EntryKind.CALL_INTENT) {
        return new Step(EntryView.of(entry), null);
      }
      List<Long> outcomes =
          open.index().outcome(entry.leaf().id().toString(), reach.upTo(), open.stop());
      return new Step(
          EntryView.of(entry),
          outcomes.isEmpty() ? null : EntryView.of(open.log().read(outcomes.getLast())));
    }
  }
}
