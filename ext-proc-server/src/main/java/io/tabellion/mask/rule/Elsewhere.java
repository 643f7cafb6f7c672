package io.tabellion.mask.rule;

import io.tabellion.jsonrpc.Json;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Masks that were written for the answer to a call, for another message of the same call: there the
 * same data stands at other places.
 *
 * <ul>
 *   <li>What detectors find is masked in all of the message's own data.
 *   <li>A value that a rule selects by the name of its member is masked in each member of that
 *       name, and so is a text that gives a value to that name, such as {@code "ssn: 514-69-0360"}.
 *   <li>Where a rule names no member of the server's own, as one that selects all texts of the
 *       content does, all texts are masked.
 * </ul>
 *
 * <p>Pure and thread-safe.
 */
public final class Elsewhere {
  /** Members of answers whose names are the protocol's, so that they name nothing. */
  private static final Set<String> PROTOCOLS =
      Set.of(
          "_meta",
          "blob",
          "content",
          "contents",
          "data",
          "description",
          "error",
          "message",
          "messages",
          "resource",
          "result",
          "structuredContent",
          "text");

  /** More texts of a part that tell of a name than this: all of the part is masked. */
  private static final int MOST_TEXTS = 16;

  private Elsewhere() {}

  /**
   * Where data of the call stands in a message.
   *
   * @param moved members of the answer that stand elsewhere, such as {@code result} at {@code
   *     /params/result}
   * @param parts JSON Pointers to other members with data
   * @param texts those of the parts, or what is in them, that are for people: masked whole where a
   *     rule names no member
   */
  public record Places(Map<String, String> moved, Map<String, Json> parts, Set<String> texts) {
    public Places {
      parts = Map.copyOf(parts);
      moved = Map.copyOf(moved);
      texts = Set.copyOf(texts);
    }
  }

  /** Returns the name of a member as a step of a JSON Pointer in {@link Places}. */
  public static String step(String name) {
    return Selector.escaped(name);
  }

  /** Returns what is masked at those places. */
  public static Masking of(Masking masking, Places places) {
    List<MaskRule> rules = new ArrayList<>();
    for (MaskRule rule : masking.rules()) {
      Selector select = rule.select();
      if (select == null) {
        rules.add(rule);
      } else {
        selectors(rule, select, places).forEach(other -> rules.add(rule.at(other)));
      }
    }
    Set<Selector> allowed = new HashSet<>(masking.allowed());
    for (Selector one : masking.allowed()) {
      places.moved().forEach((root, place) -> add(allowed, one.moved(root, place)));
    }
    return new Masking(rules, allowed, masking.detectors(), masking.holder());
  }

  private static Set<Selector> selectors(MaskRule rule, Selector select, Places places) {
    Set<Selector> all = new HashSet<>();
    places.moved().forEach((root, place) -> add(all, select.moved(root, place)));
    if (!rule.detect().isEmpty()) {
      places.parts().keySet().forEach(part -> all.add(Selector.derived(part)));
      return all;
    }
    String name =
        select.names().stream().filter(one -> !PROTOCOLS.contains(one)).findFirst().orElse(null);
    if (name == null) {
      places.texts().forEach(text -> all.add(Selector.derived(text)));
    } else {
      places.parts().forEach((part, value) -> named(all, name, part, value));
    }
    return all;
  }

  private static void named(Set<Selector> all, String name, String part, Json value) {
    String step = Selector.escaped(name);
    all.add(Selector.derived(part + "/**/" + step));
    if (part.endsWith("/" + step)) {
      all.add(Selector.derived(part));
    }
    Set<Selector> telling = new HashSet<>();
    telling(telling, Pattern.compile(telling(name), Pattern.CASE_INSENSITIVE), part, value);
    if (telling.size() > MOST_TEXTS) {
      all.add(Selector.derived(part));
    } else {
      all.addAll(telling);
    }
  }

  /** The name with a value behind it. */
  private static String telling(String name) {
    return "(?<![\\p{L}\\p{N}])"
        + Pattern.quote(name)
        + "(?![\\p{L}\\p{N}])[\"'\\])]{0,2}\\s{0,4}(?:[:=]|is\\s|\\S{0,3}\\p{N})";
  }

  private static void telling(Set<Selector> all, Pattern pattern, String place, Json value) {
    switch (value) {
      case Json.Text(String text) when pattern.matcher(text).find() ->
          all.add(Selector.derived(place));
      case Json.Array array -> {
        for (Json item : array.items()) {
          telling(all, pattern, place + "/*", item);
        }
      }
      case Json.Obj object ->
          object
              .members()
              .forEach((name, member) ->
                  telling(all, pattern, place + "/" + Selector.escaped(name), member));
      case Json.Text _, Json.Num _, Json.Literal _ -> {
        // It says nothing, or no name.
      }
    }
  }

  private static void add(Set<Selector> all, @Nullable Selector selector) {
    if (selector != null) {
      all.add(selector);
    }
  }
}
