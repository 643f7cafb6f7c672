package io.tabellion.pin;

import com.google.protobuf.ByteString;
import io.tabellion.durable.Disk;
import io.tabellion.durable.Durably;
import io.tabellion.jsonrpc.Json;
import io.tabellion.jsonrpc.JsonReader;
import io.tabellion.jsonrpc.JsonWriter;
import io.tabellion.jsonrpc.Limits;
import io.tabellion.jsonrpc.Reading;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The file of one server's pins: {@code {"server": …, "pins": [{"tool": …, "accepted": {"digest":
 * …, "seen": …, "suspicions": […], "definition": {…}}, "pending": {…}}]}}.
 */
final class PinFile {
  private static final String END = ".json";
  private static final int MOST_BYTES = 256 << 20;
  private static final Limits LIMITS = new Limits(128, 50_000_000, 1 << 20, 1 << 10, 1);

  private PinFile() {}

  /** The file of a server: its name in hex, for it may hold what a file name must not. */
  static String name(String server) {
    return HexFormat.of().formatHex(server.getBytes(StandardCharsets.UTF_8)) + END;
  }

  static boolean isOne(String name) {
    return name.matches("([0-9a-f]{2})*\\.json");
  }

  static ByteString write(String server, List<Pin> pins) {
    List<Json> items =
        pins.stream().sorted(Comparator.comparing(Pin::tool)).map(PinFile::json).toList();
    return JsonWriter.write(
        Json.Obj.EMPTY.with("server", new Json.Text(server)).with("pins", new Json.Array(items)));
  }

  private static Json json(Pin pin) {
    Json.Obj object = Json.Obj.EMPTY.with("tool", new Json.Text(pin.tool()));
    object = pin.accepted() == null ? object : object.with("accepted", json(pin.accepted()));
    return pin.pending() == null ? object : object.with("pending", json(pin.pending()));
  }

  private static Json.Obj json(Definition definition) {
    List<Json> suspicions = new ArrayList<>();
    for (Suspicion suspicion : definition.suspicions()) {
      suspicions.add(new Json.Text(suspicion.name()));
    }
    Json.Obj object =
        Json.Obj.EMPTY
            .with("digest", new Json.Text(definition.digest()))
            .with("seen", new Json.Text(definition.seen().toString()))
            .with("suspicions", new Json.Array(suspicions));
    return definition.tree() == null ? object : object.with("definition", definition.tree());
  }

  /**
   * Reads a file.
   *
   * @throws IOException if it is not as {@link #write} has it: pins that cannot be read must not be
   *     taken for none, or every tool would be seen for the first time
   */
  static List<Pin> read(Disk disk, Path file) throws IOException {
    Reading reading = new JsonReader(LIMITS).read(Durably.read(disk, file, MOST_BYTES));
    try {
      if (reading instanceof Reading.Document(Json.Obj object)) {
        String server = text(object, "server");
        Json.Array items = object.array("pins");
        List<Pin> pins = new ArrayList<>();
        for (Json item : items == null ? List.<Json>of() : items.items()) {
          pins.add(pin(server, (Json.Obj) item));
        }
        return pins;
      }
    } catch (ClassCastException | DateTimeException | IllegalArgumentException e) {
      throw damaged(file, e);
    }
    throw damaged(file, null);
  }

  private static Pin pin(String server, Json.Obj object) {
    return new Pin(
        server,
        text(object, "tool"),
        definition(object.object("accepted")),
        definition(object.object("pending")));
  }

  private static @Nullable Definition definition(Json.@Nullable Obj object) {
    if (object == null) {
      return null;
    }
    Set<Suspicion> suspicions = EnumSet.noneOf(Suspicion.class);
    Json.Array words = object.array("suspicions");
    for (Json word : words == null ? List.<Json>of() : words.items()) {
      suspicions.add(Suspicion.valueOf(((Json.Text) word).value()));
    }
    return new Definition(
        text(object, "digest"),
        Instant.parse(text(object, "seen")),
        suspicions,
        object.object("definition"));
  }

  private static String text(Json.Obj object, String name) {
    String text = object.text(name);
    if (text == null) {
      throw new IllegalArgumentException(name + ": not there (expected: a string)");
    }
    return text;
  }

  private static IOException damaged(Path file, @Nullable Exception cause) {
    return new IOException(
        file
            + ": damaged (expected: pins as this program writes them; without the file all tools"
            + " of that server are seen for the first time)",
        cause);
  }
}
