package io.tabellion.mask.made;

import io.tabellion.jsonrpc.Json;
import io.tabellion.mask.edit.Span;
import io.tabellion.mask.rule.Operator;
import java.util.Map;

/**
 * Makes what stands in the place of a value.
 *
 * <p>Thread-safe.
 */
public final class Replacements {
  /** Values of the formats of JSON Schema 2020-12 that say nothing, by detector. */
  private static final Map<String, String> OF_FORMAT =
      Map.of(
          "EMAIL", "masked@example.invalid",
          "IP_ADDRESS", "0.0.0.0",
          "US_SSN", "000-00-0000",
          "DATE_OF_BIRTH", "0001-01-01",
          "URL_CREDENTIALS", "https://masked.invalid/",
          "MAC_ADDRESS", "00:00:00:00:00:00");

  private final MaskKeys keys;
  private final Form form;
  private final String holder;

  /** Whose tokens are for nobody. */
  public Replacements(MaskKeys keys) {
    this(keys, new Form(keys.forms()), "");
  }

  private Replacements(MaskKeys keys, Form form, String holder) {
    this.keys = keys;
    this.form = form;
    this.holder = holder;
  }

  /** The same with tokens that are for this holder. */
  public Replacements heldBy(String other) {
    return holder.equals(other) ? this : new Replacements(keys, form, other);
  }

  /**
   * Whether the name of the detector stands in the place of these characters of a text, as mostly.
   *
   * @param like what is to become of them
   */
  public static boolean isNamed(int start, int end, Span like, String text) {
    return like.operator().equals(Operator.Replace.NAMED)
        && !(like.typed() && start == 0 && end == text.length())
        && !Made.mayBe(text, start, end);
  }

  /** Returns what stands in the place of the span of this text. */
  public String text(Span span, String text) {
    return value(span, text.substring(span.start(), span.end()), isWhole(span, text));
  }

  private static boolean isWhole(Span span, String text) {
    return span.start() == 0 && span.end() == text.length();
  }

  /**
   * Returns what stands in the place of a value.
   *
   * @param whole whether it is all of its text
   */
  public String value(Span span, String value, boolean whole) {
    if (keys.made(value)) {
      return value;
    }
    String detector = span.detector();
    return switch (span.operator()) {
      case Operator.Redact _ -> "";
      case Operator.Replace replace ->
          whole && span.typed() && OF_FORMAT.containsKey(detector)
              ? OF_FORMAT.getOrDefault(detector, "")
              : replace.by(detector);
      case Operator.KeepLast(int count) -> starred(value, count);
      case Operator.Hash _ -> keys.hash(detector, value);
      case Operator.Pseudonym _ -> keys.pseudonym(detector, value);
      case Operator.Token _ -> keys.token(detector, value, holder);
      case Operator.FormatPreserving _ -> {
        String other = form.of(detector, value);
        yield other == null ? Operator.Replace.NAMED.by(detector) : other;
      }
    };
  }

  private static String starred(String value, int count) {
    long letters = value.codePoints().filter(Replacements::says).count();
    if (letters == 0) {
      return "*".repeat(value.codePointCount(0, value.length()));
    }
    long hidden = letters <= 2L * count ? letters : letters - count;
    StringBuilder text = new StringBuilder(value.length());
    int at = 0;
    while (at < value.length()) {
      int point = value.codePointAt(at);
      at += Character.charCount(point);
      if (says(point) && hidden > 0) {
        hidden--;
        text.append('*');
      } else {
        text.appendCodePoint(point);
      }
    }
    return text.toString();
  }

  /** Whether the character says something: it is more than space and punctuation. */
  private static boolean says(int point) {
    return Character.isLetterOrDigit(point)
        || (point >= 0x80
            && switch (Character.getType(point)) {
              case Character.SPACE_SEPARATOR,
                  Character.LINE_SEPARATOR,
                  Character.PARAGRAPH_SEPARATOR,
                  Character.CONTROL,
                  Character.DASH_PUNCTUATION,
                  Character.START_PUNCTUATION,
                  Character.END_PUNCTUATION,
                  Character.INITIAL_QUOTE_PUNCTUATION,
                  Character.FINAL_QUOTE_PUNCTUATION,
                  Character.CONNECTOR_PUNCTUATION,
                  Character.OTHER_PUNCTUATION ->
                  false;
              default -> true;
            });
  }

  /** Returns what stands in the place of a number. */
  public Json.Num number(Span span, Json.Num number) {
    String lexeme = number.lexeme();
    boolean integer = lexeme.chars().allMatch(c -> c >= '0' && c <= '9');
    String detector = span.detector();
    return switch (span.operator()) {
      case Operator.Redact _, Operator.Replace _ -> Json.Num.of(0);
      case Operator.KeepLast(int count) -> integer ? last(lexeme, count) : Json.Num.of(0);
      case Operator.Hash _, Operator.Pseudonym _, Operator.Token _ ->
          integer ? digits(detector, lexeme) : Json.Num.of(0);
      case Operator.FormatPreserving _ -> {
        String other = integer ? form.ofNumber(detector, lexeme) : null;
        yield other == null ? Json.Num.of(0) : new Json.Num(other);
      }
    };
  }

  private static Json.Num last(String lexeme, int count) {
    if (lexeme.length() <= 2 * count) {
      return Json.Num.of(0);
    }
    return Json.Num.of(Long.parseLong(lexeme.substring(lexeme.length() - count)));
  }

  /** Other digits, as many; they never pass as a payment card. */
  private Json.Num digits(String detector, String lexeme) {
    String digits = keys.digits(detector, lexeme, lexeme.length());
    while (digits.equals(lexeme) || Form.isCard(digits)) {
      int last = digits.charAt(digits.length() - 1) - '0';
      digits = digits.substring(0, digits.length() - 1) + (last + 1) % 10;
    }
    return new Json.Num(digits);
  }

  /** Returns what stands in the place of a literal: null stays. */
  public static Json literal(Json.Literal literal) {
    return literal == Json.Literal.NULL ? literal : Json.Literal.FALSE;
  }
}
