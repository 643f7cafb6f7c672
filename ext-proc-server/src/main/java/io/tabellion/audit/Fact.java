package io.tabellion.audit;

import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The members that a leaf may have beside those that the log itself sets. A closed set: what stands
 * in a leaf can never be erased, so each is listed, with what it may hold, in docs/audit-format.md.
 *
 * <p>Values are text unless said otherwise. Text that a caller chose is capped and masked before it
 * becomes a fact.
 */
public enum Fact {
  /** Entry id of the intent that this entry belongs to. */
  INTENT("intent"),
  /** Id of the HTTP exchange (a UUID of ours). */
  EXCHANGE("exchange"),
  /** Envoy's x-request-id: joins gateway and sidecar hops and the access log. */
  REQUEST_ID("request_id"),
  /** Keyed digest of the conversation (session id, or trace id, or caller + client). */
  CONVERSATION("conversation"),
  /** Keyed digest of {@code Caller.principal()}: whose session, budget and conversation it is. */
  OWNER("owner"),
  /** Keyed digest of the session id. */
  SESSION("session"),
  /** Who speaks ext_proc to us. */
  PEER("peer"),
  /** Name of the listener configuration that identified the caller. */
  LISTENER("listener"),
  /** Verified subject. */
  SUBJECT("subject"),
  /** Verified issuer. */
  ISSUER("issuer"),
  /** Actor chain, outermost first (RFC 8693 {@code act}); a list. */
  ACTORS("actors"),
  /** OAuth client id. */
  CLIENT_ID("client_id"),
  /** Groups; a list. */
  GROUPS("groups"),
  /** Scopes; a list. */
  SCOPES("scopes"),
  /** Workload: SPIFFE id or certificate name of the verified peer. */
  WORKLOAD("workload"),
  /** Source address as Envoy saw it. */
  SOURCE("source"),
  /** How the caller was identified: jwt, certificate, istio-peer, anonymous. */
  IDENTITY("identity"),
  /** Self-declared: client name and version, user agent. */
  CLAIMED_CLIENT("claimed_client"),
  CLAIMED_USER_AGENT("claimed_user_agent"),
  CLAIMED_TRACE("claimed_trace"),
  /** MCP server by our name for it. */
  SERVER("server"),
  /** {@code session} or {@code stateless}. */
  ERA("era"),
  /** Protocol revision. */
  REVISION("revision"),
  /** client-to-server or server-to-client. */
  DIRECTION("direction"),
  /** HTTP method, GET and DELETE included. */
  HTTP_METHOD("http_method"),
  /** HTTP status of the answer; a number. */
  HTTP_STATUS("http_status"),
  /** request, notification, result, error, batch, none. */
  MESSAGE("message"),
  /** JSON-RPC method. */
  METHOD("method"),
  /** JSON-RPC id, as JSON text. */
  RPC_ID("rpc_id"),
  /** Tool name. */
  TOOL("tool"),
  /** Keyed digest of the id of a task that the message is about, or that the call made. */
  TASK("task"),
  /** Prompt name. */
  PROMPT("prompt"),
  /** Resource URI. */
  RESOURCE("resource"),
  /** What was decided: a word of {@link Disposition}. */
  DECISION("decision"),
  /** Rule ids that fired; a list. */
  RULES("rules"),
  /** {@code would=} what rules in shadow would have decided, if other; then their ids; a list. */
  SHADOW("shadow"),
  /**
   * What the candidate policy makes of the message, where that is something else: {@code policy=}
   * its digest, {@code would=} what it would have decided and ids of rules, {@code masks=other},
   * {@code error=} what of it failed; a list.
   */
  CANDIDATE("candidate"),
  /** Rules whose condition could not be evaluated: {@code ID: WORD}; a list. */
  RULE_ERRORS("rule_errors"),
  /** SHA-256 of the policy file, and of the files that it names. */
  POLICY("policy"),
  /** Files that a policy names: SHA-256, two spaces, name; a list. */
  POLICY_FILES("policy_files"),
  /** Who wrote a policy, as its file says; nobody checked it. */
  POLICY_AUTHOR("policy_author"),
  /** Who approved a policy, as its file says; nobody checked it. */
  POLICY_APPROVED_BY("policy_approved_by"),
  /** What changed in a policy and why, as its file says: a sentence or the number of a ticket. */
  POLICY_CHANGE("policy_change"),
  /** SHA-256 of the canonical form of a tool's definition. */
  DEFINITION("definition"),
  /**
   * Parts of a tool's definition, each by a digest: {@code core HEX}, then {@code NAME HEX}; a
   * list.
   */
  PARTS("parts"),
  /** Definitions that an operator's acceptance replaced: as DEFINITION; a list. */
  REPLACED("replaced"),
  /** Whose pin it is: {@code all}, or the OWNER of the caller who has it alone. */
  PINNED_FOR("pinned_for"),
  /**
   * Keyed digests of the name of a tool, and of what it is folded to, where TOOL does not show it
   * whole; a list.
   */
  TOOL_DIGEST("tool_digest"),
  /** How far the arguments of a call were checked, if not wholly: partly, unknown, off. */
  SCHEMA("schema"),
  /** Arguments that are not as the schema has them: {@code PLACE (expected: …)}; a list. */
  ARGUMENTS("arguments"),
  /** What looks wrong in texts for a model, from a closed set of words; a list. */
  SUSPICIONS("suspicions"),
  /** How a definition differs from the accepted one: {@code GRADE WHAT POINTER}; a list. */
  CHANGES("changes"),
  /** Id of the request for approval that the entry is about, or that let the call on. */
  APPROVAL("approval"),
  /** Where a request for approval stood before this entry. */
  APPROVAL_BEFORE("approval_before"),
  /** Until when a request for approval waits, or an approval can be used; RFC 3339. */
  APPROVAL_UNTIL("approval_until"),
  /** Keyed digest of the call that an approval is for. */
  APPROVAL_BINDING("approval_binding"),
  /** Keyed digest of what approvers were shown. */
  APPROVAL_DIGEST("approval_digest"),
  /** Until when a call that was let on without approval must be reviewed; RFC 3339. */
  REVIEW_BY("review_by"),
  /** Id of the grant for further calls that the entry is about, or that let the call on. */
  GRANT("grant"),
  /** Subject of the person who decided about an approval. */
  APPROVER("approver"),
  /** Issuer of that person. */
  APPROVER_ISSUER("approver_issuer"),
  /** Other names of that person, such as an email address; a list. */
  APPROVER_NAMES("approver_names"),
  /** Groups of that person; a list. */
  APPROVER_GROUPS("approver_groups"),
  /** How that person signed in: token, certificate, oidc. */
  CHANNEL("channel"),
  /** Id of the stop that an entry is about, or by which a message was refused. */
  STOP("stop"),
  /**
   * What a stop stops: {@code all}, or a line each of {@code principal=}, {@code issuer=}, {@code
   * server=} and {@code tool=}; a list.
   */
  STOPPED("stopped"),
  /** Until when a stop holds, RFC 3339; none if until it is lifted. */
  UNTIL("until"),
  /** Why an operator set a stop, in the operator's words, masked and capped. */
  STOP_REASON("stop_reason"),
  /** Why: a word of {@link Reason}, of the fault of a request, or of what the entry is about. */
  REASON("reason"),
  /** What came of a request: a word of {@link Outcome}. */
  OUTCOME("outcome"),
  /** What we know of the execution: a word of {@link Executed}. */
  EXECUTED("executed"),
  /** Names of tools taken out of a list; a list. */
  HIDDEN("hidden"),
  /** JSON-RPC error code; a number. */
  ERROR_CODE("error_code"),
  /** Body bytes as received; a number. */
  BYTES("bytes"),
  /** Keyed digest of the body as received. */
  BODY_DIGEST("body_digest"),
  /** Keyed digest of the body as sent on. */
  SENT_DIGEST("sent_digest"),
  /** Media type as received, capped. */
  MEDIA_TYPE("media_type"),
  /** Number of the event in its stream, from 1; a number. */
  EVENT("event"),
  /** Event id of the stream, capped. */
  EVENT_ID("event_id"),
  /** Masked places: detector, legs, count, place; a list. */
  MASKED("masked"),
  /**
   * Places of what goes on that rules in shadow would have masked: rule, detector, count, place; a
   * list.
   */
  SHADOW_MASKED("shadow_masked"),
  /** What was mended in the message: {@code WORD POINTER}; a list. */
  REPAIRED("repaired"),
  /** Items that a list lost because of what is wrong with them: {@code WORD NAME}; a list. */
  LEFT_OUT("left_out"),
  /** Id of the disclosure key, and the salt of the commitments sealed to it. */
  COMMITMENT_SALT("commitment_salt"),
  /** Commitments to what was masked in the record, in its order, if they are few; a list. */
  COMMITMENTS("commitments"),
  /** How many they are, and the root of the tree over them, if they are many. */
  COMMITMENT_ROOT("commitment_root"),
  /** Further places of ours that the request passed: {@code LISTENER PEER}; a list. */
  SEEN_AT("seen_at"),
  /** Milliseconds from the request to this entry; a number. */
  ELAPSED_MS("elapsed_ms"),
  /** Counters since start, of a heartbeat or gap: {@code name=value}; a list. */
  COUNTERS("counters"),
  /** Who read the trail, of an access.read. */
  READER("reader"),
  /** What was asked of the trail, in words; never search words themselves. */
  QUERY("query"),
  /** Entry ids whose content was read; a list. */
  ENTRIES("entries"),
  /** Product version. */
  VERSION("version"),
  /** Free detail of our own making, never content. */
  DETAIL("detail");

  /** In {@link #SHADOW} and {@link #CANDIDATE}, what stands before an action. */
  public static final String WOULD = "would=";

  private static final Map<String, Fact> BY_TEXT =
      Stream.of(values()).collect(Collectors.toUnmodifiableMap(Fact::text, fact -> fact));

  private final String text;

  Fact(String text) {
    this.text = text;
  }

  /** Returns the fact of this member name; empty if there is none. */
  public static Optional<Fact> of(String text) {
    return Optional.ofNullable(BY_TEXT.get(text));
  }

  /** The member name in the leaf. */
  public String text() {
    return text;
  }
}
