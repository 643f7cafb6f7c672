package io.tabellion.schema;

import dev.harrel.jsonschema.JsonNode;
import io.tabellion.jsonrpc.Json;
import io.tabellion.pace.Turns;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * One check of arguments while it is done: the work, which is counted and never timed, and what is
 * known of the names in each object.
 *
 * <p>Confined to the thread that checks.
 */
final class Check {
  /** Of whoever checks on this thread. */
  static final ScopedValue<Check> CURRENT = ScopedValue.newInstance();

  /** Keywords that are evaluated, and members and values that they look at. */
  static final long MOST_STEPS = 1_000_000;

  /** Instructions of patterns times characters of texts. */
  static final long MOST_MATCHING = 16L << 20;

  private long steps;
  private long matching;
  private int evaluated;
  private int levels;
  private final IdentityHashMap<Json, Named> named = new IdentityHashMap<>();
  private final Set<Reference> following = new HashSet<>();

  /** A reference that is followed at a value; following it there again would never end. */
  private record Reference(Object keyword, Object value) {
    @Override
    @SuppressWarnings("ReferenceEquality") // the same keyword at the same value, not equal ones
    public boolean equals(Object other) {
      return other instanceof Reference(Object another, Object at)
          && keyword == another
          && value == at;
    }

    @Override
    public int hashCode() {
      return 31 * System.identityHashCode(keyword) + System.identityHashCode(value);
    }
  }

  /** A keyword is about to be evaluated that looks at so many values. */
  void step(long width) {
    evaluated++;
    // The validator writes down where it is, which is longer the deeper it is.
    steps += 1 + width + levels / 4;
    if (steps > MOST_STEPS) {
      throw Exhausted.INSTANCE;
    }
    Turns.step(4);
  }

  /** What is evaluated until {@link #leave} is within what is evaluated now. */
  void enter() {
    levels++;
  }

  void leave() {
    levels--;
  }

  /** A keyword is about to be evaluated that goes through all that was evaluated before. */
  void stepOverAll() {
    step(evaluated);
  }

  /** A pattern is about to be matched. */
  void match(long instructions, String text) {
    matching += instructions * (text.length() + 1L);
    if (matching > MOST_MATCHING) {
      throw Exhausted.INSTANCE;
    }
    Turns.step(Math.min(text.length(), 1 << 16));
  }

  /** The schema names these members of the object. */
  void names(JsonNode object, Names members) {
    if (object instanceof Node node && node.json() instanceof Json.Obj) {
      named.computeIfAbsent(node.json(), _ -> new Named(new LinkedHashSet<>())).all.add(members);
    }
  }

  /** The members that the schema names of the object. */
  Named named(Json object) {
    return named.getOrDefault(object, Named.NONE);
  }

  /**
   * What the schema names of one object.
   *
   * @param all of the keywords that were met there, each counted when it was
   */
  record Named(Set<Names> all) {
    private static final Named NONE = new Named(Set.of());

    boolean has(String name) {
      return all.stream().anyMatch(names -> names.has(name));
    }

    /** The name that another one could be taken for; null if there is none, or it is named too. */
    @Nullable String lookalike(String name) {
      return has(name)
          ? null
          : all.stream()
              .map(names -> names.like(name))
              .filter(Objects::nonNull)
              .findFirst()
              .orElse(null);
    }

    /** The first few of them. */
    List<String> some(int most) {
      return all.stream().flatMap(names -> names.all().stream()).distinct().limit(most).toList();
    }
  }

  /** Begins to follow a reference; false if that is under way already. */
  boolean follows(Object keyword, JsonNode value) {
    return following.add(new Reference(keyword, value));
  }

  void followed(Object keyword, JsonNode value) {
    following.remove(new Reference(keyword, value));
  }
}
