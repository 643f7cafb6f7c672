package io.tabellion.inspect;

import io.tabellion.jsonrpc.Flaw;
import io.tabellion.jsonrpc.Json;
import io.tabellion.mcp.ListFilter;
import io.tabellion.pace.Turns;
import io.tabellion.pin.LeftOut;
import io.tabellion.pin.Pin;
import io.tabellion.pin.PinDraft;
import io.tabellion.pin.Pins;
import io.tabellion.pin.Sighting;
import io.tabellion.state.Changes;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What lists of a server show while a message is decided: which tools callers may see as they are
 * shown, and which items are left out. What follows from it stands in what {@link #done} returns.
 *
 * <p>Not thread-safe: made for one attempt to decide, and confined to it.
 */
final class ToolSightings {
  private final Services services;
  private final Pins pins;
  private final Situation situation;
  private final Changes changes;
  private final List<Sighting> news = new ArrayList<>();
  private final List<String> full = new ArrayList<>();
  private final List<Sighted.Item> items = new ArrayList<>();

  /** What of a schema is not checked, masked, by digest of the definition. */
  private final Map<String, String> unchecked = new LinkedHashMap<>();

  /** Of these nobody was told yet what is not checked: names of tools, by the same digest. */
  private final Map<String, String> untold = new HashMap<>();

  private @Nullable PinDraft draft; // null until a tool is looked at

  /**
   * @param changes what the message changes: the pins with it
   */
  ToolSightings(Situation situation, Services services, Changes changes) {
    this.services = services;
    this.pins = services.pins();
    this.situation = situation;
    this.changes = changes;
  }

  /** What was found out. Nothing more is looked at then. */
  Sighted done() {
    return new Sighted(draft, news, unchecked, untold, items);
  }

  private PinDraft draft() {
    Turns.takesTime(); // of a long list, and pins that others look at at the same time
    PinDraft made = draft == null ? pins.draft(situation.source(), changes) : draft;
    draft = made;
    return made;
  }

  /** Whether the tool may be seen so. */
  boolean accepts(String tool, Json.Obj definition) {
    return accepts(draft().see(tool, definition), definition);
  }

  /** The same for one whose name cannot be told from that of another tool in the list. */
  boolean acceptsContested(String tool, Json.Obj definition) {
    return accepts(draft().contest(tool, definition), definition);
  }

  /**
   * Whether the tool waits because its name cannot be told from that of another one.
   *
   * @param contested whether that one is in the same list
   */
  boolean isRivalled(String tool, boolean contested) {
    return draft()
        .find(tool)
        .filter(pin -> contested ? pin.accepted() == null : draft().isRivalled(pin))
        .isPresent();
  }

  /** Whether the tool is accepted with this definition. */
  boolean isAccepted(String tool, Json.Obj definition) {
    return draft().isAccepted(tool, definition);
  }

  private boolean accepts(Sighting sighting, Json.Obj definition) {
    learn(sighting, definition);
    switch (sighting.change()) {
      case FIRST, CHANGED, RESTORED -> news.add(sighting);
      case NO_ROOM -> full.add(sighting.pin().tool());
      case NONE -> {
        // Nothing is new.
      }
    }
    return sighting.shown();
  }

  /** Compiles the schema as the server gave it; what is kept of it may be masked. */
  private void learn(Sighting sighting, Json.Obj definition) {
    Pin pin = sighting.pin();
    pin.known(definition)
        .ifPresent(known -> {
          boolean first = !services.schemas().knows(known.digest());
          String notes = services.schemas().learn(known.digest(), definition).notes();
          if (!notes.isEmpty()) {
            unchecked.put(known.digest(), String.valueOf(situation.sheet().schemaNote(notes)));
            if (first || sighting.change() == Sighting.Change.FIRST) {
              untold.put(known.digest(), pin.tool());
            }
          }
        });
  }

  /** Tools that may not be seen because no more of their server can be kept. */
  List<String> full() {
    return full;
  }

  // What is left out.

  /** An item is shown, so it is not left out any more. */
  void shown(ListFilter list, String name) {
    if (!pins.leftOut().isEmpty() || !items.isEmpty()) {
      items.add(new Sighted.Item(list.kind(), pins.shown(name), null));
    }
  }

  /** Items are left out of a list. Returns them as a fact. */
  List<String> leftOut(ListFilter list, ListFilter.Filtered filtered, Map<Integer, Flaw> broken) {
    List<String> words = new ArrayList<>();
    for (LeftOut item : Unlisted.of(situation.server(), list, filtered, broken, full, services)) {
      items.add(new Sighted.Item(list.kind(), item.name(), item));
      words.add(item.reason().word() + " " + item.name());
    }
    return situation.sheet().list(words);
  }
}
