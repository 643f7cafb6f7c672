package io.tabellion.mcp;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** The header fields of one HTTP message, in order, duplicates apart. */
public record Headers(List<Header> all) {
  public static final Headers NONE = new Headers(List.of());

  /** Fields whose value has no blank, so that one with a comma and a blank is several. */
  private static final Set<String> BLANKLESS =
      Set.of("mcp-method", "mcp-protocol-version", "mcp-session-id");

  public Headers {
    all = List.copyOf(all);
  }

  /** Returns headers of name and value, one after the other. */
  public static Headers of(String... namesAndValues) {
    if (namesAndValues.length % 2 != 0) {
      throw new IllegalArgumentException("namesAndValues: odd (expected: name, value, …)");
    }
    return new Headers(
        IntStream.range(0, namesAndValues.length / 2)
            .mapToObj(i -> new Header(namesAndValues[2 * i], namesAndValues[2 * i + 1]))
            .toList());
  }

  /** Returns the values of all fields of the name, in order. */
  public List<String> values(String name) {
    String lower = name.toLowerCase(Locale.ROOT);
    List<String> values = List.of();
    for (int i = 0; i < all.size(); i++) { // no stream: a message asks some twenty times
      Header header = all.get(i);
      if (header.name().equals(lower)) {
        values = with(values, header.value());
      }
    }
    return values;
  }

  /**
   * Returns the different values of a field that has one value: the same said twice is said once,
   * in two fields or in one with a comma and a blank between them.
   */
  public List<String> distinct(String name) {
    return distinct(name, values(name));
  }

  private static List<String> distinct(String name, List<String> values) {
    if (values.isEmpty() || (values.size() == 1 && !isJoined(name, values.getFirst()))) {
      return values; // nearly always
    }
    boolean joined = values.stream().anyMatch(value -> isJoined(name, value));
    return values.stream()
        .flatMap(value -> joined ? Arrays.stream(value.split(", +", -1)) : Stream.of(value))
        .map(String::strip)
        .distinct()
        .toList();
  }

  private static boolean isJoined(String name, String value) {
    return value.contains(", ") && BLANKLESS.contains(name);
  }

  /** Returns the one value of a field that stands there more than once; empty if it does not. */
  public Optional<String> repeated(String name) {
    List<String> values = values(name);
    List<String> distinct = distinct(name, values);
    return distinct.size() == 1 && !values.equals(distinct)
        ? Optional.of(distinct.getFirst())
        : Optional.empty();
  }

  /** Returns the names that begin with {@code prefix} (lower case), each once. */
  public List<String> names(String prefix) {
    List<String> names = List.of();
    for (int i = 0; i < all.size(); i++) {
      Header header = all.get(i);
      if (header.name().startsWith(prefix) && !names.contains(header.name())) {
        names = with(names, header.name());
      }
    }
    return names;
  }

  private static List<String> with(List<String> some, String one) {
    if (some.isEmpty()) {
      return List.of(one);
    }
    List<String> more = new ArrayList<>(some);
    more.add(one);
    return List.copyOf(more);
  }
}
