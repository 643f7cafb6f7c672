package io.tabellion.cli.audit;

import io.tabellion.audit.v1.AuditServiceGrpc.AuditServiceBlockingStub;
import io.tabellion.audit.v1.Content;
import io.tabellion.audit.v1.Entry;
import io.tabellion.audit.v1.GetEntryRequest;
import io.tabellion.audit.v1.GetTimelineRequest;
import io.tabellion.audit.v1.GetTimelineResponse;
import io.tabellion.audit.v1.SearchEntriesRequest;
import io.tabellion.audit.v1.TimelineItem;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code audit timeline}: tells one conversation. */
@Command(
    name = "timeline",
    mixinStandardHelpOptions = true,
    description =
        "Tell one conversation in order. Each page of it that is read is itself recorded.")
final class TimelineCommand extends Verb {
  private static final int DIGEST = 64;
  private static final int LONGEST = 2000;

  @Parameters(
      paramLabel = "INDEX|ID|CONVERSATION",
      arity = "0..1",
      description =
          "Index or id of any entry of it, or its digest (default: the newest conversation).")
  private String key = "";

  @Option(names = "--content", description = "Also show what was said.")
  private boolean content;

  @Override
  protected void ask(AuditServiceBlockingStub stub) {
    GetTimelineRequest.Builder request =
        GetTimelineRequest.newBuilder().setWithContent(content).setPageSize(100);
    if (key.length() == DIGEST) {
      request.setConversation(key);
    } else {
      request.setEntryId(key.isEmpty() || key.matches("[0-9]+") ? id(stub) : key);
    }
    var reach = new Reach();
    do {
      GetTimelineResponse page = stub.getTimeline(request.build());
      page.getItemsList().forEach(this::show);
      reach.add(page.getSearchedUpTo(), page.getLogSize());
      request.setPageToken(page.getNextPageToken());
    } while (!request.getPageToken().isEmpty());
    reach.tell(json() ? err() : out());
  }

  private String id(AuditServiceBlockingStub stub) {
    if (!key.isEmpty()) {
      return stub.getEntry(
              GetEntryRequest.newBuilder()
                  .setIndex(Long.parseLong(key))
                  .setWithoutContent(true)
                  .build())
          .getEntry()
          .getId();
    }
    SearchEntriesRequest.Builder newest = SearchEntriesRequest.newBuilder().setPageSize(1);
    newest.getFilterBuilder().addKinds("call.intent");
    List<Entry> found = stub.searchEntries(newest.build()).getEntriesList();
    if (found.isEmpty()) {
      throw new CliException("no conversation yet");
    }
    return found.getFirst().getId();
  }

  private void show(TimelineItem item) {
    if (json()) {
      print(item);
      return;
    }
    List<Entry> entries = new ArrayList<>(List.of(item.getEntry()));
    entries.addAll(item.getEventsList());
    if (item.hasOutcome()) {
      entries.add(item.getOutcome());
    }
    new Rows(out(), zone()).print(entries);
    if (item.getEventCount() > item.getEventsCount()) {
      out().println("… " + (item.getEventCount() - item.getEventsCount()) + " more events");
    }
    say("asked", item.getContent());
    say("answered", item.getOutcomeContent());
    out().println(item.getOpen() ? "  still open: no outcome yet" : "");
  }

  private void say(String what, Content said) {
    if (said.getState() == Content.State.PRESENT) {
      String text = Printable.of(said.getBytes().toStringUtf8());
      boolean cut = text.length() > LONGEST;
      out().println("  " + what + ": " + (cut ? text.substring(0, LONGEST) + "…" : text));
    }
  }
}
