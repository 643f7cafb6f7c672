package io.tabellion.trail.recall;

import com.google.protobuf.ByteString;
import io.tabellion.audit.Disposition;
import io.tabellion.audit.Fact;
import io.tabellion.audit.index.Query.Field;
import io.tabellion.jsonrpc.Json;
import io.tabellion.jsonrpc.JsonReader;
import io.tabellion.jsonrpc.Limits;
import io.tabellion.jsonrpc.Reading;
import io.tabellion.policy.Question.Direction;
import io.tabellion.policy.ToolFacts;
import io.tabellion.policy.ToolFacts.Annotations;
import io.tabellion.trail.ContentView;
import io.tabellion.trail.Filter;
import io.tabellion.trail.ShowEntry;
import io.tabellion.trail.recall.Recording.Said;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Recorded messages, and what the record has beside them.
 *
 * <p>Not thread-safe.
 */
public final class Messages {
  private static final int PAGE = 500;
  private static final List<String> MESSAGES =
      List.of("call.intent", "call.outcome", "stream.event");
  private static final List<String> DEFINITIONS =
      List.of("pin.seen", "pin.changed", "pin.restored", "pin.accepted");

  private final Records records;
  private final JsonReader reader = new JsonReader(Limits.DEFAULT);
  private final Map<String, Recalled> intents = new HashMap<>();
  private final Map<String, ToolFacts> tools = new HashMap<>();
  private @Nullable Map<String, Recalled> definitions;

  public Messages(Records records) {
    this.records = records;
  }

  /** Takes a message. */
  public interface Each {
    void accept(Recording message) throws InterruptedException;
  }

  /** Goes through the messages since then, oldest first. */
  public void each(Instant from, Each each) throws InterruptedException {
    Filter filter = new Filter(from, null, Map.of(Field.KIND, MESSAGES), "");
    records.each(filter, PAGE, entry -> each.accept(recording(entry)));
  }

  /** One message. */
  public Recording one(ShowEntry.Key key) throws InterruptedException {
    return recording(records.entry(key, false).entry());
  }

  private Recording recording(Recalled entry) throws InterruptedException {
    String intent = entry.text(Fact.INTENT);
    if (entry.kind().equals("call.intent")) {
      intents.put(entry.id(), entry);
      return new Recording(entry, entry);
    }
    return new Recording(entry, intent.isEmpty() ? null : intent(intent));
  }

  private @Nullable Recalled intent(String id) throws InterruptedException {
    Recalled known = intents.get(id);
    if (known != null) {
      return known;
    }
    Recalled found = records.find(id).orElse(null);
    if (found != null) {
      intents.put(id, found);
    }
    return found;
  }

  /** What was said in a message and in the request that it answers. */
  public Said said(Recording recording) throws InterruptedException {
    Recalled intent = recording.intent();
    boolean answers = recording.direction() == Direction.RESPONSE;
    Recalled asked = answers ? intent : recording.entry();
    return new Said(
        asked == null ? null : json(asked),
        answers ? json(recording.entry()) : null,
        intent == null ? null : tool(intent));
  }

  private Json.@Nullable Obj json(Recalled entry) throws InterruptedException {
    ByteString said = entry.hasContent() ? said(entry) : null;
    return said != null
            && reader.read(said) instanceof Reading.Document(Json value)
            && value instanceof Json.Obj object
        ? object
        : null;
  }

  private @Nullable ByteString said(Recalled entry) throws InterruptedException {
    return records.entry(new ShowEntry.Key.Id(entry.id()), true).content()
            instanceof ContentView.Present present
        ? present.bytes()
        : null;
  }

  /** The definition that a call was judged by; null if nobody can tell. */
  private @Nullable ToolFacts tool(Recalled intent) throws InterruptedException {
    String digest = intent.text(Fact.DEFINITION);
    String key = key(intent);
    Recalled shown = digest.isEmpty() ? null : definitions().get(key);
    if (shown == null) {
      return null;
    }
    ToolFacts known = tools.get(key);
    if (known == null) {
      Json.Obj tree = json(shown);
      if (tree == null) {
        return null;
      }
      known = new ToolFacts(Annotations.of(tree), true, digest, shown.texts(Fact.SUSPICIONS));
      tools.put(key, known);
    }
    return known;
  }

  private Map<String, Recalled> definitions() throws InterruptedException {
    if (definitions == null) {
      Map<String, Recalled> found = new HashMap<>();
      records.each(
          ofKinds(DEFINITIONS),
          PAGE,
          entry -> {
            if (entry.hasContent()) {
              found.putIfAbsent(key(entry), entry);
            }
          });
      definitions = found;
    }
    return definitions;
  }

  private static String key(Recalled entry) {
    return String.join(
        "\n", entry.text(Fact.SERVER), entry.text(Fact.TOOL), entry.text(Fact.DEFINITION));
  }

  /** What the record has of a policy file. */
  public sealed interface PolicyBytes {
    /** The file. */
    record Whole(ByteString bytes) implements PolicyBytes {}

    /** A file that names others, which are not recorded. */
    record NamesOthers() implements PolicyBytes {}

    /** Nothing. */
    record Missing() implements PolicyBytes {}
  }

  /** Returns the policy file of this digest, as its load recorded it. */
  public PolicyBytes policy(String digest) throws InterruptedException {
    PolicyBytes[] found = {new PolicyBytes.Missing()};
    records.each(
        ofKinds(List.of("policy.loaded")),
        PAGE,
        entry -> {
          if (found[0] instanceof PolicyBytes.Missing
              && entry.text(Fact.POLICY).equals(digest)
              && entry.says(Fact.DECISION, Disposition.ALLOWED)) {
            found[0] = loaded(entry);
          }
        });
    return found[0];
  }

  private PolicyBytes loaded(Recalled load) throws InterruptedException {
    if (!load.texts(Fact.POLICY_FILES).isEmpty()) {
      return new PolicyBytes.NamesOthers();
    }
    ByteString bytes = said(load);
    return bytes == null ? new PolicyBytes.Missing() : new PolicyBytes.Whole(bytes);
  }

  private static Filter ofKinds(List<String> kinds) {
    return new Filter(null, null, Map.of(Field.KIND, kinds), "");
  }
}
