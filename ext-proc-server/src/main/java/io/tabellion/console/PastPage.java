package io.tabellion.console;

import io.tabellion.audit.Fact;
import io.tabellion.audit.Facts;
import io.tabellion.jsonrpc.Json;
import io.tabellion.jsonrpc.JsonReader;
import io.tabellion.jsonrpc.Limits;
import io.tabellion.jsonrpc.Reading;
import io.tabellion.trail.ContentView;
import io.tabellion.trail.EntryView;
import io.tabellion.trail.PastApprovals;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;

/** The page about one request that is over, as the log tells of it. */
record PastPage(
    Frame frame,
    String id,
    String target,
    String server,
    String state,
    List<RequestPage.Named> who,
    List<Step> steps,
    CallView call) {
  private static final String PREFIX = "approval.";

  /**
   * A step.
   *
   * @param index of its entry
   * @param who took it; empty if nobody did
   * @param said in their words; empty if nothing
   */
  record Step(long index, Visible.Moment at, String what, String who, String said) {}

  static PastPage of(Frame frame, PastApprovals.Story story) {
    EntryView first = story.steps().getFirst();
    Facts facts = first.leaf().facts();
    List<Step> steps = new ArrayList<>();
    for (int i = 0; i < story.steps().size(); i++) {
      steps.add(step(story.steps().get(i), story.said().get(i)));
    }
    return new PastPage(
        frame,
        text(facts, Fact.APPROVAL),
        text(facts, Fact.TOOL, Fact.RESOURCE, Fact.PROMPT, Fact.METHOD),
        text(facts, Fact.SERVER),
        steps.getLast().what(),
        who(facts),
        steps,
        CallView.of(story.call()));
  }

  private static List<RequestPage.Named> who(Facts facts) {
    return Stream.of(
            new RequestPage.Named("For", text(facts, Fact.SUBJECT)),
            new RequestPage.Named("Issuer", text(facts, Fact.ISSUER)),
            new RequestPage.Named("Groups", String.join(", ", facts.texts(Fact.GROUPS))),
            new RequestPage.Named("Agents", String.join(" → ", facts.texts(Fact.ACTORS))),
            new RequestPage.Named("Client", text(facts, Fact.CLIENT_ID)),
            new RequestPage.Named("Workload", text(facts, Fact.WORKLOAD)),
            new RequestPage.Named("Rules", String.join(", ", facts.texts(Fact.RULES))))
        .filter(named -> !named.value().isEmpty())
        .map(named -> new RequestPage.Named(named.name(), Visible.of(named.value())))
        .toList();
  }

  private static Step step(EntryView entry, ContentView content) {
    Facts facts = entry.leaf().facts();
    String kind = entry.leaf().kind().text();
    boolean begins = facts.text(Fact.APPROVAL_BEFORE) == null;
    return new Step(
        entry.index(),
        Visible.Moment.of(entry.leaf().at()),
        kind.startsWith(PREFIX) ? kind.substring(PREFIX.length()) : kind,
        text(facts, Fact.APPROVER),
        begins ? "" : reason(content));
  }

  private static String reason(ContentView content) {
    return content instanceof ContentView.Present present
            && new JsonReader(Limits.DEFAULT).read(present.bytes())
                instanceof Reading.Document(Json.Obj said)
        ? Visible.lines(Objects.requireNonNullElse(said.text("reason"), ""))
        : "";
  }

  private static String text(Facts facts, Fact... first) {
    return Visible.of(
        Stream.of(first).map(facts::text).filter(Objects::nonNull).findFirst().orElse(""));
  }
}
