package io.tabellion.trail.recall;

import com.google.protobuf.ByteString;
import io.tabellion.approval.ApprovalHistory;
import io.tabellion.approval.ApprovalRequest;
import io.tabellion.approval.WindowGrant;
import io.tabellion.audit.EntryKind;
import io.tabellion.audit.Fact;
import io.tabellion.audit.Facts;
import io.tabellion.audit.StoredContent;
import io.tabellion.audit.StoredEntry;
import io.tabellion.audit.files.OpenEntries;
import io.tabellion.jsonrpc.Json;
import io.tabellion.jsonrpc.JsonReader;
import io.tabellion.jsonrpc.Limits;
import io.tabellion.jsonrpc.Reading;
import io.tabellion.policy.ApprovalTerms;
import io.tabellion.policy.Decision;
import io.tabellion.policy.Policy;
import io.tabellion.policy.Question;
import io.tabellion.state.Changes;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Makes requests for approval of the entries of a log that tell of them. What an entry does not
 * tell, or tells masked, is unknown to conditions on approvers: they say no then.
 *
 * <p>Pure and thread-safe.
 */
public final class RecallApprovals {
  private static final String PREFIX = "approval.";

  private RecallApprovals() {}

  /** What entries mean for requests for approval. */
  public static final OpenEntries.Meaning MEANING =
      new OpenEntries.Meaning() {
        @Override
        public String label() {
          return "approvals/v2";
        }

        @Override
        public @Nullable String subject(StoredEntry entry) {
          if (!entry.leaf().kind().text().startsWith(PREFIX)) {
            return null;
          }
          String grant = entry.leaf().facts().text(Fact.GRANT);
          return grant == null ? entry.leaf().facts().text(Fact.APPROVAL) : grant;
        }

        @Override
        public boolean ends(StoredEntry entry) {
          return ApprovalHistory.isOver(entry.leaf());
        }
      };

  /**
   * What was open.
   *
   * @param requests in their order
   * @param grants for further calls
   */
  public record Open(List<ApprovalRequest> requests, List<WindowGrant> grants) {
    public Open {
      requests = List.copyOf(requests);
      grants = List.copyOf(grants);
    }
  }

  /**
   * Returns what the entries tell of.
   *
   * @param entries of requests and grants that are not over, in the order of the log
   * @param policy in force: what it wants of approvers now counts for requests that it asked for
   */
  public static Open of(List<StoredEntry> entries, Policy policy) {
    Map<String, ApprovalHistory> histories = new LinkedHashMap<>();
    Map<String, StoredEntry> given = new LinkedHashMap<>();
    Map<String, Integer> used = new HashMap<>();
    for (StoredEntry entry : entries) {
      Facts facts = entry.leaf().facts();
      String grant = facts.text(Fact.GRANT);
      if (grant == null) {
        add(histories, entry, policy);
      } else if (entry.leaf().kind() == EntryKind.APPROVAL_GRANT) {
        given.put(grant, entry);
      } else {
        used.merge(grant, 1, Integer::sum);
      }
    }
    List<WindowGrant> grants = new ArrayList<>();
    given.forEach((id, entry) ->
        ApprovalHistory.grant(entry.leaf(), content(entry), used.getOrDefault(id, 0))
            .ifPresent(grants::add));
    return new Open(histories.values().stream().map(ApprovalHistory::request).toList(), grants);
  }

  private static void add(
      Map<String, ApprovalHistory> histories, StoredEntry entry, Policy policy) {
    String id = String.valueOf(entry.leaf().facts().text(Fact.APPROVAL));
    Json.Obj content = content(entry);
    if (entry.leaf().kind() == EntryKind.APPROVAL_REQUESTED) {
      Question question = question(entry, content);
      histories.put(
          id,
          ApprovalHistory.begin(
              entry.leaf(),
              question,
              terms(policy, question, entry.leaf().facts().texts(Fact.RULES)),
              bytes(entry)));
    } else if (histories.containsKey(id)) {
      histories.get(id).add(entry.leaf(), content);
    }
  }

  private static Question question(StoredEntry entry, Json.@Nullable Obj content) {
    Recalled recalled = Recalled.of(entry.index(), entry.leaf());
    return new Recording(recalled, recalled).question(new Recording.Said(content, null, null));
  }

  /** What the rules that asked want, as the policy says it; none if it asks otherwise now. */
  private static List<ApprovalTerms> terms(Policy policy, Question question, List<String> rules) {
    Decision decision = policy.judge(question, Changes.none());
    List<ApprovalTerms> terms = new ArrayList<>();
    for (ApprovalTerms one : decision.approvals()) {
      if (rules.contains(one.rule())) {
        terms.add(one);
      }
    }
    return terms.stream().map(ApprovalTerms::rule).distinct().count() == rules.size()
        ? terms
        : List.of();
  }

  private static @Nullable ByteString bytes(StoredEntry entry) {
    return entry.content().get() instanceof StoredContent.Clear(var content)
        ? content.bytes()
        : null;
  }

  private static Json.@Nullable Obj content(StoredEntry entry) {
    ByteString bytes = bytes(entry);
    return bytes != null
            && new JsonReader(Limits.DEFAULT).read(bytes)
                instanceof Reading.Document(Json.Obj object)
        ? object
        : null;
  }
}
