package io.tabellion.trail.recall;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;

/**
 * Masked places of a recorded message, as the fact {@code masked} lists them ({@code DETECTOR LEGS
 * COUNT POINTER}), by the names that conditions have for them. Where a place cannot be named
 * exactly (an item of a list, a name that is itself masked or cut), what it stands in is taken.
 */
final class Places {
  /** Names up to here are whole in an entry. */
  private static final String NAME = "[A-Za-z_][A-Za-z0-9_]{0,46}";

  private static final String CUT = "…";

  /** What the message is about may itself be masked. */
  static final String TARGET = "target";

  private Places() {}

  /**
   * Of a request or notification.
   *
   * @param named whether its arguments are in {@code arguments}
   */
  static Set<String> ofRequest(List<String> masked, boolean named) {
    Set<String> unknown = new LinkedHashSet<>();
    each(masked, steps -> request(steps, named, unknown));
    return unknown;
  }

  private static void request(List<String> steps, boolean named, Set<String> unknown) {
    String first = step(steps, 0);
    String second = step(steps, 1);
    if (first.isEmpty() || first.equals("method")) {
      unknown.add(TARGET);
      unknown.add("args");
    } else if (first.equals("params") && named && !second.isEmpty()) {
      if (second.equals("arguments")) {
        unknown.add(path("args", steps.subList(2, steps.size())));
      } else if (second.equals("name")) {
        unknown.add(TARGET);
      }
    } else if (first.equals("params")) {
      if (second.isEmpty() || Set.of("name", "uri", "ref").contains(second)) {
        unknown.add(TARGET);
      }
      unknown.add(path("args", steps.subList(1, steps.size())));
    }
  }

  /** Of an answer. */
  static Set<String> ofAnswer(List<String> masked) {
    Set<String> unknown = new LinkedHashSet<>();
    each(
        masked,
        steps -> {
          String first = step(steps, 0);
          if (first.isEmpty()) {
            unknown.add("response.result");
            unknown.add("response.error");
          } else if (first.equals("result") || first.equals("error")) {
            unknown.add(path("response", steps));
          }
        });
    return unknown;
  }

  private static void each(List<String> masked, Consumer<List<String>> place) {
    for (String line : masked) {
      String[] parts = line.split(" ", 4);
      boolean told = parts.length == 4 && parts[3].startsWith("/");
      place.accept(told ? steps(parts[3]) : List.of());
    }
  }

  /** The names that lead there, up to one that is not exact. */
  private static List<String> steps(String pointer) {
    List<String> steps = new ArrayList<>();
    for (String step : pointer.substring(1).split("/", -1)) {
      if (!step.matches(NAME)) {
        break;
      }
      steps.add(step);
    }
    return pointer.endsWith(CUT) && steps.size() > 2 ? steps.subList(0, 2) : steps;
  }

  private static String step(List<String> steps, int index) {
    return index < steps.size() ? steps.get(index) : "";
  }

  private static String path(String root, List<String> steps) {
    return steps.isEmpty() ? root : root + "." + String.join(".", steps);
  }
}
