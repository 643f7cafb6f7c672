package io.tabellion.mcp;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;

/** The header fields of one HTTP message, in order, duplicates apart. */
public record Headers(List<Header> all) {
  public static final Headers NONE = new Headers(List.of());

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
    List<String> values = new ArrayList<>(2);
    for (Header header : all) { // no stream: a message asks some twenty times
      if (header.name().equals(lower)) {
        values.add(header.value());
      }
    }
    return List.copyOf(values);
  }

  /** Returns the names that begin with {@code prefix} (lower case), each once. */
  public List<String> names(String prefix) {
    return all.stream().map(Header::name).filter(n -> n.startsWith(prefix)).distinct().toList();
  }
}
