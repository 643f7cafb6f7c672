package io.tabellion.inspect;

import io.tabellion.jsonrpc.Flaw;
import io.tabellion.jsonrpc.Notes;
import io.tabellion.mcp.ListFilter;
import io.tabellion.metrics.Counter;
import io.tabellion.pin.LeftOut;
import io.tabellion.pin.LeftOutItems;
import io.tabellion.pin.Pins;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The items that lists of one exchange's server lose, remembered for operators and counted. */
record Unlisted(Situation situation, Services services) {

  /**
   * Returns the flaws that lie in items of the list, by the item's number; null if one lies
   * elsewhere, so that the message cannot be used without it.
   */
  static @Nullable Map<Integer, Flaw> broken(@Nullable ListFilter list, Notes notes) {
    Map<Integer, Flaw> broken = new LinkedHashMap<>();
    for (Flaw flaw : notes.flaws()) {
      List<String> place = flaw.place();
      if (list == null
          || place.size() < 3
          || !place.get(0).equals("result")
          || !place.get(1).equals(list.member())
          || !place.get(2).matches("[0-9]{1,9}")) {
        return null;
      }
      broken.putIfAbsent(Integer.valueOf(place.get(2)), flaw);
    }
    return broken;
  }

  /**
   * Remembers what is left out of a list. Returns it as a fact.
   *
   * @param full names of tools that cannot be kept
   */
  List<String> remember(
      ListFilter list, ListFilter.Filtered filtered, Map<Integer, Flaw> broken, List<String> full) {
    List<String> words = new ArrayList<>();
    for (ListFilter.LeftOut item : filtered.leftOut()) {
      Flaw flaw = broken.get(item.index());
      words.add(
          remember(
              list,
              item.name().isEmpty() ? "item " + item.index() : pins().shown(item.name()),
              flaw == null ? reason(item.why()) : reason(flaw.kind())));
    }
    for (String name : full) {
      words.add(remember(list, pins().shown(name), LeftOut.Reason.NO_ROOM));
    }
    return situation.sheet().list(words);
  }

  /** An item is shown, so it is not left out any more. */
  void shown(ListFilter list, String name) {
    LeftOutItems items = pins().leftOut();
    if (!items.isEmpty()) {
      items.shown(situation.server(), list.kind(), pins().shown(name));
    }
  }

  private String remember(ListFilter list, String name, LeftOut.Reason reason) {
    services.metrics().increment(Counter.LEFT_OUT);
    pins()
        .leftOut()
        .add(
            new LeftOut(situation.server(), list.kind(), name, reason, services.clock().instant()));
    return reason.word() + " " + name;
  }

  private Pins pins() {
    return services.pins();
  }

  private static LeftOut.Reason reason(ListFilter.Why why) {
    return switch (why) {
      case NO_NAME -> LeftOut.Reason.NO_NAME;
      case NAME_TOO_LONG -> LeftOut.Reason.NAME_TOO_LONG;
      case NAME_EDGE -> LeftOut.Reason.NAME_EDGE;
      case NAME_CONTROL -> LeftOut.Reason.NAME_CONTROL;
      case NAME_INVISIBLE -> LeftOut.Reason.NAME_INVISIBLE;
      case NAME_UNASSIGNED -> LeftOut.Reason.NAME_UNASSIGNED;
      case SAME_NAME -> LeftOut.Reason.SAME_NAME;
      case LOOKALIKE -> LeftOut.Reason.LOOKALIKE;
      case BROKEN -> LeftOut.Reason.TOO_DEEP;
    };
  }

  private static LeftOut.Reason reason(Flaw.Kind kind) {
    return switch (kind) {
      case TOO_DEEP -> LeftOut.Reason.TOO_DEEP;
      case TWICE -> LeftOut.Reason.TWICE;
      case TOO_LONG -> LeftOut.Reason.TOO_LONG;
    };
  }
}
