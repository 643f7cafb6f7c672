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
          "contrase\u00f1a",
          "mot de passe",
          "wachtwoord",
          "senha",
          "\u043f\u0430\u0440\u043e\u043b\u044c",
          "\u041f\u0430\u0440\u043e\u043b\u044c",
          "\u5bc6\u7801",
          "\u5bc6\u78bc",
          "\u30d1\u30b9\u30ef\u30fc\u30c9",
          "identified by",
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

  /** How the names of passwords start, and no others. */
  private static final WordSet PASSWORD_STARTS =
      WordSet.of(
          "pas",
          "_pa",
          "dbp",
          "pwd",
          "pw:",
          "pw=",
          "con",
          "mot",
          "ken",
          "wac",
          "sen",
          "ide",
          "\u00d0\u00bf",
          "\u00d0\u009f",
          "\u00e5\u00af\u0086",
          "\u00e3\u0083\u0091");

  /** What a name has in it whose value is no secret. */
  private static final WordSet NOT_NAMES =
      WordSet.of(
          "public",
          "cache",
          "primary",
          "foreign",
          "partition",
          "unique",
          "index",
          "sort",
          "fingerprint",
          "tokens",
          "tokeniz",
          "tokenis",
          "tokentype",
          "token_type",
          "token-type",
          "count",
          "length",
          "limit",
          "_url",
          "url",
          "uri",
          "path",
          "file",
          "name",
          "_ref",
          "keyref",
          "field",
          "label",
          "policy",
          "expir",
          "endpoint",
          "version",
          "secrets",
          "hash",
          "strength",
          "reset",
          "usage",
          "budget",
          "_id",
          "-id",
          "arn",
          "format",
          "pattern",
          "regex",
          "idempot",
          "page",
          "next",
          "cursor",
          "continuation",
          "sync",
          "csrf",
          "csp",
          "nonce");

  private static final CharSet SIGNS = CharSet.of("0-9A-Za-z_.+/=~!@#$%^&*?:|-");
  private static final CharSet SYMBOL = CharSet.of("!#$%&*+?@^~|");
  private static final CharSet PRINTED = CharSet.of("!-~");
  private static final int LONGEST = 512;
  private static final int LEAST_PASSWORD = 6;
  private static final int LEAST_KEY = 12;

  private GenericSecret() {}

  static Detector detector() {
    return new Detector(
        "GENERIC_SECRET",
        Kind.SECRET,
        "A value assigned to a name that says password, secret, token, api key or the like. A password:"
            + " at least 6 signs of two kinds, or a word or three and more in a line of configuration that are no message. Anything else: at least 12 signs with letters and"
            + " digits, 3 bits of entropy a sign or more (24 signs and 3.8 bits if the name only ends with key). No stand-ins, calls, paths, names, dates.",
        "C. E. Shannon, A Mathematical Theory of Communication (1948); names as configuration uses them",
        Stream.of(PASSWORDS, KEYS, WEAK_KEYS).flatMap(List::stream).map(Trigger::word).toList(),
        LONGEST,
        GenericSecret::match,
        GenericSecret::score,
        Context.NONE);
  }

  private static void match(Text text, int from, int to, Hits hits) {
    boolean operator = text.hasIgnoringCase(from, "pw") && "=:".indexOf(text.at(from + 2)) >= 0;
    if (operator && CharSet.LETTER.has(text.at(from - 1))) {
      return; // another word ends so
    }
    Assignment found = Assignment.at(text, from, operator ? to - 1 : to);
    if (found.length() < LEAST_PASSWORD || found.length() > LONGEST) {
      return;
    }
    hits.quietUntil(found.start());
    if (isSecret(text, from, found) && isOfSecret(text, found)) {
      hits.hit(found.start(), found.end());
      hits.quietUntil(found.end());
    }
  }

  private static boolean isOfSecret(Text text, Assignment found) {
    return !NOT_NAMES.in(text, found.nameStart(), found.nameEnd());
  }

  private static boolean isSecret(Text text, int keyword, Assignment found) {
    int start = found.start();
    int end = found.end();
    boolean likely =
        isPasswordName(text, keyword)
            ? isPassword(text, found)
            : isKey(text, start, end)
                && (!isWeakName(text, keyword) || isStrongKey(text, start, end));
    return likely && !isCode(text, found) && !Entropy.isStandIn(text, start, end);
  }

  /** A word or words count less than what nobody takes for one. */
  private static double score(Text text, int start, int end) {
    return Entropy.has(text, start, end, CharSet.DIGIT) || Entropy.has(text, start, end, SYMBOL)
        ? 0.65
        : 0.55;
  }

  private static boolean isPasswordName(Text text, int keyword) {
    return PASSWORD_STARTS.in(text, keyword, keyword + 3);
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
    boolean call = !found.quoted() && (after == '(' || after == '[' || after == '{');
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
      return Passphrase.isPhrase(text, found); // else a sentence
    }
    boolean letters = Entropy.has(text, start, end, CharSet.LETTER);
    boolean digits = Entropy.has(text, start, end, CharSet.DIGIT);
    boolean symbols = Entropy.has(text, start, end, SYMBOL);
    return (letters && (digits || symbols))
        || (digits && symbols)
        || (letters && Passphrase.isWord(text, found));
  }

  private static boolean isKey(Text text, int start, int end) {
    return end - start >= LEAST_KEY
        && text.runEnd(start, SIGNS, end - start) == end
        && digits(text, start, end) >= 2
        && Entropy.has(text, start, end, CharSet.LETTER)
        && !isDate(text, start)
        && Entropy.bits(text, start, end) >= 3
        && !isWords(text, start, end);
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
