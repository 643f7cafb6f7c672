package io.tabellion.inspect;

import io.tabellion.approval.Approvals;
import io.tabellion.audit.AuditLog;
import io.tabellion.audit.EntryId;
import io.tabellion.audit.Fact;
import io.tabellion.identity.Caller;
import io.tabellion.identity.Identification;
import io.tabellion.jsonrpc.Json;
import io.tabellion.jsonrpc.JsonWriter;
import io.tabellion.mcp.Header;
import io.tabellion.mcp.Headers;
import io.tabellion.metrics.Counter;
import io.tabellion.metrics.Metrics;
import io.tabellion.pace.Turns;
import io.tabellion.pace.Workspace;
import io.tabellion.pin.Pins;
import io.tabellion.policy.Policy;
import io.tabellion.secret.KeyedHash;
import io.tabellion.session.SessionOwners;
import io.tabellion.state.SharedState;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Where exchanges begin.
 *
 * <p>Thread-safe.
 */
public final class Inspector {
  private static final int UNAUTHORIZED = 401;
  private static final int FORBIDDEN = 403;
  private static final int NO_CALLER = 40101;

  private final Services services;
  private final Line line;

  public Inspector(
      Supplier<Policy> policy,
      AuditLog log,
      KeyedHash hash,
      SessionOwners owners,
      Pins pins,
      Metrics metrics,
      InstantSource clock,
      LineSettings settings,
      SharedState state,
      Approvals approvals) {
    this.services =
        new Services(policy, log, hash, owners, pins, metrics, clock, settings, state, approvals);
    this.line =
        new Line(
            services.masker(),
            approvals,
            services.budgets(),
            state,
            metrics,
            clock,
            Turns.ofThisMachine(),
            Workspace.ofThisProcess());
  }

  /** Begins an exchange of a known caller. */
  public Exchange begin(Hop hop, Caller caller, RequestHead head, RequestProgress progress) {
    return new Exchange(services, line, hop, caller, head, progress);
  }

  /**
   * Takes a request for one that another place let on, if it says so and a gateway vouches for it.
   *
   * @param gateway the verified peer of the connection, if it is one of the listener's hops
   * @param source its address
   * @return null if it makes no such claim, or nobody vouches for it: then it is a call of its own
   */
  public @Nullable FurtherPlace further(
      Hop hop, @Nullable String gateway, @Nullable String source, RequestHead head) {
    List<String> names = head.headers().values(Passages.HEADER);
    return gateway == null || names.isEmpty()
        ? null
        : new FurtherPlace(
            services, hop, gateway, source, head, names.size() == 1 ? names.getFirst() : null);
  }

  /** Counts a request that left for the server. */
  public void forwarded() {
    services.metrics().increment(Counter.FORWARDED);
  }

  /**
   * Returns the answer to a request without a verified caller. It is counted, not entered: what
   * comes before identity must not fill the log (P8).
   *
   * <p>HTTP 401 where a token would help, 403 where it would not; a policy decision has neither,
   * for clients take both for the start of a login.
   *
   * @param wantsToken whether callers are known by tokens here
   */
  public Reply.Ours nobody(Identification.Reason reason, boolean wantsToken) {
    services.metrics().increment(Counter.UNAUTHENTICATED);
    boolean login = wantsToken && reason == Identification.Reason.NOTHING_VERIFIED;
    Json.Obj error =
        Json.Obj.EMPTY
            .with("code", Json.Num.of(NO_CALLER))
            .with("message", new Json.Text("No verified caller: " + reason.text() + "."));
    Json.Obj body =
        Json.Obj.EMPTY
            .with("jsonrpc", new Json.Text("2.0"))
            .with("id", Json.Literal.NULL)
            .with("error", error);
    return new Reply.Ours(
        login ? UNAUTHORIZED : FORBIDDEN,
        List.of(
            new Header("content-type", "application/json"),
            new Header("cache-control", "no-store")),
        JsonWriter.write(body),
        "tabellion_no_caller",
        Marks.unrecorded());
  }

  /** Whether what comes before a request of theirs is entered rather than counted. */
  public static boolean isEntered(Identification who) {
    return who instanceof Identification.Known(Caller caller)
        && caller.source() != Caller.Source.ANONYMOUS;
  }

  /**
   * Enters that Envoy answered by itself before we saw a request. Without a verified caller it is
   * counted only.
   */
  public void refusedBefore(Hop hop, Identification who, AnswerHead answer, EntryId entry)
      throws InterruptedException {
    services.metrics().increment(Counter.ENVOY_REPLIES);
    switch (who) {
      case Identification.Known(Caller caller) when caller.source() != Caller.Source.ANONYMOUS -> {
        var sheet =
            new FactSheet(
                services.words(),
                services.words().owner(caller.principal()),
                hop,
                caller,
                Headers.NONE);
        services.enterEnvoyReply(
            sheet.builder().put(Fact.HTTP_STATUS, answer.status()), answer, entry);
      }
      case Identification.Known _, Identification.Refused _ ->
          services.metrics().increment(Counter.UNAUTHENTICATED);
    }
  }

  /** Forgets what is long over. */
  public void tidy(Instant now) {
    services.tidy(now);
  }
}
