package io.tabellion.pin;

import io.tabellion.audit.Disposition;
import io.tabellion.audit.Fact;
import io.tabellion.audit.Facts;
import io.tabellion.audit.StoredContent;
import io.tabellion.audit.StoredEntry;
import io.tabellion.jsonrpc.Json;
import io.tabellion.jsonrpc.JsonReader;
import io.tabellion.jsonrpc.Limits;
import io.tabellion.jsonrpc.Reading;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What entries tell of pins: enough to make the pins of them again, also when the content of an
 * entry, the definition, is gone (docs/audit-format.md §4.1).
 *
 * <p>Pure and thread-safe.
 */
public final class PinEntries {
  /** The PINNED_FOR fact where all callers have the same pins. */
  private static final String ALL = "all";

  private static final String CORE = "core";
  private static final Limits LIMITS = new Limits(512, 50_000_000, 1 << 20, 1 << 10, 1);

  private PinEntries() {}

  /** Adds what tells which tool it is, whose pin, and which definition. */
  public static Facts.Builder facts(
      Facts.Builder facts, Pins pins, Pin pin, Definition definition) {
    Seal seal = pins.seal(pin);
    List<String> revisions = definition.revisions().stream().sorted().toList();
    facts
        .put(Fact.TOOL, seal == null ? pin.tool() : seal.shown())
        .put(Fact.TOOL_DIGEST, seal == null ? List.of() : List.of(seal.name(), seal.folded()))
        .put(Fact.PINNED_FOR, pin.caller().equals(Book.ALL) ? ALL : pin.caller())
        .put(Fact.DEFINITION, definition.digest())
        .put(
            Fact.SUSPICIONS,
            definition.suspicions().stream().map(Suspicion::word).sorted().toList())
        .put(Fact.PARTS, lines(definition.parts()));
    return revisions.size() == 1 ? facts.put(Fact.REVISION, revisions.getFirst()) : facts;
  }

  /** The same of a definition that an operator accepts, and which ones it replaces. */
  public static Facts.Builder facts(
      Facts.Builder facts, Pins pins, Pin looked, Pins.Acceptance accepted) {
    List<String> replaced =
        looked.definitions().stream()
            .filter(one -> !accepted.pin().definitions().contains(one))
            .map(Definition::digest)
            .toList();
    return facts(facts, pins, looked, accepted.definition()).put(Fact.REPLACED, replaced);
  }

  private static List<String> lines(@Nullable Parts parts) {
    if (parts == null || parts.plain()) {
      return List.of();
    }
    List<String> lines = new ArrayList<>();
    lines.add(CORE + " " + parts.core());
    new TreeMap<>(parts.others()).forEach((name, digest) -> lines.add(name + " " + digest));
    return lines;
  }

  /** What an entry tells; empty if it is not about a pin. */
  static Optional<Told> read(StoredEntry entry) {
    Told.What what = what(entry);
    Facts facts = entry.leaf().facts();
    String server = facts.text(Fact.SERVER);
    String tool = facts.text(Fact.TOOL);
    String digest = facts.text(Fact.DEFINITION);
    if (what == null || server == null || tool == null || digest == null) {
      return Optional.empty();
    }
    List<String> sealed = facts.texts(Fact.TOOL_DIGEST);
    Seal seal = sealed.size() == 2 ? new Seal(tool, sealed.get(0), sealed.get(1)) : null;
    String whose = facts.text(Fact.PINNED_FOR);
    return Optional.of(
        new Told(
            what,
            server,
            whose == null || whose.equals(ALL) ? Book.ALL : whose,
            seal == null ? tool : seal.label(),
            seal,
            definition(entry, digest),
            isWhole(entry) ? Set.copyOf(facts.texts(Fact.REPLACED)) : null));
  }

  /** Whether the entry tells all; those of earlier versions did not. */
  static boolean isWhole(StoredEntry entry) {
    return entry.leaf().facts().text(Fact.PINNED_FOR) != null;
  }

  private static Told.@Nullable What what(StoredEntry entry) {
    return switch (entry.leaf().kind()) {
      case PIN_SEEN ->
          entry.leaf().facts().says(Fact.DECISION, Disposition.QUARANTINED)
              ? Told.What.WAITS
              : Told.What.ACCEPTED_AS_SHOWN;
      case PIN_CHANGED -> Told.What.WAITS;
      case PIN_RESTORED -> Told.What.RESTORED;
      case PIN_ACCEPTED -> Told.What.ACCEPTED;
      default -> null;
    };
  }

  private static Definition definition(StoredEntry entry, String digest) {
    Facts facts = entry.leaf().facts();
    Json.Obj tree = tree(entry);
    Set<Suspicion> suspicions = EnumSet.noneOf(Suspicion.class);
    for (Suspicion suspicion : Suspicion.values()) {
      if (facts.texts(Fact.SUSPICIONS).contains(suspicion.word())) {
        suspicions.add(suspicion);
      }
    }
    String revision = facts.text(Fact.REVISION);
    Set<String> revisions = revision == null ? Set.of() : Set.of(revision);
    Definition known =
        new Definition(digest, entry.leaf().at(), suspicions, tree, parts(facts), revisions);
    return known.parts() == null && tree != null && known.isUnmasked()
        ? new Definition(digest, known.seen(), suspicions, tree, Parts.of(tree), revisions)
        : known;
  }

  private static Json.@Nullable Obj tree(StoredEntry entry) {
    return entry.leaf().content() != null
            && entry.content().get() instanceof StoredContent.Clear(var content)
            && new JsonReader(LIMITS).read(content.bytes())
                instanceof Reading.Document(Json.Obj tree)
        ? tree
        : null;
  }

  private static @Nullable Parts parts(Facts facts) {
    Map<String, String> others = new HashMap<>();
    for (String line : facts.texts(Fact.PARTS)) {
      int space = line.indexOf(' ');
      if (space > 0) {
        others.put(line.substring(0, space), line.substring(space + 1));
      }
    }
    String core = others.remove(CORE);
    return core == null ? null : new Parts(core, others, false);
  }
}
