package io.tabellion.jsonrpc;

import java.text.Normalizer;
import java.util.HashSet;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The members that a type is known to have, to find those that only look like one.
 *
 * <p>A reader that folds case, normalises, or stops at NUL would take {@code "Name"}, {@code
 * "paramſ"} or {@code "name\u005cu0000"} for a member that we did not judge; so they are refused.
 *
 * <p>Immutable and thread-safe.
 */
public final class KnownMembers {
  private final Set<String> names;
  private final Set<String> folded;

  private KnownMembers(Set<String> names) {
    this.names = Set.copyOf(names);
    this.folded = names.stream().map(KnownMembers::fold).collect(Collectors.toUnmodifiableSet());
  }

  /** Returns the set of {@code names}. */
  public static KnownMembers of(String... names) {
    return new KnownMembers(Set.of(names));
  }

  /** Returns these and {@code more}. */
  public KnownMembers and(KnownMembers more) {
    Set<String> all = new HashSet<>(names);
    all.addAll(more.names);
    return new KnownMembers(all);
  }

  /** Whether the name is known, byte by byte. */
  public boolean has(String name) {
    return names.contains(name);
  }

  /** Whether the name is not known but could be taken for one that is. */
  public boolean isLookalike(String name) {
    return !names.contains(name) && folded.contains(fold(name));
  }

  /** Returns what is wrong with the object at {@code where}, or null if no member misleads. */
  public Parsed.@Nullable Malformed check(Json.Obj object, String where) {
    for (String name : object.members().keySet()) {
      if (isLookalike(name)) {
        return Parsed.Malformed.message(where, "no member that only looks like a known one");
      }
    }
    return null;
  }

  /**
   * Returns what a lenient reader could take the name for: without control, format and variation
   * characters, NFKC, case folded.
   */
  public static String fold(String name) {
    String visible = name.codePoints().allMatch(KnownMembers::plain) ? name : strip(name);
    String composed = Normalizer.normalize(visible, Normalizer.Form.NFKC);
    // Upper first: ſ, ß and the like have a lower case of their own but share an upper one.
    String folded = composed.toUpperCase(Locale.ROOT).toLowerCase(Locale.ROOT);
    return Normalizer.normalize(folded, Normalizer.Form.NFKC);
  }

  private static boolean plain(int c) {
    return c > ' ' && c < 0x7F;
  }

  private static String strip(String name) {
    return name.codePoints()
        .filter(c -> !Character.isISOControl(c))
        .filter(c -> Character.getType(c) != Character.FORMAT)
        .filter(c -> (c < 0xFE00 || c > 0xFE0F) && (c < 0xE0100 || c > 0xE01EF))
        .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
        .toString();
  }
}
