package io.tabellion.mcp;

import io.tabellion.jsonrpc.Json;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiPredicate;

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
   * @param result the result without the hidden items
   * @param hidden names of the items taken out; {@code ""} for one without a name that can be used
   */
  public record Filtered(Json.Obj result, List<String> hidden) {
    public Filtered {
      hidden = List.copyOf(hidden);
    }
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

  /**
   * Returns the result with those items only that are {@code shown}, by name and as they are. An
   * item without a name, a tool whose name could not be called, and the second of one name are not
   * shown.
   *
   * <p>In the stateless era the result becomes private to its caller, also if nothing was hidden
   * from this one: a shared cache would show it to others.
   */
  public Filtered filter(Json.Obj result, Era era, BiPredicate<String, Json.Obj> shown) {
    Json.Array list = result.array(items);
    if (list == null) {
      // Not the shape of the method: an object there could be read as a list by somebody.
      boolean absent = result.get(items) == null;
      return new Filtered(result.without(items), absent ? List.of() : List.of(""));
    }
    List<Json> left = new ArrayList<>();
    List<String> hidden = new ArrayList<>();
    Set<String> names = new HashSet<>();
    for (Json item : list.items()) {
      String name = name(item);
      if (item instanceof Json.Obj object
          && !name.isEmpty()
          && shown.test(name, object)
          && names.add(name)) {
        left.add(item);
      } else {
        hidden.add(name);
      }
    }
    Json.Obj kept = hidden.isEmpty() ? result : result.with(items, new Json.Array(left));
    return new Filtered(
        era == Era.STATELESS ? kept.with("cacheScope", new Json.Text("private")) : kept, hidden);
  }

  private String name(Json item) {
    String name = item instanceof Json.Obj object ? object.text(key) : null;
    if (name == null || (this == TOOLS && !MeaningReader.isToolName(name))) {
      return "";
    }
    return name;
  }
}
