package io.tabellion.approval;

import com.google.protobuf.ByteString;
import io.tabellion.audit.Entry;
import io.tabellion.audit.EntryId;
import io.tabellion.policy.ApprovalTerms;
import io.tabellion.policy.Question;
import io.tabellion.secret.Sha256;
import io.tabellion.state.Change;
import io.tabellion.state.Changes;
import io.tabellion.state.Key;
import io.tabellion.state.SharedState;
import io.tabellion.state.StaleException;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * The grants for further calls: records of the {@link SharedState}. A use is a change of the
 * record, in one commit with the intent of the call.
 *
 * <p>Thread-safe.
 */
final class Grants {
  private static final int ID_DIGITS = 12;

  private final SharedState state;
  private final InstantSource clock;
  private final ApprovalEntries entries;

  /** Ids of those whose entries are not durable yet. */
  private final Set<String> settling = ConcurrentHashMap.newKeySet();

  Grants(SharedState state, InstantSource clock, ApprovalEntries entries) {
    this.state = state;
    this.clock = clock;
    this.entries = entries;
  }

  /** A grant with all that is committed when it begins. */
  record Given(WindowGrant grant, List<Change<?>> changes, List<Entry> entries) {}

  /** All that are not over, oldest first. */
  List<WindowGrant> all() {
    return state.all(WindowGrant.KIND);
  }

  Optional<WindowGrant> find(String id) {
    return all().stream().filter(grant -> grant.id().equals(id)).findFirst();
  }

  // Giving.

  /** What comes with an approval for further calls; it takes the place of a grant for the same. */
  Given given(ApprovalRequest approved, Vote.Window window) {
    Question question = approved.question();
    boolean identical = approved.windowIsForIdenticalCalls() || question.target().tool() == null;
    EntryId entry = EntryId.next(clock);
    WindowGrant grant =
        new WindowGrant(
            "grt-" + Sha256.hex(ByteString.copyFromUtf8(entry.toString())).substring(0, ID_DIGITS),
            approved.id(),
            new WindowGrant.Target(
                approved.requester(),
                question.setting().server(),
                question.target().method(),
                question.target().tool(),
                approved.definition(),
                approved.policy(),
                approved.rules(),
                identical ? approved.binding() : null),
            approved.votes(),
            approved.escalated(),
            approved.changed(),
            approved.changed().plus(window.lasting()),
            window.uses(),
            0);
    WindowGrant before = state.read(grant.target().key());
    Entry begins = entries.granted(entry, grant, approved);
    return before == null
        ? new Given(grant, List.of(new Put(null, grant)), List.of(begins))
        : new Given(
            grant,
            List.of(new Put(before, grant)),
            List.of(entries.grantEnded(before, "superseded", null), begins));
  }

  /** Nobody may use it until it has settled. */
  void settles(WindowGrant grant) {
    settling.add(grant.id());
  }

  void hasSettled(WindowGrant grant) {
    settling.remove(grant.id());
  }

  // Using.

  /** The grant that lets a call on; null if none does. */
  @Nullable WindowGrant usable(HeldCall call, String binding) {
    Instant now = clock.instant();
    WindowGrant identical = state.read(target(call, binding).key());
    if (identical != null && isUsable(identical, call, now)) {
      return identical;
    }
    WindowGrant any = state.read(target(call, null).key());
    return any != null && isUsable(any, call, now) ? any : null;
  }

  private static WindowGrant.Target target(HeldCall call, @Nullable String binding) {
    Question question = call.question();
    return new WindowGrant.Target(
        call.requester(),
        question.setting().server(),
        question.target().method(),
        question.target().tool(),
        call.definition(),
        call.policy(),
        call.terms().stream().map(ApprovalTerms::rule).distinct().toList(),
        binding);
  }

  private boolean isUsable(WindowGrant grant, HeldCall call, Instant now) {
    return !grant.isOver(now)
        && !settling.contains(grant.id())
        && call.current().getAsBoolean()
        && call.terms().stream()
            .map(ApprovalTerms::window)
            .allMatch(window -> window != null && isFor(grant, window, call.question()))
        && ApprovalRequest.suffices(
            call.requester(), call.question(), call.terms(), grant.votes(), grant.escalated());
  }

  private static boolean isFor(WindowGrant grant, ApprovalTerms.Window window, Question question) {
    return grant.target().binding() != null
        || (window.calls() != null && window.calls().may(question));
  }

  /** Uses it once, as part of what a call changes; returns the entry that tells of it. */
  Entry useWith(Changes changes, WindowGrant grant, EntryId intent) {
    changes.add(new Used(grant));
    return entries.grantUsed(grant, intent);
  }

  // Ending.

  /** Why one ends by itself; null if it does not. */
  @Nullable String end(WindowGrant grant, String policy, Instant now) {
    if (grant.left() <= 0) {
      return "used-up";
    }
    if (!now.isBefore(grant.until())) {
      return "expired";
    }
    return grant.target().policy().equals(policy) ? null : "superseded";
  }

  /**
   * Ends one, as part of a commit that fails if it is not as it was.
   *
   * @param why in a word
   * @param vote of the person who does; null if nobody does
   */
  void endWith(
      List<Change<?>> changes,
      List<Entry> told,
      WindowGrant grant,
      String why,
      @Nullable Vote vote) {
    changes.add(new Put(grant, null));
    told.add(entries.grantEnded(grant, why, vote));
  }

  void remember(WindowGrant grant) {
    state.remember(grant.target().key(), grant);
  }

  /** Puts a grant in the place of another. */
  private record Put(@Nullable WindowGrant from, @Nullable WindowGrant to)
      implements Change<WindowGrant> {
    @Override
    public Key<WindowGrant> key() {
      WindowGrant one = to == null ? from : to;
      if (one == null) {
        throw new IllegalStateException("grant: none (expected: one that begins or ends)");
      }
      return one.target().key();
    }

    @Override
    public @Nullable WindowGrant made(@Nullable WindowGrant now) {
      if (from == null ? now != null : !from.equals(now)) {
        throw new StaleException(WindowGrant.KIND.word());
      }
      return to;
    }

    @Override
    public @Nullable WindowGrant undone(@Nullable WindowGrant now) {
      return from;
    }
  }

  /** Counts a use, whatever other uses come at the same moment. */
  private final class Used implements Change<WindowGrant> {
    private final WindowGrant grant;

    Used(WindowGrant grant) {
      this.grant = grant;
    }

    @Override
    public Key<WindowGrant> key() {
      return grant.target().key();
    }

    @Override
    public WindowGrant made(@Nullable WindowGrant now) {
      if (now == null || !now.id().equals(grant.id()) || now.isOver(clock.instant())) {
        throw new StaleException(WindowGrant.KIND.word());
      }
      return now.usedOnce();
    }

    @Override
    public @Nullable WindowGrant undone(@Nullable WindowGrant now) {
      return now == null || !now.id().equals(grant.id()) ? now : now.givenBack();
    }
  }
}
