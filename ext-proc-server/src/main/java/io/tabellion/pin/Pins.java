package io.tabellion.pin;

import com.google.protobuf.ByteString;
import io.tabellion.durable.Disk;
import io.tabellion.durable.Durably;
import io.tabellion.jsonrpc.Json;
import io.tabellion.jsonrpc.JsonWriter;
import io.tabellion.pin.PinSettings.FirstSight;
import io.tabellion.pin.PinSettings.Tool;
import io.tabellion.pin.Sighting.Change;
import java.io.IOException;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * The definitions of tools that callers may use, one for all callers of a server. The first that is
 * seen is accepted (or what a file says); another one waits for an operator, and until then the
 * tool is quarantined. Once the accepted one is shown again the quarantine ends by itself.
 *
 * <p>Kept in one file a server, so that pins outlive the process. {@link #see} changes memory only;
 * what it changed may be released after {@link #keep} returned.
 *
 * <p>Thread-safe; {@link #find} never blocks.
 */
public final class Pins {
  /** Tools of one server that are kept; a server with more has the rest of them hidden. */
  static final int MOST_TOOLS = 5_000;

  /** Bytes of definitions of one server that are kept. */
  static final long MOST_BYTES = 32L << 20;

  /** Longer names of tools do not stand in the record, in chars. */
  private static final int LONGEST_NAME = 256;

  private final Disk disk;
  private final Path folder;
  private final InstantSource clock;
  private final PinSettings settings;
  private final UnaryOperator<Json.Obj> masked;
  private final LeftOutItems leftOut = new LeftOutItems();

  /** Written while this is locked, read by anybody. */
  private final Map<Tool, Pin> pins = new ConcurrentHashMap<>();

  /** How much of each server is kept; guarded by this. */
  private final Map<String, Kept> kept = new HashMap<>();

  /** Servers whose file is older than memory; guarded by this. */
  private final Set<String> changed = new HashSet<>();

  /** Held while files are written; taken before this, never after. */
  private final ReentrantLock files = new ReentrantLock();

  /** Tools, and bytes of their definitions. */
  private record Kept(int tools, long bytes) {}

  private Pins(
      Disk disk,
      Path folder,
      InstantSource clock,
      PinSettings settings,
      UnaryOperator<Json.Obj> masked) {
    this.disk = disk;
    this.folder = folder;
    this.clock = clock;
    this.settings = settings;
    this.masked = masked;
  }

  /**
   * Reads what is kept in the folder; makes the folder if there is none. What the settings accept
   * counts over what was accepted before.
   *
   * @param masked makes of a definition what may be kept of it
   * @throws IOException if it cannot be read, or a file in it is not as we wrote it
   */
  public static Pins open(
      Disk disk,
      Path folder,
      InstantSource clock,
      PinSettings settings,
      UnaryOperator<Json.Obj> masked)
      throws IOException {
    Pins opened = new Pins(disk, folder, clock, settings, masked);
    disk.createFolder(folder, Disk.Access.SECRET);
    opened.load();
    settings.accepted().forEach(opened::beforehand);
    return opened;
  }

  /**
   * Says what a tool is now that the server shows it so. Whatever looks different from the accepted
   * definition is quarantined, for every caller.
   */
  public synchronized Sighting see(String server, String name, Json.Obj definition) {
    Tool tool = new Tool(server, name);
    String digest = Canonical.digest(definition);
    Pin before = pins.get(tool);
    if (before == null) {
      return first(tool, shown(digest, definition));
    }
    if (is(before.accepted(), digest)) {
      return accepted(before, digest, definition);
    }
    return is(before.pending(), digest)
        ? new Sighting(before, Change.NONE)
        : keepIfRoom(
            new Pin(server, name, before.accepted(), shown(digest, definition)), Change.CHANGED);
  }

  /** The name of a tool as it may stand in the record: masked, and none that is very long. */
  public String shown(String tool) {
    String name = masked.apply(Json.Obj.EMPTY.with("name", new Json.Text(tool))).text("name");
    return name == null || name.length() > LONGEST_NAME ? "length " + tool.length() : name;
  }

  /** The items of lists that clients do not get, because of what is wrong with them. */
  public LeftOutItems leftOut() {
    return leftOut;
  }

  /** What is known of a tool; empty for one that was never shown. */
  public Optional<Pin> find(String server, String tool) {
    return Optional.ofNullable(pins.get(new Tool(server, tool)));
  }

  /** All pins, by server and tool. */
  public List<Pin> list() {
    return pins.values().stream()
        .sorted(Comparator.comparing(Pin::server).thenComparing(Pin::tool))
        .toList();
  }

  /**
   * Accepts the definition that waits, if it still is the one that was looked at; to be kept.
   *
   * @param digest of the definition that was looked at
   * @return the pin as it is now; empty if no such definition waits
   */
  public synchronized Optional<Pin> accept(String server, String tool, String digest) {
    Pin before = pins.get(new Tool(server, tool));
    return before != null && is(before.pending(), digest)
        ? Optional.of(put(new Pin(server, tool, before.pending(), null)))
        : Optional.empty();
  }

  /**
   * Makes durable what changed.
   *
   * @throws IOException if it cannot; what changed stays to be kept
   */
  public void keep() throws IOException {
    files.lock();
    try {
      for (String server = takeChanged(); server != null; server = takeChanged()) {
        write(server);
      }
    } finally {
      files.unlock();
    }
  }

  private synchronized @Nullable String takeChanged() {
    String server = changed.isEmpty() ? null : changed.iterator().next();
    changed.remove(server);
    return server;
  }

  private synchronized void giveBack(String server) {
    changed.add(server);
  }

  private void write(String server) throws IOException {
    List<Pin> ofServer = list().stream().filter(pin -> pin.server().equals(server)).toList();
    ByteString text = PinFile.write(server, ofServer);
    try {
      Durably.replace(disk, folder.resolve(PinFile.name(server)), text, Disk.Access.SECRET);
    } catch (IOException e) {
      giveBack(server);
      throw e;
    }
  }

  private Sighting first(Tool tool, Definition shown) {
    boolean trusted = settings.firstSight() == FirstSight.ACCEPT;
    Pin now =
        trusted
            ? new Pin(tool.server(), tool.name(), shown, null)
            : new Pin(tool.server(), tool.name(), null, shown);
    return keepIfRoom(now, Change.FIRST);
  }

  /** The accepted definition is shown: that ends a quarantine, and tells what a file did not. */
  private Sighting accepted(Pin before, String digest, Json.Obj definition) {
    boolean whole = before.accepted() != null && before.accepted().tree() != null;
    if (whole && before.pending() == null) {
      return new Sighting(before, Change.NONE);
    }
    Definition full = whole ? before.accepted() : shown(digest, definition);
    Pin now = new Pin(before.server(), before.tool(), full, null);
    return keepIfRoom(now, before.pending() == null ? Change.FIRST : Change.RESTORED);
  }

  private Definition shown(String digest, Json.Obj definition) {
    return new Definition(
        digest, clock.instant(), Suspicion.of(definition), masked.apply(definition));
  }

  private static boolean is(@Nullable Definition definition, String digest) {
    return definition != null && definition.digest().equals(digest);
  }

  private Sighting keepIfRoom(Pin now, Change change) {
    Kept after = with(now);
    if (after.tools() > MOST_TOOLS || after.bytes() > MOST_BYTES) {
      return new Sighting(new Pin(now.server(), now.tool(), null, null), Change.NO_ROOM);
    }
    return new Sighting(put(now), change);
  }

  private Pin put(Pin now) {
    kept.put(now.server(), with(now));
    pins.put(new Tool(now.server(), now.tool()), now);
    changed.add(now.server());
    return now;
  }

  private Kept with(Pin now) {
    Kept before = kept.getOrDefault(now.server(), new Kept(0, 0));
    Pin replaced = pins.get(new Tool(now.server(), now.tool()));
    return new Kept(
        before.tools() + (replaced == null ? 1 : 0),
        before.bytes() + size(now) - (replaced == null ? 0 : size(replaced)));
  }

  private static long size(Pin pin) {
    return size(pin.accepted()) + size(pin.pending());
  }

  private static long size(@Nullable Definition definition) {
    return definition == null || definition.tree() == null
        ? 0
        : JsonWriter.write(definition.tree()).size();
  }

  private synchronized void load() throws IOException {
    for (String name : disk.list(folder)) {
      if (PinFile.isOne(name)) {
        PinFile.read(disk, folder.resolve(name)).forEach(this::put);
      }
    }
    changed.clear();
  }

  private synchronized void beforehand(Tool tool, String digest) {
    Pin before = pins.get(tool);
    if (before != null && is(before.accepted(), digest)) {
      return;
    }
    Definition pending = before == null ? null : before.pending();
    Definition accepted =
        pending != null && is(pending, digest)
            ? pending
            : new Definition(digest, clock.instant(), Set.of(), null);
    put(new Pin(tool.server(), tool.name(), accepted, null));
  }
}
