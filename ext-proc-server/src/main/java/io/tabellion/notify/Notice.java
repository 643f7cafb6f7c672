package io.tabellion.notify;

import com.google.protobuf.ByteString;
import io.tabellion.jsonrpc.Json;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What is told of one step of one request: names, times and digests, never a value of an argument
 * and never what a person said.
 *
 * <p>Immutable and thread-safe.
 *
 * @param id of the message, the same for each attempt and each endpoint: the id of the entry that
 *     tells of the step
 * @param entry index of that entry
 * @param step that it tells of
 * @param at when
 * @param data members of {@code data} in bodies
 */
record Notice(String id, long entry, Step step, Instant at, Json.Obj data) {
  static final String ID = "id";
  static final String STATE = "state";
  static final String SERVER = "server";
  static final String METHOD = "method";
  static final String TOOL = "tool";
  static final String REQUESTER = "requester";
  static final String ACTORS = "actors";
  static final String RULES = "rules";
  static final String DIGEST = "digest";
  static final String ASKED = "asked";
  static final String EXPIRES = "expires";
  static final String QUORUM = "quorum";
  static final String APPROVED_BY = "approvedBy";
  static final String BY = "by";
  static final String LINK = "link";
  static final String CALL = "call";

  /** The request that it is about. */
  String request() {
    return String.valueOf(text(ID));
  }

  /** The word for the kind of message, as Standard Webhooks has it. */
  String type() {
    return "approval." + step.word();
  }

  @Nullable String text(String name) {
    return data.text(name);
  }

  /** The texts of a list; none if it is not there. */
  List<String> texts(String name) {
    Json.Array array = data.array(name);
    return array == null
        ? List.of()
        : array.items().stream()
            .flatMap(
                item -> item instanceof Json.Text(var value) ? Stream.of(value) : Stream.empty())
            .toList();
  }

  List<String> rules() {
    return texts(RULES);
  }

  /** What the call is for people: the tool, or the method where it is no call of a tool. */
  String target() {
    String tool = text(TOOL);
    return tool == null ? String.valueOf(text(METHOD)) : tool;
  }

  /** When the request, or its approval, expires; null if it is over. */
  @Nullable Instant expires() {
    String text = text(EXPIRES);
    return text == null ? null : Instant.parse(text);
  }

  /**
   * The body as Standard Webhooks has it.
   *
   * @param call the masked call, as JSON in a text; null if it is not to be shown
   */
  Json.Obj standard(@Nullable ByteString call) {
    SequencedMap<String, Json> members = new LinkedHashMap<>();
    members.put("type", new Json.Text(type()));
    members.put("timestamp", new Json.Text(at.toString()));
    members.put("data", call == null ? data : data.with(CALL, new Json.Text(call.toStringUtf8())));
    return new Json.Obj(members);
  }

  /** What a file keeps of it. */
  Json.Obj kept() {
    return standard(null)
        .with("id", new Json.Text(id))
        .with("entry", Json.Num.of(entry))
        .with("step", new Json.Text(step.word()));
  }

  /**
   * Reads it again.
   *
   * @throws IllegalArgumentException if it is not as {@link #kept} wrote it
   */
  static Notice of(Json.Obj kept) {
    String step = kept.text("step");
    String id = kept.text("id");
    String at = kept.text("timestamp");
    Json.Obj data = kept.object("data");
    if (id == null
        || at == null
        || data == null
        || !(kept.get("entry") instanceof Json.Num entry)) {
      throw new IllegalArgumentException("notification: incomplete (expected: as it was written)");
    }
    Step known =
        Step.of(String.valueOf(step))
            .orElseThrow(
                () -> new IllegalArgumentException("step: unknown (expected: one of ours)"));
    return new Notice(id, Long.parseLong(entry.lexeme()), known, Instant.parse(at), data);
  }
}
