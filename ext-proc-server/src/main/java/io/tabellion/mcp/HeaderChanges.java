package io.tabellion.mcp;

import java.util.List;

/**
 * What is to be done to the header fields of a message that is sent on.
 *
 * @param set fields that replace all of their name
 * @param remove names of fields that are taken out
 */
public record HeaderChanges(List<Header> set, List<String> remove) {
  public HeaderChanges {
    set = List.copyOf(set);
    remove = List.copyOf(remove);
  }
}
