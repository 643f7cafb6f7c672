package io.tabellion.policy.cel;

import com.google.errorprone.annotations.Immutable;
import dev.cel.common.values.CelByteString;
import dev.cel.runtime.ConcatenatedListView;
import io.tabellion.jsonrpc.Json;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What the functions of CEL cost, charged before they are called: a step each, and what they go
 * through or make at most.
 *
 * <p>Pure but for the budget that is charged.
 */
final class Costs {
  /** A search compares up to this many characters of its needle at each place for one. */
  private static final int NEEDLE = 8;

  private Costs() {}

  /** What a call costs. */
  @Immutable
  interface Cost {
    /**
     * Charges it.
     *
     * @param other null for a function of one argument
     * @throws Unevaluable if it is too much
     */
    void charge(Budget budget, Object one, @Nullable Object other);
  }

  /** Its arguments become part of something new. */
  static void make(Budget budget, Object one, @Nullable Object other) {
    long size = size(one) + size(other);
    budget.step();
    budget.charge(Work.MADE, size);
    large(budget, size);
  }

  /** Its argument is gone through once. */
  static void read(Budget budget, Object one, @Nullable Object other) {
    // How many members a map or list has is known.
    long size = one instanceof Collection || one instanceof Map ? 0 : size(one);
    budget.step();
    budget.charge(Work.CHARACTERS, size);
    large(budget, size);
  }

  /** The texts are gone through until they differ, or the shorter ends. */
  static void shorter(Budget budget, Object one, @Nullable Object other) {
    budget.step();
    budget.charge(Work.CHARACTERS, Math.min(size(one), size(other)));
  }

  /** One text is looked for in the other. */
  static void search(Budget budget, Object one, @Nullable Object other) {
    long size = size(one) * (1 + size(other) / NEEDLE);
    budget.step();
    budget.charge(Work.CHARACTERS, size);
    large(budget, size);
  }

  /** Two values are compared to their depth, where they can be equal at all. */
  static void compare(Budget budget, Object one, @Nullable Object other) {
    budget.step();
    if (members(one) < 0 || members(other) < 0) {
      budget.charge(Work.CHARACTERS, Math.min(size(one), size(other)));
    } else if (members(one) == members(other)) {
      goThrough(budget, one);
      goThrough(budget, other);
    }
  }

  /** A value is compared with each of a list, or is a key of a map. */
  static void lookUp(Budget budget, Object one, @Nullable Object other) {
    budget.step();
    if (other instanceof Map) {
      budget.charge(Work.CHARACTERS, size(one));
      return;
    }
    goThrough(budget, one);
    goThrough(budget, other);
  }

  /** How many members a list or map has; -1 for anything else. */
  private static int members(@Nullable Object value) {
    return switch (value) {
      case Map<?, ?> map -> map.size();
      case Collection<?> list -> list.size();
      case null, default -> -1;
    };
  }

  private static void goThrough(Budget budget, @Nullable Object value) {
    switch (value) {
      case JsonMap map -> goThrough(budget, map.json());
      case JsonList list -> goThrough(budget, list.json());
      case Map<?, ?> map ->
          map.forEach((key, member) -> {
            goThrough(budget, key);
            goThrough(budget, member);
          });
      case Collection<?> list -> list.forEach(item -> goThrough(budget, item));
      case null, default -> budget.charge(Work.CHARACTERS, 1 + size(value));
    }
  }

  private static void goThrough(Budget budget, Json json) {
    budget.glance();
    switch (json) {
      case Json.Obj object ->
          object
              .members()
              .forEach((name, member) -> {
                budget.charge(Work.CHARACTERS, 1 + name.length());
                goThrough(budget, member);
              });
      case Json.Array array -> array.items().forEach(item -> goThrough(budget, item));
      case Json.Text(String text) -> budget.charge(Work.CHARACTERS, 1 + text.length());
      case Json.Num(String lexeme) -> budget.charge(Work.CHARACTERS, 1 + lexeme.length());
      case Json.Literal _ -> budget.charge(Work.CHARACTERS, 1);
    }
  }

  /** What takes a while gives way to others. */
  private static void large(Budget budget, long size) {
    if (size > 4096) {
      budget.pause();
    }
  }

  /** A list that CEL gathers a result in grows in place. */
  private static long size(@Nullable Object arg) {
    return switch (arg) {
      case String text -> text.length();
      case CelByteString bytes -> bytes.size();
      case ConcatenatedListView<?> _ -> 1;
      case List<?> list -> list.size();
      case null, default -> 0;
    };
  }
}
