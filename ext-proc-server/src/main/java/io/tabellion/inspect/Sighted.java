package io.tabellion.inspect;

import io.tabellion.audit.Disposition;
import io.tabellion.audit.Entry;
import io.tabellion.audit.EntryKind;
import io.tabellion.audit.Fact;
import io.tabellion.audit.Facts;
import io.tabellion.metrics.Counter;
import io.tabellion.pin.Change;
import io.tabellion.pin.LeftOut;
import io.tabellion.pin.Pin;
import io.tabellion.pin.PinDraft;
import io.tabellion.pin.PinEntries;
import io.tabellion.pin.Pins;
import io.tabellion.pin.Sighting;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What lists of a message showed: the entries about tools that are new or changed, and what is done
 * once all entries of the message are durable.
 *
 * <p>Immutable.
 *
 * @param draft of the pins, null if no tool was looked at
 * @param news of tools, in their order
 * @param unchecked what of a schema is not checked, masked, by digest of the definition
 * @param untold names of tools of whose schemas nobody was told that, by the same digest
 * @param items of all lists that are left out, or are not any more
 */
record Sighted(
    @Nullable PinDraft draft,
    List<Sighting> news,
    Map<String, String> unchecked,
    Map<String, String> untold,
    List<Item> items) {
  private static final System.Logger LOG = System.getLogger(Sighted.class.getName());

  Sighted {
    news = List.copyOf(news);
    unchecked = Map.copyOf(unchecked);
    untold = Map.copyOf(untold);
    items = List.copyOf(items);
  }

  /**
   * An item of a list.
   *
   * @param name as {@link LeftOut#name} has it
   * @param leftOut null if it is shown
   */
  record Item(String kind, String name, @Nullable LeftOut leftOut) {}

  /** The entries, for what is new of tools. */
  List<Entry> entries(Situation situation, Services services) {
    return news.stream().map(sighting -> entry(sighting, situation, services)).toList();
  }

  private Entry entry(Sighting sighting, Situation situation, Services services) {
    Pin pin = sighting.pin();
    Facts.Builder facts =
        PinEntries.facts(situation.sheet().builder(), services.pins(), pin, sighting.definition())
            .put(Fact.DECISION, pin.quarantined() ? Disposition.QUARANTINED : Disposition.ALLOWED)
            .put(Fact.DETAIL, unchecked.get(sighting.definition().digest()))
            .put(
                Fact.CHANGES,
                situation.sheet().chosen(pin.changes().stream().map(Change::line).toList()));
    return services.entries().of(kind(sighting), facts, sighting.definition());
  }

  private static EntryKind kind(Sighting sighting) {
    return switch (sighting.change()) {
      case FIRST -> EntryKind.PIN_SEEN;
      case CHANGED -> EntryKind.PIN_CHANGED;
      case RESTORED -> EntryKind.PIN_RESTORED;
      case NONE, NO_ROOM ->
          throw new IllegalArgumentException(sighting.change() + " (expected: something new)");
    };
  }

  /** What is done, now that the entries are durable. */
  void recorded(String server, Services services) {
    if (draft != null) {
      draft.recorded();
    }
    Pins pins = services.pins();
    untold.forEach((digest, tool) ->
        LOG.log(
            System.Logger.Level.WARNING,
            "tool {0} of {1}: {2}",
            pins.shown(tool),
            server,
            unchecked.get(digest)));
    news.stream()
        .filter(sighting -> sighting.change() == Sighting.Change.CHANGED)
        .forEach(sighting -> alert(sighting.pin(), services));
    for (Item item : items) {
      if (item.leftOut() == null) {
        pins.leftOut().shown(server, item.kind(), item.name());
      } else {
        services.metrics().increment(Counter.LEFT_OUT);
        pins.leftOut().add(item.leftOut());
      }
    }
  }

  private static void alert(Pin pin, Services services) {
    services.metrics().increment(Counter.PINS_CHANGED);
    List<Change> changes = pin.changes();
    LOG.log(
        System.Logger.Level.WARNING,
        "tool {0} of {1} changed: {2} ({3})",
        services.pins().shown(pin.tool()),
        pin.server(),
        changes.isEmpty() ? "another definition" : changes.getFirst().grade().word(),
        pin.quarantined() ? "quarantined" : "shown all the same");
  }
}
