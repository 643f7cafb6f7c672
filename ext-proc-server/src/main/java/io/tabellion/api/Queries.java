package io.tabellion.api;

import com.google.protobuf.Timestamp;
import io.tabellion.audit.index.Query;
import io.tabellion.audit.index.Query.Field;
import io.tabellion.audit.index.SearchIndex;
import io.tabellion.audit.v1.Filter;
import io.tabellion.audit.v1.UnknownValue;
import io.tabellion.secret.KeyedHash;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Translates filters of the API into questions to the index, and into words for an access.read. */
final class Queries {
  private static final int VALUES = 20;
  private static final int BYTES = 256;

  /** 0001-01-01T00:00:00Z and 9999-12-31T23:59:59Z, as google.protobuf.Timestamp has them. */
  private static final long EARLIEST = -62_135_596_800L;

  private static final long LATEST = 253_402_300_799L;

  /** Fields of the index and their names in the API. */
  private static final Map<Field, String> NAMES =
      new EnumMap<>(
          Map.ofEntries(
              Map.entry(Field.SUBJECT, "subjects"),
              Map.entry(Field.CLIENT, "clients"),
              Map.entry(Field.SERVER, "servers"),
              Map.entry(Field.METHOD, "methods"),
              Map.entry(Field.TOOL, "tools"),
              Map.entry(Field.DECISION, "decisions"),
              Map.entry(Field.KIND, "kinds"),
              Map.entry(Field.CONVERSATION, "conversations"),
              Map.entry(Field.SESSION, "sessions"),
              Map.entry(Field.INTENT, "intents"),
              Map.entry(Field.OUTCOME, "outcomes"),
              Map.entry(Field.REASON, "reasons"),
              Map.entry(Field.RULE, "rules"),
              Map.entry(Field.GROUP, "groups"),
              Map.entry(Field.SOURCE, "sources"),
              Map.entry(Field.POLICY, "policies"),
              Map.entry(Field.REQUEST_ID, "request_ids"),
              Map.entry(Field.WOULD, "would")));

  private static final String DIGEST = "[0-9a-f]{64}";

  /** Some of what there is, for whoever asked for what there is not. */
  private static final int KNOWN = 10;

  private final KeyedHash hash;
  private final SearchIndex index;
  private final Vocabulary vocabulary;

  Queries(KeyedHash hash, SearchIndex index) {
    this.hash = hash;
    this.index = index;
    this.vocabulary = new Vocabulary(index);
  }

  /**
   * Reads a filter.
   *
   * @throws ApiException if a field is not as documented
   */
  Query toQuery(Filter filter) {
    if (filter.getWords().getBytes(StandardCharsets.UTF_8).length > BYTES) {
      throw ApiException.invalid("filter.words", "too long", "at most " + BYTES + " bytes");
    }
    Instant from = filter.hasFrom() ? instant("filter.from", filter.getFrom()) : null;
    Instant until = filter.hasUntil() ? instant("filter.until", filter.getUntil()) : null;
    if (from != null && until != null && !from.isBefore(until)) {
      throw ApiException.invalid(
          "filter.until", until + " is not after from, " + from, "a time after from");
    }
    return new Query(from, until, values(filter), filter.getWords());
  }

  private Map<Field, List<String>> values(Filter filter) {
    Map<Field, List<String>> values = new EnumMap<>(Field.class);
    NAMES.forEach((field, name) -> {
      List<String> wanted = checked(name, asked(filter, name));
      values.put(
          field, field == Field.SESSION ? sessions(wanted) : vocabulary.words(field, name, wanted));
    });
    return values;
  }

  @SuppressWarnings("unchecked") // a repeated field of strings
  private static List<String> asked(Filter filter, String name) {
    return (List<String>) filter.getField(Filter.getDescriptor().findFieldByName(name));
  }

  /** Returns the values of a filter that no entry has, with some that entries have. */
  List<UnknownValue> unknown(Query query) {
    List<UnknownValue> unknown = new ArrayList<>();
    query
        .values()
        .forEach((field, values) -> {
          if (field.open()) {
            values.stream()
                .filter(value -> !index.isKnown(field, value))
                .forEach(value -> unknown.add(unknown(field, value)));
          }
        });
    return unknown;
  }

  private UnknownValue unknown(Field field, String value) {
    List<String> known = index.values(field, KNOWN + 1);
    return UnknownValue.newBuilder()
        .setField(String.valueOf(NAMES.get(field)))
        .setValue(value)
        .addAllKnown(known.subList(0, Math.min(KNOWN, known.size())))
        .setMore(known.size() > KNOWN)
        .build();
  }

  /** Session ids are secrets that the record does not hold: what is no digest is made one. */
  private List<String> sessions(List<String> sessions) {
    return sessions.stream()
        .map(session -> session.matches(DIGEST) ? session : hash.of("session", session))
        .toList();
  }

  private static List<String> checked(String field, List<String> values) {
    if (values.size() > VALUES) {
      throw ApiException.invalid("filter." + field, "too many", "at most " + VALUES);
    }
    for (String value : values) {
      if (value.isEmpty() || value.getBytes(StandardCharsets.UTF_8).length > BYTES) {
        throw ApiException.invalid("filter." + field, "unfit", "1 to " + BYTES + " bytes");
      }
    }
    return values;
  }

  private static Instant instant(String field, Timestamp at) {
    if (at.getSeconds() < EARLIEST || at.getSeconds() > LATEST || at.getNanos() < 0) {
      throw ApiException.invalid(field, "no time", "years 1 to 9999");
    }
    return Instant.ofEpochSecond(at.getSeconds(), at.getNanos());
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
