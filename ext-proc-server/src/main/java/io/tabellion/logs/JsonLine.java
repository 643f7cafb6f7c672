package io.tabellion.logs;

import io.tabellion.jsonrpc.Json;
import io.tabellion.jsonrpc.JsonWriter;
import java.time.temporal.ChronoUnit;
import java.util.Map;
import java.util.logging.Formatter;
import java.util.logging.LogRecord;

/**
 * One JSON object a line:
 *
 * <pre>
 * {"time":"2026-11-30T12:04:59.123456Z","level":"WARN","message":"…","logger":"io.tabellion.Server"}
 * </pre>
 *
 * <p>{@code time} is RFC 3339 in UTC; {@code error} and {@code stack} are there where something was
 * thrown. Thread-safe.
 */
final class JsonLine extends Formatter {

  @Override
  public String format(LogRecord line) {
    Json.Obj object =
        Json.Obj.EMPTY
            .with("time", text(line.getInstant().truncatedTo(ChronoUnit.MICROS)))
            .with("level", text(Fields.level(line)))
            .with("message", text(formatMessage(line)));
    for (Map.Entry<?, ?> field : Fields.more(line).entrySet()) {
      object = object.with(field.getKey().toString(), value(field.getValue()));
    }
    object = object.with("logger", text(String.valueOf(line.getLoggerName())));
    Throwable thrown = line.getThrown();
    String stack = Fields.stack(line);
    if (thrown != null && stack != null) {
      object = object.with("error", text(thrown)).with("stack", text(stack));
    }
    return JsonWriter.toText(object) + "\n";
  }

  private static Json value(Object value) {
    return value instanceof Number number && !(value instanceof Double)
        ? Json.Num.of(number.longValue())
        : text(value);
  }

  private static Json.Text text(Object value) {
    return new Json.Text(value.toString());
  }
}
