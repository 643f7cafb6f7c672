package io.tabellion.mesh.check;

import java.util.Map;
import java.util.stream.Collectors;

/** Selectors by labels. */
final class Labels {
  private Labels() {}

  /** Whether a selector takes labels; an empty one takes all. */
  static boolean select(Map<String, String> selector, Map<String, String> labels) {
    return labels.entrySet().containsAll(selector.entrySet());
  }

  /** {@code app=sample, tier=mcp}. */
  static String text(Map<String, String> labels) {
    return labels.entrySet().stream()
        .map(label -> label.getKey() + "=" + label.getValue())
        .collect(Collectors.joining(", "));
  }
}
