package io.tabellion.inspect;

import io.tabellion.jsonrpc.Flaw;
import io.tabellion.jsonrpc.Notes;
import io.tabellion.mcp.ListFilter;
import io.tabellion.pin.LeftOut;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The items that a list loses because of what is wrong with them. Pure. */
final class Unlisted {
  private Unlisted() {}

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
   * Returns what is left out of a list, in its order.
   *
   * @param full names of tools that cannot be kept
   */
  static List<LeftOut> of(
      String server,
      ListFilter list,
      ListFilter.Filtered filtered,
      Map<Integer, Flaw> broken,
      List<String> full,
      Services services) {
    Instant now = services.clock().instant();
    List<LeftOut> items = new ArrayList<>();
    for (ListFilter.LeftOut item : filtered.leftOut()) {
      Flaw flaw = broken.get(item.index());
      String name =
          item.name().isEmpty() ? "item " + item.index() : services.pins().shown(item.name());
      LeftOut.Reason reason = flaw == null ? reason(item.why()) : reason(flaw.kind());
      items.add(new LeftOut(server, list.kind(), name, reason, now));
    }
    for (String tool : full) {
      String name = services.pins().shown(tool);
      items.add(new LeftOut(server, list.kind(), name, LeftOut.Reason.NO_ROOM, now));
    }
    return items;
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
