package io.tabellion.mcp;

import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;

/** What a body is, by its {@code Content-Type}. The type is exact, compared without case. */
public enum MediaType {
  /** {@code application/json}. */
  JSON("application/json"),
  /** {@code text/event-stream}. */
  EVENT_STREAM("text/event-stream"),
  /** No content type at all. */
  NONE(""),
  /** Any other, also these with a charset that is not UTF-8 or with a parameter of another name. */
  OTHER("");

  /** The one parameter that we read; a client that reads others could see another type in them. */
  private static final Pattern CHARSET =
      Pattern.compile("[ \\t]*;[ \\t]*charset=(utf-8|\"utf-8\")", Pattern.CASE_INSENSITIVE);

  private final String text;

  MediaType(String text) {
    this.text = text;
  }

  /** Returns the media type of a body. Several fields, or several in one, are {@link #OTHER}. */
  public static MediaType of(Headers headers) {
    List<String> values = headers.values("content-type");
    if (values.isEmpty()) {
      return NONE;
    }
    return values.size() > 1 ? OTHER : of(values.getFirst());
  }

  /** Whether the body is not encoded: no {@code Content-Encoding}, or {@code identity}. */
  public static boolean isPlain(Headers headers) {
    return headers.values("content-encoding").stream()
        .allMatch(coding -> coding.equalsIgnoreCase("identity"));
  }

  private static MediaType of(String value) {
    String type = value.split(";", 2)[0].strip().toLowerCase(Locale.ROOT);
    String parameters =
        value.substring(value.indexOf(';') < 0 ? value.length() : value.indexOf(';'));
    if (!parameters.isEmpty() && !CHARSET.matcher(parameters).matches()) {
      return OTHER;
    }
    if (type.equals(JSON.text)) {
      return JSON;
    }
    return type.equals(EVENT_STREAM.text) ? EVENT_STREAM : OTHER;
  }
}
