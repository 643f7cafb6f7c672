package io.tabellion.schema;

import io.tabellion.jsonrpc.KnownMembers;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The members that one keyword of a schema names, made once with the schema; equal only to itself.
 *
 * <p>Thread-safe.
 */
final class Names {
  private final Set<String> all;
  private final Map<String, String> folded = new HashMap<>();

  /** Names in the order of the schema. */
  Names(Set<String> all) {
    this.all = new LinkedHashSet<>(all);
    all.forEach(name -> folded.put(KnownMembers.fold(name), name));
  }

  Set<String> all() {
    return all;
  }

  boolean has(String name) {
    return all.contains(name);
  }

  /** The name that this one equals but for case, or by letters that look alike; null if none. */
  @Nullable String like(String name) {
    return folded.get(KnownMembers.fold(name));
  }
}
