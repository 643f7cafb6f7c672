package io.tabellion.mcp;

import io.tabellion.jsonrpc.Json;
import io.tabellion.jsonrpc.JsonWriter;
import io.tabellion.jsonrpc.MemberOrder;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;

/**
 * What an agent is told of a call that takes the approval of a person.
 *
 * <p>Immutable and thread-safe.
 *
 * @param state where it stands
 * @param approval id of the request; null if there is none
 * @param until when the request expires; null if there is none
 * @param who decided or asks; null if nobody did
 * @param said in their words, masked; null if they said nothing
 * @param link of a page that shows where it stands; null if there is none
 * @param argumentsDigest of the arguments that it is about; null if it is about no call of a tool
 */
public record ApprovalNotice(
    State state,
    @Nullable String approval,
    @Nullable Instant until,
    @Nullable String who,
    @Nullable String said,
    @Nullable String link,
    @Nullable String argumentsDigest) {

  /** How long an agent should wait before it comes again. */
  public static final Duration RETRY = Duration.ofSeconds(60);

  /** JSON-RPC code: a person denied it. */
  public static final int DENIED_CODE = 40302;

  /** JSON-RPC code: nobody decided in time. */
  public static final int EXPIRED_CODE = 40303;

  /** JSON-RPC code: a person has to decide. */
  public static final int PENDING_CODE = 40304;

  /** Where it stands, for the agent. */
  public enum State {
    PENDING("pending", PENDING_CODE, true),
    /** As {@link #PENDING}, for a client that sends the request again by itself. */
    WAITING("pending", PENDING_CODE, true),
    QUESTION("question", PENDING_CODE, true),
    DENIED("denied", DENIED_CODE, false),
    EXPIRED("expired", EXPIRED_CODE, true),
    CANCELLED("cancelled", EXPIRED_CODE, true),
    REVOKED("revoked", DENIED_CODE, true),
    SUPERSEDED("superseded", EXPIRED_CODE, true),
    USED("used", EXPIRED_CODE, false),
    /** As {@link #USED}, by a call that has no answer yet. */
    RUNNING("used", EXPIRED_CODE, false),
    TOO_MANY("too-many", PENDING_CODE, true),
    COOLING("cooling-down", DENIED_CODE, true),
    NOBODY("no-identity", DENIED_CODE, false),
    NUMBER("number", DENIED_CODE, true);

    private final String word;
    private final int code;
    private final boolean retryable;

    State(String word, int code, boolean retryable) {
      this.word = word;
      this.code = code;
      this.retryable = retryable;
    }

    /** The word in {@code _meta} and in entries. */
    public String word() {
      return word;
    }

    /** The JSON-RPC error code for requests that call no tool. */
    public int code() {
      return code;
    }

    /** Whether the same call may be made again. */
    public boolean isRetryable() {
      return retryable;
    }
  }

  /** A notice that says nothing of arguments. */
  public ApprovalNotice(
      State state,
      @Nullable String approval,
      @Nullable Instant until,
      @Nullable String who,
      @Nullable String said,
      @Nullable String link) {
    this(state, approval, until, who, said, link, null);
  }

  /**
   * The same about an operation: a program sees by the digest whether it calls again with the same
   * arguments. It is SHA-256 of them in the order of RFC 8785, hex, with {@code sha-256:} before
   * it.
   */
  ApprovalNotice about(Operation operation) {
    if (!operation.isToolCall()) {
      return this;
    }
    Json arguments = operation.params().get("arguments");
    Json said = arguments == null ? Json.Obj.EMPTY : arguments;
    return new ApprovalNotice(
        state, approval, until, who, this.said, link, "sha-256:" + digest(MemberOrder.of(said)));
  }

  private static String digest(Json json) {
    try {
      byte[] bytes = JsonWriter.write(json).toByteArray();
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("SHA-256: missing (every Java platform has it)", e);
    }
  }

  /** What a program reads of it. */
  Json.Obj toJson() {
    Json.Obj json =
        Json.Obj.EMPTY
            .with("id", new Json.Text(String.valueOf(approval)))
            .with("state", new Json.Text(state.word()));
    if (until != null) {
      json =
          json.with("expiresAt", new Json.Text(until.truncatedTo(ChronoUnit.SECONDS).toString()));
    }
    if (argumentsDigest != null) {
      json = json.with("argumentsDigest", new Json.Text(argumentsDigest));
    }
    if (link != null) {
      json = json.with("url", new Json.Text(link));
    }
    return state == State.PENDING || state == State.QUESTION
        ? json.with("retryAfterMs", Json.Num.of(RETRY.toMillis()))
        : json;
  }

  /** A notice without a request. */
  public static ApprovalNotice of(State state) {
    return new ApprovalNotice(state, null, null, null, null, null);
  }
}
