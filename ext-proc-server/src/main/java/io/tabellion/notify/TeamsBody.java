package io.tabellion.notify;

import io.tabellion.jsonrpc.Json;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;

/**
 * Messages for workflows of Microsoft Teams ("When a Teams webhook request is received"): one
 * Adaptive Card 1.4. All text stands in {@code TextRun}s, in which no Markdown is read. The only
 * action opens a page. Far below the 28 KB that Teams takes.
 */
final class TeamsBody {
  private TeamsBody() {}

  static Json.Obj of(Notice notice) {
    List<Json> body = new ArrayList<>();
    body.add(
        line(run(Words.title(notice)).with("weight", text("Bolder")).with("size", text("Medium"))));
    Words.facts(notice)
        .forEach((name, value) ->
            body.add(line(run(name + ": ").with("weight", text("Bolder")), run(value))));
    SequencedMap<String, Json> card = new LinkedHashMap<>();
    card.put("$schema", text("http://adaptivecards.io/schemas/adaptive-card.json"));
    card.put("type", text("AdaptiveCard"));
    card.put("version", text("1.4"));
    card.put("body", new Json.Array(body));
    String link = notice.text(Notice.LINK);
    if (link != null) {
      Json.Obj open =
          of("type", text("Action.OpenUrl"))
              .with("title", text("Look at the call"))
              .with("url", text(link));
      card.put("actions", new Json.Array(List.of(open)));
    }
    Json.Obj attachment =
        of("contentType", text("application/vnd.microsoft.card.adaptive"))
            .with("contentUrl", Json.Literal.NULL)
            .with("content", new Json.Obj(card));
    return of("type", text("message")).with("attachments", new Json.Array(List.of(attachment)));
  }

  private static Json.Obj line(Json... runs) {
    return of("type", text("RichTextBlock")).with("inlines", new Json.Array(List.of(runs)));
  }

  /** Templates such as {@code {{DATE(…)}}} are none any more. */
  private static Json.Obj run(String value) {
    return of("type", text("TextRun")).with("text", text(value.replace("{{", "{ {")));
  }

  private static Json.Obj of(String name, Json value) {
    return Json.Obj.EMPTY.with(name, value);
  }

  private static Json text(String value) {
    return new Json.Text(value);
  }
}
