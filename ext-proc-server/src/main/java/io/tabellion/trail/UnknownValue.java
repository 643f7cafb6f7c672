package io.tabellion.trail;

import java.util.List;

/**
 * A value of a filter that no entry has, and some that entries have.
 *
 * @param field its name, as {@link Filter#name} gives it
 * @param value what was asked for
 * @param known what there is, in order, at most ten
 * @param more whether there is more than that
 */
public record UnknownValue(String field, String value, List<String> known, boolean more) {
  public UnknownValue {
    known = List.copyOf(known);
  }
}
