package io.tabellion.cli.audit;

import com.google.protobuf.Timestamp;
import io.tabellion.audit.v1.Entry;
import io.tabellion.audit.v1.Facts;
import io.tabellion.audit.v1.GetEntryResponse;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What an entry says, as sentences for people; each begins with what it is about. */
final class Sentences {
  private static final Map<String, String> KINDS =
      Map.ofEntries(
          Map.entry("call.intent", "a request that was judged"),
          Map.entry("call.outcome", "what came of a call"),
          Map.entry("stream.open", "the beginning of a stream of events"),
          Map.entry("stream.event", "an event of a stream"),
          Map.entry("refused", "a request that was refused before the policy was asked"),
          Map.entry("policy.loaded", "a policy file that was loaded, or refused"),
          Map.entry("pin.seen", "a tool that a server showed for the first time"),
          Map.entry("pin.changed", "a tool whose definition changed"),
          Map.entry("pin.restored", "a tool that has its accepted definition again"),
          Map.entry("pin.accepted", "a definition that an operator accepted"),
          Map.entry("key.created", "a key that was made for this log"),
          Map.entry("access.read", "someone's reading of the log"),
          Map.entry("heartbeat", "a sign of life of the writer"),
          Map.entry("clock.step", "a clock that was set"),
          Map.entry("gap", "a group of entries that was torn by a crash and dropped"),
          Map.entry("start", "a start of the writer"),
          Map.entry("stop", "a stop of the writer in order"),
          Map.entry("freeze", "the beginning of a log that succeeds another"),
          Map.entry("commitments", "commitments to what was masked"),
          Map.entry("erasure", "contents that were erased"));

  private final Rows rows;
  private final ZoneId zone;
  private final Entry call;
  private final Facts facts;
  private final @Nullable Entry outcome;
  private final @Nullable Entry loaded;
  private final int events;

  /**
   * @param call the entry that is asked about; of an answer, the call that it answers
   * @param outcome of the call, null if there is none
   * @param loaded when the policy that decided was loaded, null if that is not known
   * @param events of the stream that answered
   */
  Sentences(
      Rows rows,
      ZoneId zone,
      Entry call,
      @Nullable Entry outcome,
      @Nullable Entry loaded,
      int events) {
    this.rows = rows;
    this.zone = zone;
    this.call = call;
    this.facts = call.getFacts();
    this.outcome = outcome;
    this.loaded = loaded;
    this.events = events;
  }

  List<String> all() {
    List<String> all = new ArrayList<>();
    all.add(
        "Entry %d is %s, recorded at %s."
            .formatted(
                call.getIndex(),
                KINDS.getOrDefault(call.getKind(), "of the kind " + call.getKind()),
                time(call.getAt())));
    add(all, "Who", who());
    add(all, "Asked for", what());
    add(all, "Decided", decision());
    add(all, "Policy", policy());
    if (call.getKind().equals("call.intent")) {
      add(all, "Approval", approval());
      add(all, "Executed", executed());
      add(all, "Came back", answer());
    }
    return all;
  }

  List<String> proof(GetEntryResponse named) {
    long index = named.getEntry().getIndex();
    return List.of(
        "Proof: entry %d (id %s) is in the signed tree of %d entries of %s."
            .formatted(
                index,
                named.getEntry().getId(),
                named.getProof().getTreeSize(),
                named.getEntry().getLog()),
        "To check that without the server: ./tabellion audit show %d --receipt FILE, then"
                .formatted(index)
            + " ./tabellion audit verify --receipt FILE --key VKEY.");
  }

  private static void add(List<String> all, String about, List<String> sentences) {
    if (!sentences.isEmpty()) {
      all.add(about + ": " + String.join(" ", sentences));
    }
  }

  private List<String> who() {
    List<String> who = new ArrayList<>();
    if (!facts.getReader().isEmpty()) {
      who.add("%s, a reader of the log.".formatted(facts.getReader()));
    }
    if (!facts.getIdentity().isEmpty()) {
      String name = facts.getSubject().isEmpty() ? facts.getWorkload() : facts.getSubject();
      who.add(
          name.isEmpty()
              ? "a caller without a verified identity%s.".formatted(from())
              : "%s, verified by %s%s%s%s."
                  .formatted(
                      name,
                      facts.getIdentity(),
                      after(" of ", facts.getIssuer()),
                      after(", through the client ", facts.getClientId()),
                      from()));
    }
    if (facts.getActorsCount() > 0) {
      who.add(
          "Acting for that person, outermost first: %s."
              .formatted(String.join(", which acts for ", facts.getActorsList())));
    }
    if (facts.getGroupsCount() > 0) {
      who.add("Groups: %s.".formatted(String.join(", ", facts.getGroupsList())));
    }
    if (!facts.getClaimedClient().isEmpty()) {
      who.add(
          "The agent calls itself %s; nobody checked that.".formatted(facts.getClaimedClient()));
    }
    return who;
  }

  private String from() {
    return after(", from ", facts.getSource());
  }

  private List<String> what() {
    List<String> what = new ArrayList<>();
    String object =
        !facts.getTool().isEmpty()
            ? "the tool " + facts.getTool()
            : !facts.getPrompt().isEmpty()
                ? "the prompt " + facts.getPrompt()
                : !facts.getResource().isEmpty() ? "the resource " + facts.getResource() : "";
    if (!facts.getMethod().isEmpty()) {
      what.add(
          "%s%s%s."
              .formatted(
                  facts.getMethod(),
                  object.isEmpty() ? "" : " of " + object,
                  after(" on the server ", facts.getServer())));
    } else if (!facts.getHttpMethod().isEmpty()) {
      what.add("an HTTP %s%s.".formatted(facts.getHttpMethod(), after(" on ", facts.getServer())));
    }
    if (!facts.getQuery().isEmpty()) {
      what.add(facts.getQuery() + ".");
    }
    if (!facts.getConversation().isEmpty()) {
      what.add("Conversation: %s.".formatted(facts.getConversation()));
    }
    what.addAll(masked(facts));
    return what;
  }

  private static List<String> masked(Facts of) {
    List<String> said = new ArrayList<>();
    if (of.getMaskedCount() > 0) {
      said.add("Masked: %s.".formatted(String.join("; ", of.getMaskedList())));
    }
    if (of.getShadowMaskedCount() > 0) {
      said.add(
          "Rules in shadow would have masked in what went on: %s."
              .formatted(String.join("; ", of.getShadowMaskedList())));
    }
    return said;
  }

  private List<String> decision() {
    if (facts.getDecision().isEmpty()) {
      boolean told = call.getKind().equals("policy.loaded");
      return told || facts.getDetail().isEmpty() ? List.of() : List.of(facts.getDetail() + ".");
    }
    List<String> said = new ArrayList<>();
    String rules = String.join(", ", facts.getRulesList());
    boolean one = facts.getRulesCount() == 1;
    String by =
        facts.getRulesCount() > 0
            ? " by the %s %s of the policy".formatted(one ? "rule" : "rules", rules)
            : facts.getPolicy().isEmpty() || !facts.getReason().isEmpty()
                ? ""
                : ", since no rule of the policy says anything else";
    said.add(
        facts.getDecision()
            + by
            + (facts.getReason().isEmpty() ? "" : " (reason: " + facts.getReason() + ")")
            + ".");
    if (facts.getReason().equals("quarantined")) {
      said.add(
          "The definition of the tool changed, and no operator accepted it: ./tabellion pins diff"
              + " shows how.");
    }
    if (facts.getRuleErrorsCount() > 0) {
      said.add(
          "Conditions that could not be evaluated: %s."
              .formatted(String.join(", ", facts.getRuleErrorsList())));
    }
    if (facts.getShadowCount() > 0) {
      said.add("Rules in shadow: %s.".formatted(String.join(", ", facts.getShadowList())));
    }
    said.addAll(candidate());
    if (call.getKind().equals("call.intent") && !facts.getPolicy().isEmpty()) {
      said.add("./tabellion policy explain %d shows each condition.".formatted(call.getIndex()));
    }
    return said;
  }

  /** What the candidate policy makes of it; the lines of the fact begin with what they say. */
  private List<String> candidate() {
    List<String> said = new ArrayList<>();
    List<String> rules = new ArrayList<>();
    List<String> errors = new ArrayList<>();
    String would = "";
    String masks = "";
    String policy = "";
    for (String line : facts.getCandidateList()) {
      int sign = line.indexOf('=');
      String value = line.substring(sign + 1);
      switch (line.substring(0, Math.max(0, sign))) {
        case "policy" -> policy = value;
        case "would" -> would = value;
        case "masks" -> masks = value;
        case "error" -> errors.add(value);
        default -> rules.add(line);
      }
    }
    String of = "The candidate policy with the SHA-256 " + policy;
    if (!would.isEmpty()) {
      said.add(
          "%s would have decided: %s%s."
              .formatted(
                  of,
                  would,
                  rules.isEmpty()
                      ? ", since no rule of it says anything else"
                      : ", by " + String.join(", ", rules)));
    }
    if (!masks.isEmpty()) {
      said.add(of + " has other masks for it.");
    }
    if (!errors.isEmpty()) {
      said.add("%s has errors here: %s.".formatted(of, String.join(", ", errors)));
    }
    return said;
  }

  private List<String> policy() {
    if (call.getKind().equals("policy.loaded")) {
      return loaded(call);
    }
    if (facts.getPolicy().isEmpty()) {
      return List.of();
    }
    List<String> said = new ArrayList<>();
    if (loaded == null) {
      said.add(
          "the file with the SHA-256 %s; its loading was not found.".formatted(facts.getPolicy()));
      return said;
    }
    said.addAll(loaded(loaded));
    return said;
  }

  private List<String> loaded(Entry load) {
    Facts of = load.getFacts();
    List<String> said = new ArrayList<>();
    said.add(
        "%s, the file with the SHA-256 %s."
            .formatted(of.getDetail().isEmpty() ? "a file" : of.getDetail(), of.getPolicy()));
    said.add(
        "It was %s at %s (entry %d), %s."
            .formatted(
                of.getReason().equals("candidate-removed")
                    ? "removed"
                    : of.getDecision().equals("refused") ? "refused" : "loaded",
                time(load.getAt()),
                load.getIndex(),
                switch (of.getReason()) {
                  case "start" -> "when the server started";
                  case "changed" -> "when the file was changed";
                  case "candidate", "candidate-refused", "candidate-removed" ->
                      "as a candidate, which judges without effect";
                  default -> "reason: " + of.getReason();
                }));
    boolean nobody =
        of.getPolicyAuthor().isEmpty()
            && of.getPolicyApprovedBy().isEmpty()
            && of.getPolicyChange().isEmpty();
    said.add(
        nobody
            ? "The file does not say who wrote or approved it (metadata.author,"
                + " metadata.approvedBy)."
            : "The file says: written by %s, approved by %s%s."
                .formatted(
                    or(of.getPolicyAuthor(), "nobody named"),
                    or(of.getPolicyApprovedBy(), "nobody named"),
                    after("; what changed: ", of.getPolicyChange())));
    return said;
  }

  private List<String> approval() {
    return List.of(
        facts.getReason().equals("needs-approval")
            ? "a rule asks for the approval of a person, and none was given."
            : "no rule asked for one.");
  }

  private List<String> executed() {
    if (!facts.getDecision().equals("allowed")) {
      return List.of("no. The request never left for the server.");
    }
    if (outcome == null) {
      return List.of("not known yet: the call was let on, and no outcome is recorded.");
    }
    Facts end = outcome.getFacts();
    return List.of(
        switch (end.getExecuted()) {
          case "yes" -> "yes. The answer of the server shows it.";
          case "no" -> "no, although it was let on. The answer of the server shows it.";
          default -> "not known. The call was let on, and nothing shows whether the server did it.";
        });
  }

  private List<String> answer() {
    if (outcome == null) {
      return List.of();
    }
    Facts end = outcome.getFacts();
    List<String> said = new ArrayList<>();
    said.add(
        "%s%s%s, after %d ms (entry %d, %s)."
            .formatted(
                outcome(end.getOutcome()),
                end.getReason().isEmpty() ? "" : " (reason: " + end.getReason() + ")",
                end.getHttpStatus() == 0 ? "" : ", HTTP " + end.getHttpStatus(),
                end.getElapsedMs(),
                outcome.getIndex(),
                time(outcome.getAt())));
    if (events > 0) {
      said.add("%s came in a stream of events.".formatted(events == 500 ? "500 or more" : events));
    }
    if (end.getHiddenCount() > 0) {
      said.add(
          "Tools that were taken out of the list: %s."
              .formatted(String.join(", ", end.getHiddenList())));
    }
    said.addAll(masked(end));
    if (!end.getDetail().isEmpty()) {
      said.add("%s.".formatted(end.getDetail()));
    }
    return said;
  }

  private static String outcome(String word) {
    return switch (word) {
      case "ok" -> "a result";
      case "tool_error" -> "an error of the tool";
      case "rpc_error" -> "an error of the protocol";
      case "http_error" -> "an HTTP error";
      case "not_released" -> "nothing that was let through to the client";
      case "withheld" -> "an answer that was withheld from the client";
      default -> "nothing that is known (" + word + ")";
    };
  }

  private String time(Timestamp at) {
    return rows.time(at) + " " + zone;
  }

  private static String after(String before, String text) {
    return text.isEmpty() ? "" : before + text;
  }

  private static String or(String text, String otherwise) {
    return text.isEmpty() ? otherwise : text;
  }
}
