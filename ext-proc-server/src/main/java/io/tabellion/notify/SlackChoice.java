package io.tabellion.notify;

import com.google.protobuf.ByteString;
import io.tabellion.jsonrpc.Json;
import io.tabellion.jsonrpc.JsonReader;
import io.tabellion.jsonrpc.JsonWriter;
import io.tabellion.jsonrpc.Limits;
import io.tabellion.jsonrpc.Reading;
import java.util.Optional;

/**
 * What a button in Slack carries: which request it is about, and the digest of what was to be seen.
 *
 * <p>Immutable and thread-safe.
 *
 * @param id of the request
 * @param digest as votes name it
 */
public record SlackChoice(String id, String digest) {
  /** The {@code action_id} of the button that approves. */
  public static final String APPROVE = SlackBody.APPROVE;

  /** The {@code action_id} of the button that denies. */
  public static final String DENY = SlackBody.DENY;

  /** As the value of a button. */
  String value() {
    return JsonWriter.toText(
        Json.Obj.EMPTY.with("id", new Json.Text(id)).with("digest", new Json.Text(digest)));
  }

  /** Reads the value of a button; empty if it is none of ours. */
  public static Optional<SlackChoice> of(String value) {
    if (new JsonReader(Limits.DEFAULT).read(ByteString.copyFromUtf8(value))
        instanceof Reading.Document(Json.Obj object)) {
      String id = object.text("id");
      String digest = object.text("digest");
      return id == null || digest == null
          ? Optional.empty()
          : Optional.of(new SlackChoice(id, digest));
    }
    return Optional.empty();
  }
}
