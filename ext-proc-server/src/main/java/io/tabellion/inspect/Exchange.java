package io.tabellion.inspect;

import com.google.protobuf.ByteString;
import io.tabellion.audit.EntryId;
import io.tabellion.audit.Fact;
import io.tabellion.audit.Facts;
import io.tabellion.identity.Caller;
import io.tabellion.metrics.Counter;
import io.tabellion.stop.Selector;
import io.tabellion.stop.Stop;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * One HTTP exchange: the walks of its messages down the line.
 *
 * <p>Confined to its lane: one walk at a time, in order. {@link #refusedByHead}, {@link #party},
 * {@link #caller} and {@link #isOf} may be called from elsewhere. How far its request is stands in
 * {@link RequestProgress}, which anybody may tell.
 */
public final class Exchange {
  private final Line line;
  private final Services services;
  private final Situation situation;
  private final OpenCalls calls;
  private final Footing footing;

  Exchange(
      Services services,
      Line line,
      Hop hop,
      Caller caller,
      RequestHead head,
      RequestProgress progress) {
    this.line = line;
    this.services = services;
    this.situation = new Situation(services, hop, caller, head);
    StreamSoFar stream = new StreamSoFar(situation, services.words());
    this.calls = new OpenCalls(situation, services, progress, stream);
    this.footing = new Footing(services, situation, stream, calls);
  }

  /** Whether the head is enough to refuse the request, so that no body need be read. */
  public boolean refusedByHead() {
    return situation.headFault() != null;
  }

  /** Whose share of what is scarce it takes. */
  public String party() {
    return situation.party();
  }

  /**
   * Walks the request.
   *
   * @param settled runs once it is settled: the body as it came need not be held any more
   */
  public Walk request(Upload upload, Runnable settled) {
    Parcel parcel = new Parcel(upload, settled, services.spool());
    return new Way(() -> new RequestLeg(footing, parcel.upload(), parcel::settled), parcel);
  }

  /** Walks an answer that was collected whole. */
  public Walk answer(AnswerHead answer, Upload upload) {
    return new Way(() -> new AnswerLeg(footing, answer, upload));
  }

  /** Walks the head of an event stream. */
  public Walk open(AnswerHead answer) {
    return new Way(() -> new StreamHeadLeg(footing, answer));
  }

  /**
   * Walks the next frames of an event stream.
   *
   * @param end how the stream ended behind them; null if it did not
   */
  public Walk events(List<ByteString> frames, @Nullable StreamEnd end) {
    return new Way(() -> new EventsLeg(footing, frames, end));
  }

  /** Whether its client only listens for messages, and no call is open. */
  public boolean onlyListens() {
    return calls.onlyListen();
  }

  /** Who calls. May be asked from elsewhere. */
  public Caller caller() {
    return situation.caller();
  }

  /** Whether a stop is about it, as far as it is known. May be asked from elsewhere. */
  public boolean isOf(Selector stopped) {
    return situation.isOf(stopped);
  }

  /** The answer to a request that was let on and did not leave, because a stop was faster. */
  public Reply.Ours halted(Stop stop) {
    return calls.halted(stop);
  }

  /** A walk of this exchange. */
  private final class Way implements Walk {
    private final Supplier<Leg<?, ?, ?>> leg;
    private final @Nullable Parcel parcel;

    /**
     * @param leg is made when the walk begins: those before have changed the exchange until then;
     *     and again when it begins again
     */
    Way(Supplier<Leg<?, ?, ?>> leg) {
      this(leg, null);
    }

    /**
     * @param parcel of what it walks with; null if it never waits for people
     */
    Way(Supplier<Leg<?, ?, ?>> leg, @Nullable Parcel parcel) {
      this.leg = leg;
      this.parcel = parcel;
    }

    @Override
    public Reply go() throws InterruptedException {
      if (parcel == null) {
        return line.walk(leg.get(), calls::log);
      }
      try (parcel) {
        return line.walk(party(), parcel, leg, calls::log);
      }
    }

    @Override
    public boolean hasWaited() {
      return parcel != null && parcel.hasLain();
    }

    @Override
    public boolean tryGo(Executor loop, Then then) {
      return line.tryWalk(leg.get(), calls::log, loop, then);
    }
  }

  /** Enters that Envoy answered by itself while the request was held; that went back at once. */
  public void answeredByEnvoy(AnswerHead answer, EntryId entry) throws InterruptedException {
    services.metrics().increment(Counter.ENVOY_REPLIES);
    Facts.Builder facts = situation.sheet().builder().put(Fact.HTTP_STATUS, answer.status());
    services.enterEnvoyReply(facts, answer, entry);
  }

  /** Does as {@link #conclude} where there is nothing to write; else nothing, and returns false. */
  public boolean tryConclude() {
    passesNoMore();
    return calls.tryConclude();
  }

  /** Writes the outcome of what was let on and has none. Nothing of this exchange follows. */
  public void conclude() throws InterruptedException {
    passesNoMore();
    calls.conclude();
  }

  private void passesNoMore() {
    Passing passing = situation.passing();
    if (passing != null) {
      services.passages().over(passing);
    }
  }
}
