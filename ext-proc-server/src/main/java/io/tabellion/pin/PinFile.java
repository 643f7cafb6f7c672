package io.tabellion.pin;

import io.tabellion.durable.Disk;
import io.tabellion.durable.Durably;
import io.tabellion.jsonrpc.Json;
import io.tabellion.jsonrpc.JsonReader;
import io.tabellion.jsonrpc.Reading;
import io.tabellion.pin.Pin.OnChange;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The files of pins that earlier versions kept, which a log of theirs may still have. That of a
 * server: {@code {"server": …, "pins": [{"tool": …, "accepted": [DEFINITION, …], "pending":
 * DEFINITION}], "definitions": [DEFINITION, …]}} with {@code {"digest": …, "seen": …, "suspicions":
 * […], "revisions": […], "parts": {…}, "definition": {…}}} for a definition; its own {@code
 * definitions} are those that only pins of callers have. That of a caller: {@code {"server": …,
 * "caller": …, "pins": [{"tool": …, "accepted": [DIGEST, …], "pending": DIGEST}]}}. A single
 * accepted definition may stand without its array.
 */
final class PinFile {
  private static final Pattern OF_SERVER = Pattern.compile("((?:[0-9a-f]{2})*)\\.json");
  private static final Pattern OF_CALLER = Pattern.compile("((?:[0-9a-f]{2})*)-[0-9a-f]+\\.json");
  private static final int MOST_BYTES = 256 << 20;

  private PinFile() {}

  /**
   * What is in a file.
   *
   * @param caller whose pins they are; empty where all callers have the same
   */
  private record Content(
      String server, String caller, List<Pin> pins, Map<String, Definition> definitions) {}

  static boolean isOfServer(String name) {
    return OF_SERVER.matcher(name).matches();
  }

  static boolean isOfCaller(String name) {
    return OF_CALLER.matcher(name).matches();
  }

  /** The server of a file of a caller. */
  private static String server(String name) {
    byte[] bytes = HexFormat.of().parseHex(name.substring(0, name.indexOf('-')));
    return new String(bytes, StandardCharsets.UTF_8);
  }

  /**
   * Reads all files of a folder.
   *
   * @return the books of servers that have any
   * @throws IOException if one is not as it was written: pins that cannot be read must not be taken
   *     for none, or every tool would be seen for the first time
   */
  static Map<String, Book> readAll(Disk disk, Path folder, Function<String, Book> empty)
      throws IOException {
    List<String> names = disk.list(folder);
    Map<String, Book.Draft> drafts = new HashMap<>();
    Map<String, Map<String, Definition>> known = new HashMap<>();
    for (String name : names) {
      if (isOfServer(name)) {
        Content content = read(disk, folder.resolve(name), Map.of());
        known.put(content.server(), content.definitions());
        put(drafts, content, empty);
      }
    }
    for (String name : names) {
      if (isOfCaller(name)) {
        Map<String, Definition> there = known.getOrDefault(server(name), Map.of());
        put(drafts, read(disk, folder.resolve(name), there), empty);
      }
    }
    Map<String, Book> books = new HashMap<>();
    drafts.forEach((server, draft) -> books.put(server, draft.done()));
    return books;
  }

  private static void put(
      Map<String, Book.Draft> drafts, Content content, Function<String, Book> empty) {
    Book.Draft draft =
        drafts.computeIfAbsent(content.server(), server -> empty.apply(server).draft());
    inOrder(content.pins())
        .forEach(pin -> {
          Pin none = draft.none(content.caller(), pin.tool());
          draft.put(Pins.named(draft, Book.with(none, pin.definitions(), pin.pending())));
        });
  }

  /** As they were accepted, for of names that cannot be told apart the first counts. */
  static Stream<Pin> inOrder(List<Pin> pins) {
    Comparator<Pin> bySeen =
        Comparator.comparing(pin -> pin.accepted() == null ? Instant.MAX : pin.accepted().seen());
    return pins.stream().sorted(bySeen);
  }

  /**
   * Reads a file.
   *
   * @param known definitions of the server, by digest; for the file of a caller
   * @throws IOException if it is not as it was written
   */
  private static Content read(Disk disk, Path file, Map<String, Definition> known)
      throws IOException {
    Reading reading = new JsonReader(PinJson.LIMITS).read(Durably.read(disk, file, MOST_BYTES));
    try {
      if (reading instanceof Reading.Document(Json.Obj object)) {
        return new Reader(known).content(object);
      }
    } catch (ClassCastException | DateTimeException | IllegalArgumentException e) {
      throw damaged(file, e);
    }
    throw damaged(file, null);
  }

  /** Reads one file, and remembers the definitions in it. */
  private static final class Reader {
    private final Map<String, Definition> definitions;

    Reader(Map<String, Definition> known) {
      this.definitions = new HashMap<>(known);
    }

    Content content(Json.Obj object) {
      String server = PinJson.text(object, "server");
      String named = object.text("caller");
      String caller = named == null ? Book.ALL : named;
      PinJson.items(object, "definitions").forEach(this::definition);
      List<Pin> pins = new ArrayList<>();
      for (Json item : PinJson.items(object, "pins")) {
        pins.add(pin(server, caller, (Json.Obj) item));
      }
      return new Content(server, caller, pins, definitions);
    }

    private Pin pin(String server, String caller, Json.Obj object) {
      List<Definition> accepted =
          switch (object.get("accepted")) {
            case null -> List.of();
            case Json.Array(List<Json> items) -> items.stream().map(this::definition).toList();
            case Json one -> List.of(definition(one));
          };
      Json pending = object.get("pending");
      return new Pin(
          server,
          PinJson.text(object, "tool"),
          caller,
          accepted,
          pending == null ? null : definition(pending),
          OnChange.QUARANTINE);
    }

    private Definition definition(Json value) {
      if (value instanceof Json.Text(String digest)) {
        Definition none = new Definition(digest, Instant.EPOCH, Set.of(), null, null, Set.of());
        return definitions.getOrDefault(digest, none);
      }
      Definition definition = PinJson.definition((Json.Obj) value);
      definitions.put(definition.digest(), definition);
      return definition;
    }
  }

  private static IOException damaged(Path file, @Nullable Exception cause) {
    return new IOException(
        file
            + ": damaged (expected: pins as this program wrote them; without the file all tools"
            + " of that server are seen for the first time)",
        cause);
  }
}
