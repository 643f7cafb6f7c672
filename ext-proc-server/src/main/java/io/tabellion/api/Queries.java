package io.tabellion.api;

import com.google.protobuf.Timestamp;
import io.tabellion.audit.index.Query;
import io.tabellion.audit.index.Query.Field;
import io.tabellion.audit.v1.Filter;
import io.tabellion.secret.KeyedHash;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
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
  private static final String DIGEST = "[0-9a-f]{64}";

  private final KeyedHash hash;

  Queries(KeyedHash hash) {
    this.hash = hash;
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
    return new Query(
        filter.hasFrom() ? instant("filter.from", filter.getFrom()) : null,
        filter.hasUntil() ? instant("filter.until", filter.getUntil()) : null,
        values(filter),
        filter.getWords());
  }

  private Map<Field, List<String>> values(Filter filter) {
    Map<Field, List<String>> values = new EnumMap<>(Field.class);
    values.put(Field.SUBJECT, checked("subjects", filter.getSubjectsList()));
    values.put(Field.CLIENT, checked("clients", filter.getClientsList()));
    values.put(Field.SERVER, checked("servers", filter.getServersList()));
    values.put(Field.METHOD, checked("methods", filter.getMethodsList()));
    values.put(Field.TOOL, checked("tools", filter.getToolsList()));
    values.put(Field.DECISION, checked("decisions", filter.getDecisionsList()));
    values.put(Field.KIND, checked("kinds", filter.getKindsList()));
    values.put(Field.CONVERSATION, checked("conversations", filter.getConversationsList()));
    values.put(Field.SESSION, sessions(checked("sessions", filter.getSessionsList())));
    values.put(Field.INTENT, checked("intents", filter.getIntentsList()));
    values.put(Field.OUTCOME, checked("outcomes", filter.getOutcomesList()));
    return values;
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
