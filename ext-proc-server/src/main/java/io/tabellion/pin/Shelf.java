package io.tabellion.pin;

import io.tabellion.secret.KeyedHash;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * The pins of all callers of a server, or of one: by the names of tools, with who holds which name.
 *
 * <p>Not thread-safe while it is filled; never changed once it stands in a {@link Book}.
 */
final class Shelf {
  static final Shelf EMPTY = new Shelf();

  private final Map<String, Pin> pins;

  /** The tools that names which cannot be told apart belong to, by {@link #folded}. */
  private final Map<String, String> holders;

  /** All tools, by the same. */
  private final Map<String, Set<String>> alike;

  /** Seals of names that are not known, by what stands for the name. */
  private final Map<String, Seal> seals;

  /** What stands for a name that is not known, by its digest. */
  private final Map<String, String> labels;

  private Shelf() {
    pins = new HashMap<>();
    holders = new HashMap<>();
    alike = new HashMap<>();
    seals = new HashMap<>();
    labels = new HashMap<>();
  }

  private Shelf(Shelf other) {
    pins = new HashMap<>(other.pins);
    holders = new HashMap<>(other.holders);
    alike = new HashMap<>(other.alike);
    seals = new HashMap<>(other.seals);
    labels = new HashMap<>(other.labels);
  }

  /** A copy to be filled further. */
  Shelf copy() {
    return new Shelf(this);
  }

  int size() {
    return pins.size();
  }

  Collection<Pin> pins() {
    return pins.values();
  }

  /** The pin of a tool by its name, or by what stands for it. */
  @Nullable Pin named(String tool) {
    return pins.get(tool);
  }

  /** The pin of a tool, also where only the digest of its name is known. */
  @Nullable Pin find(String tool, KeyedHash hash) {
    Pin pin = pins.get(tool);
    return pin != null || labels.isEmpty() ? pin : pins.get(labels.get(Seal.name(hash, tool)));
  }

  @Nullable Seal seal(String tool) {
    return seals.get(tool);
  }

  /** The tool that has the name, or one that cannot be told from it; null if none has. */
  @Nullable String holder(String tool, KeyedHash hash) {
    return holders.get(folded(tool, hash));
  }

  /** Known tools of other names that cannot be told from this one, in order. */
  Set<String> alike(String tool, KeyedHash hash) {
    Set<String> tools = new TreeSet<>(alike.getOrDefault(folded(tool, hash), Set.of()));
    tools.remove(tool);
    if (!labels.isEmpty()) {
      String label = labels.get(Seal.name(hash, tool));
      if (label != null) {
        tools.remove(label); // it is that tool itself
      }
    }
    return tools;
  }

  /** The digest of what the name of a tool is folded to, whether the name is known or not. */
  private String folded(String tool, KeyedHash hash) {
    Seal seal = seals.get(tool);
    return seal == null ? Seal.folded(hash, tool) : seal.folded();
  }

  /** What stands for a tool of that seal here; null if it is not known. */
  @Nullable String known(Seal seal, KeyedHash hash) {
    String label = labels.get(seal.name());
    if (label != null) {
      return label;
    }
    return pins.keySet().stream()
        .filter(tool -> Seal.name(hash, tool).equals(seal.name()))
        .findFirst()
        .orElse(null);
  }

  // While it is filled.

  /** Puts a pin in the place of the one of that tool. */
  @Nullable Pin put(Pin pin, @Nullable Seal seal, KeyedHash hash) {
    String tool = pin.tool();
    if (seal != null) {
      seals.put(tool, seal);
      labels.put(seal.name(), tool);
    }
    String folded = folded(tool, hash);
    Set<String> known = alike.getOrDefault(folded, Set.of());
    if (!known.contains(tool)) {
      Set<String> same = new TreeSet<>(known);
      same.add(tool);
      alike.put(folded, same);
    }
    if (!pin.definitions().isEmpty()) {
      holders.putIfAbsent(folded, tool);
    } else {
      holders.remove(folded, tool);
    }
    return pins.put(tool, pin);
  }

  /** Forgets a tool. */
  @Nullable Pin remove(String tool, KeyedHash hash) {
    String folded = folded(tool, hash);
    Seal seal = seals.remove(tool);
    if (seal != null) {
      labels.remove(seal.name());
    }
    Set<String> same = new TreeSet<>(alike.getOrDefault(folded, Set.of()));
    same.remove(tool);
    if (same.isEmpty()) {
      alike.remove(folded);
    } else {
      alike.put(folded, same);
    }
    holders.remove(folded, tool);
    return pins.remove(tool);
  }
}
