package io.tabellion.slack;

import com.google.protobuf.ByteString;
import io.tabellion.jsonrpc.Json;
import io.tabellion.jsonrpc.JsonReader;
import io.tabellion.jsonrpc.Limits;
import io.tabellion.jsonrpc.Reading;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Somebody pressed a button: what Slack tells in an interaction of the type {@code block_actions}.
 *
 * <p>Immutable and thread-safe.
 *
 * @param team id of the workspace that the user belongs to
 * @param user id of the user
 * @param trigger id of the click
 * @param action {@code action_id} of the button
 * @param value of the button; empty if it has none
 * @param reply where a reply may go; null if nowhere
 */
record Click(
    String team, String user, String trigger, String action, String value, @Nullable String reply) {
  private static final String FIELD = "payload=";
  private static final Limits LIMITS = Limits.DEFAULT.with(32, 10_000);

  /** Reads the form that Slack sends; empty if it is not of the form that it should have. */
  static Optional<Click> of(ByteString form) {
    String[] fields =
        Stream.of(form.toString(StandardCharsets.ISO_8859_1).split("&", -1))
            .filter(field -> field.startsWith(FIELD))
            .toArray(String[]::new);
    if (fields.length != 1) {
      return Optional.empty();
    }
    try {
      String payload =
          URLDecoder.decode(fields[0].substring(FIELD.length()), StandardCharsets.UTF_8);
      return new JsonReader(LIMITS).read(ByteString.copyFromUtf8(payload))
              instanceof Reading.Document(Json.Obj object)
          ? of(object)
          : Optional.empty();
    } catch (IllegalArgumentException _) {
      return Optional.empty();
    }
  }

  private static Optional<Click> of(Json.Obj payload) {
    Json.Array actions = payload.array("actions");
    Json.Obj user = payload.object("user");
    Json.Obj team = payload.object("team");
    String trigger = payload.text("trigger_id");
    if (!"block_actions".equals(payload.text("type"))
        || user == null
        || team == null
        || trigger == null
        || actions == null
        || actions.items().size() != 1
        || !(actions.items().getFirst() instanceof Json.Obj action)) {
      return Optional.empty();
    }
    String teamId = team.text("id");
    String userId = user.text("id");
    String home = user.text("team_id"); // another one, if the channel is shared with a workspace
    String actionId = action.text("action_id");
    if (teamId == null || userId == null || actionId == null) {
      return Optional.empty();
    }
    String value = action.text("value");
    return Optional.of(
        new Click(
            home == null ? teamId : home,
            userId,
            trigger,
            actionId,
            value == null ? "" : value,
            payload.text("response_url")));
  }
}
