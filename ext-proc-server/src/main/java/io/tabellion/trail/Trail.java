package io.tabellion.trail;

import io.tabellion.approval.Office;
import io.tabellion.audit.AuditLog;
import io.tabellion.audit.AuditReader;
import io.tabellion.audit.follow.Follower;
import io.tabellion.audit.index.SearchIndex;
import io.tabellion.pin.Pins;
import io.tabellion.secret.KeyedHash;
import io.tabellion.stop.StopSwitch;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.function.BooleanSupplier;

/**
 * The use cases of the trail, for every edge that shows it: let a reader in, ask, send what is
 * {@link Shown}, close the visit.
 *
 * <p>Thread-safe. Closed once, after the edges.
 */
public final class Trail implements AutoCloseable {
  /** Questions of one reader at one time. */
  public static final int QUESTIONS_EACH = 4;

  /** Tails of one reader at one time. */
  public static final int TAILS_EACH = 16;

  private static final int MOST = 64;

  /** How long the searches of one question may take. */
  private static final Duration SEARCH = Duration.ofSeconds(5);

  private static final Duration HEARTBEAT = Duration.ofSeconds(15);

  private final AuditLog log;
  private final Admission questions;
  private final Admission tails;
  private final ReadingRoom room;
  private final SearchEntries search;
  private final ShowEntry entry;
  private final TellTimeline timeline;
  private final ShowHead head;
  private final FollowEntries follow;
  private final ListPins pins;
  private final ShowPin pin;
  private final AcceptPin accept;
  private final SeeApprovals seeApprovals;
  private final DecideApproval decide;
  private final StudyApproval studyApproval;
  private final PastApprovals pastApprovals;
  private final ListStops stops;
  private final PreviewStop previewStop;
  private final SetStop setStop;
  private final LiftStop liftStop;

  /**
   * What the trail shows and writes to.
   *
   * @param log takes the entries about what is read
   * @param reader of the same log
   * @param index of the same log, following it
   * @param hash under the log's digest key
   * @param pins of tool definitions
   * @param approvals requests for approval
   * @param stops what operators stop with
   */
  public record Source(
      AuditLog log,
      AuditReader reader,
      SearchIndex index,
      KeyedHash hash,
      Pins pins,
      Office approvals,
      StopSwitch stops) {}

  public Trail(Source source, InstantSource clock) {
    log = source.log();
    questions = new Admission("calls", QUESTIONS_EACH, MOST, SEARCH, clock);
    tails = new Admission("tails", TAILS_EACH, MOST, null, clock);
    int workers = ReadingRoom.workers(Runtime.getRuntime().availableProcessors());
    room = new ReadingRoom(source.reader(), source.index(), workers);
    var accesses = new Accesses(source.log(), clock);
    var filters = new Filters(source.hash());
    search = new SearchEntries(room, filters, accesses);
    entry = new ShowEntry(room, accesses);
    timeline = new TellTimeline(room, accesses);
    head = new ShowHead(room);
    follow = new FollowEntries(room, filters, accesses, clock, HEARTBEAT);
    pins = new ListPins(source.pins(), accesses);
    pin = new ShowPin(source.pins(), accesses);
    accept = new AcceptPin(source.pins(), accesses);
    seeApprovals = new SeeApprovals(source.approvals().ledger(), accesses);
    decide = new DecideApproval(source.approvals().decisions());
    studyApproval = new StudyApproval(source.approvals().ledger(), source.pins(), room, accesses);
    pastApprovals = new PastApprovals(room, accesses);
    stops = new ListStops(source.stops(), accesses);
    previewStop = new PreviewStop(source.stops(), accesses);
    setStop = new SetStop(source.stops(), accesses);
    liftStop = new LiftStop(source.stops(), accesses);
  }

  /**
   * Lets a reader in to ask one question.
   *
   * @param gone whether the reader does not wait any more; asked often, so it must be cheap
   * @throws TrailException if the reader expired, or too much is under way
   */
  public Visit enter(Reader reader, BooleanSupplier gone) {
    return questions.enter(reader, gone);
  }

  /** The same for a tail, which takes another kind of place and no limit of time. */
  public Visit enterToFollow(Reader reader, BooleanSupplier gone) {
    return tails.enter(reader, gone);
  }

  public SearchEntries search() {
    return search;
  }

  public ShowEntry entry() {
    return entry;
  }

  public TellTimeline timeline() {
    return timeline;
  }

  public ShowHead head() {
    return head;
  }

  public FollowEntries follow() {
    return follow;
  }

  public ListPins pins() {
    return pins;
  }

  public ShowPin pin() {
    return pin;
  }

  public AcceptPin accept() {
    return accept;
  }

  public SeeApprovals approvals() {
    return seeApprovals;
  }

  public DecideApproval decide() {
    return decide;
  }

  public StudyApproval studyApproval() {
    return studyApproval;
  }

  public PastApprovals pastApprovals() {
    return pastApprovals;
  }

  public ListStops stops() {
    return stops;
  }

  public PreviewStop previewStop() {
    return previewStop;
  }

  public SetStop setStop() {
    return setStop;
  }

  public LiftStop liftStop() {
    return liftStop;
  }

  /** The tails that are under way, for metrics. */
  public List<Follower> tails() {
    return follow.followers();
  }

  /** Whether reading can be recorded now; without that nothing is shown. */
  public boolean recordable() {
    return log.writable();
  }

  @Override
  public void close() {
    follow.close();
    room.close();
  }
}
