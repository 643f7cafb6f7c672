package io.tabellion.schema;

import io.tabellion.jsonrpc.Json;
import io.tabellion.pace.Turns;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The compiled schemas of accepted definitions, each compiled once: in memory as the server gave
 * them, after a restart from what is kept of them until the server shows them again.
 *
 * <p>Thread-safe; one schema is compiled at a time, which bounds what strangers can make of it.
 * Nobody waits for that who asks for one that is known.
 */
public final class ArgumentSchemas {
  /** Characters of schemas that are remembered; the least used go first. */
  private static final long MOST = 32L << 20;

  /** Held while a schema is compiled; the monitor of this may be taken inside. */
  private final Object compiling = new Object();

  /** By digest of the definition; guarded by this. */
  private final Map<String, Entry> known = new LinkedHashMap<>(16, 0.75f, true);

  private long size; // guarded by this

  /**
   * What is known of the arguments of a tool.
   *
   * @param schema null if there is none that can be used
   * @param why it cannot be used, or what in it is not checked; empty if all is
   */
  public record Found(@Nullable ArgumentSchema schema, String why) {
    private static final Found NOTHING = new Found(null, "no definition was shown yet");

    /** How far arguments are checked: {@code partly}, {@code unknown}; null if wholly. */
    public @Nullable String extent() {
      if (schema == null) {
        return "unknown";
      }
      return why.isEmpty() && schema.unchecked().isEmpty() ? null : "partly";
    }

    /** What is not checked, for people; empty if all is. */
    public String notes() {
      List<String> notes = schema == null ? List.of() : schema.unchecked();
      return why.isEmpty() ? String.join(", ", notes) : why;
    }
  }

  /**
   * @param whole whether it was made from what the server gave
   */
  private record Entry(Found found, boolean whole, long size) {}

  /** Whether the schema of a definition was compiled as the server gave it. */
  public synchronized boolean knows(String digest) {
    Entry entry = known.get(digest);
    return entry != null && entry.whole;
  }

  /**
   * A server shows a definition.
   *
   * @param digest of the definition
   * @param definition as the server gave it
   */
  public Found learn(String digest, Json.Obj definition) {
    Turns.takesTime();
    synchronized (compiling) {
      Entry entry = known(digest);
      if (entry != null && entry.whole) {
        return entry.found;
      }
      Found found = compiled(definition.get("inputSchema"), "");
      return remember(digest, found, true, definition);
    }
  }

  private synchronized @Nullable Entry known(String digest) {
    return known.get(digest);
  }

  /**
   * Returns what is known of the arguments of a tool.
   *
   * @param digest of its accepted definition
   * @param kept what is kept of the definition; null if nothing is
   * @param isUnmasked whether that is all of it, as the server gave it
   */
  public Found of(String digest, Json.@Nullable Obj kept, BooleanSupplier isUnmasked) {
    Entry entry = known(digest);
    if (entry != null) {
      return entry.found;
    }
    if (kept == null) {
      return Found.NOTHING;
    }
    Turns.takesTime();
    synchronized (compiling) {
      Entry meanwhile = known(digest);
      return meanwhile == null ? compile(digest, kept, isUnmasked) : meanwhile.found;
    }
  }

  private Found compile(String digest, Json.Obj kept, BooleanSupplier isUnmasked) {
    Json schema = kept.get("inputSchema");
    boolean unmasked = isUnmasked.getAsBoolean();
    Found found =
        !unmasked && schema instanceof Json.Obj masked
            ? compiled(
                Relaxed.of(masked),
                "types and names only, until the server shows the definition again")
            : compiled(schema, "");
    return remember(digest, found, unmasked, kept);
  }

  private synchronized Found remember(
      String digest, Found found, boolean whole, Json.Obj definition) {
    Entry made = new Entry(found, whole, weight(definition));
    Entry before = known.put(digest, made);
    size += made.size - (before == null ? 0 : before.size);
    var oldest = known.entrySet().iterator();
    while (size > MOST && known.size() > 1) {
      size -= oldest.next().getValue().size;
      oldest.remove();
    }
    return found;
  }

  private static Found compiled(@Nullable Json schema, String why) {
    try {
      return new Found(ArgumentSchema.compile(schema), why);
    } catch (IllegalArgumentException e) {
      return new Found(null, "inputSchema: " + e.getMessage());
    }
  }

  /** A rough size in memory: each value of a schema costs more than its text. */
  private static long weight(Json json) {
    return switch (json) {
      case Json.Obj object ->
          100 + object.members().values().stream().mapToLong(ArgumentSchemas::weight).sum();
      case Json.Array array -> 50 + array.items().stream().mapToLong(ArgumentSchemas::weight).sum();
      case Json.Text(String text) -> 50L + text.length();
      case Json.Num _, Json.Literal _ -> 50;
    };
  }
}
