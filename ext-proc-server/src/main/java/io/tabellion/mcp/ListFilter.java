package io.tabellion.mcp;

import io.tabellion.jsonrpc.Json;
import io.tabellion.name.Names;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
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
    /** Its name is longer than the record has names. */
    NAME_TOO_LONG,
    /** Its name begins or ends with a blank. */
    NAME_EDGE,
    /** Its name has controls, or what turns the direction of writing. */
    NAME_CONTROL,
    /** Its name has what nobody can see. */
    NAME_INVISIBLE,
    /** Its name has what is no character. */
    NAME_UNASSIGNED,
    /** Another item has this name, or one that cannot be told from it. */
    SAME_NAME,
    /** A member of it only looks like a known one. */
    LOOKALIKE,
    /** It could not be read whole. */
    BROKEN;

    private static Why of(Names.Wrong wrong) {
      return switch (wrong) {
        case EMPTY -> NO_NAME;
        case TOO_LONG -> NAME_TOO_LONG;
        case EDGE -> NAME_EDGE;
        case CONTROL -> NAME_CONTROL;
        case INVISIBLE -> NAME_INVISIBLE;
        case UNASSIGNED -> NAME_UNASSIGNED;
      };
    }
  }

  /** Decides about the items of a list that have a name of their own. */
  public interface Shelf {
    /**
     * What becomes of an item.
     *
     * @param contested whether its name cannot be told from that of another item in the list
     */
    Place place(String name, Json.Obj item, boolean contested);

    /** Whether this is the item of that name as it was accepted. */
    boolean isAccepted(String name, Json.Obj item);
  }

  /** What becomes of an item. */
  public enum Place {
    SHOWN,
    /** This caller may not see it. */
    HIDDEN,
    /** Its name cannot be told from that of another one, which has it. */
    SAME_NAME
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
   * Returns the result with those items only that are {@code shown}, by name and as they are; of
   * items whose names cannot be told apart none is.
   */
  Filtered filter(Json.Obj result, Era era, BiPredicate<String, Json.Obj> shown) {
    return filter(
        result,
        era,
        Set.of(),
        new Shelf() {
          @Override
          public Place place(String name, Json.Obj item, boolean contested) {
            if (contested) {
              return Place.SAME_NAME;
            }
            return shown.test(name, item) ? Place.SHOWN : Place.HIDDEN;
          }

          @Override
          public boolean isAccepted(String name, Json.Obj item) {
            return false;
          }
        });
  }

  /**
   * Returns the result with those items only that the shelf shows. An item that no client could use
   * is left out alone: one without a name, or with a name that cannot be seen as it is, one that is
   * broken, and one with a member that misleads. Of items of one name the accepted one goes on,
   * else the first.
   *
   * <p>In the stateless era the result becomes private to its caller, also if nothing was hidden
   * from this one: a shared cache would show it to others.
   *
   * @param broken numbers of items that could not be read whole, from 0
   */
  public Filtered filter(Json.Obj result, Era era, Set<Integer> broken, Shelf shelf) {
    Json.Array list = result.array(items);
    if (list == null) {
      // Not the shape of the method: an object there could be read as a list by somebody.
      boolean absent = result.get(items) == null;
      return new Filtered(result.without(items), absent ? List.of() : List.of(""), List.of());
    }
    List<@Nullable Why> wrong = new ArrayList<>();
    for (int i = 0; i < list.items().size(); i++) {
      wrong.add(broken.contains(i) ? Why.BROKEN : wrong(list.items().get(i)));
    }
    Map<String, Integer> chosen = chosen(list.items(), wrong, shelf);
    Set<String> contested = contested(chosen.keySet());
    List<Json> left = new ArrayList<>();
    List<String> hidden = new ArrayList<>();
    List<LeftOut> leftOut = new ArrayList<>();
    for (int i = 0; i < list.items().size(); i++) {
      Json item = list.items().get(i);
      String name = name(item);
      Why why = wrong.get(i);
      if (why == null && !Integer.valueOf(i).equals(chosen.get(name))) {
        why = Why.SAME_NAME;
      }
      Place place =
          why == null && item instanceof Json.Obj object
              ? shelf.place(name, object, contested.contains(name))
              : Place.SAME_NAME;
      switch (place) {
        case SHOWN -> left.add(item);
        case HIDDEN -> hidden.add(name);
        case SAME_NAME -> leftOut.add(new LeftOut(i, name, why == null ? Why.SAME_NAME : why));
      }
    }
    boolean whole = hidden.isEmpty() && leftOut.isEmpty();
    Json.Obj kept = whole ? result : result.with(items, new Json.Array(left));
    return new Filtered(
        era == Era.STATELESS ? kept.with("cacheScope", new Json.Text("private")) : kept,
        hidden,
        leftOut);
  }

  /** The item that has each name: of several the accepted one, else the first. */
  private Map<String, Integer> chosen(List<Json> list, List<@Nullable Why> wrong, Shelf shelf) {
    Map<String, Integer> chosen = new HashMap<>();
    for (int i = 0; i < list.size(); i++) {
      if (wrong.get(i) == null && list.get(i) instanceof Json.Obj item) {
        String name = name(item);
        Integer before = chosen.putIfAbsent(name, i);
        if (before != null
            && list.get(before) instanceof Json.Obj other
            && !shelf.isAccepted(name, other)
            && shelf.isAccepted(name, item)) {
          chosen.put(name, i);
        }
      }
    }
    return chosen;
  }

  /** The names that cannot be told from another one of them. URIs are not looked at so. */
  private Set<String> contested(Set<String> names) {
    if (this == RESOURCES || this == RESOURCE_TEMPLATES) {
      return Set.of();
    }
    Map<String, String> first = new HashMap<>();
    Set<String> contested = new HashSet<>();
    for (String name : names) {
      String other = first.putIfAbsent(Names.folded(name), name);
      if (other != null) {
        contested.add(other);
        contested.add(name);
      }
    }
    return contested;
  }

  private @Nullable Why wrong(Json item) {
    String name = name(item);
    if (name.isEmpty()) {
      return Why.NO_NAME;
    }
    boolean uri = this == RESOURCES || this == RESOURCE_TEMPLATES;
    Optional<Names.Wrong> unseen = uri ? Names.checkText(name) : Names.check(name);
    if (unseen.isPresent()) {
      return Why.of(unseen.get());
    }
    return item instanceof Json.Obj object && ResultShape.misleads(object) ? Why.LOOKALIKE : null;
  }

  private String name(Json item) {
    String name = item instanceof Json.Obj object ? object.text(key) : null;
    return name == null ? "" : name;
  }
}
