package io.tabellion.mcp;

import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What a body is, by its {@code Content-Type} (RFC 9110 §8.3.1). The type is exact, compared
 * without case. Of its parameters only {@code charset} counts, and must say UTF-8 or a part of it:
 * what goes on is ours, in UTF-8, and has no parameters.
 */
public enum MediaType {
  /** {@code application/json}. */
  JSON("application/json"),
  /** {@code text/event-stream}. */
  EVENT_STREAM("text/event-stream"),
  /** No content type at all. */
  NONE(""),
  /** Any other, also these with a charset that is not UTF-8, and two that differ. */
  OTHER("");

  /** Labels of UTF-8 (WHATWG Encoding §4.2), what databases call it, of its part, and none. */
  private static final Set<String> UTF8 =
      Set.of(
          "",
          "utf-8",
          "utf8",
          "utf_8",
          "utf8mb4",
          "unicode-1-1-utf-8",
          "unicode11utf8",
          "unicode20utf8",
          "x-unicode20utf8",
          "us-ascii",
          "ascii");

  private final String text;

  MediaType(String text) {
    this.text = text;
  }

  /** Returns the media type of a body. Several fields, or several in one, must say the same. */
  public static MediaType of(Headers headers) {
    List<String> values = headers.values("content-type");
    MediaType plain = values.size() == 1 ? plain(values.getFirst()) : null;
    if (plain != null) {
      return plain;
    }
    List<MediaType> types =
        values.stream()
            .flatMap(value -> Parameters.split(value, ',').stream())
            .map(MediaType::of)
            .distinct()
            .toList();
    if (types.isEmpty()) {
      return NONE;
    }
    return types.size() > 1 ? OTHER : types.getFirst();
  }

  /** Whether it is a type that we read, and says more than its type in UTF-8, or says it twice. */
  public static boolean isOdd(Headers headers) {
    List<String> values = headers.values("content-type");
    if (values.size() == 1 && plain(values.getFirst()) != null) {
      return false;
    }
    MediaType type = of(headers);
    return (type == JSON || type == EVENT_STREAM)
        && (values.size() > 1 || values.stream().anyMatch(MediaType::isOdd));
  }

  private static boolean isOdd(String value) {
    List<String> parts = Parameters.split(value, ';');
    return parts.size() > 2
        || Parameters.split(value, ',').size() > 1
        || (parts.size() == 2
            && !Parameters.valueOf(parts.getLast(), "charset").equals(Optional.of("utf-8")));
  }

  /** Whether the body is not encoded: no {@code Content-Encoding}, or {@code identity}. */
  public static boolean isPlain(Headers headers) {
    return headers.values("content-encoding").stream()
        .flatMap(value -> Parameters.split(value, ',').stream())
        .allMatch(coding -> coding.strip().equalsIgnoreCase("identity"));
  }

  /** Returns the type of a value that is nothing but a type that we read; null of any other. */
  private static @Nullable MediaType plain(String value) {
    if (value.equals(JSON.text)) {
      return JSON;
    }
    return value.equals(EVENT_STREAM.text) ? EVENT_STREAM : null;
  }

  private static MediaType of(String value) {
    List<String> parts = Parameters.split(value, ';');
    String type = parts.getFirst().strip().toLowerCase(Locale.ROOT);
    for (String part : parts.subList(1, parts.size())) {
      if (!Parameters.valueOf(part, "charset").map(UTF8::contains).orElse(true)) {
        return OTHER;
      }
    }
    if (type.equals(JSON.text)) {
      return JSON;
    }
    return type.equals(EVENT_STREAM.text) ? EVENT_STREAM : OTHER;
  }
}
