package io.tabellion.trail.recall;

import io.tabellion.audit.Disposition;
import io.tabellion.audit.Executed;
import io.tabellion.audit.Fact;
import io.tabellion.audit.Outcome;
import io.tabellion.audit.Reason;
import io.tabellion.policy.LoadReason;
import io.tabellion.trail.recall.TellWhy.Story;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** What a story says, as sentences for people; each begins with what it is about. */
public final class Sentences {
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

  private final Function<Instant, String> times;
  private final Story story;
  private final Recalled call;

  /** What it says; of the call. */
  private final Recalled facts;

  private final @Nullable Recalled outcome;

  /**
   * @param times how a time is written
   */
  public Sentences(Story story, Function<Instant, String> times) {
    this.times = times;
    this.story = story;
    this.call = story.call().entry();
    this.facts = call;
    this.outcome = story.outcome();
  }

  /** All but the proof. */
  public List<String> all() {
    List<String> all = new ArrayList<>();
    all.add(
        "Entry %d is %s, recorded at %s."
            .formatted(
                call.index(),
                KINDS.getOrDefault(call.kind(), "of the kind " + call.kind()),
                time(call.at())));
    add(all, "Who", who());
    add(all, "Asked for", what());
    add(all, "Decided", decision());
    add(all, "Policy", policy());
    if (call.kind().equals("call.intent")) {
      add(all, "Approval", approval());
      add(all, "Executed", executed());
      add(all, "Came back", answer());
    }
    return all;
  }

  /** How the entry that was asked about is proved. */
  public List<String> proof() {
    Recalled named = story.named().entry();
    long index = named.index();
    return List.of(
        "Proof: entry %d (id %s) is in the signed tree of %d entries of %s."
            .formatted(index, named.id(), story.named().treeSize(), named.log()),
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
    if (!facts.text(Fact.READER).isEmpty()) {
      who.add("%s, a reader of the log.".formatted(facts.text(Fact.READER)));
    }
    if (!facts.text(Fact.IDENTITY).isEmpty()) {
      String name =
          facts.text(Fact.SUBJECT).isEmpty() ? facts.text(Fact.WORKLOAD) : facts.text(Fact.SUBJECT);
      who.add(
          name.isEmpty()
              ? "a caller without a verified identity%s.".formatted(from())
              : "%s, verified by %s%s%s%s."
                  .formatted(
                      name,
                      facts.text(Fact.IDENTITY),
                      after(" of ", facts.text(Fact.ISSUER)),
                      after(", through the client ", facts.text(Fact.CLIENT_ID)),
                      from()));
    }
    if (!facts.texts(Fact.ACTORS).isEmpty()) {
      who.add(
          "Acting for that person, outermost first: %s."
              .formatted(String.join(", which acts for ", facts.texts(Fact.ACTORS))));
    }
    if (!facts.texts(Fact.GROUPS).isEmpty()) {
      who.add("Groups: %s.".formatted(String.join(", ", facts.texts(Fact.GROUPS))));
    }
    if (!facts.text(Fact.CLAIMED_CLIENT).isEmpty()) {
      who.add(
          "The agent calls itself %s; nobody checked that."
              .formatted(facts.text(Fact.CLAIMED_CLIENT)));
    }
    return who;
  }

  private String from() {
    return after(", from ", facts.text(Fact.SOURCE));
  }

  private List<String> what() {
    List<String> what = new ArrayList<>();
    String object =
        !facts.text(Fact.TOOL).isEmpty()
            ? "the tool " + facts.text(Fact.TOOL)
            : !facts.text(Fact.PROMPT).isEmpty()
                ? "the prompt " + facts.text(Fact.PROMPT)
                : !facts.text(Fact.RESOURCE).isEmpty()
                    ? "the resource " + facts.text(Fact.RESOURCE)
                    : "";
    if (!facts.text(Fact.METHOD).isEmpty()) {
      what.add(
          "%s%s%s."
              .formatted(
                  facts.text(Fact.METHOD),
                  object.isEmpty() ? "" : " of " + object,
                  after(" on the server ", facts.text(Fact.SERVER))));
    } else if (!facts.text(Fact.HTTP_METHOD).isEmpty()) {
      what.add(
          "an HTTP %s%s."
              .formatted(facts.text(Fact.HTTP_METHOD), after(" on ", facts.text(Fact.SERVER))));
    }
    if (!facts.text(Fact.QUERY).isEmpty()) {
      what.add(facts.text(Fact.QUERY) + ".");
    }
    if (!facts.texts(Fact.STOPPED).isEmpty()) {
      what.add(
          "The stop %s of %s%s%s."
              .formatted(
                  facts.text(Fact.STOP),
                  String.join(", ", facts.texts(Fact.STOPPED)),
                  after(", until ", facts.text(Fact.UNTIL)),
                  after(", reason: ", facts.text(Fact.STOP_REASON))));
    }
    if (!facts.text(Fact.CONVERSATION).isEmpty()) {
      what.add("Conversation: %s.".formatted(facts.text(Fact.CONVERSATION)));
    }
    what.addAll(masked(facts));
    return what;
  }

  private static List<String> masked(Recalled of) {
    List<String> said = new ArrayList<>();
    if (!of.texts(Fact.MASKED).isEmpty()) {
      said.add("Masked: %s.".formatted(String.join("; ", of.texts(Fact.MASKED))));
    }
    if (!of.texts(Fact.SHADOW_MASKED).isEmpty()) {
      said.add(
          "Rules in shadow would have masked in what went on: %s."
              .formatted(String.join("; ", of.texts(Fact.SHADOW_MASKED))));
    }
    return said;
  }

  private List<String> decision() {
    if (facts.text(Fact.DECISION).isEmpty()) {
      boolean told = call.kind().equals("policy.loaded");
      return told || facts.text(Fact.DETAIL).isEmpty()
          ? List.of()
          : List.of(facts.text(Fact.DETAIL) + ".");
    }
    List<String> said = new ArrayList<>();
    String rules = String.join(", ", facts.texts(Fact.RULES));
    boolean one = facts.texts(Fact.RULES).size() == 1;
    String by =
        !facts.texts(Fact.RULES).isEmpty()
            ? " by the %s %s of the policy".formatted(one ? "rule" : "rules", rules)
            : facts.text(Fact.POLICY).isEmpty() || !facts.text(Fact.REASON).isEmpty()
                ? ""
                : ", since no rule of the policy says anything else";
    said.add(
        facts.text(Fact.DECISION)
            + by
            + (facts.text(Fact.REASON).isEmpty()
                ? ""
                : " (reason: " + facts.text(Fact.REASON) + ")")
            + ".");
    if (facts.says(Fact.REASON, Reason.QUARANTINED)) {
      said.add(
          "The definition of the tool changed, and no operator accepted it: ./tabellion pins diff"
              + " shows how.");
    }
    if (facts.says(Fact.REASON, Reason.STOPPED)) {
      said.add(
          "An operator stopped it with the stop %s; ./tabellion audit search --kind stop.set finds who and why."
              .formatted(facts.text(Fact.STOP)));
    }
    if (!facts.texts(Fact.RULE_ERRORS).isEmpty()) {
      said.add(
          "Conditions that could not be evaluated: %s."
              .formatted(String.join(", ", facts.texts(Fact.RULE_ERRORS))));
    }
    if (!facts.texts(Fact.SHADOW).isEmpty()) {
      said.add("Rules in shadow: %s.".formatted(String.join(", ", facts.texts(Fact.SHADOW))));
    }
    said.addAll(candidate());
    if (call.kind().equals("call.intent") && !facts.text(Fact.POLICY).isEmpty()) {
      said.add("./tabellion policy explain %d shows each condition.".formatted(call.index()));
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
    for (String line : facts.texts(Fact.CANDIDATE)) {
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
    if (call.kind().equals("policy.loaded")) {
      return loaded(call);
    }
    if (facts.text(Fact.POLICY).isEmpty()) {
      return List.of();
    }
    List<String> said = new ArrayList<>();
    Recalled loaded = story.loaded();
    if (loaded == null) {
      said.add(
          "the file with the SHA-256 %s; its loading was not found."
              .formatted(facts.text(Fact.POLICY)));
      return said;
    }
    said.addAll(loaded(loaded));
    return said;
  }

  private List<String> loaded(Recalled load) {
    Recalled of = load;
    List<String> said = new ArrayList<>();
    said.add(
        "%s, the file with the SHA-256 %s."
            .formatted(
                of.text(Fact.DETAIL).isEmpty() ? "a file" : of.text(Fact.DETAIL),
                of.text(Fact.POLICY)));
    said.add(
        "It was %s at %s (entry %d), %s."
            .formatted(
                of.says(Fact.REASON, LoadReason.CANDIDATE_REMOVED)
                    ? "removed"
                    : of.says(Fact.DECISION, Disposition.REFUSED) ? "refused" : "loaded",
                time(load.at()),
                load.index(),
                switch (LoadReason.of(of.text(Fact.REASON)).orElse(null)) {
                  case START -> "when the server started";
                  case CHANGED -> "when the file was changed";
                  case CANDIDATE, CANDIDATE_REFUSED, CANDIDATE_REMOVED ->
                      "as a candidate, which judges without effect";
                  case REFUSED -> "reason: " + LoadReason.REFUSED.word();
                  case null -> "reason: " + of.text(Fact.REASON);
                }));
    boolean nobody =
        of.text(Fact.POLICY_AUTHOR).isEmpty()
            && of.text(Fact.POLICY_APPROVED_BY).isEmpty()
            && of.text(Fact.POLICY_CHANGE).isEmpty();
    said.add(
        nobody
            ? "The file does not say who wrote or approved it (metadata.author,"
                + " metadata.approvedBy)."
            : "The file says: written by %s, approved by %s%s."
                .formatted(
                    or(of.text(Fact.POLICY_AUTHOR), "nobody named"),
                    or(of.text(Fact.POLICY_APPROVED_BY), "nobody named"),
                    after("; what changed: ", of.text(Fact.POLICY_CHANGE))));
    return said;
  }

  private List<String> approval() {
    String id = facts.text(Fact.APPROVAL);
    if (facts.says(Fact.DECISION, Disposition.ALLOWED) && !id.isEmpty()) {
      String grant = facts.text(Fact.GRANT);
      return List.of(
          grant.isEmpty()
              ? "this one call was let on, by the request "
                  + id
                  + ". The approval.* entries with this id say who, when and why."
              : "people allowed further calls such as this one when they approved the request %s: grant %s. The approval.* entries with these ids say who, when and why."
                  .formatted(id, grant));
    }
    return Reason.of(facts.text(Fact.REASON))
        .filter(Reason::asksForApproval)
        .map(reason ->
            List.of(
                "a rule asks for the approval of a person; at this moment "
                    + reason.text()
                    + (id.isEmpty() ? "." : " (request " + id + ").")))
        .orElse(List.of("no rule asked for one."));
  }

  private List<String> executed() {
    if (!facts.says(Fact.DECISION, Disposition.ALLOWED)) {
      return List.of("no. The request never left for the server.");
    }
    if (outcome == null) {
      return List.of("not known yet: the call was let on, and no outcome is recorded.");
    }
    Recalled end = outcome;
    List<String> said = new ArrayList<>();
    said.add(
        switch (Executed.of(end.text(Fact.EXECUTED)).orElse(Executed.UNKNOWN)) {
          case YES -> "yes. The answer of the server shows it.";
          case NO -> "no, although it was let on. The answer of the server shows it.";
          case UNKNOWN ->
              "not known. The call was let on, and nothing shows whether the server did it.";
        });
    if (!end.texts(Fact.SEEN_AT).isEmpty()) {
      said.add(
          "On its way it also passed, as the same call: %s."
              .formatted(String.join(", ", end.texts(Fact.SEEN_AT))));
    }
    return said;
  }

  private List<String> answer() {
    if (outcome == null) {
      return List.of();
    }
    Recalled end = outcome;
    List<String> said = new ArrayList<>();
    said.add(
        "%s%s%s, after %d ms (entry %d, %s)."
            .formatted(
                outcome(end.text(Fact.OUTCOME)),
                end.text(Fact.REASON).isEmpty() ? "" : " (reason: " + end.text(Fact.REASON) + ")",
                end.number(Fact.HTTP_STATUS) == 0 ? "" : ", HTTP " + end.number(Fact.HTTP_STATUS),
                end.number(Fact.ELAPSED_MS),
                outcome.index(),
                time(outcome.at())));
    if (story.events() > 0) {
      said.add(
          "%s came in a stream of events."
              .formatted(story.events() == TellWhy.MOST_EVENTS ? "500 or more" : story.events()));
    }
    if (!end.texts(Fact.HIDDEN).isEmpty()) {
      said.add(
          "Tools that were taken out of the list: %s."
              .formatted(String.join(", ", end.texts(Fact.HIDDEN))));
    }
    said.addAll(masked(end));
    if (!end.text(Fact.DETAIL).isEmpty()) {
      said.add("%s.".formatted(end.text(Fact.DETAIL)));
    }
    return said;
  }

  private static String outcome(String word) {
    return switch (Outcome.of(word).orElse(Outcome.UNKNOWN)) {
      case OK -> "a result";
      case TOOL_ERROR -> "an error of the tool";
      case RPC_ERROR -> "an error of the protocol";
      case HTTP_ERROR -> "an HTTP error";
      case NOT_RELEASED -> "nothing that was let through to the client";
      case WITHHELD -> "an answer that was withheld from the client";
      case UNKNOWN -> "nothing that is known (" + word + ")";
    };
  }

  private String time(Instant at) {
    return times.apply(at);
  }

  private static String after(String before, String text) {
    return text.isEmpty() ? "" : before + text;
  }

  private static String or(String text, String otherwise) {
    return text.isEmpty() ? otherwise : text;
  }
}
