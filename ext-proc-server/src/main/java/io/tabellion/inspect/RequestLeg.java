package io.tabellion.inspect;

import com.google.protobuf.ByteString;
import io.tabellion.approval.Desk;
import io.tabellion.approval.Grant;
import io.tabellion.approval.HeldCall;
import io.tabellion.approval.Settled;
import io.tabellion.audit.AuditUnavailableException;
import io.tabellion.audit.AuditUnavailableException.Code;
import io.tabellion.audit.Entry;
import io.tabellion.audit.EntryId;
import io.tabellion.audit.EntryKind;
import io.tabellion.audit.Fact;
import io.tabellion.audit.Facts;
import io.tabellion.audit.Reason;
import io.tabellion.inspect.Asked.Bodiless;
import io.tabellion.inspect.Asked.Element;
import io.tabellion.inspect.Asked.Faulty;
import io.tabellion.inspect.Asked.Messages;
import io.tabellion.jsonrpc.Envelope;
import io.tabellion.jsonrpc.Json;
import io.tabellion.jsonrpc.JsonWriter;
import io.tabellion.jsonrpc.Repair;
import io.tabellion.mask.Masked;
import io.tabellion.mask.rule.Masking;
import io.tabellion.mcp.ApprovalNotice;
import io.tabellion.mcp.ClaimedName;
import io.tabellion.mcp.ClientCapabilities;
import io.tabellion.mcp.Era;
import io.tabellion.mcp.Fault;
import io.tabellion.mcp.HeaderChanges;
import io.tabellion.mcp.ListFilter;
import io.tabellion.mcp.Method;
import io.tabellion.mcp.MirroredHeaders;
import io.tabellion.mcp.Operation;
import io.tabellion.mcp.Refusal;
import io.tabellion.mcp.Refusals;
import io.tabellion.metrics.Counter;
import io.tabellion.policy.Decision;
import io.tabellion.session.Intent;
import io.tabellion.session.Session;
import io.tabellion.state.Changes;
import io.tabellion.stop.InForce;
import io.tabellion.stop.Stop;
import io.tabellion.stop.Stops;
import io.tabellion.trace.CallSpan;
import io.tabellion.trace.TraceParent;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** A request: the intent is durable before it leaves (P1). */
final class RequestLeg implements Leg<RequestReader.Read, RequestLeg.Ruling, RequestLeg.Part> {
  private final Situation situation;
  private final OpenCalls calls;
  private final Services services;
  private final Upload upload;
  private final Runnable settled;
  private final Judge judge;
  private final ComingAgain again;
  private boolean decidedBefore;

  /**
   * @param settled runs once it is settled, when the body as it came need not be held any more
   */
  RequestLeg(Footing footing, Upload upload, Runnable settled) {
    this.situation = footing.situation();
    this.calls = footing.calls();
    this.services = footing.services();
    this.upload = upload;
    this.settled = settled;
    this.judge = Judge.of(services, situation);
    this.again = new ComingAgain(situation, services);
  }

  /**
   * One message, or what stands for a request without one that can be read.
   *
   * @param element the message; null if there is none
   * @param asked what its entry says of its operation
   * @param check what the schema of its tool says of the arguments of a call; null if nothing
   * @param repairs what was mended in it
   * @param removed what was taken out of what the client says it can do
   */
  record Part(
      Ruled ruled,
      @Nullable Element element,
      Facts asked,
      @Nullable ArgumentCheck check,
      List<Repair> repairs,
      List<String> removed)
      implements Leg.Message {

    Verdict verdict() {
      return ruled.verdict();
    }

    private Part with(Ruled other) {
      return new Part(other, element, asked, check, repairs, removed);
    }

    /** The same with another verdict, by this request for approval and this grant, if by any. */
    private Part with(Ruled other, @Nullable String approval, @Nullable String grant) {
      Facts more = asked.toBuilder().put(Fact.APPROVAL, approval).put(Fact.GRANT, grant).build();
      return new Part(other, element, more, check, repairs, removed);
    }

    /** The same, with another verdict: nothing of it goes on. */
    private Part refused(Fault fault) {
      var refused = new Ruled(new Verdict.Refused(fault, verdict().decision()), null, ruled.kept());
      return with(refused);
    }
  }

  /**
   * What was decided.
   *
   * @param lasting how many of the changes stay where nothing of the request goes on
   */
  record Ruling(List<Part> messages, int lasting) implements Leg.Decided<Part> {
    Ruling {
      messages = List.copyOf(messages);
    }
  }

  // Parse.

  @Override
  public void recall() {
    situation.recallSession();
  }

  @Override
  public RequestReader.Read parse() {
    RequestReader.Read read = new RequestReader(situation, services.requests()).read(upload);
    if (read.asked() instanceof Messages(List<Element> elements, boolean batch) && !batch) {
      read = read.with(again.opened(elements.getFirst()));
    }
    if (read.asked() instanceof Messages(List<Element> elements, boolean batch)) {
      elements.forEach(this::claims);
      situation.calls(tools(elements));
      read = read.with(new Messages(elements.stream().map(this::restored).toList(), batch));
    }
    return read;
  }

  @Override
  public List<Counter> counts(RequestReader.Read read) {
    List<Counter> counts = new ArrayList<>();
    if (read.asked() instanceof Messages(List<Element> elements, boolean _)) {
      elements.forEach(_ -> counts.add(Counter.MESSAGES));
    }
    read.repairs().stream()
        .filter(repairs -> !repairs.isEmpty())
        .forEach(_ -> counts.add(Counter.MENDED));
    return counts;
  }

  private Element restored(Element element) {
    return services
        .restorer()
        .restored(
            situation.server(),
            situation.owner(),
            element,
            message -> services.masker().kept(message, judge.masking(null)));
  }

  private static Set<String> tools(List<Element> elements) {
    return elements.stream()
        .map(element -> element.operation() == null ? null : element.operation().tool())
        .filter(Objects::nonNull)
        .collect(Collectors.toUnmodifiableSet());
  }

  private void claims(Element element) {
    Operation operation = element.operation();
    if (operation != null) {
      if (operation.known() == Method.INITIALIZE
          && ClientCapabilities.showsLinks(operation.params(), Era.SESSION)) {
        situation.shownLinks();
      }
      ClaimedName.ofClient(operation.params(), situation.era())
          .ifPresent(name -> situation.claims(name.toString()));
    }
  }

  // Decide.

  @Override
  public Judge judge() {
    return judge;
  }

  @Override
  public Ruling decide(RequestReader.Read read, Changes changes) {
    situation.converses(changes);
    InForce stops = decidedBefore ? services.stops().look() : services.stops().seen();
    decidedBefore = true;
    Stops.expect(stops, changes);
    int lasting = changes.size();
    Judge counting = judge.with(changes);
    List<Part> parts =
        switch (read.asked()) {
          case Faulty faulty -> List.of(alone(faulty(faulty), read));
          case Bodiless(String method) ->
              List.of(alone(Ruled.nothing(bodiless(method, stops, counting)), read));
          case Messages(List<Element> elements, boolean _) -> all(elements, read, stops, counting);
        };
    if (!parts.stream().allMatch(part -> part.verdict().mayGoOn())) {
      changes.dropBehind(lasting);
    }
    for (Part part : parts) {
      if (part.verdict() instanceof Verdict.Stopped(Stop stop)) {
        Stops.refused(stop, changes);
        lasting++;
      }
    }
    return new Ruling(parts, lasting);
  }

  /** A GET asks for messages. A DELETE ends a session, and may do so whatever is stopped. */
  private Verdict bodiless(String method, InForce stops, Judge counting) {
    Stop stop = situation.head().method().equals("DELETE") ? null : situation.stopped(stops, null);
    return stop == null ? Verdict.of(counting.bodiless(method)) : new Verdict.Stopped(stop);
  }

  private static Ruled faulty(Faulty faulty) {
    return new Ruled(new Verdict.Refused(faulty.fault(), null), null, faulty.tree());
  }

  private static Part alone(Ruled ruled, RequestReader.Read read) {
    return new Part(ruled, null, Facts.NONE, null, read.repairs(0), List.of());
  }

  /** One refused message refuses all of a batch. */
  private List<Part> all(
      List<Element> elements, RequestReader.Read read, InForce stops, Judge counting) {
    List<Part> parts = new ArrayList<>(elements.size());
    for (int i = 0; i < elements.size(); i++) {
      parts.add(element(elements.get(i), read.repairs(i), stops, counting));
    }
    boolean alone = parts.size() == 1;
    if (alone || parts.stream().allMatch(part -> part.verdict().allows())) {
      return parts;
    }
    var others = new Fault(Fault.Kind.BATCH, "#", "no message in it that is refused");
    return parts.stream()
        .map(part -> part.verdict().allows() ? part.refused(others) : unapproved(part, null))
        .toList();
  }

  private Part element(Element element, List<Repair> repairs, InForce stops, Judge counting) {
    Operation operation = element.operation();
    Stop stop = situation.stopped(stops, operation == null ? null : operation.tool());
    if (stop != null) {
      return stopped(stop, element, operation, repairs);
    }
    if (operation == null) {
      Ruled answer = clientAnswer(element.envelope(), counting.changes());
      return new Part(answer, element, Facts.NONE, null, repairs, List.of());
    }
    ArgumentCheck check = judge.arguments(operation, services);
    Verdict verdict =
        situation.tools().quarantined(operation.tool())
            ? new Verdict.Quarantined(judge.request(operation, bytes()))
            : check.refused()
                ? misfit(operation, check)
                : again.byApprovalOnly(judged(operation, counting));
    ClientCapabilities.Stripped stripped = withoutDenied(operation);
    Json sent =
        stripped.removed().isEmpty()
            ? element.envelope().tree()
            : element.envelope().tree().with("params", stripped.params());
    Json kept = element.restored().isEmpty() ? sent : element.came();
    Ruled ruled = new Ruled(verdict, verdict.mayGoOn() ? sent : null, kept);
    Masking masking = judge.masking(verdict.decision());
    Facts asked = situation.sheet().operation(Facts.builder(), operation, masking).build();
    return new Part(ruled, element, asked, check, repairs, stripped.removed());
  }

  private Part stopped(
      Stop stop, Element element, @Nullable Operation operation, List<Repair> repairs) {
    Facts asked =
        operation == null
            ? Facts.NONE
            : situation.sheet().operation(Facts.builder(), operation, judge.masking(null)).build();
    Json kept = element.restored().isEmpty() ? element.envelope().tree() : element.came();
    Ruled ruled = new Ruled(new Verdict.Stopped(stop), null, kept);
    return new Part(ruled, element, asked, null, repairs, List.of());
  }

  private Verdict judged(Operation operation, Judge counting) {
    Decision decision = counting.request(operation, bytes());
    return decision.refusesUri() ? oddUri(operation, decision) : Verdict.of(decision);
  }

  /** What is about no URI is refused with what a URI would be. */
  private static Verdict oddUri(Operation operation, Decision decision) {
    String where =
        switch (operation.known()) {
          case COMPLETE -> "#/params/ref/uri";
          case LISTEN -> "#/params/notifications/resourceSubscriptions";
          case null, default -> "#/params/uri";
        };
    String expected = String.valueOf(decision.message());
    return new Verdict.Refused(new Fault(Fault.Kind.RESOURCE_URI, where, expected), decision);
  }

  /** Who may not call the tool whatever the arguments is not told of its schema. */
  private Verdict misfit(Operation operation, ArgumentCheck check) {
    Decision decision = judge.uncounted(operation, bytes());
    String tool = operation.tool();
    return tool == null || judge.shows(ListFilter.TOOLS, tool)
        ? new Verdict.Refused(check.fault(), decision)
        : new Verdict.Denied(decision.denying());
  }

  private long bytes() {
    return upload instanceof Upload.Whole(ByteString bytes) ? bytes.size() : 0;
  }

  /** What the policy lets no server use is not offered to it. */
  private ClientCapabilities.Stripped withoutDenied(Operation operation) {
    Set<String> denied = judge.deniedCapabilities(operation, situation.era());
    return ClientCapabilities.strip(operation.params(), situation.era(), denied);
  }

  /** A client's answer passes only for an open request of the server, which was allowed. */
  private Ruled clientAnswer(Envelope envelope, Changes changes) {
    Session session = situation.session();
    String method =
        session == null
            ? null
            : switch (envelope) {
              case Envelope.Result result -> session.answers(result.id(), changes);
              case Envelope.Failure failure when failure.id() != null ->
                  session.answers(failure.id(), changes);
              case Envelope.Failure _, Envelope.Request _, Envelope.Notification _ -> null;
            };
    if (method == null) {
      return Ruled.whole(new Verdict.Dropped(Reason.NOT_ASKED, null), envelope.tree());
    }
    Decision decision = judge.answerTo(method);
    Verdict verdict =
        decision.allows()
            ? new Verdict.Allowed(decision)
            : new Verdict.Dropped(Reason.POLICY, decision);
    return Ruled.whole(verdict, envelope.tree());
  }

  @Override
  public void reserve(List<Settled<Part>> messages) {
    if (allowed(messages)) {
      calls.reserve(recordedBytes(messages));
    }
  }

  @Override
  public boolean tryReserve(List<Settled<Part>> messages) {
    return !allowed(messages) || calls.tryReserve(recordedBytes(messages));
  }

  @Override
  public void brokenOff() {
    calls.cancelRoom();
  }

  private static long recordedBytes(List<Settled<Part>> messages) {
    return messages.stream().map(Settled::masked).mapToLong(RequestLeg::recordedBytes).sum();
  }

  // Settle.

  @Override
  public @Nullable HeldCall held(Ruling decided, Part part, Masked masked) {
    Operation operation = part.element() == null ? null : part.element().operation();
    ByteString bytes = masked.forwarded();
    return part.verdict() instanceof Verdict.Unapproved(Decision decision, ApprovalNotice notice)
            && notice == null
            && operation != null
            && masked.forwardedTree() instanceof Json.Obj sent
            && bytes != null
        ? held(part, operation, decision, sent, bytes, masked)
        : null;
  }

  private HeldCall held(
      Part part,
      Operation operation,
      Decision decision,
      Json.Obj sent,
      ByteString sentBytes,
      Masked masked) {
    String definition = judgedBy(operation);
    Facts.Builder facts = situation.sheet().builder().put(Fact.DIRECTION, "client-to-server");
    uploaded(facts);
    facts.putAll(part.asked()).put(Fact.MESSAGE, "request");
    facts.put(Fact.SENT_DIGEST, services.words().body(sentBytes));
    FactSheet.masked(facts, masked);
    return new HeldCall(
        judge.asked(operation, bytes()),
        situation.owner(),
        situation.era(),
        definition,
        sent,
        masked,
        facts.build(),
        decision.policy(),
        decision.approvals(),
        () -> isCurrent(operation, decision, definition),
        calls.waiting(),
        again.coming(operation));
  }

  /** Whether policy and definition are still those that the call was judged by. */
  private boolean isCurrent(Operation operation, Decision decision, @Nullable String definition) {
    return services.policy().digest().equals(decision.policy())
        && !situation.tools().quarantined(operation.tool())
        && Objects.equals(judgedBy(operation), definition);
  }

  @Override
  public Part approved(Part part, Grant grant) {
    return part.verdict() instanceof Verdict.Unapproved(Decision decision, ApprovalNotice _)
        ? part.with(
            new Ruled(
                new Verdict.Approved(decision, grant.approval()),
                part.ruled().sent(),
                part.ruled().kept()),
            grant.approval(),
            grant.window())
        : part;
  }

  @Override
  public Part unapproved(Part part, @Nullable ApprovalNotice notice) {
    return part.verdict() instanceof Verdict.Unapproved(Decision decision, ApprovalNotice _)
        ? part.with(
            new Ruled(new Verdict.Unapproved(decision, notice), null, part.ruled().kept()),
            notice == null ? null : notice.approval(),
            null)
        : part;
  }

  @Override
  public void settled() {
    settled.run();
  }

  // Append.

  @Override
  public List<Entry> entries(
      RequestReader.Read read, Ruling decided, List<Settled<Part>> messages, Changes changes) {
    List<Entry> entries = new ArrayList<>();
    messages.forEach(message -> entries.add(entry(read.asked(), message)));
    if (!allowed(messages)) {
      changes.dropBehind(decided.lasting()); // What does not go on counts for nothing.
    } else {
      for (int i = 0; i < messages.size(); i++) {
        Element element = messages.get(i).message().element();
        if (element != null && element.operation() != null) {
          calls.asks(element.operation(), entries.get(i).id(), changes);
        }
      }
      messages.forEach(message -> entries.addAll(cancelled(message.message(), changes)));
    }
    return entries;
  }

  /** What a cancellation ends of what waits for a person. */
  private List<Entry> cancelled(Part part, Changes changes) {
    Operation operation = part.element() == null ? null : part.element().operation();
    Json id =
        operation == null || operation.known() != Method.CANCELLED
            ? null
            : operation.params().get("requestId");
    return id == null
        ? List.of()
        : services
            .approvals()
            .cancel(
                new Desk.Named(
                    situation.server(),
                    situation.owner(),
                    situation.conversation(),
                    JsonWriter.toText(id)),
                changes);
  }

  private Entry entry(Asked asked, Settled<Part> message) {
    Part part = message.message();
    Facts.Builder facts = facts(asked, part);
    ByteString sent = message.masked().forwarded();
    if (sent != null) {
      facts.put(Fact.SENT_DIGEST, services.words().body(sent));
    }
    FactSheet.masked(facts, message.masked());
    restored(facts, part);
    facts.put(Fact.REPAIRED, situation.sheet().repaired(part.repairs()));
    return services.entries().of(EntryKind.CALL_INTENT, facts, message.masked());
  }

  /** Tokens that were turned back, or were another's, stand before what was masked. */
  private static void restored(Facts.Builder facts, Part part) {
    if (part.element() != null && !part.element().restored().isEmpty()) {
      List<String> places = new ArrayList<>(part.element().restored());
      if (facts.build().values().get(Fact.MASKED) instanceof List<?> masked) {
        masked.forEach(place -> places.add(place.toString()));
      }
      facts.put(Fact.MASKED, places);
    }
  }

  private static long recordedBytes(Masked masked) {
    ByteString recorded = masked.recorded();
    return (recorded == null ? 0 : recorded.size()) + Committed.bytes(masked);
  }

  private Facts.Builder facts(Asked asked, Part part) {
    Facts.Builder facts = situation.sheet().builder().put(Fact.DIRECTION, "client-to-server");
    situation.sheet().verdict(facts, part.verdict());
    uploaded(facts);
    switch (asked) {
      case Faulty faulty -> faulty(facts, faulty);
      case Bodiless(String method) -> facts.put(Fact.METHOD, method).put(Fact.MESSAGE, "none");
      case Messages _ -> {
        if (part.element() != null) {
          element(facts, part, part.element());
        }
        if (!part.removed().isEmpty()) {
          facts.put(Fact.DETAIL, "capabilities taken out: " + String.join(", ", part.removed()));
        }
      }
    }
    return facts;
  }

  private void uploaded(Facts.Builder facts) {
    switch (upload) {
      case Upload.None _ -> {
        // No body, no facts of it.
      }
      case Upload.Whole(ByteString bytes) ->
          facts.put(Fact.BYTES, bytes.size()).put(Fact.BODY_DIGEST, services.words().body(bytes));
      case Upload.Cut(Upload.Why why, long seen) -> {
        if (why != Upload.Why.NOT_WANTED) {
          facts.put(Fact.BYTES, seen);
        }
      }
    }
  }

  private void faulty(Facts.Builder facts, Faulty faulty) {
    List<String> types = situation.head().headers().values("content-type");
    if (!types.isEmpty()) {
      facts.put(Fact.MEDIA_TYPE, services.words().chosen(String.join(", ", types)));
    }
    if (faulty.operation() != null) {
      situation.sheet().operation(facts, faulty.operation(), judge.masking(null));
    } else if (faulty.id() != null) {
      facts.put(Fact.RPC_ID, situation.sheet().id(faulty.id()));
    }
    facts
        .put(Fact.ERROR_CODE, faulty.fault().kind().code())
        .put(Fact.HTTP_STATUS, faulty.fault().kind().status())
        .put(Fact.DETAIL, services.words().chosen(detail(faulty.fault())));
  }

  private String detail(Fault fault) {
    if (situation.foreignSession()) {
      return "the session of another principal";
    }
    if (upload instanceof Upload.Cut(Upload.Why why, long _) && why == Upload.Why.GONE) {
      return "the client went away";
    }
    return "at %s (expected: %s)".formatted(fault.where(), fault.expected());
  }

  private void element(Facts.Builder facts, Part part, Element element) {
    if (element.operation() != null) {
      facts.putAll(part.asked());
      again.facts(facts);
      facts.put(Fact.DEFINITION, judgedBy(element.operation()));
      if (part.check() != null) {
        part.check().facts(facts, situation.sheet());
      }
    }
    facts.put(Fact.MESSAGE, kind(element.envelope()));
    switch (element.envelope()) {
      case Envelope.Result result -> facts.put(Fact.RPC_ID, situation.sheet().id(result.id()));
      case Envelope.Failure failure when failure.id() != null ->
          facts.put(Fact.RPC_ID, situation.sheet().id(failure.id()));
      case Envelope.Failure _, Envelope.Request _, Envelope.Notification _ -> {
        // The operation has said it, or there is no id.
      }
    }
  }

  /** The definition that the policy was told of, null if there is none. */
  private @Nullable String judgedBy(Operation operation) {
    String digest = situation.tools().facts(operation.tool()).digest();
    return digest.isEmpty() ? null : digest;
  }

  static String kind(Envelope envelope) {
    return switch (envelope) {
      case Envelope.Request _ -> "request";
      case Envelope.Notification _ -> "notification";
      case Envelope.Result _ -> "result";
      case Envelope.Failure _ -> "error";
    };
  }

  // Reply.

  @Override
  public Reply reply(
      RequestReader.Read read, Ruling decided, List<Settled<Part>> messages, Recorded recorded) {
    Verdict first = messages.getFirst().message().verdict();
    var marks = Marks.Durable.of(recorded, first.disposition(), first.rules());
    if (!allowed(messages)) {
      calls.giveRoom();
      messages.forEach(message -> count(message.message().verdict()));
      trace(messages, recorded);
      return Reply.Ours.of(
          refusal(read.asked(), messages, recorded),
          "tabellion_" + first.disposition().word(),
          marks);
    }
    return switch (read.asked()) {
      case Faulty _ -> throw new AssertionError("allowed: faulty (expected: refused)");
      case Bodiless(String method) -> {
        calls.awaits(List.of(Intent.bodiless(services.state(), recorded.id(0), method)));
        yield new Reply.HeadOnly(calls.leaves(null, HeaderRules.bodiless(situation), marks), marks);
      }
      case Messages(List<Element> elements, boolean batch) -> {
        calls.awaits(intents(messages, recorded));
        HeaderChanges changes =
            batch
                ? HeaderRules.request(situation, null, Map.of())
                : again.mirrored(
                    headers(elements.getFirst(), messages.getFirst().masked().forwardedTree()));
        ByteString body = Bodies.join(messages, batch);
        yield new Reply.Whole(calls.leaves(body, changes, marks), body, marks);
      }
    };
  }

  /** Headers that repeat the message repeat what is sent, not what came. */
  private HeaderChanges headers(Element element, @Nullable Json sent) {
    Operation operation = element.operation();
    if (operation == null || sent == null || sent.equals(element.came())) {
      return HeaderRules.request(situation, operation, Map.of());
    }
    Operation other = services.restorer().operation(sent);
    return HeaderRules.request(
        situation,
        other == null ? operation.withoutParams() : other,
        MirroredHeaders.changed(element.came(), sent));
  }

  private static boolean allowed(List<Settled<Part>> messages) {
    return messages.stream().allMatch(message -> message.message().verdict().allows());
  }

  private List<Intent> intents(List<Settled<Part>> messages, Recorded recorded) {
    List<Intent> intents = new ArrayList<>(messages.size());
    for (int i = 0; i < messages.size(); i++) {
      Part part = messages.get(i).message();
      Operation operation = part.element() == null ? null : part.element().operation();
      Intent intent = new Intent(services.state(), recorded.id(i), operation, part.asked());
      if (services.traces().on() && operation != null) {
        intent.traced(span(part, operation, recorded.id(i)));
      }
      intents.add(intent);
    }
    return intents;
  }

  private CallSpan span(Part part, Operation operation, EntryId entry) {
    Facts.Builder facts = situation.sheet().builder().putAll(part.asked());
    situation.sheet().verdict(facts, part.verdict());
    Json meta = operation.params().get("_meta");
    Json said = meta instanceof Json.Obj object ? object.get("traceparent") : null;
    TraceParent parent =
        TraceParent.parse(said instanceof Json.Text(String text) ? text : null)
            .or(() -> TraceParent.parse(situation.sheet().traceparent()))
            .orElse(null);
    return services.traces().begin(parent, situation.began(), entry, facts.build());
  }

  /** What goes no further has a span too, which ends where it begins. */
  private void trace(List<Settled<Part>> messages, Recorded recorded) {
    if (!services.traces().on()) {
      return;
    }
    for (int i = 0; i < messages.size(); i++) {
      Part part = messages.get(i).message();
      Operation operation = part.element() == null ? null : part.element().operation();
      if (operation != null) {
        span(part, operation, recorded.id(i)).end(part.verdict().disposition().word(), true);
      }
    }
  }

  private void count(Verdict verdict) {
    services
        .metrics()
        .increment(
            verdict instanceof Verdict.Stopped
                ? Counter.STOPPED
                : verdict.decision() == null || verdict instanceof Verdict.Refused
                    ? Counter.REFUSED
                    : Counter.DENIED);
  }

  private Refusal refusal(Asked asked, List<Settled<Part>> messages, Recorded recorded) {
    return switch (asked) {
      case Faulty faulty -> fault(faulty, situation.refusals(recorded.id(0)));
      case Bodiless _ -> OpenCalls.notHere(situation.refusals(recorded.id(0)));
      case Messages(List<Element> elements, boolean batch) -> {
        List<Refusal> refusals = new ArrayList<>();
        for (int i = 0; i < elements.size(); i++) {
          Verdict verdict = messages.get(i).message().verdict();
          refusals.add(refusal(elements.get(i), verdict, recorded.id(i)));
        }
        yield batch ? Refusals.batch(refusals) : refusals.getFirst();
      }
    };
  }

  private Refusal refusal(Element element, Verdict verdict, EntryId entry) {
    Refusals refusals = situation.refusals(entry);
    Operation operation = element.operation();
    return switch (verdict) {
      case Verdict.Denied(Decision decision) when operation != null ->
          refusals.blocked(operation, situation.server(), decision.rules(), decision.message());
      case Verdict.Quarantined _ when operation != null ->
          refusals.quarantined(operation, situation.tools().waiting(operation.tool()));
      case Verdict.Unapproved(Decision decision, ApprovalNotice notice) when operation != null ->
          notice == null
              ? refusals.unapproved(
                  operation, situation.server(), decision.rules(), decision.message())
              : again.refusal(operation, decision, notice, refusals);
      case Verdict.Stopped(Stop stop) when operation != null ->
          refusals.stopped(operation, situation.server(), stop.reason(), stop.until());
      case Verdict.Refused(Fault fault, Decision _)
          when operation != null && operation.id() != null ->
          refusals.fault(fault, operation.id());
      case Verdict.Allowed _,
          Verdict.Passed _,
          Verdict.Approved _,
          Verdict.Denied _,
          Verdict.Quarantined _,
          Verdict.Unapproved _,
          Verdict.Stopped _,
          Verdict.Refused _,
          Verdict.Dropped _,
          Verdict.Withheld _ ->
          Refusals.accepted();
    };
  }

  private Refusal fault(Faulty faulty, Refusals refusals) {
    return refusals.fault(faulty.fault(), faulty.id(), situation.head().headers());
  }

  @Override
  public Object caller() {
    return situation.party();
  }

  @Override
  public long size() {
    return upload.size();
  }

  @Override
  public Reply unrecorded(RequestReader.Read read, AuditUnavailableException why) {
    calls.giveRoom();
    Refusals refusals = situation.refusals(null);
    Refusal refusal =
        switch (read.asked()) {
          case Faulty faulty -> fault(faulty, refusals);
          case Bodiless _ -> unavailable(refusals);
          case Messages(List<Element> elements, boolean batch) -> {
            List<Refusal> all =
                elements.stream().map(element -> notRecorded(element, why, refusals)).toList();
            yield batch ? Refusals.batch(all) : all.getFirst();
          }
        };
    services.metrics().increment(Counter.REFUSED);
    return Reply.Ours.of(refusal, "tabellion_unavailable", Marks.unrecorded());
  }

  private static Refusal notRecorded(
      Element element, AuditUnavailableException why, Refusals refusals) {
    Operation operation = element.operation();
    if (operation == null) {
      return unavailable(refusals);
    }
    return why.code() == Code.BUDGET
        ? refusals.overBudget(operation)
        : refusals.notRecorded(operation);
  }

  private static Refusal unavailable(Refusals refusals) {
    return refusals.fault(
        new Fault(Fault.Kind.UNAVAILABLE, "audit", "a log that can be written"), null);
  }
}
