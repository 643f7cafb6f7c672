package io.tabellion.detect.secrets;

import io.tabellion.detect.engine.CharSet;
import io.tabellion.detect.engine.Context;
import io.tabellion.detect.engine.Detector;
import io.tabellion.detect.engine.Hits;
import io.tabellion.detect.engine.Kind;
import io.tabellion.detect.engine.Text;
import io.tabellion.detect.engine.Trigger;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.stream.Stream;

/** Whole key files in base64, and logins of registries, which stand in base64 in their files. */
final class Encoded {
  /** How files that may hold a key begin, in base64. What they say is read before they count. */
  private static final List<String> TEXTS =
      List.of(
          "LS0tLS1CRUdJTi", // -----BEGIN
          "LS0tLSBCRUdJTi", // ---- BEGIN
          "UHVUVFktVXNlci1LZXktRmlsZS", // PuTTY-User-Key-File
          "ewogICJ0eXBlIjog", // {"type": of a service account, in the ways it is laid out
          "eyJ0eXBlIjoi",
          "eyJ0eXBlIjog",
          "ewogICAgInR5cGUiOi",
          "ewoJInR5cGUiOi",
          "eyJhdXRocyI6", // {"auths": of a registry's file
          "eyAiYXV0aHMi",
          "ewogICJhdXRocyI6",
          "ewogICAgImF1dGhzIjog",
          "ewoJImF1dGhzIjog",
          "QUdFLVNFQ1JFVC1LRVkt", // AGE-SECRET-KEY-
          "YXBpVmVyc2lvbjogdjEK", // apiVersion: v1 of a kubeconfig
          "W2RlZmF1bHRdCmF3c19hY2Nlc3Nf"); // [default] aws_access_

  /** How DER and other binary keys begin, in base64. */
  private static final List<String> BINARIES =
      List.of(
          "MIIEvQIBADANBgkqhkiG9w0BAQEFAASC", // PKCS #8: RSA
          "MIIEvgIBADANBgkqhkiG9w0BAQEFAASC",
          "MIIEvAIBADANBgkqhkiG9w0BAQEFAASC",
          "MIIJQgIBADANBgkqhkiG9w0BAQEFAASC",
          "MIIJQwIBADANBgkqhkiG9w0BAQEFAASC",
          "MIIJRAIBADANBgkqhkiG9w0BAQEFAASC",
          "MIIJQQIBADANBgkqhkiG9w0BAQEFAASC",
          "MIIG/QIBADANBgkqhkiG9w0BAQEFAASC",
          "MIIG/gIBADANBgkqhkiG9w0BAQEFAASC",
          "MIICdgIBADANBgkqhkiG9w0BAQEFAASC",
          "MIICdwIBADANBgkqhkiG9w0BAQEFAASC",
          "MIIEpAIBAAKCAQEA", // PKCS #1
          "MIIEowIBAAKCAQEA",
          "MIIEpQIBAAKCAQEA",
          "MIIEogIBAAKCAQEA",
          "MIIJKAIBAAKCAgEA",
          "MIIJKQIBAAKCAgEA",
          "MIIJKgIBAAKCAgEA",
          "MIIJJwIBAAKCAgEA",
          "MIIG4wIBAAKCAYEA",
          "MIIG5AIBAAKCAYEA",
          "MIICXAIBAAKBgQ",
          "MIICXQIBAAKBgQ",
          "MIICXgIBAAKBgQ",
          "MIGHAgEAMBMGByqGSM49AgEG", // PKCS #8: EC
          "MIG2AgEAMBAGByqGSM49AgEG",
          "MIHuAgEAMBAGByqGSM49AgEG",
          "MEECAQAwEwYHKoZIzj0CAQYI",
          "MHcCAQEEI", // SEC 1
          "MIGkAgEBBD",
          "MIHcAgEBBE",
          "MC4CAQAwBQYDK2VwBCIE", // PKCS #8: Ed25519, X25519, Ed448
          "MC4CAQAwBQYDK2VuBCIE",
          "MEcCAQAwBQYDK2VxBDsE",
          "b3BlbnNzaC1rZXktdjE", // openssh-key-v1
          "/u3+7QAAAAI"); // a Java key store

  private static final List<String> KEYS =
      List.of(
          "PRIVATE KEY",
          "Private-Lines",
          "private_key",
          "\"auth\"",
          "AGE-SECRET-KEY-1",
          "client-key-data",
          "token:",
          "aws_secret_access_key");

  private static final CharSet SIGNS = CharSet.of("0-9A-Za-z+/=_-");
  private static final int LEAST_LINE = 60;
  private static final int LONGEST_LINE = 80;
  private static final CharSet QUOTES = CharSet.of("\"' ");
  private static final int LEAST = 48;
  private static final int LONGEST_LOGIN = 2048;

  private Encoded() {}

  static List<Detector> all() {
    return List.of(keyFile(), registryLogin());
  }

  private static Detector keyFile() {
    return new Detector(
        "KEY_FILE",
        Kind.SECRET,
        "A whole key file in base64: PEM, OpenSSH and PuTTY files, service accounts of Google, kubeconfigs,"
            + " logins of registries, age identities, AWS credentials, which are decoded and read; DER (PKCS #1,"
            + " PKCS #8, SEC 1), openssh-key-v1 and Java key stores, by how they begin.",
        "RFC 7468, RFC 8017, RFC 5958, RFC 5915, RFC 8410; PROTOCOL.key of OpenSSH; Kubernetes, kubeconfig;"
            + " Docker Docs, config.json",
        Stream.concat(TEXTS.stream(), BINARIES.stream()).map(Trigger::literal).toList(),
        Detector.LONGEST,
        Encoded::matchFile,
        (text, start, end) -> isKeyFile(text, start, end) ? 0.98 : 0,
        Context.NONE);
  }

  private static void matchFile(Text text, int from, int to, Hits hits) {
    if (CharSet.BASE64.has(text.at(from - 1)) && text.at(from - 1) != '=') {
      return;
    }
    int end = fileEnd(text, from);
    hits.quietUntil(end);
    if (end - from >= LEAST) {
      hits.hit(from, end);
    }
  }

  /** Returns where the base64 ends that starts there: in one line, or in lines of one length. */
  private static int fileEnd(Text text, int from) {
    int last = from + Detector.LONGEST;
    int end = text.runEnd(from, SIGNS, Detector.LONGEST);
    int line = end - from;
    while (line >= LEAST_LINE && line <= LONGEST_LINE && text.at(end - 1) != '=') {
      int next = text.at(end) == '\r' ? end + 2 : end + 1;
      int behind = text.runEnd(next, SIGNS, line + 1);
      boolean goesOn = text.at(next - 1) == '\n' && behind > next && behind - next <= line;
      if (!goesOn || behind > last || !isLineEnd(text.at(behind))) {
        return end;
      }
      end = behind;
      if (behind - next < line) {
        return end;
      }
    }
    return end;
  }

  private static boolean isLineEnd(int b) {
    return b == '\n' || b == '\r' || b == '"' || b == '\'' || b == '<' || b == Text.NOTHING;
  }

  private static boolean isKeyFile(Text text, int start, int end) {
    if (TEXTS.stream().noneMatch(head -> text.has(start, head))) {
      return Entropy.distinct(text, start, end) >= 16;
    }
    byte[] decoded = decoded(text, start, end);
    String file = new String(decoded, StandardCharsets.ISO_8859_1);
    return KEYS.stream().anyMatch(file::contains);
  }

  /** Returns what the range says: as much as is whole, nothing if it is no base64. */
  private static byte[] decoded(Text text, int start, int end) {
    try {
      return Base64.getMimeDecoder().decode(whole(text.string(start, end)));
    } catch (IllegalArgumentException e) {
      return new byte[0];
    }
  }

  private static String whole(String run) {
    String body = run.replaceAll("[\r\n=]", "").replace('-', '+').replace('_', '/');
    return body.length() % 4 == 1 ? body.substring(0, body.length() - 1) : body;
  }

  private static Detector registryLogin() {
    return new Detector(
        "REGISTRY_LOGIN",
        Kind.SECRET,
        "Base64 of a name, a colon and a password that is the value of auth or _auth.",
        "Docker Docs, config.json; npm Docs, npmrc",
        List.of(
            Trigger.word("auth\""),
            Trigger.word("auth':"),
            Trigger.word("auth:"),
            Trigger.word("_auth=")),
        LONGEST_LOGIN,
        Encoded::matchLogin,
        (text, start, end) -> isLogin(text, start, end) ? 0.97 : 0,
        Context.NONE);
  }

  private static void matchLogin(Text text, int from, int to, Hits hits) {
    if (CharSet.LETTER.has(text.at(from - 1))) {
      return;
    }
    int sign =
        text.runEnd(text.at(to - 1) == ':' || text.at(to - 1) == '=' ? to - 1 : to, QUOTES, 3);
    if (text.at(sign) != ':' && text.at(sign) != '=') {
      return;
    }
    int start = text.runEnd(sign + 1, QUOTES, 12);
    int end = text.runEnd(start, CharSet.BASE64, LONGEST_LOGIN);
    hits.quietUntil(end);
    if (end - start >= 8) {
      hits.hit(start, end);
    }
  }

  private static boolean isLogin(Text text, int start, int end) {
    String login = new String(decoded(text, start, end), StandardCharsets.UTF_8);
    boolean printed = login.chars().allMatch(c -> c >= ' ' && c != 0xfffd);
    int colon = login.indexOf(':');
    return printed && colon > 0 && login.length() - colon > 3;
  }
}
