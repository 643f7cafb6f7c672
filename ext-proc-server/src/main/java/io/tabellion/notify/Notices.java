package io.tabellion.notify;

import io.tabellion.approval.ApprovalRequest;
import io.tabellion.approval.Ledger;
import io.tabellion.approval.Vote;
import io.tabellion.audit.Fact;
import io.tabellion.audit.Facts;
import io.tabellion.audit.Leaf;
import io.tabellion.audit.StoredEntry;
import io.tabellion.jsonrpc.Json;
import java.net.URI;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import org.jspecify.annotations.Nullable;

/**
 * Makes notices of entries. What the entry of a step does not say (digest, quorum, when it was
 * asked) is taken from the request, while that is remembered.
 *
 * <p>Thread-safe.
 */
final class Notices {
  /** Characters of a name that somebody else chose. */
  private static final int LONGEST = 256;

  private static final int MOST = 20;

  private final Ledger ledger;
  private final @Nullable URI console;

  /**
   * @param console where approvers look at requests; null if nowhere
   */
  Notices(Ledger ledger, @Nullable URI console) {
    this.ledger = ledger;
    this.console = console;
  }

  /** Returns what an entry gives to tell; empty if it is not about a step of a request. */
  Optional<Notice> of(StoredEntry entry) {
    Leaf leaf = entry.leaf();
    String id = leaf.facts().text(Fact.APPROVAL);
    return id == null
        ? Optional.empty()
        : Step.of(leaf.kind())
            .map(step ->
                new Notice(
                    leaf.id().toString(), entry.index(), step, leaf.at(), data(leaf, step, id)));
  }

  private Json.Obj data(Leaf leaf, Step step, String id) {
    Facts facts = leaf.facts();
    ApprovalRequest request = ledger.find(id).orElse(null);
    SequencedMap<String, Json> data = new LinkedHashMap<>();
    put(data, Notice.ID, id);
    put(data, Notice.STATE, step.state());
    put(data, Notice.SERVER, facts.text(Fact.SERVER));
    put(data, Notice.METHOD, facts.text(Fact.METHOD));
    put(data, Notice.TOOL, facts.text(Fact.TOOL));
    put(
        data,
        Notice.REQUESTER,
        request == null ? facts.text(Fact.SUBJECT) : request.requester().name());
    put(data, Notice.ACTORS, facts.texts(Fact.ACTORS));
    put(data, Notice.RULES, facts.texts(Fact.RULES));
    put(data, Notice.DIGEST, request == null ? facts.text(Fact.APPROVAL_DIGEST) : request.digest());
    put(data, Notice.ASKED, request == null ? null : request.asked().toString());
    put(data, Notice.EXPIRES, facts.text(Fact.APPROVAL_UNTIL));
    if (request != null) {
      data.put(Notice.QUORUM, Json.Num.of(request.quorum()));
      put(data, Notice.APPROVED_BY, approvers(request, leaf));
    }
    put(data, Notice.BY, facts.text(Fact.APPROVER));
    if (console != null) {
      data.put(Notice.LINK, new Json.Text(link(console.toString(), id)));
    }
    return new Json.Obj(data);
  }

  private static List<String> approvers(ApprovalRequest request, Leaf leaf) {
    return request.votes().stream()
        .filter(vote -> !vote.at().truncatedTo(ChronoUnit.MICROS).isAfter(leaf.at()))
        .map(Vote::who)
        .map(who -> who.subject())
        .toList();
  }

  private static String link(String base, String id) {
    return (base.endsWith("/") ? base : base + "/") + "approvals/" + id;
  }

  private static void put(Map<String, Json> data, String name, @Nullable String value) {
    if (value != null) {
      data.put(name, new Json.Text(Cut.to(LONGEST, value)));
    }
  }

  private static void put(Map<String, Json> data, String name, List<String> values) {
    data.put(
        name,
        new Json.Array(
            values.stream()
                .limit(MOST)
                .map(value -> (Json) new Json.Text(Cut.to(LONGEST, value)))
                .toList()));
  }
}
