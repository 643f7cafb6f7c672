package io.tabellion.approval;

import io.tabellion.jsonrpc.Json;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * The content of an entry about a step that a person took: {@code {"reason": TEXT, "window":
 * {"seconds": N, "uses": N}}}, each only where they said so.
 *
 * <p>Pure and thread-safe.
 */
final class SaidText {
  private static final String REASON = "reason";
  private static final String WINDOW = "window";
  private static final String SECONDS = "seconds";
  private static final String USES = "uses";

  private SaidText() {}

  static Json.Obj of(Vote vote) {
    Json.Obj said = Json.Obj.EMPTY;
    if (vote.reason() != null) {
      said = said.with(REASON, new Json.Text(vote.reason()));
    }
    Vote.Window window = vote.window();
    if (window != null) {
      said =
          said.with(
              WINDOW,
              Json.Obj.EMPTY
                  .with(SECONDS, Json.Num.of(window.lasting().toSeconds()))
                  .with(USES, Json.Num.of(window.uses())));
    }
    return said;
  }

  static @Nullable String reason(Json.@Nullable Obj said) {
    return said == null ? null : said.text(REASON);
  }

  static Vote.@Nullable Window window(Json.@Nullable Obj said) {
    Json.Obj window = said == null ? null : said.object(WINDOW);
    if (window == null
        || !(window.get(SECONDS) instanceof Json.Num seconds)
        || !(window.get(USES) instanceof Json.Num uses)) {
      return null;
    }
    try {
      return new Vote.Window(
          Duration.ofSeconds(Long.parseLong(seconds.lexeme())), Integer.parseInt(uses.lexeme()));
    } catch (NumberFormatException e) {
      return null;
    }
  }
}
