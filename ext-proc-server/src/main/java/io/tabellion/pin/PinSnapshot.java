package io.tabellion.pin;

import com.google.protobuf.ByteString;
import io.tabellion.audit.AuditReader;
import io.tabellion.durable.Disk;
import io.tabellion.durable.Durably;
import io.tabellion.jsonrpc.Json;
import io.tabellion.jsonrpc.JsonReader;
import io.tabellion.jsonrpc.JsonWriter;
import io.tabellion.jsonrpc.Reading;
import io.tabellion.secret.KeyedHash;
import io.tabellion.secret.Sha256;
import java.io.IOException;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The pins as the first entries of a log have them, in one file: {@code HMAC SHA256 \n} and {@code
 * {"v": 1, "log": ORIGIN, "size": N, "last": HEX, "servers": [{"server": …, "definitions":
 * [DEFINITION, …], "pins": [{"tool": …, "caller": …, "seal": …, "accepted": [USE, …], "pending":
 * USE}]}]}} with {@code {"digest": …, "seen": …, "revisions": […]}} for a use. The HMAC, under a
 * key of the log, and the SHA-256 are of all that follows; {@code last} is the SHA-256 of the last
 * of the entries.
 *
 * <p>Immutable and thread-safe.
 *
 * @param log its origin
 * @param size how many entries tell of these pins, or of what was before them
 * @param last digest of the newest of them; empty of none
 * @param books by server
 */
record PinSnapshot(String log, long size, String last, Map<String, Book> books) {
  private static final String LABEL = "pins/v1";
  private static final int DIGEST = 64;

  PinSnapshot {
    books = Map.copyOf(books);
  }

  /** A snapshot of the first entries of a log. */
  static PinSnapshot of(AuditReader log, long size, Map<String, Book> books) {
    return new PinSnapshot(log.key().name(), size, last(log, size), books);
  }

  private static String last(AuditReader log, long size) {
    return size == 0 ? "" : Sha256.hex(log.read(size - 1).bytes());
  }

  /** Whether it was made of the beginning of this log. */
  boolean isOf(AuditReader reader) {
    return log.equals(reader.key().name())
        && size >= 0
        && size <= reader.size()
        && last.equals(last(reader, size));
  }

  // Written.

  void write(Disk disk, Path file, KeyedHash hash) throws IOException {
    ByteString text = JsonWriter.write(json());
    String head = hash.of(LABEL, text) + " " + Sha256.hex(text) + "\n";
    Durably.replace(disk, file, ByteString.copyFromUtf8(head).concat(text), Disk.Access.SECRET);
  }

  private Json.Obj json() {
    return Json.Obj.EMPTY
        .with("v", Json.Num.of(1))
        .with("log", new Json.Text(log))
        .with("size", Json.Num.of(size))
        .with("last", new Json.Text(last))
        .with(
            "servers",
            new Json.Array(
                books.values().stream()
                    .filter(book -> !book.isEmpty())
                    .sorted(Comparator.comparing(Book::server))
                    .<Json>map(PinSnapshot::json)
                    .toList()));
  }

  private static Json json(Book book) {
    Comparator<Pin> order = Comparator.comparing(Pin::tool).thenComparing(Pin::caller);
    return Json.Obj.EMPTY
        .with("server", new Json.Text(book.server()))
        .with(
            "definitions",
            new Json.Array(
                book.definitions().stream()
                    .sorted(Comparator.comparing(Definition::digest))
                    .<Json>map(PinJson::json)
                    .toList()))
        .with(
            "pins",
            new Json.Array(
                book.pins()
                    .sorted(order)
                    .<Json>map(pin -> json(pin, book.of(pin.caller()).seal(pin.tool())))
                    .toList()));
  }

  private static Json json(Pin pin, @Nullable Seal seal) {
    Json.Obj object = Json.Obj.EMPTY.with("tool", new Json.Text(pin.tool()));
    if (!pin.caller().equals(Book.ALL)) {
      object = object.with("caller", new Json.Text(pin.caller()));
    }
    if (seal != null) {
      object =
          object.with(
              "seal",
              Json.Obj.EMPTY
                  .with("shown", new Json.Text(seal.shown()))
                  .with("name", new Json.Text(seal.name()))
                  .with("folded", new Json.Text(seal.folded())));
    }
    if (!pin.definitions().isEmpty()) {
      object =
          object.with(
              "accepted",
              new Json.Array(pin.definitions().stream().<Json>map(PinSnapshot::use).toList()));
    }
    return pin.pending() == null ? object : object.with("pending", use(pin.pending()));
  }

  private static Json use(Definition definition) {
    return Json.Obj.EMPTY
        .with("digest", new Json.Text(definition.digest()))
        .with("seen", new Json.Text(definition.seen().toString()))
        .with("revisions", PinJson.texts(definition.revisions()));
  }

  // Read.

  /**
   * Reads one.
   *
   * @param hash under a key of the log that it must be of; null for that of another log, whose key
   *     is not known
   * @throws IOException if it is not as it was written
   */
  static PinSnapshot read(
      Disk disk, Path file, @Nullable KeyedHash hash, Function<String, Book> empty)
      throws IOException {
    ByteString all = Durably.read(disk, file, Integer.MAX_VALUE);
    int head = 2 * DIGEST + 2;
    if (all.size() < head) {
      throw damaged(file, null);
    }
    String digests = all.substring(0, head).toStringUtf8();
    ByteString text = all.substring(head);
    boolean ours = hash == null || digests.startsWith(hash.of(LABEL, text));
    if (!ours || !digests.endsWith(" " + Sha256.hex(text) + "\n")) {
      throw damaged(file, null);
    }
    try {
      if (new JsonReader(PinJson.LIMITS).read(text) instanceof Reading.Document(Json.Obj object)) {
        return snapshot(object, empty);
      }
    } catch (ClassCastException | DateTimeException | IllegalArgumentException e) {
      throw damaged(file, e);
    }
    throw damaged(file, null);
  }

  private static IOException damaged(Path file, @Nullable Exception cause) {
    return new IOException(
        file + ": damaged, or of another log (expected: as this program writes it)", cause);
  }

  private static PinSnapshot snapshot(Json.Obj object, Function<String, Book> empty) {
    Map<String, Book> books = new HashMap<>();
    for (Json item : PinJson.items(object, "servers")) {
      Json.Obj server = (Json.Obj) item;
      String name = PinJson.text(server, "server");
      books.put(name, book(server, empty.apply(name)));
    }
    Json.Num size = (Json.Num) object.get("size");
    if (size == null) {
      throw new IllegalArgumentException("size: not there (expected: a number)");
    }
    return new PinSnapshot(
        PinJson.text(object, "log"),
        Long.parseLong(size.lexeme()),
        PinJson.text(object, "last"),
        books);
  }

  private static Book book(Json.Obj server, Book empty) {
    Map<String, Definition> definitions = new HashMap<>();
    for (Json item : PinJson.items(server, "definitions")) {
      Definition definition = PinJson.definition((Json.Obj) item);
      definitions.put(definition.digest(), definition);
    }
    Book.Draft draft = empty.draft();
    Map<Pin, Seal> seals = new HashMap<>();
    List<Pin> pins = new ArrayList<>();
    for (Json item : PinJson.items(server, "pins")) {
      Json.Obj object = (Json.Obj) item;
      String caller = object.text("caller");
      Json.Obj pending = object.object("pending");
      Pin pin =
          Book.with(
              draft.none(caller == null ? Book.ALL : caller, PinJson.text(object, "tool")),
              PinJson.items(object, "accepted").stream()
                  .map(use -> used((Json.Obj) use, definitions))
                  .toList(),
              pending == null ? null : used(pending, definitions));
      pins.add(pin);
      Json.Obj seal = object.object("seal");
      if (seal != null) {
        seals.put(
            pin,
            new Seal(
                PinJson.text(seal, "shown"),
                PinJson.text(seal, "name"),
                PinJson.text(seal, "folded")));
      }
    }
    PinFile.inOrder(pins).forEach(pin -> draft.put(pin, seals.get(pin)));
    return draft.done();
  }

  private static Definition used(Json.Obj use, Map<String, Definition> definitions) {
    String digest = PinJson.text(use, "digest");
    Instant seen = Instant.parse(PinJson.text(use, "seen"));
    Set<String> revisions = PinJson.strings(use, "revisions");
    Definition known = definitions.get(digest);
    return known == null
        ? new Definition(digest, seen, Set.of(), null, null, revisions)
        : new Definition(digest, seen, known.suspicions(), known.tree(), known.parts(), revisions);
  }
}
