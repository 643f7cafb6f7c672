package io.tabellion.pin;

import static java.util.Objects.requireNonNullElse;

import io.tabellion.jsonrpc.Json;
import io.tabellion.jsonrpc.JsonPointer;
import io.tabellion.pin.Change.Grade;
import io.tabellion.pin.Change.What;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * How two definitions of a tool differ in meaning: each changed member, and how grave that is.
 *
 * <p>Not thread-safe: it compares two definitions, once.
 */
final class Difference {
  /** Of more changes nobody reads the rest. */
  static final int MOST = 200;

  /** Keywords of a schema that say which values fit. */
  private static final Set<String> OF_VALUES =
      Set.of(
          "enum",
          "const",
          "default",
          "pattern",
          "format",
          "minimum",
          "maximum",
          "exclusiveMinimum",
          "exclusiveMaximum",
          "minLength",
          "maxLength");

  private static final Set<String> OF_TEXT = Set.of("title", "description", "$comment");

  private final List<Change> changes = new ArrayList<>();

  private Difference() {}

  /** Returns the changes, the gravest first; empty if both mean the same. */
  static List<Change> between(Json.Obj before, Json.Obj after) {
    Difference difference = new Difference();
    difference.tool(NormalForm.of(before), NormalForm.of(after));
    return difference.changes.stream()
        .sorted(Comparator.comparing(Change::grade).thenComparing(Change::place))
        .limit(MOST)
        .toList();
  }

  private void tool(Json.Obj before, Json.Obj after) {
    for (String name : names(before, after)) {
      Json was = before.get(name);
      Json is = after.get(name);
      String place = at("", name);
      switch (name) {
        case "title", "description" -> text(place, was, is);
        case "annotations" -> annotations(place, was, is);
        case "inputSchema" -> schema(place, was, is, true);
        case "outputSchema" -> schema(place, was, is, false);
        case "icons" -> add(Grade.MINOR, What.ICONS, place, was, is);
        case "execution" -> add(Grade.MINOR, What.EXECUTION, place, was, is);
        case "_meta" -> add(Grade.NOTABLE, What.META, place, was, is);
        default -> add(Grade.NOTABLE, What.OTHER, place, was, is);
      }
    }
  }

  private void text(String place, @Nullable Json was, @Nullable Json is) {
    add(Grade.NOTABLE, What.TEXT, place, was, is);
  }

  private void annotations(String place, @Nullable Json was, @Nullable Json is) {
    if (!objects(was, is)) {
      add(Grade.NOTABLE, What.HINT, place, was, is);
      return;
    }
    Json.Obj before = object(was);
    Json.Obj after = object(is);
    for (String name : names(before, after)) {
      Json old = before.get(name);
      Json now = after.get(name);
      if (name.equals("title")) {
        text(at(place, name), old, now);
      } else {
        boolean less = now != null && Hints.claimsLessHarm(name, now);
        add(less ? Grade.GRAVE : Grade.MINOR, What.HINT, at(place, name), old, now);
      }
    }
  }

  /**
   * Walks two schemas.
   *
   * @param input whether it is what is sent to the tool, or what comes back
   */
  private void schema(String place, @Nullable Json was, @Nullable Json is, boolean input) {
    if (!objects(was, is) || (was == null && !input)) {
      add(input ? Grade.NOTABLE : Grade.MINOR, input ? What.INPUT : What.RESULT, place, was, is);
      return;
    }
    Json.Obj before = object(was);
    Json.Obj after = object(is);
    for (String keyword : names(before, after)) {
      keyword(at(place, keyword), keyword, before.get(keyword), after.get(keyword), input);
    }
  }

  private void keyword(
      String place, String keyword, @Nullable Json was, @Nullable Json is, boolean input) {
    if (OF_TEXT.contains(keyword)) {
      text(place, was, is);
    } else if (keyword.equals("properties") && objects(was, is)) {
      properties(place, object(was), object(is), input);
    } else if (Schemas.MAPS.contains(keyword) && objects(was, is)) {
      Json.Obj before = object(was);
      Json.Obj after = object(is);
      for (String name : names(before, after)) {
        schema(at(place, name), before.get(name), after.get(name), input);
      }
    } else if (Schemas.SETS.contains(keyword) && lists(was, is)) {
      What what = keyword.equals("required") ? What.REQUIRED : What.VALUES;
      set(place, what, items(was), items(is), input);
    } else if (was instanceof Json.Obj && is instanceof Json.Obj) {
      schema(place, was, is, input);
    } else {
      add(input ? Grade.NOTABLE : Grade.MINOR, what(keyword, input), place, was, is);
    }
  }

  private static What what(String keyword, boolean input) {
    if (!input) {
      return What.RESULT;
    }
    if (keyword.equals("type")) {
      return What.TYPE;
    }
    return OF_VALUES.contains(keyword) ? What.VALUES : What.INPUT;
  }

  private void properties(String place, Json.Obj before, Json.Obj after, boolean input) {
    for (String name : names(before, after)) {
      Json was = before.get(name);
      Json is = after.get(name);
      String at = at(place, name);
      if (was != null && is != null) {
        schema(at, was, is, input);
      } else if (!input) {
        add(Grade.MINOR, What.RESULT, at, was, is);
      } else if (is != null) {
        add(Grade.GRAVE, What.ARGUMENT_ADDED, at, null, is);
      } else {
        add(Grade.NOTABLE, What.ARGUMENT_REMOVED, at, was, null);
      }
    }
  }

  private void set(String place, What what, List<Json> before, List<Json> after, boolean input) {
    Grade grade = input ? Grade.NOTABLE : Grade.MINOR;
    What kind = input ? what : What.RESULT;
    before.stream()
        .filter(item -> !after.contains(item))
        .forEach(item -> add(grade, kind, place, item, null));
    after.stream()
        .filter(item -> !before.contains(item))
        .forEach(item -> add(grade, kind, place, null, item));
  }

  private void add(Grade grade, What what, String place, @Nullable Json was, @Nullable Json is) {
    if (was == null ? is != null : !was.equals(is)) {
      changes.add(new Change(worse(was, is) ? Grade.GRAVE : grade, what, place, was, is));
    }
  }

  /** Whether words look wrong now that did not before. */
  private static boolean worse(@Nullable Json was, @Nullable Json is) {
    Set<Suspicion> before = was == null ? Set.of() : Suspicion.of(was);
    return is != null && !before.containsAll(Suspicion.of(is));
  }

  private static boolean objects(@Nullable Json was, @Nullable Json is) {
    return (was == null || was instanceof Json.Obj) && (is == null || is instanceof Json.Obj);
  }

  private static boolean lists(@Nullable Json was, @Nullable Json is) {
    return (was == null || was instanceof Json.Array) && (is == null || is instanceof Json.Array);
  }

  private static Json.Obj object(@Nullable Json value) {
    return (Json.Obj) requireNonNullElse(value, Json.Obj.EMPTY);
  }

  private static List<Json> items(@Nullable Json value) {
    return ((Json.Array) requireNonNullElse(value, Json.Array.EMPTY)).items();
  }

  private static Set<String> names(Json.Obj before, Json.Obj after) {
    Set<String> names = new TreeSet<>(before.members().keySet());
    names.addAll(after.members().keySet());
    return names;
  }

  private static String at(String place, String name) {
    return place + "/" + JsonPointer.escaped(name);
  }
}
