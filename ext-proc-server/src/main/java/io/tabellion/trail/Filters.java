package io.tabellion.trail;

import io.tabellion.audit.index.Query;
import io.tabellion.audit.index.Query.Field;
import io.tabellion.audit.index.SearchIndex;
import io.tabellion.secret.KeyedHash;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Makes questions to the index of filters, and words for an access.read of questions.
 *
 * <p>Thread-safe.
 */
final class Filters {
  private static final int VALUES = 20;
  private static final int BYTES = 256;
  private static final String DIGEST = "[0-9a-f]{64}";

  /** Some of what there is, for whoever asked for what there is not. */
  private static final int KNOWN = 10;

  private final KeyedHash hash;

  Filters(KeyedHash hash) {
    this.hash = hash;
  }

  /**
   * Reads a filter.
   *
   * @param index knows words that entries of other versions have
   * @throws TrailException if a field is not as documented
   */
  Query toQuery(Filter filter, SearchIndex index) {
    if (filter.words().getBytes(StandardCharsets.UTF_8).length > BYTES) {
      throw TrailException.invalid("filter.words", "too long", "at most " + BYTES + " bytes");
    }
    Instant from = filter.from();
    Instant until = filter.until();
    if (from != null && until != null && !from.isBefore(until)) {
      throw TrailException.invalid(
          "filter.until", until + " is not after from, " + from, "a time after from");
    }
    return new Query(from, until, values(filter, index), filter.words());
  }

  private Map<Field, List<String>> values(Filter filter, SearchIndex index) {
    Vocabulary vocabulary = new Vocabulary(index);
    Map<Field, List<String>> values = new EnumMap<>(Field.class);
    for (Field field : Field.values()) {
      String name = Filter.name(field);
      List<String> wanted = checked(name, filter.of(field));
      values.put(
          field, field == Field.SESSION ? sessions(wanted) : vocabulary.words(field, name, wanted));
    }
    return values;
  }

  /** Returns the values of a question that no entry has, with some that entries have. */
  static List<UnknownValue> unknown(Query query, SearchIndex index) {
    List<UnknownValue> unknown = new ArrayList<>();
    query
        .values()
        .forEach((field, values) -> {
          if (field.open()) {
            values.stream()
                .filter(value -> !index.isKnown(field, value))
                .forEach(value -> unknown.add(unknown(field, value, index)));
          }
        });
    return unknown;
  }

  private static UnknownValue unknown(Field field, String value, SearchIndex index) {
    List<String> known = index.values(field, KNOWN + 1);
    return new UnknownValue(
        Filter.name(field),
        value,
        known.subList(0, Math.min(KNOWN, known.size())),
        known.size() > KNOWN);
  }

  /** Session ids are secrets that the record does not hold: what is no digest is made one. */
  private List<String> sessions(List<String> sessions) {
    return sessions.stream()
        .map(session -> session.matches(DIGEST) ? session : hash.of("session", session))
        .toList();
  }

  private static List<String> checked(String field, List<String> values) {
    if (values.size() > VALUES) {
      throw TrailException.invalid("filter." + field, "too many", "at most " + VALUES);
    }
    for (String value : values) {
      if (value.isEmpty() || value.getBytes(StandardCharsets.UTF_8).length > BYTES) {
        throw TrailException.invalid("filter." + field, "unfit", "1 to " + BYTES + " bytes");
      }
    }
    return values;
  }

  /** Describes a question, without the words that were searched for. */
  static String describe(Query query) {
    StringBuilder text = new StringBuilder();
    append(text, "from", query.from());
    append(text, "until", query.until());
    query
        .values()
        .forEach((field, values) ->
            append(text, field.name().toLowerCase(Locale.ROOT), String.join(",", values)));
    append(text, "words", query.words().isBlank() ? null : "yes");
    return text.toString();
  }

  private static void append(StringBuilder text, String name, @Nullable Object value) {
    if (value != null) {
      text.append(' ').append(name).append('=').append(value);
    }
  }
}
