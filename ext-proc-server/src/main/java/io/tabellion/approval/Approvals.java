package io.tabellion.approval;

import io.tabellion.audit.Entry;
import io.tabellion.audit.Facts;
import io.tabellion.mcp.ApprovalNotice;
import io.tabellion.state.Changes;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Settles what a person must decide.
 *
 * <p>Thread-safe.
 */
public final class Approvals {
  private final Desk desk;

  public Approvals(Desk desk) {
    this.desk = desk;
  }

  /** As {@link Desk#cancel}. */
  public List<Entry> cancel(Desk.Named call, Changes changes) {
    return desk.cancel(call, changes);
  }

  /** As {@link Desk#elicits}. */
  public boolean elicits() {
    return desk.elicits();
  }

  /** As {@link Desk#ended}. */
  public Optional<Entry> ended(Facts outcome, Changes changes) {
    return desk.ended(outcome, changes);
  }

  /** Returns a message settled about which nobody has to decide. */
  public <M> Settled<M> settle(Fate<M> judged) {
    return new Settled<>(judged, null);
  }

  /**
   * Returns a message settled about which a person must decide; null if the walk is to let go of
   * it, wait with the vigil and begin again.
   *
   * @param approved what it becomes if it may go on, by this grant
   * @param refused what it becomes if it may not; null where nobody can be asked
   * @throws InterruptedException if the walk is given up while it waits
   */
  public <M> @Nullable Settled<M> settle(
      HeldCall call,
      Vigil vigil,
      Function<Grant, Fate<M>> approved,
      Function<@Nullable ApprovalNotice, Fate<M>> refused)
      throws InterruptedException {
    boolean nobody = call.waiting().isOver() && !vigil.hasBegun();
    Desk.Answer answer = nobody ? new Desk.Answer.Refused(null) : desk.ask(call, vigil);
    return switch (answer) {
      case Desk.Answer.Approved(Grant grant) when !call.waiting().isOver() ->
          new Settled<>(approved.apply(grant), grant);
      case Desk.Answer.Approved _ -> new Settled<>(refused.apply(null), null);
      case Desk.Answer.Refused(ApprovalNotice notice) -> new Settled<>(refused.apply(notice), null);
      case Desk.Answer.Waits _ -> null;
    };
  }
}
