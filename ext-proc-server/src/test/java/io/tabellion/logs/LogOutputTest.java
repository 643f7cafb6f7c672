package io.tabellion.logs;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.tabellion.jsonrpc.Json;
import io.tabellion.jsonrpc.JsonReader;
import io.tabellion.jsonrpc.Limits;
import io.tabellion.jsonrpc.Reading;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.logging.Formatter;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("unit")
class LogOutputTest {

  @Test
  void aLineIsOneJsonObjectWhateverIsInIt() {
    LogRecord line = line(Level.WARNING, "policy: \"{0}\"\nrefused\u2028\u0001");
    line.setParameters(new Object[] {"a\tb"});
    line.setThrown(new IllegalStateException("first\nsecond"));
    String text = new JsonLine().format(line);
    assertThat(text).endsWith("}\n");
    assertThat(text.strip().lines()).hasSize(1);
    Json.Obj object = read(text);
    assertThat(object.get("time")).isEqualTo(new Json.Text("2026-11-30T12:00:00.123456Z"));
    assertThat(object.get("level")).isEqualTo(new Json.Text("WARN"));
    assertThat(object.get("message"))
        .isEqualTo(new Json.Text("policy: \"a\tb\"\nrefused\u2028\u0001"));
    assertThat(object.get("logger")).isEqualTo(new Json.Text("io.tabellion.Some"));
    assertThat(object.get("error"))
        .isEqualTo(new Json.Text("java.lang.IllegalStateException: first\nsecond"));
    assertThat(String.valueOf(object.get("stack"))).contains("LogOutputTest");
  }

  @Test
  void fieldsOfALineAreMembersOfItsObject() {
    LogRecord line = line(Level.INFO, "started");
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put("version", "1.2");
    fields.put("entries", 12L);
    line.setParameters(new Object[] {fields});
    assertThat(new JsonLine().format(line))
        .isEqualTo(
            "{\"time\":\"2026-11-30T12:00:00.123456Z\",\"level\":\"INFO\",\"message\":\"started\","
                + "\"version\":\"1.2\",\"entries\":12,\"logger\":\"io.tabellion.Some\"}\n");
    assertThat(new TextLine().format(line)).endsWith(" INFO  started version=1.2 entries=12\n");
  }

  @Test
  void levelsHaveTheUsualWords() {
    Formatter text = new TextLine();
    assertThat(text.format(line(Level.SEVERE, "m"))).contains(" ERROR m");
    assertThat(text.format(line(Level.FINE, "m"))).contains(" DEBUG m");
  }

  private static LogRecord line(Level level, String message) {
    LogRecord line = new LogRecord(level, message);
    line.setLoggerName("io.tabellion.Some");
    line.setInstant(Instant.parse("2026-11-30T12:00:00.123456789Z"));
    return line;
  }

  private static Json.Obj read(String text) {
    return new JsonReader(Limits.DEFAULT).read(ByteString.copyFromUtf8(text.strip()))
            instanceof Reading.Document(Json.Obj object)
        ? object
        : Json.Obj.EMPTY;
  }
}
