package io.tabellion.inspect;

import com.google.protobuf.ByteString;
import io.tabellion.audit.AuditUnavailableException;
import io.tabellion.audit.Disposition;
import io.tabellion.audit.EntryKind;
import io.tabellion.audit.Fact;
import io.tabellion.audit.Facts;
import io.tabellion.audit.Reason;
import io.tabellion.jsonrpc.Json;
import io.tabellion.jsonrpc.JsonWriter;
import io.tabellion.mcp.Header;
import io.tabellion.mcp.HeaderChanges;
import io.tabellion.metrics.Counter;
import io.tabellion.state.Changes;
import java.util.List;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/**
 * An exchange at a further place of ours, which claims to be a request that another place let on.
 *
 * <p>What is the very same request goes on under the entry of the first place: it was judged and
 * recorded there (P1). Its answer goes back as it comes, to the gateway that brought the request:
 * the first place judges and records it there, and nothing reaches the caller but through it (P2).
 * Everything else that makes the claim is refused, and entered.
 *
 * <p>Confined to its lane, as an {@link Exchange} is.
 */
public final class FurtherPlace {
  private static final int FORBIDDEN = 403;
  private static final int BLOCKED = 40301;
  private static final HeaderChanges NONE = new HeaderChanges(List.of(), List.of());

  private final Services services;
  private final Hop hop;
  private final String gateway;
  private final @Nullable String source;
  private final RequestHead head;
  private final @Nullable Passing passing;
  private final @Nullable String wrong;

  /**
   * @param gateway the verified peer of the connection, which vouches for the claim
   * @param source its address
   * @param name the name that is claimed
   */
  FurtherPlace(
      Services services,
      Hop hop,
      String gateway,
      @Nullable String source,
      RequestHead head,
      @Nullable String name) {
    this.services = services;
    this.hop = hop;
    this.gateway = gateway;
    this.source = source;
    this.head = head;
    this.passing = name == null ? null : services.passages().claim(name);
    this.wrong = passing == null ? "a passage that nobody knows" : wrong(passing);
  }

  private @Nullable String wrong(Passing claimed) {
    if (!claimed.server().equals(hop.server())) {
      return "another server";
    }
    if (!services.passages().lead(claimed.server(), claimed.listener(), hop.listener())) {
      return "another place";
    }
    return HeadCheck.check(hop, head) == null ? claimed.otherHead(head) : "a head that is refused";
  }

  /** Whether its body need not be read. */
  public boolean refusedByHead() {
    return wrong != null;
  }

  /** Whose share of what is scarce it takes. */
  public String party() {
    return passing == null ? gateway : passing.party();
  }

  /** Walks the request: it goes on unchanged, or is refused. */
  public Walk request(Upload upload) {
    return new Way(upload);
  }

  /** The head of its answer goes back as it came, after the request was let on. */
  public Reply.Onward answer() {
    if (passing == null) {
      throw new IllegalStateException("answer: to nothing (expected: a request that was let on)");
    }
    return new Reply.HeadOnly(NONE, passing.marks());
  }

  private final class Way implements Walk {
    private final Upload upload;

    Way(Upload upload) {
      this.upload = upload;
    }

    @Override
    public Reply go() throws InterruptedException {
      Reply passed = passed();
      return passed == null ? refused(upload) : passed;
    }

    @Override
    public boolean tryGo(Executor loop, Then then) {
      Reply passed = upload.size() > Line.SHORT ? null : passed();
      if (passed != null) {
        then.reply(passed);
      }
      return passed != null;
    }

    private @Nullable Reply passed() {
      return wrong == null && passing != null && passing.other(upload, services.words()) == null
          ? FurtherPlace.this.passed(passing, upload)
          : null;
    }
  }

  private Reply passed(Passing claimed, Upload upload) {
    claimed.passes(hop);
    services.metrics().increment(Counter.PASSED_AGAIN);
    boolean bodiless = !(upload instanceof Upload.Whole);
    HeaderChanges changes = HeaderRules.again(head.headers(), bodiless);
    if (services.passages().leadOn(hop)) {
      changes = services.passages().name(claimed, changes);
    }
    return upload instanceof Upload.Whole(ByteString bytes)
        ? new Reply.Whole(changes, bytes, claimed.marks())
        : new Reply.HeadOnly(changes, claimed.marks());
  }

  private Reply.Ours refused(Upload upload) throws InterruptedException {
    String why = wrong;
    if (why == null && passing != null) {
      why = passing.other(upload, services.words());
    }
    services.metrics().increment(Counter.REFUSED);
    return new Reply.Ours(
        FORBIDDEN,
        List.of(
            new Header("content-type", "application/json"),
            new Header("cache-control", "no-store")),
        JsonWriter.write(body()),
        "tabellion_passage",
        marks(String.valueOf(why), upload));
  }

  private static Json.Obj body() {
    return Json.Obj.EMPTY
        .with("jsonrpc", new Json.Text("2.0"))
        .with("id", Json.Literal.NULL)
        .with(
            "error",
            Json.Obj.EMPTY
                .with("code", Json.Num.of(BLOCKED))
                .with(
                    "message",
                    new Json.Text(
                        "This is not the call that was let on before. It was not executed.")));
  }

  private Marks marks(String why, Upload upload) throws InterruptedException {
    Words words = services.words();
    Facts.Builder facts =
        Facts.builder()
            .put(Fact.REQUEST_ID, words.chosen(hop.requestId()))
            .put(Fact.PEER, words.of(hop.peer()))
            .put(Fact.LISTENER, words.of(hop.listener()))
            .put(Fact.WORKLOAD, words.of(gateway))
            .put(Fact.SOURCE, words.of(source))
            .put(Fact.SERVER, words.of(hop.server()))
            .put(Fact.DIRECTION, "client-to-server")
            .put(Fact.HTTP_METHOD, words.chosen(head.method()))
            .put(Fact.DECISION, Disposition.REFUSED)
            .put(Fact.REASON, Reason.PASSAGE)
            .put(Fact.DETAIL, why);
    if (passing != null) {
      facts.put(Fact.INTENT, passing.entry());
    }
    if (upload instanceof Upload.Whole(ByteString bytes)) {
      facts.put(Fact.BYTES, bytes.size()).put(Fact.BODY_DIGEST, words.body(bytes));
    }
    try {
      Recorded recorded =
          Recorded.commit(
              services.state(),
              Changes.none(),
              services.log(),
              List.of(services.entries().of(EntryKind.REFUSED, facts)));
      return Marks.Durable.of(recorded, Disposition.REFUSED, List.of());
    } catch (AuditUnavailableException e) {
      services.metrics().increment(Counter.AUDIT_FAILURES);
      return Marks.unrecorded();
    }
  }
}
