package io.tabellion.cli.pins;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * How two JSON texts differ, value by value: {@code - /description: "old"}, {@code + /description:
 * "new"}, in the order of places (RFC 6901).
 *
 * <p>Pure.
 */
final class Changes {
  private static final JsonMapper JSON = new JsonMapper();

  private Changes() {}

  /** Returns one line for each value that is only in one of them; an empty text holds none. */
  static List<String> between(String before, String after) {
    Map<String, String> old = values(before);
    Map<String, String> now = values(after);
    Set<String> places = new TreeSet<>(old.keySet());
    places.addAll(now.keySet());
    List<String> lines = new ArrayList<>();
    for (String place : places) {
      String was = old.get(place);
      String is = now.get(place);
      if (was != null && !was.equals(is)) {
        lines.add("- " + place + ": " + was);
      }
      if (is != null && !is.equals(was)) {
        lines.add("+ " + place + ": " + is);
      }
    }
    return lines;
  }

  private static Map<String, String> values(String json) {
    Map<String, String> values = new TreeMap<>();
    if (!json.isEmpty()) {
      collect("", JSON.readTree(json), values);
    }
    return values;
  }

  private static void collect(String place, JsonNode node, Map<String, String> values) {
    if (node.isEmpty()) {
      values.put(place.isEmpty() ? "/" : place, node.toString());
    } else if (node.isObject()) {
      node.properties()
          .forEach(
              member -> collect(place + "/" + escaped(member.getKey()), member.getValue(), values));
    } else {
      int i = 0;
      for (JsonNode item : node) {
        collect(place + "/" + i++, item, values);
      }
    }
  }

  private static String escaped(String name) {
    return name.replace("~", "~0").replace("/", "~1");
  }
}
