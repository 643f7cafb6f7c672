package io.tabellion.notify;

import com.google.protobuf.ByteString;
import io.tabellion.jsonrpc.Json;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;
import org.jspecify.annotations.Nullable;

/**
 * Messages for incoming webhooks of Slack, in Block Kit. Texts of others stand in {@code
 * plain_text} objects, in which Slack reads no markup and no mentions; in the fallback text {@code
 * & < >} are escaped.
 *
 * <p>Limits that are kept: header 150 characters, section 3000, fields 2000, button value 2000, URL
 * 3000.
 */
final class SlackBody {
  static final String APPROVE = "tabellion.approve";
  static final String DENY = "tabellion.deny";
  private static final String LOOK = "tabellion.look";

  private static final int HEADER = 150;
  private static final int SECTION = 3_000;
  private static final int URL = 3_000;

  private SlackBody() {}

  /**
   * Makes the message.
   *
   * @param call the masked call; null if it is not to be shown
   * @param buttons whether people can decide by button. They can approve only what the message
   *     shows whole
   */
  static Json.Obj of(Notice notice, @Nullable ByteString call, boolean buttons) {
    List<Json> blocks = new ArrayList<>();
    blocks.add(object("type", text("header"), "text", plain(HEADER, Words.title(notice))));
    List<Json> fields = new ArrayList<>();
    Words.facts(notice).forEach((name, value) -> fields.add(plain(SECTION, name + ": " + value)));
    blocks.add(object("type", text("section"), "fields", new Json.Array(fields)));
    String shown = call == null ? null : call.toStringUtf8();
    boolean whole = shown != null && shown.length() <= SECTION && Words.plain(shown).equals(shown);
    if (shown != null && whole) {
      blocks.add(object("type", text("section"), "text", plain(SECTION, shown)));
    }
    List<Json> actions = actions(notice, whole, buttons);
    if (!actions.isEmpty()) {
      blocks.add(object("type", text("actions"), "elements", new Json.Array(actions)));
    }
    return object("text", text(escaped(Words.title(notice))), "blocks", new Json.Array(blocks))
        .with("unfurl_links", Json.Literal.FALSE)
        .with("unfurl_media", Json.Literal.FALSE);
  }

  private static List<Json> actions(Notice notice, boolean whole, boolean buttons) {
    List<Json> actions = new ArrayList<>();
    String link = notice.text(Notice.LINK);
    if (link != null && link.length() <= URL) {
      actions.add(button("Look at the call", LOOK).with("url", text(link)));
    }
    String digest = notice.text(Notice.DIGEST);
    if (buttons && notice.step().asks() && digest != null) {
      Json value = text(new SlackChoice(notice.request(), digest).value());
      if (whole) {
        actions.add(
            button("Approve", APPROVE)
                .with("style", text("primary"))
                .with("value", value)
                .with("confirm", confirm()));
      }
      actions.add(button("Deny", DENY).with("style", text("danger")).with("value", value));
    }
    return actions;
  }

  private static Json.Obj confirm() {
    return object("title", plain(100, "Approve this call?"), "confirm", plain(30, "Approve"))
        .with("text", plain(300, "It is made once, as shown. The audit log records your name."))
        .with("deny", plain(30, "Back"));
  }

  private static Json.Obj button(String label, String action) {
    return object("type", text("button"), "text", plain(75, label)).with("action_id", text(action));
  }

  private static Json.Obj plain(int most, String value) {
    return object("type", text("plain_text"), "text", text(Cut.to(most, value)))
        .with("emoji", Json.Literal.FALSE);
  }

  /** As Slack asks for texts with markup. */
  static String escaped(String value) {
    return value.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;");
  }

  private static Json text(String value) {
    return new Json.Text(value);
  }

  private static Json.Obj object(String name, Json value, String other, Json otherValue) {
    SequencedMap<String, Json> members = new LinkedHashMap<>();
    members.put(name, value);
    members.put(other, otherValue);
    return new Json.Obj(members);
  }
}
