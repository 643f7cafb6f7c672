package io.tabellion.pin;

import io.tabellion.jsonrpc.Json;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * What looks wrong in texts that a server writes for a model: descriptions of tools and prompts,
 * and {@code instructions}. A sign, not a proof: policy decides what follows.
 *
 * <p>Pure and thread-safe.
 */
public enum Suspicion {
  /**
   * Characters that a person does not see and a model reads: Unicode tags (U+E0000 block), controls
   * of writing direction, zero-width characters outside of emoji, other format characters and
   * private use.
   */
  HIDDEN_UNICODE("hidden-unicode"),
  /**
   * Words that speak to the model rather than about the tool: to put other instructions aside, to
   * keep something from the user, to read secrets, to call something first.
   */
  INSTRUCTIONS("instructions");

  private static final int ZERO_WIDTH_JOINER = 0x200D;

  /** Longest text that is looked at, in chars: nobody reviews more. */
  private static final int LONGEST = 1 << 16;

  private static final List<Pattern> PHRASES =
      phrases(
          "(ignore|disregard|forget|override) (all |any |the |your )?(previous|prior|above|earlier|other|system)"
              + " (instruction|prompt|message|rule)s?",
          "do(n't| not) (tell|inform|mention|reveal|show|notify)[a-z ,]{0,40} (user|human)",
          "without (telling|informing|notifying|asking) the (user|human)",
          "(hide|conceal|keep) (this|it|that)[a-z ]{0,20} from the (user|human)",
          "</?(important|system|instructions?|secret|admin)>",
          "(system prompt|developer message)",
          "(before|after|when(ever)?) (using|calling|invoking) (this|any|every|another|the) [a-z ]{0,20}tools?,?"
              + " (you )?(must|always|first|should|read|call)",
          "you (must|should) (always|first|never) (call|use|read|send|include|pass)",
          "(~/|/home/|/root/|/etc/)[^ ]{0,60}(id_rsa|id_ed25519|\\.ssh|passwd|shadow|credentials|\\.env|mcp\\.json)",
          "(contents?|content) of [^.]{0,60}(id_rsa|\\.ssh|\\.env|credentials|private key)",
          "instead of (using |calling )?the [a-z_ ]{1,40} tool");

  private final String word;

  Suspicion(String word) {
    this.word = word;
  }

  /** The word for it in entries and in policies. */
  public String word() {
    return word;
  }

  /** Returns what looks wrong in any text of the value, names of members included. */
  public static Set<Suspicion> of(Json value) {
    Set<Suspicion> found = EnumSet.noneOf(Suspicion.class);
    look(value, found);
    return found;
  }

  private static void look(Json value, Set<Suspicion> found) {
    switch (value) {
      case Json.Obj object ->
          object
              .members()
              .forEach((name, member) -> {
                look(name, found);
                look(member, found);
              });
      case Json.Array array -> array.items().forEach(item -> look(item, found));
      case Json.Text(String text) -> look(text, found);
      case Json.Num _, Json.Literal _ -> {
        // Says nothing to a model.
      }
    }
  }

  private static void look(String text, Set<Suspicion> found) {
    if (hidesSomething(text)) {
      found.add(HIDDEN_UNICODE);
    }
    if (!found.contains(INSTRUCTIONS) && instructs(text)) {
      found.add(INSTRUCTIONS);
    }
  }

  private static boolean instructs(String text) {
    String plain = visible(text.length() > LONGEST ? text.substring(0, LONGEST) : text);
    return PHRASES.stream().anyMatch(phrase -> phrase.matcher(plain).find());
  }

  /** The text as a model takes it: hidden characters away, white space as one blank. */
  private static String visible(String text) {
    StringBuilder plain = new StringBuilder(text.length());
    boolean blank = false;
    for (int i = 0; i < text.length(); ) {
      int point = text.codePointAt(i);
      i += Character.charCount(point);
      if (Character.isWhitespace(point) || Character.isSpaceChar(point)) {
        blank = true;
      } else if (!hidden(point) && point != ZERO_WIDTH_JOINER) {
        plain.append(blank ? " " : "").appendCodePoint(point);
        blank = false;
      }
    }
    return plain.toString();
  }

  private static boolean hidesSomething(String text) {
    int before = 0;
    for (int i = 0; i < text.length(); ) {
      int point = text.codePointAt(i);
      i += Character.charCount(point);
      if (point == ZERO_WIDTH_JOINER) {
        int after = i < text.length() ? text.codePointAt(i) : 0;
        if (!joins(before) || !joins(after)) {
          return true;
        }
      } else if (hidden(point)) {
        return true;
      }
      before = point;
    }
    return false;
  }

  /** Whether a zero-width joiner has its place beside it: emoji, and scripts that join letters. */
  private static boolean joins(int point) {
    return Character.isEmoji(point)
        || Character.isEmojiModifier(point)
        || point == 0xFE0F
        || (Character.isLetter(point) && point >= 0x0600 && point < 0x1000)
        || (Character.getType(point) == Character.NON_SPACING_MARK && point >= 0x0600);
  }

  private static boolean hidden(int point) {
    return switch (Character.getType(point)) {
      case Character.FORMAT -> point != ZERO_WIDTH_JOINER && point != 0x200C;
      case Character.PRIVATE_USE -> true;
      case Character.CONTROL -> point != '\n' && point != '\r' && point != '\t';
      default -> point >= 0xE0100 && point <= 0xE01EF;
    };
  }

  private static List<Pattern> phrases(String... expressions) {
    return List.of(expressions).stream()
        .map(expression -> Pattern.compile(expression, Pattern.CASE_INSENSITIVE))
        .toList();
  }
}
