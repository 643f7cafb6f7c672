package io.tabellion.detect.secrets;

import io.tabellion.detect.engine.CharSet;
import io.tabellion.detect.engine.Text;
import io.tabellion.detect.engine.WordSet;

/** Passwords that are words: told from types, states and messages by how they are written. */
final class Passphrase {
  private static final CharSet BLANK = CharSet.of(" \t");

  /** Values that say something about a password, or stand in for one: whole words. */
  private static final String NO_PASSWORDS =
      " string str text varchar char number integer boolean bytes object unknown optional required"
          + " mandatory none null undefined empty false default secret hidden masked redacted"
          + " removed filtered invalid incorrect expired missing wrong correct accepted rejected"
          + " disabled enabled bcrypt argon scrypt plain plaintext encrypted hashed changed updated"
          + " reset forgotten username account admin value input field label option settings config"
          + " private public static protected readonly process request options context result"
          + " return returns method function callback never always sensitive generated random"
          + " vault keyring prompt stdin environ environment authorization bearer basic ";

  /** Parts of words that only messages and labels have. Lower case. */
  private static final WordSet OF_MESSAGES =
      WordSet.of(
          "passw",
          "pwd",
          "mot de",
          "contrase",
          "senha",
          "wachtwoord",
          "heslo",
          "kennwort",
          "parola",
          "your",
          "enter ",
          "must",
          "please",
          "forgot",
          "charact",
          "minimum",
          " is ",
          " not ",
          " the ",
          "the ",
          " to ",
          " of ",
          " for ",
          " and ",
          " or ",
          " with",
          "login",
          "sign in",
          "credential",
          "invalid",
          "change",
          "confirm",
          "encrypt",
          "secret",
          "token");

  private static final int LEAST_WORD = 6;
  private static final int LONGEST_WORD = 40;
  private static final int LEAST_WORDS = 3;
  private static final int MOST_WORDS = 8;

  private Passphrase() {}

  /** Returns whether the value, one word of letters, is written as a setting's value is. */
  static boolean isWord(Text text, Assignment found) {
    int start = found.start();
    int end = found.end();
    return found.length() >= LEAST_WORD
        && found.length() <= LONGEST_WORD
        && text.runEnd(start, CharSet.LETTER, found.length()) == end
        && (found.quoted() || isLine(text, found))
        && !OF_MESSAGES.in(text, start, end)
        && !isNoPassword(text, start, end);
  }

  /** Returns whether name and value are all of a line, and the value is no name in a program. */
  private static boolean isLine(Text text, Assignment found) {
    int after = text.at(found.end());
    int line = text.runStart(found.nameStart(), BLANK, 40);
    boolean alone = line == 0 || isLineEnd(text.at(line - 1)) || isExport(text, found.nameStart());
    return alone
        && isTight(text, found)
        && isLineEnd(after)
        && !hasHump(text, found.start(), found.end());
  }

  /** Returns whether it is {@code NAME=value} or {@code name: value}, as programs seldom write. */
  private static boolean isTight(Text text, Assignment found) {
    int end = found.nameEnd();
    return (text.at(end) == '=' && found.start() == end + 1)
        || (text.at(end) == ':' && text.at(end + 1) == ' ')
        || text.at(found.start() - 1) == '>';
  }

  private static boolean isExport(Text text, int nameStart) {
    return text.has(nameStart - 7, "export ");
  }

  private static boolean isLineEnd(int b) {
    return b == '\n' || b == '\r' || b == Text.NOTHING;
  }

  /** Returns whether a capital stands behind a small letter, as in names of programs. */
  private static boolean hasHump(Text text, int start, int end) {
    for (int i = start + 1; i < end; i++) {
      if (CharSet.UPPER.has(text.at(i)) && CharSet.LOWER.has(text.at(i - 1))) {
        return true;
      }
    }
    return false;
  }

  private static boolean isNoPassword(Text text, int start, int end) {
    StringBuilder word = new StringBuilder(" ");
    for (int i = start; i < end; i++) {
      word.append((char) Text.lower(text.at(i)));
    }
    return NO_PASSWORDS.contains(word.append(' '));
  }

  /** Returns whether the quoted value is three to eight words that say nothing of passwords. */
  static boolean isPhrase(Text text, Assignment found) {
    if (!found.quoted() || OF_MESSAGES.in(text, found.start(), found.end())) {
      return false;
    }
    int words = 0;
    int at = found.start();
    while (at < found.end()) {
      int next = text.runEnd(at, CharSet.ALNUM, LONGEST_WORD);
      boolean ended = next >= found.end() || text.at(next) == ' ';
      if (next - at < LEAST_WORDS || !ended) {
        return false;
      }
      words++;
      at = next + 1;
    }
    return words >= LEAST_WORDS && words <= MOST_WORDS;
  }
}
