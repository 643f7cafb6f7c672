package io.tabellion.cli.audit;

import io.tabellion.audit.Disposition;
import io.tabellion.audit.v1.AuditServiceGrpc.AuditServiceBlockingStub;
import io.tabellion.audit.v1.Entry;
import io.tabellion.audit.v1.GetTimelineRequest;
import io.tabellion.audit.v1.GetTimelineResponse;
import io.tabellion.audit.v1.TimelineItem;
import io.tabellion.terminal.Printable;
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
        "Tell one conversation in order, as one list. Each page of it that is read is itself recorded.",
    footerHeading = "%nExamples:%n",
    footer = {"  ./tabellion audit timeline 12", "  ./tabellion audit timeline 12 --content"})
final class TimelineCommand extends Verb {
  private static final int DIGEST = 64;

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
      request.setEntryId(id(stub));
    }
    List<TimelineItem> items = new ArrayList<>();
    var reach = new Reach();
    String conversation;
    do {
      GetTimelineResponse page = stub.getTimeline(request.build());
      conversation = page.getConversation();
      if (json()) {
        page.getItemsList().forEach(this::print);
      } else {
        items.addAll(page.getItemsList());
      }
      reach.add(page.getSearchedUpTo(), page.getLogSize());
      request.setPageToken(page.getNextPageToken());
    } while (!request.getPageToken().isEmpty());
    if (!json()) {
      show(conversation, items);
    }
    reach.tell(json() ? err() : out());
  }

  @Override
  protected String option(String field) {
    return field.equals("entry_id") || field.equals("conversation")
        ? "INDEX|ID|CONVERSATION"
        : field;
  }

  private String id(AuditServiceBlockingStub stub) {
    if (!key.isEmpty()) {
      EntryKey entry = EntryKey.parse(key);
      return entry.index() == null
          ? entry.id()
          : stub.getEntry(entry.request().setWithoutContent(true).build()).getEntry().getId();
    }
    return newestCall(stub, "no conversation yet");
  }

  private void show(String conversation, List<TimelineItem> items) {
    Rows.Table table =
        new Rows(out(), zone())
        .new Table(items.stream().flatMap(item -> entries(item).stream()).toList());
    items.forEach(item -> show(item, table));
    long calls = items.stream().filter(TimelineCommand::isCall).count();
    long allowed =
        items.stream()
            .filter(item ->
                isCall(item)
                    && item.getEntry().getFacts().getDecision().equals(Disposition.ALLOWED.word()))
            .count();
    long open = items.stream().filter(TimelineItem::getOpen).count();
    out().println();
    out()
        .printf(
            "Conversation %s: %d calls, %d allowed, %d not allowed%s%n",
            Printable.of(conversation),
            calls,
            allowed,
            calls - allowed,
            open == 0 ? "" : ", %d still open".formatted(open));
  }

  private static boolean isCall(TimelineItem item) {
    return item.getEntry().getKind().equals("call.intent");
  }

  /** An entry and all that belongs to it, in order. */
  private static List<Entry> entries(TimelineItem item) {
    List<Entry> entries = new ArrayList<>(List.of(item.getEntry()));
    entries.addAll(item.getEventsList());
    if (item.hasOutcome()) {
      entries.add(item.getOutcome());
    }
    return entries;
  }

  private void show(TimelineItem item, Rows.Table table) {
    table.print(item.getEntry());
    say("         asked", item.getContent());
    item.getEventsList().forEach(table::print);
    if (item.getEventCount() > item.getEventsCount()) {
      out().printf("%9s… %d more events%n", "", item.getEventCount() - item.getEventsCount());
    }
    if (item.hasOutcome()) {
      table.print(item.getOutcome());
      say("         answered", item.getOutcomeContent());
    }
    if (item.getOpen()) {
      out().printf("%9sstill open: no outcome yet%n", "");
    }
  }
}
