package io.tabellion.console;

import com.google.protobuf.ByteString;
import io.tabellion.jsonrpc.Json;
import io.tabellion.jsonrpc.JsonReader;
import io.tabellion.jsonrpc.Limits;
import io.tabellion.jsonrpc.Reading;
import io.tabellion.trail.ContentView;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A call as people read it.
 *
 * @param title what {@code body} is: arguments, or parameters
 * @param body its lines; null if there is nothing to show, then {@code missing} says why
 * @param raw the whole message on one line; empty if there is none
 * @param size bytes of it
 * @param missing why it is not shown; empty if it is
 */
record CallView(String title, @Nullable JsonView body, String raw, String size, String missing) {

  static CallView of(ContentView content) {
    return switch (content) {
      case ContentView.Present present -> of(present.bytes());
      case ContentView.Erased _ -> missing("It was erased from the audit log.");
      case ContentView.Omitted _ ->
          missing(
              "It is larger than 512 KiB, too large for this page, or its entry is not in the search"
                  + " index yet. An auditor can read the entry: ./tabellion audit search --kind"
                  + " approval.requested");
      case ContentView.Unreadable _ -> missing("Its entry in the audit log cannot be read.");
      case ContentView.None _ -> missing("The call has no parameters that may be shown.");
    };
  }

  private static CallView missing(String why) {
    return new CallView("Call", null, "", "", why);
  }

  private static CallView of(ByteString bytes) {
    Json shown = shown(bytes);
    return new CallView(
        isArguments(bytes) ? "Arguments" : "Parameters",
        shown == null ? null : JsonView.of(shown),
        Visible.lines(bytes.toStringUtf8()),
        "%,d bytes".formatted(bytes.size()),
        "");
  }

  /** Whether all of the call can be seen. */
  boolean whole() {
    return !raw.isEmpty();
  }

  /** What of a call two calls are compared by; null if it is none that can be read. */
  static @Nullable Json compared(ContentView content) {
    return content instanceof ContentView.Present present ? shown(present.bytes()) : null;
  }

  /**
   * All of a message that people decide about, but for its id: what they see of another request is
   * how its message differs from this one. Null if it cannot be read.
   */
  static @Nullable Json decided(ContentView content) {
    return content instanceof ContentView.Present present
            && new JsonReader(Limits.DEFAULT).read(present.bytes())
                instanceof Reading.Document(Json.Obj message)
        ? Objects.requireNonNullElse(message.get("params"), message.without("id"))
        : null;
  }

  private static boolean isArguments(ByteString bytes) {
    Json.Obj params = params(bytes);
    return params != null && params.get("arguments") != null;
  }

  private static Json.@Nullable Obj params(ByteString bytes) {
    return new JsonReader(Limits.DEFAULT).read(bytes) instanceof Reading.Document(Json.Obj message)
        ? message.object("params")
        : null;
  }

  /** The arguments of a tool, else the parameters, else the message. */
  static @Nullable Json shown(ByteString bytes) {
    if (!(new JsonReader(Limits.DEFAULT).read(bytes) instanceof Reading.Document(Json message))) {
      return null;
    }
    Json.Obj params = message instanceof Json.Obj object ? object.object("params") : null;
    if (params == null) {
      return message;
    }
    Json arguments = params.get("arguments");
    return arguments == null ? params : arguments;
  }
}
