package io.tabellion.detect.secrets;

import io.tabellion.detect.engine.CharSet;
import io.tabellion.detect.engine.Context;
import io.tabellion.detect.engine.Detector;
import io.tabellion.detect.engine.Hits;
import io.tabellion.detect.engine.Kind;
import io.tabellion.detect.engine.Text;
import io.tabellion.detect.engine.Trigger;
import io.tabellion.detect.engine.Validator;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;

/** Private keys and signed tokens. */
final class Keys {
  private static final CharSet DASH = CharSet.of("-");
  private static final CharSet LABEL = CharSet.of("0-9A-Z ");

  /** The signs of a key's lines, of its headers, and of line ends, also written as escapes. */
  private static final CharSet LINES = CharSet.of("\t\n\r 0-9A-Za-z+/=:,.()\\@_-");

  private static final int LEAST_BODY = 40;
  private static final int JWT_PART = 4096;
  private static final int HEADER_MAX = 1024;

  private Keys() {}

  static List<Detector> all() {
    return List.of(privateKey(), jwt());
  }

  private static Detector privateKey() {
    return new Detector(
        "PRIVATE_KEY",
        Kind.SECRET,
        "From -----BEGIN … PRIVATE KEY to its -----END line (RSA, EC, DSA, OPENSSH, ENCRYPTED, PGP"
            + " PRIVATE KEY BLOCK, SSH2); where that line is missing, as far as the key's lines go."
            + " Also PuTTY's files.",
        "RFC 7468, RFC 4880 §6.2, PROTOCOL.key of OpenSSH",
        List.of(
            Trigger.literal("-----BEGIN "),
            Trigger.literal("---- BEGIN "),
            Trigger.literal("PuTTY-User-Key-File-")),
        Detector.LONGEST,
        Keys::matchKey,
        Validator.always(1),
        Context.NONE);
  }

  private static void matchKey(Text text, int from, int to, Hits hits) {
    if (text.at(from) == 'P') {
      if (CharSet.DIGIT.has(text.at(to)) && text.at(to + 1) == ':') {
        int end = text.runEnd(to, LINES, Detector.LONGEST - 64);
        hits.hit(from, end);
        hits.quietUntil(end);
      }
      return;
    }
    int label = text.runEnd(to, LABEL, 60);
    if (!text.contains(to, label, "private key") || !text.has(label, "----")) {
      return;
    }
    int body = label + 4;
    int end = keyEnd(text, body);
    hits.quietUntil(end);
    if (hasBody(text, body, end)) {
      hits.hit(from, end);
    }
  }

  /** Returns whether a line of a key stands in the range; a program that reads keys has none. */
  private static boolean hasBody(Text text, int start, int end) {
    int at = start;
    while (at < end) {
      int next = text.runEnd(at, CharSet.BASE64, end - at);
      if (next - at >= LEAST_BODY) {
        return true;
      }
      at = next + 1;
    }
    return false;
  }

  /** Returns where the key ends: behind its END line, else where something else starts. */
  private static int keyEnd(Text text, int from) {
    int last = Math.min(text.length(), from + Detector.LONGEST - 128);
    for (int at = from; at < last; at++) {
      if (text.at(at) != '-' || !text.has(at, "----")) {
        continue;
      }
      int dashes = text.runEnd(at, DASH, 5);
      int word = text.at(dashes) == ' ' ? dashes + 1 : dashes;
      if (text.has(word, "END ")) {
        int label = text.runEnd(word, LABEL, 60);
        return text.runEnd(label, DASH, 5);
      }
      if (text.has(word, "BEGIN ")) {
        return at;
      }
      at = dashes;
    }
    return text.runEnd(from, LINES, last - from);
  }

  private static Detector jwt() {
    return new Detector(
        "JWT",
        Kind.SECRET,
        "Three parts of base64url with dots between them (five if encrypted); the first is a JSON object"
            + " with alg in it.",
        "RFC 7519, RFC 7515 §7.1, RFC 7516 §7.1",
        List.of(Trigger.literal("eyJ")),
        Detector.LONGEST,
        Keys::matchJwt,
        Keys::scoreJwt,
        Context.NONE);
  }

  private static void matchJwt(Text text, int from, int to, Hits hits) {
    if (CharSet.BASE64URL.has(text.at(from - 1))) {
      return;
    }
    int at = from;
    int parts = 0;
    while (parts < 5) {
      int end = text.runEnd(at, CharSet.BASE64URL, parts == 0 ? HEADER_MAX : JWT_PART);
      boolean empty = end == at;
      parts++;
      at = end;
      if (text.at(end) != '.' || (empty && parts != 2)) {
        break;
      }
      at = end + 1;
    }
    hits.quietUntil(at);
    if (parts >= 3) {
      hits.hit(from, text.at(at - 1) == '.' && parts > 3 ? at - 1 : at);
    }
  }

  private static double scoreJwt(Text text, int start, int end) {
    int dot = text.runEnd(start, CharSet.BASE64URL, HEADER_MAX);
    String header = text.string(start, dot);
    try {
      String json = new String(Base64.getUrlDecoder().decode(header), StandardCharsets.UTF_8);
      return json.contains("\"alg\"") ? 0.95 : 0;
    } catch (IllegalArgumentException e) {
      return 0;
    }
  }
}
