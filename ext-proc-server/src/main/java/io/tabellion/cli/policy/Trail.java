package io.tabellion.cli.policy;

import com.google.protobuf.ByteString;
import com.google.protobuf.Timestamp;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.tabellion.audit.v1.AuditServiceGrpc.AuditServiceBlockingStub;
import io.tabellion.audit.v1.Content;
import io.tabellion.audit.v1.Entry;
import io.tabellion.audit.v1.Filter;
import io.tabellion.audit.v1.GetEntryRequest;
import io.tabellion.audit.v1.GetEntryResponse;
import io.tabellion.audit.v1.Order;
import io.tabellion.audit.v1.SearchEntriesRequest;
import io.tabellion.audit.v1.SearchEntriesResponse;
import io.tabellion.cli.audit.CliException;
import io.tabellion.cli.audit.EntryKey;
import io.tabellion.cli.policy.Recording.Said;
import io.tabellion.jsonrpc.Json;
import io.tabellion.jsonrpc.JsonReader;
import io.tabellion.jsonrpc.Limits;
import io.tabellion.jsonrpc.Reading;
import io.tabellion.policy.Question.Direction;
import io.tabellion.policy.ToolFacts;
import io.tabellion.policy.ToolFacts.Annotations;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Recorded messages, read through the audit API. Each page and each content that is read is an
 * entry of the trail itself.
 *
 * <p>Not thread-safe.
 */
final class Trail {
  private static final int PAGE = 500;
  private static final List<String> MESSAGES =
      List.of("call.intent", "call.outcome", "stream.event");
  private static final List<String> DEFINITIONS =
      List.of("pin.seen", "pin.changed", "pin.restored", "pin.accepted");

  private final AuditServiceBlockingStub stub;
  private final JsonReader reader = new JsonReader(Limits.DEFAULT);
  private final Map<String, Entry> intents = new HashMap<>();
  private final Map<String, ToolFacts> tools = new HashMap<>();
  private @Nullable Map<String, Entry> definitions;

  Trail(AuditServiceBlockingStub stub) {
    this.stub = stub;
  }

  /** Goes through the messages since then, oldest first. */
  void messages(Timestamp from, Consumer<Recording> each) {
    Filter filter = Filter.newBuilder().setFrom(from).addAllKinds(MESSAGES).build();
    entries(filter, entry -> each.accept(recording(entry)));
  }

  /** One message, by id or index of its entry. */
  Recording message(String key) {
    GetEntryRequest.Builder request = EntryKey.parse(key).request().setWithoutContent(true);
    return recording(stub.getEntry(request.build()).getEntry());
  }

  private Recording recording(Entry entry) {
    String intent = entry.getFacts().getIntent();
    if (entry.getKind().equals("call.intent")) {
      intents.put(entry.getId(), entry);
      return new Recording(entry, entry);
    }
    return new Recording(entry, intent.isEmpty() ? null : intent(intent));
  }

  private @Nullable Entry intent(String id) {
    Entry known = intents.get(id);
    if (known != null) {
      return known;
    }
    Entry found = find(id);
    if (found != null) {
      intents.put(id, found);
    }
    return found;
  }

  private @Nullable Entry find(String id) {
    try {
      return stub.getEntry(GetEntryRequest.newBuilder().setId(id).setWithoutContent(true).build())
          .getEntry();
    } catch (StatusRuntimeException e) {
      if (e.getStatus().getCode() == Status.Code.NOT_FOUND) {
        return null;
      }
      throw e;
    }
  }

  /** What was said in a message and in the request that it answers. */
  Said said(Recording recording) {
    Entry intent = recording.intent();
    boolean answers = recording.direction() == Direction.RESPONSE;
    Entry asked = answers ? intent : recording.entry();
    return new Said(
        asked == null ? null : content(asked),
        answers ? content(recording.entry()) : null,
        intent == null ? null : tool(intent));
  }

  private Json.@Nullable Obj content(Entry entry) {
    if (!entry.hasContent()) {
      return null;
    }
    GetEntryResponse answer =
        stub.getEntry(GetEntryRequest.newBuilder().setId(entry.getId()).build());
    Content content = answer.getContent();
    return content.getState() == Content.State.PRESENT ? json(content.getBytes()) : null;
  }

  private Json.@Nullable Obj json(ByteString bytes) {
    return reader.read(bytes) instanceof Reading.Document(Json value)
            && value instanceof Json.Obj object
        ? object
        : null;
  }

  /** The definition that a call was judged by; null if nobody can tell. */
  private @Nullable ToolFacts tool(Entry intent) {
    String digest = intent.getFacts().getDefinition();
    String key = key(intent);
    Entry shown = digest.isEmpty() ? null : definitions().get(key);
    if (shown == null) {
      return null;
    }
    ToolFacts known = tools.get(key);
    if (known == null) {
      Json.Obj tree = content(shown);
      if (tree == null) {
        return null;
      }
      List<String> suspicions = shown.getFacts().getSuspicionsList();
      known = new ToolFacts(Annotations.of(tree), true, digest, suspicions);
      tools.put(key, known);
    }
    return known;
  }

  private Map<String, Entry> definitions() {
    if (definitions == null) {
      Map<String, Entry> found = new HashMap<>();
      entries(
          Filter.newBuilder().addAllKinds(DEFINITIONS).build(),
          entry -> {
            if (entry.hasContent()) {
              found.putIfAbsent(key(entry), entry);
            }
          });
      definitions = found;
    }
    return definitions;
  }

  private static String key(Entry entry) {
    var facts = entry.getFacts();
    return facts.getServer() + "\n" + facts.getTool() + "\n" + facts.getDefinition();
  }

  /**
   * The policy file of this digest, as its load recorded it; null if it is not there.
   *
   * @throws CliException if it names other files: those are not recorded
   */
  @Nullable ByteString policy(String digest) {
    ByteString[] found = new ByteString[1];
    entries(
        Filter.newBuilder().addKinds("policy.loaded").build(),
        entry -> {
          if (found[0] == null
              && entry.getFacts().getPolicy().equals(digest)
              && entry.getFacts().getDecision().equals("allowed")) {
            if (entry.getFacts().getPolicyFilesCount() > 0) {
              throw new CliException(
                  "policy: names files that the trail does not have (expected: --policy FILE)");
            }
            Content content =
                stub.getEntry(GetEntryRequest.newBuilder().setId(entry.getId()).build())
                    .getContent();
            if (content.getState() == Content.State.PRESENT) {
              found[0] = content.getBytes();
            }
          }
        });
    return found[0];
  }

  private void entries(Filter filter, Consumer<Entry> each) {
    SearchEntriesRequest.Builder request =
        SearchEntriesRequest.newBuilder()
            .setFilter(filter)
            .setOrder(Order.ORDER_OLDEST_FIRST)
            .setPageSize(PAGE);
    boolean more = true;
    while (more) {
      SearchEntriesResponse page = stub.searchEntries(request.build());
      page.getEntriesList().forEach(each);
      request.setPageToken(page.getNextPageToken());
      more = !page.getNextPageToken().isEmpty();
    }
  }
}
