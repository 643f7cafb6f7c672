package io.tabellion.api;

import com.google.protobuf.ByteString;
import com.google.protobuf.Timestamp;
import io.tabellion.audit.index.Page;
import io.tabellion.audit.index.Query.Field;
import io.tabellion.audit.v1.GetEntryRequest;
import io.tabellion.audit.v1.GetTimelineRequest;
import io.tabellion.audit.v1.Order;
import io.tabellion.audit.v1.SearchEntriesRequest;
import io.tabellion.audit.v1.TailEntriesRequest;
import io.tabellion.trail.Filter;
import io.tabellion.trail.FollowEntries;
import io.tabellion.trail.Paging;
import io.tabellion.trail.SearchEntries;
import io.tabellion.trail.ShowEntry;
import io.tabellion.trail.TellTimeline;
import io.tabellion.trail.TrailException;
import java.time.Instant;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;

/** Translates requests of the audit API into questions to the trail. */
final class Questions {
  /** 0001-01-01T00:00:00Z and 9999-12-31T23:59:59Z, as google.protobuf.Timestamp has them. */
  private static final long EARLIEST = -62_135_596_800L;

  private static final long LATEST = 253_402_300_799L;

  private Questions() {}

  static SearchEntries.Question search(SearchEntriesRequest request) {
    return new SearchEntries.Question(
        filter(request.getFilter()),
        order(request.getOrder()),
        request.getWithContents(),
        new Paging(request.getPageSize(), request.getPageToken()),
        request.toBuilder().clearPageSize().clearPageToken().build().toByteString());
  }

  private static Page.Order order(Order order) {
    return switch (order) {
      case ORDER_OLDEST_FIRST -> Page.Order.OLDEST_FIRST;
      case ORDER_NEWEST_FIRST, ORDER_UNSPECIFIED -> Page.Order.NEWEST_FIRST;
      case UNRECOGNIZED ->
          throw TrailException.invalid(
              "order", "unknown", Order.ORDER_NEWEST_FIRST + ", " + Order.ORDER_OLDEST_FIRST);
    };
  }

  static ShowEntry.Question entry(GetEntryRequest request) {
    ShowEntry.Key key =
        switch (request.getKeyCase()) {
          case ID -> new ShowEntry.Key.Id(request.getId());
          case INDEX -> new ShowEntry.Key.Index(request.getIndex());
          case KEY_NOT_SET -> throw TrailException.invalid("id", "not there", "id or index");
        };
    return new ShowEntry.Question(key, !request.getWithoutContent());
  }

  static TellTimeline.Question timeline(GetTimelineRequest request) {
    TellTimeline.Key key =
        switch (request.getKeyCase()) {
          case CONVERSATION -> new TellTimeline.Key.Conversation(request.getConversation());
          case ENTRY_ID -> new TellTimeline.Key.OfEntry(request.getEntryId());
          case KEY_NOT_SET ->
              throw TrailException.invalid("conversation", "not there", "conversation or entry_id");
        };
    return new TellTimeline.Question(
        key,
        request.getWithContent(),
        new Paging(request.getPageSize(), request.getPageToken()),
        Questions::encoded);
  }

  private static ByteString encoded(String conversation) {
    return GetTimelineRequest.newBuilder().setConversation(conversation).build().toByteString();
  }

  static FollowEntries.Question tail(TailEntriesRequest request) {
    return new FollowEntries.Question(
        filter(request.getFilter()),
        request.hasFromIndex() ? OptionalLong.of(request.getFromIndex()) : OptionalLong.empty());
  }

  private static Filter filter(io.tabellion.audit.v1.Filter filter) {
    return new Filter(
        filter.hasFrom() ? instant("filter.from", filter.getFrom()) : null,
        filter.hasUntil() ? instant("filter.until", filter.getUntil()) : null,
        values(filter),
        filter.getWords());
  }

  private static Map<Field, List<String>> values(io.tabellion.audit.v1.Filter filter) {
    Map<Field, List<String>> values = new EnumMap<>(Field.class);
    for (Field field : Field.values()) {
      values.put(field, asked(filter, Filter.name(field)));
    }
    return values;
  }

  @SuppressWarnings("unchecked") // a repeated field of strings
  private static List<String> asked(io.tabellion.audit.v1.Filter filter, String name) {
    var descriptor = io.tabellion.audit.v1.Filter.getDescriptor();
    return (List<String>) filter.getField(descriptor.findFieldByName(name));
  }

  private static Instant instant(String field, Timestamp at) {
    if (at.getSeconds() < EARLIEST || at.getSeconds() > LATEST || at.getNanos() < 0) {
      throw TrailException.invalid(field, "no time", "years 1 to 9999");
    }
    return Instant.ofEpochSecond(at.getSeconds(), at.getNanos());
  }
}
