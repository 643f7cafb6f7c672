package io.tabellion.api;

import io.tabellion.audit.v1.GetEntryResponse;
import io.tabellion.audit.v1.GetTimelineResponse;
import io.tabellion.audit.v1.SearchEntriesResponse;
import io.tabellion.audit.v1.TimelineItem;
import io.tabellion.audit.v1.UnknownValue;
import io.tabellion.trail.ContentView;
import io.tabellion.trail.EntryView;
import io.tabellion.trail.SearchEntries;
import io.tabellion.trail.ShowEntry;
import io.tabellion.trail.TellTimeline;

/** Translates answers of the trail into those of the audit API. */
final class Answers {
  private Answers() {}

  static SearchEntriesResponse search(SearchEntries.Answer answer) {
    return SearchEntriesResponse.newBuilder()
        .addAllEntries(answer.entries().stream().map(Entries::toApi).toList())
        .addAllContents(answer.contents().stream().map(Contents::toApi).toList())
        .setNextPageToken(answer.nextPage())
        .setSize(answer.bound())
        .setSearchedUpTo(answer.searched().upTo())
        .setLogSize(answer.searched().of())
        .addAllUnknownValues(answer.unknown().stream().map(Answers::unknown).toList())
        .build();
  }

  private static UnknownValue unknown(io.tabellion.trail.UnknownValue unknown) {
    return UnknownValue.newBuilder()
        .setField(unknown.field())
        .setValue(unknown.value())
        .addAllKnown(unknown.known())
        .setMore(unknown.more())
        .build();
  }

  static GetEntryResponse entry(ShowEntry.Answer answer) {
    return GetEntryResponse.newBuilder()
        .setEntry(Entries.toApi(answer.entry()))
        .setLeaf(answer.entry().bytes())
        .setContent(Contents.toApi(answer.content()))
        .setProof(Proofs.toApi(answer.proof()))
        .build();
  }

  static GetTimelineResponse timeline(TellTimeline.Answer answer) {
    return GetTimelineResponse.newBuilder()
        .addAllItems(answer.items().stream().map(Answers::item).toList())
        .setNextPageToken(answer.nextPage())
        .setConversation(answer.conversation())
        .setSearchedUpTo(answer.searched().upTo())
        .setLogSize(answer.searched().of())
        .build();
  }

  private static TimelineItem item(TellTimeline.Item told) {
    TimelineItem.Builder item =
        TimelineItem.newBuilder()
            .setEntry(Entries.toApi(told.entry()))
            .setContent(Contents.toApi(told.content()))
            .addAllEvents(told.events().stream().map(Entries::toApi).toList())
            .setEventCount(told.eventCount())
            .setOpen(told.open());
    EntryView outcome = told.outcome();
    ContentView content = told.outcomeContent();
    if (outcome != null) {
      item.setOutcome(Entries.toApi(outcome));
    }
    if (content != null) {
      item.setOutcomeContent(Contents.toApi(content));
    }
    return item.build();
  }
}
