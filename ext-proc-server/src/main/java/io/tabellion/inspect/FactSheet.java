package io.tabellion.inspect;

import io.tabellion.audit.Fact;
import io.tabellion.audit.Facts;
import io.tabellion.identity.Caller;
import io.tabellion.jsonrpc.JsonWriter;
import io.tabellion.jsonrpc.Repair;
import io.tabellion.jsonrpc.RequestId;
import io.tabellion.mask.Masked;
import io.tabellion.mask.rule.Masking;
import io.tabellion.mcp.Dialect;
import io.tabellion.mcp.Headers;
import io.tabellion.mcp.Method;
import io.tabellion.mcp.Operation;
import io.tabellion.mcp.Revision;
import io.tabellion.policy.Decision;
import io.tabellion.session.Conversations;
import io.tabellion.session.Intent;
import io.tabellion.session.Session;
import io.tabellion.stop.Stop;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The facts that all entries of one exchange share: who, where, in what conversation.
 *
 * <p>Not thread-safe: it belongs to its exchange.
 */
final class FactSheet {
  /** A caller of very many groups or scopes would not fit a leaf. */
  private static final int LONGEST_LIST = 32;

  private final Words words;
  private final Facts.Builder shared = Facts.builder();

  private final @Nullable String trace;
  private final @Nullable String traceparent;
  private final @Nullable String agent;
  private final @Nullable String address;
  private @Nullable String client;

  FactSheet(Words words, String owner, Hop hop, Caller caller, Headers headers) {
    this.words = words;
    traceparent = first(headers, "traceparent");
    trace = Conversations.trace(traceparent);
    agent = words.chosen(first(headers, "user-agent"));
    address = caller.address();
    hop(hop);
    caller(caller);
    shared
        .put(Fact.OWNER, owner)
        .put(Fact.CLAIMED_USER_AGENT, agent)
        .put(Fact.CLAIMED_TRACE, trace);
  }

  /** The exchange it is about. */
  FactSheet of(String exchange, String method) {
    shared.put(Fact.EXCHANGE, exchange).put(Fact.HTTP_METHOD, words.chosen(method));
    return this;
  }

  private void hop(Hop hop) {
    shared
        .put(Fact.PEER, words.of(hop.peer()))
        .put(Fact.LISTENER, words.of(hop.listener()))
        .put(Fact.SERVER, words.of(hop.server()))
        .put(Fact.REQUEST_ID, words.chosen(hop.requestId()));
  }

  private void caller(Caller caller) {
    shared
        .put(Fact.IDENTITY, caller.source().name().toLowerCase(Locale.ROOT).replace('_', '-'))
        .put(Fact.SUBJECT, words.of(caller.subject()))
        .put(Fact.ISSUER, words.of(caller.issuer()))
        .put(Fact.ACTORS, list(caller.actors()))
        .put(Fact.CLIENT_ID, words.of(caller.clientId()))
        .put(Fact.GROUPS, list(caller.groups()))
        .put(Fact.SCOPES, list(caller.scopes()))
        .put(Fact.WORKLOAD, words.of(caller.workload()))
        .put(Fact.SOURCE, words.of(caller.address()));
  }

  void speaks(Dialect dialect, @Nullable Session session) {
    Revision revision = dialect.revision();
    shared
        .put(Fact.ERA, dialect.era().text())
        .put(Fact.REVISION, revision == null ? null : revision.text());
    if (session != null) {
      enters(session);
    }
  }

  void enters(Session session) {
    shared.put(Fact.SESSION, session.digest());
    if (session.revision() != null) {
      shared.put(Fact.REVISION, session.revision().text());
    }
    claims(session.client());
  }

  void converses(String conversation) {
    shared.put(Fact.CONVERSATION, conversation);
  }

  /** What the client says it is. */
  void claims(@Nullable String name) {
    if (name != null) {
      client = words.name(name);
      shared.put(Fact.CLAIMED_CLIENT, client);
    }
  }

  @Nullable String client() {
    return client;
  }

  /** What tells clients of one caller apart: what they say they are, and where they call from. */
  String apart() {
    return Conversations.client(client, agent, address);
  }

  /** The header as it came, which may be anything. */
  @Nullable String traceparent() {
    return traceparent;
  }

  @Nullable String trace() {
    return trace;
  }

  /** The shared facts, to be added to. */
  Facts.Builder builder() {
    return shared.build().toBuilder();
  }

  /** The shared facts, and what an entry says of the intent it belongs to. */
  Facts.Builder about(Intent intent) {
    return stream(intent).putAll(intent.asked());
  }

  /** The shared facts of an event that belongs to the stream of the intent, and answers nothing. */
  Facts.Builder stream(Intent intent) {
    return builder().put(Fact.INTENT, intent.entry().toString());
  }

  /**
   * What is asked.
   *
   * @param masking of the message: what it hides of the names of things is hidden here too
   */
  Facts.Builder operation(Facts.Builder facts, Operation operation, Masking masking) {
    RequestId id = operation.id();
    List<String> target =
        operation.known() == Method.COMPLETE ? List.of("params", "ref") : List.of("params");
    return facts
        .put(Fact.METHOD, words.chosen(operation.method()))
        .put(Fact.RPC_ID, id == null ? null : id(id))
        .put(Fact.TOOL, words.chosen(operation.tool()))
        .put(Fact.TASK, operation.task() == null ? null : words.task(operation.task()))
        .put(Fact.PROMPT, words.chosen(operation.prompt(), target, "name", masking))
        .put(Fact.RESOURCE, words.chosen(operation.resource(), target, "uri", masking));
  }

  /** What was decided, and why. */
  Facts.Builder verdict(Facts.Builder facts, Verdict verdict) {
    facts.put(Fact.DECISION, verdict.disposition()).put(Fact.REASON, verdict.why());
    if (verdict instanceof Verdict.Stopped(Stop stop)) {
      facts.put(Fact.STOP, stop.id());
    }
    var decision = verdict.decision();
    return decision == null
        ? facts
        : facts
            .put(Fact.RULES, list(decision.rules()))
            .put(Fact.SHADOW, shadow(decision.shadow()))
            .put(Fact.CANDIDATE, candidate(decision))
            .put(Fact.RULE_ERRORS, errors(decision))
            .put(Fact.POLICY, decision.policy());
  }

  private List<String> shadow(Decision.Shadow shadow) {
    List<String> words = new ArrayList<>();
    if (shadow.action() != null) {
      words.add(Fact.WOULD + shadow.action().text());
    }
    words.addAll(shadow.rules());
    return list(words);
  }

  /** What the candidate makes of the message, if that is something else. */
  private List<String> candidate(Decision decision) {
    Decision.Candidate candidate = decision.candidate();
    if (candidate == null) {
      return List.of();
    }
    Decision would = candidate.decision();
    List<String> words = new ArrayList<>();
    if (candidate.decidesOtherwise(decision)) {
      words.add(Fact.WOULD + would.action().text());
      words.addAll(would.rules());
    }
    if (candidate.otherMasks()) {
      words.add("masks=other");
    }
    if (candidate.failed()) {
      words.add("error=failed");
    }
    would.errors().forEach(error -> words.add("error=" + error.words()));
    if (!words.isEmpty()) {
      words.addFirst("policy=" + would.policy());
    }
    return list(words);
  }

  private List<String> errors(Decision decision) {
    return list(decision.errors().stream().map(Decision.RuleError::words).toList());
  }

  /** A JSON-RPC id as JSON text. */
  @Nullable String id(RequestId id) {
    return words.chosen(JsonWriter.toText(id.toJson()));
  }

  /** What was masked in a message. */
  static Facts.Builder masked(Facts.Builder facts, Masked masked) {
    return masked(facts, masked, List.of());
  }

  /**
   * What was masked in a message, and beside it.
   *
   * @param beside lines about headers, or the id of an event
   */
  static Facts.Builder masked(Facts.Builder facts, Masked masked, List<String> beside) {
    Committed.facts(facts, masked);
    List<String> all = new ArrayList<>(beside);
    all.addAll(masked.places());
    return facts.put(Fact.MASKED, all).put(Fact.SHADOW_MASKED, masked.shadowed());
  }

  /** What was mended in a message: each with its place, whose names are anybody's. */
  List<String> repaired(List<Repair> repairs) {
    List<String> lines = new ArrayList<>(Math.min(repairs.size(), LONGEST_LIST + 1));
    for (Repair repair : repairs.subList(0, Math.min(repairs.size(), LONGEST_LIST))) {
      String pointer = Objects.requireNonNullElse(words.chosen(repair.pointer()), "");
      lines.add(pointer.isEmpty() ? repair.kind().word() : repair.kind().word() + " " + pointer);
    }
    if (repairs.size() > LONGEST_LIST) {
      lines.add("and %d more".formatted(repairs.size() - LONGEST_LIST));
    }
    return lines;
  }

  /** As many of the names that somebody chose as a leaf has room for. */
  List<String> chosen(List<String> names) {
    return list(names, words::chosen);
  }

  /** The DETAIL fact of a schema that is not wholly checked. */
  @Nullable String schemaNote(String notes) {
    return words.chosen("arguments not wholly checked: " + notes);
  }

  /** TASK facts of tasks, as many as a leaf has room for. */
  List<String> tasks(List<String> ids) {
    return list(ids, words::task);
  }

  /** As many of the texts as a leaf has room for. */
  List<String> list(List<String> texts) {
    return list(texts, words::of);
  }

  private static List<String> list(List<String> texts, Function<String, @Nullable String> fact) {
    List<String> facts = new ArrayList<>(Math.min(texts.size(), LONGEST_LIST + 1));
    for (String text : texts.subList(0, Math.min(texts.size(), LONGEST_LIST))) {
      facts.add(Objects.requireNonNullElse(fact.apply(text), ""));
    }
    if (texts.size() > LONGEST_LIST) {
      facts.add("and %d more".formatted(texts.size() - LONGEST_LIST));
    }
    return facts;
  }

  private static @Nullable String first(Headers headers, String name) {
    List<String> values = headers.values(name);
    return values.isEmpty() ? null : values.getFirst();
  }
}
