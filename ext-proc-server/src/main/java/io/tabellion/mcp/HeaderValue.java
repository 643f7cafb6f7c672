package io.tabellion.mcp;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.util.Base64;
import java.util.Optional;

/**
 * Text in a mirrored header: as it is, or as {@code =?base64?…?=} where it would not survive
 * (2026-07-28 basic/transports/streamable-http, "Value Encoding").
 */
final class HeaderValue {
  private static final String START = "=?base64?";
  private static final String END = "?=";

  private HeaderValue() {}

  static String encode(String text) {
    if (survives(text)) {
      return text;
    }
    return START + Base64.getEncoder().encodeToString(text.getBytes(UTF_8)) + END;
  }

  /** Returns the text, or nothing if the value is encoded and the encoding is not canonical. */
  static Optional<String> decode(String value) {
    boolean unended = value.startsWith(START) && !value.endsWith(END);
    if (!looksEncoded(value) || unended) {
      return Optional.of(value); // without its end it is text like any other
    }
    if (!value.startsWith(START)) {
      return Optional.empty();
    }
    String encoded = value.substring(START.length(), Math.max(START.length(), value.length() - 2));
    try {
      byte[] bytes = Base64.getDecoder().decode(encoded);
      boolean canonical = Base64.getEncoder().encodeToString(bytes).equals(encoded);
      return canonical
          ? Optional.of(UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString())
          : Optional.empty();
    } catch (IllegalArgumentException | CharacterCodingException e) {
      return Optional.empty();
    }
  }

  private static boolean survives(String text) {
    return !text.isEmpty()
        && text.chars().allMatch(c -> c >= ' ' && c < 0x7F)
        && !text.startsWith(" ")
        && !text.endsWith(" ")
        && !looksEncoded(text);
  }

  /** Whether some reader could take the value for an encoded one. */
  private static boolean looksEncoded(String value) {
    return value.regionMatches(true, 0, START, 0, START.length());
  }
}
