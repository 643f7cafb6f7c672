package io.tabellion.pin;

import io.tabellion.jsonrpc.Json;
import io.tabellion.jsonrpc.Limits;
import java.time.Instant;
import java.util.Collection;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Definitions as JSON: {@code {"digest": …, "seen": …, "suspicions": […], "revisions": […],
 * "parts": {"core": …, "of_core": {…}}, "definition": {…}}}. Older files have {@code others} for
 * {@code of_core}: digests of the parts alone.
 *
 * <p>Pure and thread-safe. Reading throws {@link ClassCastException}, {@link
 * IllegalArgumentException} or {@link java.time.DateTimeException} where something is not so.
 */
final class PinJson {
  static final Limits LIMITS = new Limits(512, 500_000_000, 1 << 20, 1 << 10, 1);

  private static final String OF_CORE = "of_core";
  private static final String PLAIN = "others";

  private PinJson() {}

  static Json.Obj json(Definition definition) {
    Json.Obj object =
        Json.Obj.EMPTY
            .with("digest", new Json.Text(definition.digest()))
            .with("seen", new Json.Text(definition.seen().toString()))
            .with("suspicions", texts(definition.suspicions().stream().map(Enum::name).toList()))
            .with("revisions", texts(definition.revisions()));
    Parts parts = definition.parts();
    if (parts != null) {
      Map<String, Json> others = new TreeMap<>();
      parts.others().forEach((name, digest) -> others.put(name, new Json.Text(digest)));
      object =
          object.with(
              "parts",
              Json.Obj.EMPTY
                  .with("core", new Json.Text(parts.core()))
                  .with(
                      parts.plain() ? PLAIN : OF_CORE, new Json.Obj(new LinkedHashMap<>(others))));
    }
    return definition.tree() == null ? object : object.with("definition", definition.tree());
  }

  static Definition definition(Json.Obj object) {
    Set<Suspicion> suspicions = EnumSet.noneOf(Suspicion.class);
    strings(object, "suspicions").forEach(word -> suspicions.add(Suspicion.valueOf(word)));
    Json.Obj tree = object.object("definition");
    return new Definition(
        text(object, "digest"),
        Instant.parse(text(object, "seen")),
        suspicions,
        tree,
        parts(object.object("parts"), tree),
        strings(object, "revisions"));
  }

  /** Older files have none; those of the kept definition are the same where nothing is masked. */
  private static @Nullable Parts parts(Json.@Nullable Obj parts, Json.@Nullable Obj tree) {
    if (parts == null) {
      return tree == null ? null : Parts.of(tree);
    }
    Json.Obj ofCore = parts.object(OF_CORE);
    Json.Obj named = ofCore == null ? parts.object(PLAIN) : ofCore;
    Map<String, String> others = new HashMap<>();
    if (named != null) {
      named.members().forEach((name, digest) -> others.put(name, ((Json.Text) digest).value()));
    }
    return new Parts(text(parts, "core"), others, ofCore == null);
  }

  static Json.Array texts(Collection<String> texts) {
    return new Json.Array(texts.stream().sorted().<Json>map(Json.Text::new).toList());
  }

  static List<Json> items(Json.Obj object, String name) {
    Json.Array items = object.array(name);
    return items == null ? List.of() : items.items();
  }

  static Set<String> strings(Json.Obj object, String name) {
    Set<String> texts = new HashSet<>();
    items(object, name).forEach(item -> texts.add(((Json.Text) item).value()));
    return texts;
  }

  static String text(Json.Obj object, String name) {
    String text = object.text(name);
    if (text == null) {
      throw new IllegalArgumentException(name + ": not there (expected: a string)");
    }
    return text;
  }
}
