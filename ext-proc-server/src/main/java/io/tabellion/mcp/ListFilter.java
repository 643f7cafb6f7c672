package io.tabellion.mcp;

import io.tabellion.jsonrpc.Json;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiPredicate;
import org.jspecify.annotations.Nullable;

/**
 * Takes items out of the result of a list, and leaves all else as it is.
 *
 * <p>Pure and thread-safe.
 */
public enum ListFilter {
  TOOLS(Method.TOOLS_LIST, "tools", "name"),
  RESOURCES(Method.RESOURCES_LIST, "resources", "uri"),
  RESOURCE_TEMPLATES(Method.RESOURCE_TEMPLATES_LIST, "resourceTemplates", "uriTemplate"),
  PROMPTS(Method.PROMPTS_LIST, "prompts", "name");

  private final Method method;
  private final String items;
  private final String key;

  ListFilter(Method method, String items, String key) {
    this.method = method;
    this.items = items;
    this.key = key;
  }

  /**
   * What is left.
   *
   * @param result the result without the items that were taken out
   * @param hidden names of the items that are not shown; {@code ""} where there was no list
   * @param leftOut the items that no client could use as they are
   */
  public record Filtered(Json.Obj result, List<String> hidden, List<LeftOut> leftOut) {
    public Filtered {
      hidden = List.copyOf(hidden);
      leftOut = List.copyOf(leftOut);
    }
  }

  /**
   * An item that was taken out for what is wrong with it.
   *
   * @param index in the list as it came, from 0
   * @param name as it came; empty if it has none
   */
  public record LeftOut(int index, String name, Why why) {}

  /** What is wrong with an item. */
  public enum Why {
    /** It is no object, or has no name. */
    NO_NAME,
    /** Its name is none that could be called. */
    NAME,
    /** An item before it has this name. */
    SAME_NAME,
    /** A member of it only looks like a known one. */
    LOOKALIKE,
    /** It could not be read whole. */
    BROKEN
  }

  /** Returns the filter for the results of a method, if it is a list. */
  public static Optional<ListFilter> of(Method method) {
    for (ListFilter filter : values()) {
      if (filter.method == method) {
        return Optional.of(filter);
      }
    }
    return Optional.empty();
  }

  /** The word for one item: {@code tool}, {@code resource}, … */
  public String kind() {
    return switch (this) {
      case TOOLS -> "tool";
      case RESOURCES -> "resource";
      case RESOURCE_TEMPLATES -> "resource-template";
      case PROMPTS -> "prompt";
    };
  }

  /** The member of the result that holds the items. */
  public String member() {
    return items;
  }

  /**
   * Returns the result with those items only that are {@code shown}, by name and as they are. An
   * item that no client could use is left out alone: one without a name, one that is broken, one
   * with a member that misleads, and the second of one name.
   *
   * <p>In the stateless era the result becomes private to its caller, also if nothing was hidden
   * from this one: a shared cache would show it to others.
   */
  public Filtered filter(Json.Obj result, Era era, BiPredicate<String, Json.Obj> shown) {
    return filter(result, era, Set.of(), shown);
  }

  /**
   * The same where some items could not be read whole.
   *
   * @param broken their numbers, from 0
   */
  public Filtered filter(
      Json.Obj result, Era era, Set<Integer> broken, BiPredicate<String, Json.Obj> shown) {
    Json.Array list = result.array(items);
    if (list == null) {
      // Not the shape of the method: an object there could be read as a list by somebody.
      boolean absent = result.get(items) == null;
      return new Filtered(result.without(items), absent ? List.of() : List.of(""), List.of());
    }
    List<Json> left = new ArrayList<>();
    List<String> hidden = new ArrayList<>();
    List<LeftOut> leftOut = new ArrayList<>();
    Set<String> names = new HashSet<>();
    for (int i = 0; i < list.items().size(); i++) {
      Json item = list.items().get(i);
      String name = name(item);
      Why why = broken.contains(i) ? Why.BROKEN : wrong(item, name);
      boolean shows = why == null && item instanceof Json.Obj object && shown.test(name, object);
      if (shows && !names.add(name)) {
        why = Why.SAME_NAME;
      }
      if (why != null) {
        leftOut.add(new LeftOut(i, name, why));
      } else if (shows) {
        left.add(item);
      } else {
        hidden.add(name);
      }
    }
    boolean whole = hidden.isEmpty() && leftOut.isEmpty();
    Json.Obj kept = whole ? result : result.with(items, new Json.Array(left));
    return new Filtered(
        era == Era.STATELESS ? kept.with("cacheScope", new Json.Text("private")) : kept,
        hidden,
        leftOut);
  }

  private @Nullable Why wrong(Json item, String name) {
    if (name.isEmpty()) {
      return Why.NO_NAME;
    }
    if (this == TOOLS && !MeaningReader.isToolName(name)) {
      return Why.NAME;
    }
    return item instanceof Json.Obj object && ResultShape.misleads(object) ? Why.LOOKALIKE : null;
  }

  private String name(Json item) {
    String name = item instanceof Json.Obj object ? object.text(key) : null;
    return name == null ? "" : name;
  }
}
