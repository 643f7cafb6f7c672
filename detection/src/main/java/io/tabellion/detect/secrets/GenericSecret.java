package io.tabellion.detect.secrets;

import io.tabellion.detect.engine.CharSet;
import io.tabellion.detect.engine.Context;
import io.tabellion.detect.engine.Detector;
import io.tabellion.detect.engine.Hits;
import io.tabellion.detect.engine.Kind;
import io.tabellion.detect.engine.Text;
import io.tabellion.detect.engine.Trigger;
import io.tabellion.detect.engine.WordSet;
import java.util.List;
import java.util.stream.Stream;

/** Values without a shape of their own, told by the name that they are assigned to. */
final class GenericSecret {
  private static final List<String> PASSWORDS =
      List.of(
          "password",
          "passwd",
          "passphrase",
          "passwort",
          "kennwort",
          "contrasena",
          "contraseña",
          "mot de passe",
          "wachtwoord",
          "senha",
          "passord",
          "lösenord",
          "adgangskode",
          "salasana",
          "heslo",
          "hasło",
          "şifre",
          "jelszó",
          "пароль",
          "Пароль",
          "密码",
          "密碼",
          "パスワード",
          "비밀번호",
          "identified by",
          "convertto-securestring",
          "psk",
          "pass",
          "pw:",
          "pw=",
          "pwd",
          "passcode",
          "_pass",
          "dbpass");

  private static final List<String> KEYS =
      List.of(
          "secret",
          "authorization",
          "token",
          "api_key",
          "apikey",
          "api-key",
          "api key",
          "access_key",
          "accesskey",
          "access-key",
          "access key",
          "secret key",
          "sessionid",
          "sessid",
          "auth_key",
          "authkey",
          "auth-key",
          "private_key",
          "privatekey",
          "secret_key",
          "client_key",
          "encryption_key",
          "signing_key",
          "signingkey",
          "encryptionkey",
          "credential",
          "account_key",
          "accountkey",
          "master_key",
          "masterkey",
          "app_key",
          "appkey",
          "sas_key",
          "license_key",
          "session_key",
          "webhook_key",
          "service_key",
          "shared_key",
          "sharedkey");

  /** What ends many names, few of them of secrets: the value must say more. */
  private static final List<String> WEAK_KEYS = List.of("_key", "-key");

  private static final WordSet PASSWORD_NAMES = WordSet.of(PASSWORDS.toArray(String[]::new));

  /** What a name has in it whose value is no secret. */
  private static final WordSet NOT_NAMES =
      WordSet.of(
          "public",
          "primary",
          "foreign",
          "partition",
          "fingerprint",
          "tokens",
          "tokeniz",
          "tokenis",
          "tokentype",
          "token_type",
          "token-type",
          "_ref",
          "keyref",
          "label",
          "policy",
          "expir",
          "endpoint",
          "secrets",
          "strength",
          "usage",
          "budget",
          "_id",
          "-id",
          "pattern",
          "regex",
          "idempot",
          "continuation",
          "csrf");

  /** The same, where it stands behind the keyword, or before it as a word of its own. */
  private static final List<String> NOT_WORDS =
      List.of(
          "cache", "unique", "index", "sort", "count", "length", "limit", "url", "uri", "path",
          "file", "name", "field", "version", "hash", "reset", "arn", "format", "page", "next",
          "cursor", "sync", "csp", "nonce");

  private static final WordSet NOT_BEHIND =
      WordSet.of(
          Stream.concat(
                  NOT_WORDS.stream(),
                  Stream.of("encryption", "type", "method", "scheme", "algorithm"))
              .toArray(String[]::new));

  private static final WordSet PASSWORD_SHORT = WordSet.of("pass", "psk");
  private static final CharSet SIGNS = CharSet.of("0-9A-Za-z_.+/=~!@#$%^&*?:|-");
  private static final CharSet SYMBOL = CharSet.of("!#$%&*+?@^~|");
  private static final CharSet PRINTED = CharSet.of("!-~");
  private static final int LONGEST = 512;
  private static final int LEAST_PASSWORD = 6;
  private static final int LEAST_KEY = 12;

  /** How far before its name the header of a cookie is looked for, in bytes. */
  private static final int COOKIES = 120;

  private GenericSecret() {}

  static Detector detector() {
    return new Detector(
        "GENERIC_SECRET",
        Kind.SECRET,
        "A value assigned to a name that says password, secret, token, api key or the like. A password:"
            + " at least 6 signs of two kinds, or a word or three and more in a line of configuration that are no message. Anything else: at least 12 signs with letters and"
            + " digits, 3 bits of entropy a sign or more (24 signs and 3.8 bits if the name only ends with key). No stand-ins, calls, paths, names, dates.",
        "C. E. Shannon, A Mathematical Theory of Communication (1948); the list of names is Tabellion's own",
        Stream.of(PASSWORDS, KEYS, WEAK_KEYS).flatMap(List::stream).map(Trigger::word).toList(),
        LONGEST,
        GenericSecret::match,
        GenericSecret::score,
        Context.NONE);
  }

  private static void match(Text text, int from, int to, Hits hits) {
    boolean operator = text.hasIgnoringCase(from, "pw") && "=:".indexOf(text.at(from + 2)) >= 0;
    if ((operator && CharSet.LETTER.has(text.at(from - 1)))
        || (isShort(text, from, to) && !isWhole(text, from, to))) {
      return; // a part of another word
    }
    Assignment found = Assignment.at(text, from, operator ? to - 1 : to);
    if (found.length() < LEAST_PASSWORD || found.length() > LONGEST) {
      hits.quietUntil(found.quiet());
      return;
    }
    if (found.argument() && CharSet.LETTER.has(text.at(to))) {
      return; // the keyword does not end the name
    }
    hits.quietUntil(found.quiet());
    if (isSecret(text, from, to, found) && isOfSecret(text, from, to, found)) {
      hits.hit(found.start(), found.end());
      hits.quietUntil(found.end());
    }
  }

  /** Returns whether the keyword, pass or psk, stands in too many other words. */
  private static boolean isShort(Text text, int from, int to) {
    return to - from <= 4 && text.at(from) != '_' && PASSWORD_SHORT.in(text, from, to);
  }

  private static boolean isWhole(Text text, int from, int to) {
    return !CharSet.ALNUM.has(text.at(from - 1)) && !CharSet.WORD.has(text.at(to));
  }

  private static boolean isOfSecret(Text text, int from, int to, Assignment found) {
    return !NOT_NAMES.in(text, found.nameStart(), found.nameEnd())
        && !NOT_BEHIND.in(text, to, found.nameEnd())
        && !hasNotWord(text, found.nameStart(), from);
  }

  /** Returns whether one of the words in the range, which humps and signs part, says no secret. */
  private static boolean hasNotWord(Text text, int start, int end) {
    int first = start;
    for (int i = start; i < end; i++) {
      boolean last = i + 1 == end || !CharSet.LETTER.has(text.at(i + 1)) || isHump(text, i + 1);
      if (!CharSet.LETTER.has(text.at(i))) {
        first = i + 1;
      } else if (last) {
        if (isNotWord(text, first, i + 1)) {
          return true;
        }
        first = i + 1;
      }
    }
    return false;
  }

  private static boolean isHump(Text text, int at) {
    return CharSet.UPPER.has(text.at(at)) && CharSet.LOWER.has(text.at(at - 1));
  }

  private static boolean isNotWord(Text text, int start, int end) {
    for (String word : NOT_WORDS) {
      if (word.length() == end - start && text.hasIgnoringCase(start, word)) {
        return true;
      }
    }
    return false;
  }

  private static boolean isSecret(Text text, int keyword, int to, Assignment found) {
    int start = found.start();
    int end = found.end();
    boolean likely =
        PASSWORD_NAMES.in(text, keyword, to)
            ? isPassword(text, found) && (!isShort(text, keyword, to) || isMarked(text, to, found))
            : isKey(text, start, end)
                && (!isWeakName(text, keyword) || isStrongKey(text, start, end))
                && (!isSession(text, keyword) || isCookie(text, keyword));
    return likely && !isCode(text, found) && !Entropy.isStandIn(text, start, end);
  }

  /** Returns whether = or quotes say that a value is meant: not {@code PASS: test_utf8}. */
  private static boolean isMarked(Text text, int to, Assignment found) {
    int start = found.start();
    int end = found.end();
    return (found.quoted() || text.at(start - 1) == '=' || !isName(text, start, end))
        && (found.quoted() || text.contains(to, start, "="))
        && Entropy.has(text, start, end, CharSet.LETTER)
        && text.runEnd(start, CharSet.LETTER, found.length()) < end;
  }

  /** Returns whether the value may be a variable's name with a number at its end. */
  private static boolean isName(Text text, int start, int end) {
    int digits = text.runStart(end, CharSet.DIGIT, 2);
    return text.runEnd(start, CharSet.LETTER, end - start) >= digits;
  }

  private static boolean isSession(Text text, int keyword) {
    return text.hasIgnoringCase(keyword, "sess") && !text.hasIgnoringCase(keyword, "session_key");
  }

  /** Returns whether the line up to {@code end} is one of cookies. */
  private static boolean isCookie(Text text, int end) {
    return text.contains(end - COOKIES, end, "cookie");
  }

  /** A word or words count less than what nobody takes for one. */
  private static double score(Text text, int start, int end) {
    return Entropy.has(text, start, end, CharSet.DIGIT) || Entropy.has(text, start, end, SYMBOL)
        ? 0.65
        : 0.55;
  }

  private static boolean isWeakName(Text text, int keyword) {
    return text.hasIgnoringCase(keyword + 1, "key");
  }

  private static boolean isStrongKey(Text text, int start, int end) {
    return end - start >= 24
        && Entropy.has(text, start, end, CharSet.UPPER)
        && Entropy.has(text, start, end, CharSet.LOWER)
        && Entropy.bits(text, start, end) >= 3.8;
  }

  private static boolean isCode(Text text, Assignment found) {
    int first = text.at(found.start());
    int after = text.at(found.end());
    boolean expression =
        first == '$' || first == '@' || first == '/' || first == '<' || first == '%';
    boolean call =
        !found.quoted()
            && (after == '('
                || after == '['
                || after == '{'
                || text.has(found.start(), "self.")
                || text.has(found.start(), "this."));
    return expression
        || call
        || text.contains(found.start(), found.end(), "://")
        || (text.at(found.start()) == '.' || text.at(found.start()) == ':')
        || isDotted(text, found.start(), found.end());
  }

  /** Returns whether the value is names with dots between them, as {@code user.password1} is. */
  private static boolean isDotted(Text text, int start, int end) {
    int at = start;
    int names = 0;
    while (at < end) {
      int next = text.runEnd(at, CharSet.WORD, 40);
      if (next == at || CharSet.DIGIT.has(text.at(at)) || next - at >= 20) {
        return false;
      }
      names++;
      at = next;
      if (at < end && text.at(at) != '.') {
        return false;
      }
      at++;
    }
    return names > 1;
  }

  private static boolean isPassword(Text text, Assignment found) {
    int start = found.start();
    int end = found.end();
    if (found.length() > 128 || Entropy.distinct(text, start, end) < 4) {
      return false;
    }
    if (text.runEnd(start, PRINTED, found.length()) < end) {
      return !found.argument() && Passphrase.isPhrase(text, found); // else a sentence
    }
    boolean letters = Entropy.has(text, start, end, CharSet.LETTER);
    boolean digits = Entropy.has(text, start, end, CharSet.DIGIT);
    boolean symbols = Entropy.has(text, start, end, SYMBOL);
    return (letters && (digits || symbols))
        || (digits && symbols)
        || (letters && !found.argument() && Passphrase.isWord(text, found));
  }

  private static boolean isKey(Text text, int start, int end) {
    return end - start >= LEAST_KEY
        && text.runEnd(start, SIGNS, end - start) == end
        && (digits(text, start, end) >= 2
            || isRandom(text, start, end)
            || Entropy.isMixed(text, start, end))
        && Entropy.has(text, start, end, CharSet.LETTER)
        && !isDate(text, start)
        && Entropy.bits(text, start, end) >= 3
        && (!isWords(text, start, end) || isRandom(text, start, end));
  }

  /** Returns whether no names with numbers in them are so mixed. */
  private static boolean isRandom(Text text, int start, int end) {
    return isStrongKey(text, start, end)
        && Entropy.has(text, start, end, CharSet.DIGIT)
        && Entropy.bits(text, start, end) >= 4.2;
  }

  private static int digits(Text text, int start, int end) {
    int digits = 0;
    for (int i = start; i < end; i++) {
      digits += CharSet.DIGIT.has(text.at(i)) ? 1 : 0;
    }
    return digits;
  }

  private static boolean isDate(Text text, int start) {
    return text.runEnd(start, CharSet.DIGIT, 5) == start + 4
        && text.at(start + 4) == '-'
        && text.at(start + 7) == '-';
  }

  /** Returns whether the value is words of letters, perhaps with a number at the end of each. */
  private static boolean isWords(Text text, int start, int end) {
    int changes = 0;
    int parts = 1;
    for (int i = start + 1; i < end; i++) {
      boolean digit = CharSet.DIGIT.has(text.at(i));
      changes += digit != CharSet.DIGIT.has(text.at(i - 1)) ? 1 : 0;
      parts += CharSet.ALNUM.has(text.at(i)) ? 0 : 1;
    }
    return parts > 1 && changes <= parts;
  }
}
