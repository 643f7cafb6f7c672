package io.tabellion.jsonrpc;

import java.util.ArrayList;
import java.util.List;

/**
 * What was mended in one message, and what in it could not be.
 *
 * @param repairs what differs between the message as it came and its tree
 * @param flaws places that must not go on
 */
public record Notes(List<Repair> repairs, List<Flaw> flaws) {
  public static final Notes NONE = new Notes(List.of(), List.of());

  public Notes {
    repairs = List.copyOf(repairs);
    flaws = List.copyOf(flaws);
  }

  /** These notes and one repair more. */
  public Notes and(Repair repair) {
    List<Repair> more = new ArrayList<>(repairs);
    more.add(repair);
    return new Notes(more, flaws);
  }

  /** These notes, and repairs behind them. */
  public Notes and(List<Repair> others) {
    if (others.isEmpty()) {
      return this;
    }
    List<Repair> more = new ArrayList<>(repairs);
    more.addAll(others);
    return new Notes(more, flaws);
  }
}
