package io.tabellion.pin;

import com.google.protobuf.ByteString;
import io.tabellion.durable.Disk;
import io.tabellion.durable.Durably;
import io.tabellion.jsonrpc.Json;
import io.tabellion.jsonrpc.JsonReader;
import io.tabellion.jsonrpc.JsonWriter;
import io.tabellion.jsonrpc.Limits;
import io.tabellion.jsonrpc.Reading;
import io.tabellion.pin.Pin.OnChange;
import io.tabellion.pin.Pins.Whose;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The files of pins. That of a server: {@code {"server": …, "pins": [{"tool": …, "accepted":
 * [DEFINITION, …], "pending": DEFINITION}], "definitions": [DEFINITION, …]}} with {@code {"digest":
 * …, "seen": …, "suspicions": […], "revisions": […], "parts": {…}, "definition": {…}}} for a
 * definition; its own {@code definitions} are those that only pins of callers have. That of a
 * caller: {@code {"server": …, "caller": …, "pins": [{"tool": …, "accepted": [DIGEST, …],
 * "pending": DIGEST}]}}. A single accepted definition may stand without its array.
 */
final class PinFile {
  private static final String END = ".json";
  private static final Pattern OF_SERVER = Pattern.compile("((?:[0-9a-f]{2})*)\\.json");
  private static final Pattern OF_CALLER = Pattern.compile("((?:[0-9a-f]{2})*)-[0-9a-f]+\\.json");
  private static final int MOST_BYTES = 256 << 20;
  private static final Limits LIMITS = new Limits(512, 50_000_000, 1 << 20, 1 << 10, 1);

  private PinFile() {}

  /** What is in a file. */
  record Content(Whose whose, List<Pin> pins, Map<String, Definition> definitions) {}

  /** The file of a server, or of a caller there: the server's name may hold anything. */
  static String name(Whose whose) {
    String server = HexFormat.of().formatHex(whose.server().getBytes(StandardCharsets.UTF_8));
    return server + (whose.all() ? "" : "-" + hex(whose.caller())) + END;
  }

  /** Digests of callers are hex; anything else is made so. */
  private static String hex(String caller) {
    return caller.matches("[0-9a-f]{1,64}")
        ? caller
        : HexFormat.of().formatHex(caller.getBytes(StandardCharsets.UTF_8));
  }

  static boolean isOfServer(String name) {
    return OF_SERVER.matcher(name).matches();
  }

  static boolean isOfCaller(String name) {
    return OF_CALLER.matcher(name).matches();
  }

  /** The server of a file of a caller. */
  static String server(String name) {
    byte[] bytes = HexFormat.of().parseHex(name.substring(0, name.indexOf('-')));
    return new String(bytes, StandardCharsets.UTF_8);
  }

  static ByteString ofServer(String server, List<Pin> pins, Collection<Definition> others) {
    Json.Obj file =
        Json.Obj.EMPTY
            .with("server", new Json.Text(server))
            .with("pins", pins(pins, PinFile::json));
    return JsonWriter.write(
        others.isEmpty()
            ? file
            : file.with(
                "definitions",
                new Json.Array(
                    others.stream()
                        .sorted(Comparator.comparing(Definition::digest))
                        .<Json>map(PinFile::json)
                        .toList())));
  }

  static ByteString ofCaller(Whose whose, List<Pin> pins) {
    return JsonWriter.write(
        Json.Obj.EMPTY
            .with("server", new Json.Text(whose.server()))
            .with("caller", new Json.Text(whose.caller()))
            .with("pins", pins(pins, definition -> new Json.Text(definition.digest()))));
  }

  private static Json.Array pins(List<Pin> pins, Function<Definition, Json> written) {
    return new Json.Array(
        pins.stream()
            .sorted(Comparator.comparing(Pin::tool))
            .<Json>map(pin -> json(pin, written))
            .toList());
  }

  private static Json json(Pin pin, Function<Definition, Json> written) {
    Json.Obj object = Json.Obj.EMPTY.with("tool", new Json.Text(pin.tool()));
    if (!pin.definitions().isEmpty()) {
      object =
          object.with("accepted", new Json.Array(pin.definitions().stream().map(written).toList()));
    }
    return pin.pending() == null ? object : object.with("pending", written.apply(pin.pending()));
  }

  private static Json.Obj json(Definition definition) {
    Json.Obj object =
        Json.Obj.EMPTY
            .with("digest", new Json.Text(definition.digest()))
            .with("seen", new Json.Text(definition.seen().toString()))
            .with("suspicions", texts(definition.suspicions().stream().map(Enum::name).toList()))
            .with("revisions", texts(definition.revisions()));
    Parts parts = definition.parts();
    if (parts != null) {
      Map<String, Json> others = new TreeMap<>();
      parts.others().forEach((name, digest) -> others.put(name, new Json.Text(digest)));
      object =
          object.with(
              "parts",
              Json.Obj.EMPTY
                  .with("core", new Json.Text(parts.core()))
                  .with("others", new Json.Obj(new LinkedHashMap<>(others))));
    }
    return definition.tree() == null ? object : object.with("definition", definition.tree());
  }

  private static Json.Array texts(Collection<String> texts) {
    return new Json.Array(texts.stream().sorted().<Json>map(Json.Text::new).toList());
  }

  /**
   * Reads a file.
   *
   * @param known definitions of the server, by digest; for the file of a caller
   * @throws IOException if it is not as we write it: pins that cannot be read must not be taken for
   *     none, or every tool would be seen for the first time
   */
  static Content read(Disk disk, Path file, Map<String, Definition> known) throws IOException {
    Reading reading = new JsonReader(LIMITS).read(Durably.read(disk, file, MOST_BYTES));
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
      String server = text(object, "server");
      String caller = object.text("caller");
      Whose whose = new Whose(server, caller == null ? "" : caller);
      items(object, "definitions").forEach(this::definition);
      List<Pin> pins = new ArrayList<>();
      for (Json item : items(object, "pins")) {
        pins.add(pin(whose, (Json.Obj) item));
      }
      return new Content(whose, pins, definitions);
    }

    private Pin pin(Whose whose, Json.Obj object) {
      List<Definition> accepted =
          switch (object.get("accepted")) {
            case null -> List.of();
            case Json.Array(List<Json> items) -> items.stream().map(this::definition).toList();
            case Json one -> List.of(definition(one));
          };
      Json pending = object.get("pending");
      return new Pin(
          whose.server(),
          text(object, "tool"),
          whose.caller(),
          accepted,
          pending == null ? null : definition(pending),
          OnChange.QUARANTINE);
    }

    private Definition definition(Json value) {
      if (value instanceof Json.Text(String digest)) {
        Definition none = new Definition(digest, Instant.EPOCH, Set.of(), null, null, Set.of());
        return definitions.getOrDefault(digest, none);
      }
      Json.Obj object = (Json.Obj) value;
      Set<Suspicion> suspicions = EnumSet.noneOf(Suspicion.class);
      strings(object, "suspicions").forEach(word -> suspicions.add(Suspicion.valueOf(word)));
      Json.Obj tree = object.object("definition");
      Definition definition =
          new Definition(
              text(object, "digest"),
              Instant.parse(text(object, "seen")),
              suspicions,
              tree,
              parts(object.object("parts"), tree),
              strings(object, "revisions"));
      definitions.put(definition.digest(), definition);
      return definition;
    }

    /** Older files have none; those of the kept definition are the same where nothing is masked. */
    private static @Nullable Parts parts(Json.@Nullable Obj parts, Json.@Nullable Obj tree) {
      if (parts == null) {
        return tree == null ? null : Parts.of(tree);
      }
      Map<String, String> others = new HashMap<>();
      Json.Obj named = parts.object("others");
      if (named != null) {
        named.members().forEach((name, digest) -> others.put(name, ((Json.Text) digest).value()));
      }
      return new Parts(text(parts, "core"), others);
    }
  }

  private static List<Json> items(Json.Obj object, String name) {
    Json.Array items = object.array(name);
    return items == null ? List.of() : items.items();
  }

  private static Set<String> strings(Json.Obj object, String name) {
    Set<String> texts = new HashSet<>();
    items(object, name).forEach(item -> texts.add(((Json.Text) item).value()));
    return texts;
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
