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

/** Names with passwords in addresses and headers. */
final class Logins {
  private static final CharSet INFO = CharSet.of("!#-&*-;=?-Z^-z|~@");
  private static final CharSet SEEN = CharSet.of("!-~");
  private static final CharSet SCHEME = CharSet.of("0-9A-Za-z+.-");
  private static final CharSet USER_INFO = CharSet.of("!#-&*-.0-;=?A-Z^-z|~");
  private static final CharSet URL = CharSet.of("!#-&*-;=?-Z\\[\\]_a-z|~");
  private static final CharSet BEARER = CharSet.of("0-9A-Za-z._~+/=-");
  private static final int INFO_MAX = 256;
  private static final int LEAST_PASSWORD = 3;
  private static final CharSet TOKEN = CharSet.of("0-9A-Za-z_.~-");
  private static final int LEAST_TOKEN = 16;
  private static final int HOST = 40;

  /** How far before its option a command may stand, in bytes. */
  private static final int COMMAND = 120;

  private static final List<String> DATABASES =
      List.of(
          "postgres",
          "postgresql",
          "mysql",
          "mariadb",
          "mongodb",
          "mongodb+srv",
          "redis",
          "rediss",
          "amqp",
          "amqps",
          "mssql",
          "sqlserver",
          "oracle",
          "clickhouse",
          "cockroachdb",
          "snowflake",
          "nats",
          "kafka",
          "ldap",
          "ldaps",
          "couchdb",
          "cassandra",
          "neo4j",
          "bolt",
          "valkey",
          "db2",
          "firebird",
          "influxdb",
          "elasticsearch",
          "memcached",
          "trino",
          "presto");

  /** The port in a line of a PostgreSQL password file. */
  private static final String PGPASS = ":5432:";

  private static final CharSet FIELD = CharSet.of("0-9A-Za-z_.*\\-");

  private Logins() {}

  static List<Detector> all() {
    return List.of(urlCredentials(), connectionString(), basicAuth(), bearer());
  }

  private static Detector urlCredentials() {
    return new Detector(
        "URL_CREDENTIALS",
        Kind.SECRET,
        "The name and password before the @ of an address with a scheme; not where the password stands"
            + " in for one. A token alone there: at least 16 signs that look drawn by lot (not the public key"
            + " of a Sentry DSN).",
        "RFC 3986 §3.2.1",
        List.of(Trigger.literal("://")),
        INFO_MAX,
        Logins::matchUrl,
        Logins::scoreInfo,
        Context.NONE);
  }

  private static void matchUrl(Text text, int from, int to, Hits hits) {
    int at = at(text, to);
    if (at < 0) {
      at = tokenAt(text, to);
    }
    if (at > 0) {
      hits.hit(to, at);
    }
  }

  /** Returns where the @ stands behind a token that starts at {@code from}; else -1. */
  private static int tokenAt(Text text, int from) {
    int end = text.runEnd(from, TOKEN, INFO_MAX);
    boolean token =
        text.at(end) == '@'
            && end - from >= LEAST_TOKEN
            && Entropy.isRandom(text, from, end)
            && !text.contains(end, end + HOST, "sentry");
    return token ? end : -1;
  }

  /** Returns where the @ behind a name and password stands that start at {@code from}; else -1. */
  private static int at(Text text, int from) {
    int at = -1;
    boolean colon = false;
    for (int i = from; i < from + INFO_MAX; i++) {
      int b = text.at(i);
      if (b == '@' && colon) {
        at = i;
      } else if (b == ':') {
        colon = true;
      }
      if (!USER_INFO.has(b) && b != '@') {
        break;
      }
    }
    return at;
  }

  private static double scoreInfo(Text text, int start, int end) {
    int colon = start;
    while (colon < end && text.at(colon) != ':') {
      colon++;
    }
    int password = colon == end ? start : colon + 1;
    return !isPassword(text, password, end) ? 0 : colon == end ? 0.7 : 0.96;
  }

  private static boolean isPassword(Text text, int start, int end) {
    int first = text.at(start);
    return end - start >= LEAST_PASSWORD
        && first != '$'
        && first != '{'
        && first != '<'
        && first != '%'
        && first != '['
        && first != '*'
        && !Entropy.isStandIn(text, start, end)
        && !isWord(
            text,
            start,
            end,
            "password",
            "pass",
            "pwd",
            "secret",
            "token",
            "passwd",
            "xyz",
            "abc",
            "123");
  }

  private static boolean isWord(Text text, int start, int end, String... words) {
    for (String word : words) {
      if (end - start == word.length() && text.hasIgnoringCase(start, word)) {
        return true;
      }
    }
    return false;
  }

  private static Detector connectionString() {
    List<Trigger> triggers =
        Stream.concat(
                DATABASES.stream().map(scheme -> scheme + "://"),
                Stream.of(";password=", ";pwd=", "; password=", "; pwd=", PGPASS))
            .map(Trigger::word)
            .toList();
    return new Detector(
        "CONNECTION_STRING",
        Kind.SECRET,
        "The address of a database, queue or directory with a password in it; the password of a"
            + " connection string whose parts are separated by semicolons, or of a line of a PostgreSQL"
            + " password file.",
        "RFC 3986; PostgreSQL libpq §34.1.1, §34.16; ADO.NET connection string syntax",
        triggers,
        1024,
        Logins::matchConnection,
        Logins::scoreConnection,
        Context.NONE);
  }

  private static void matchConnection(Text text, int from, int to, Hits hits) {
    if (text.at(from) == ';') {
      int end = to;
      while (end < to + INFO_MAX && text.at(end) > ' ' && ";\"'<`".indexOf(text.at(end)) < 0) {
        end++;
      }
      if (end - to >= 3) {
        hits.hit(to, end);
      }
      return;
    }
    if (text.at(from) == ':') {
      matchPgpass(text, from, to, hits);
      return;
    }
    if (SCHEME.has(text.at(from - 1)) || at(text, to) < 0) {
      return;
    }
    int end = text.runEnd(to, URL, 1000);
    while (".,;:!?)".indexOf(text.at(end - 1)) >= 0) {
      end--;
    }
    hits.hit(from, end);
  }

  /** Offers the fifth field of {@code host:5432:database:name:password}, alone on its line. */
  private static void matchPgpass(Text text, int from, int to, Hits hits) {
    int host = text.runStart(from, FIELD, INFO_MAX);
    int database = text.runEnd(to, FIELD, INFO_MAX);
    int name = text.runEnd(database + 1, FIELD, INFO_MAX);
    int end = text.runEnd(name + 1, SEEN, INFO_MAX);
    boolean fields =
        host < from
            && database > to
            && text.at(database) == ':'
            && name > database + 1
            && text.at(name) == ':';
    boolean alone = text.at(host - 1) < ' ' && text.at(end) < ' ' && text.at(end) >= 0;
    if (fields && alone && end - name > 3) {
      hits.hit(name + 1, end);
    }
  }

  private static double scoreConnection(Text text, int start, int end) {
    int slashes = start;
    while (slashes < end && !text.has(slashes, "://")) {
      slashes++;
    }
    if (slashes == end) {
      return isPassword(text, start, end) ? 0.85 : 0;
    }
    int info = slashes + 3;
    int at = at(text, info);
    int colon = info;
    while (colon < end && text.at(colon) != ':') {
      colon++;
    }
    return at > colon && isPassword(text, colon + 1, at) ? 0.98 : 0;
  }

  private static Detector basicAuth() {
    return new Detector(
        "BASIC_AUTH",
        Kind.SECRET,
        "The word Basic and base64 of a name, a colon and a password; a name, a colon and a password"
            + " behind -u or --user of curl.",
        "RFC 7617 §2",
        List.of(Trigger.word("basic "), Trigger.literal(" -u "), Trigger.literal(" --user ")),
        512,
        Logins::matchBasic,
        Logins::scoreBasic,
        Context.NONE);
  }

  private static void matchBasic(Text text, int from, int to, Hits hits) {
    if (text.at(from) == ' ') {
      matchCurl(text, from, to, hits);
      return;
    }
    int end = text.runEnd(to, CharSet.BASE64, 512);
    if (!CharSet.LETTER.has(text.at(from - 1)) && end - to >= 8) {
      hits.hit(to, end);
    }
  }

  private static void matchCurl(Text text, int from, int to, Hits hits) {
    int start = text.at(to) == '"' || text.at(to) == '\'' ? to + 1 : to;
    int end = text.runEnd(start, INFO, INFO_MAX);
    if (text.contains(from - COMMAND, from + 1, "curl ")
        && text.runEnd(start, CharSet.WORD, 64) < end) {
      hits.hit(start, end);
    }
  }

  private static double scoreLogin(Text text, int start, int end) {
    int colon = start;
    while (colon < end && text.at(colon) != ':') {
      colon++;
    }
    boolean letters = Entropy.has(text, colon, end, CharSet.LETTER);
    return colon < end && letters && isPassword(text, colon + 1, end) ? 0.9 : 0;
  }

  private static double scoreBasic(Text text, int start, int end) {
    if (text.at(start - 1) != ' ' || !text.hasIgnoringCase(start - 6, "basic ")) {
      return scoreLogin(text, start, end);
    }
    try {
      byte[] decoded = Base64.getDecoder().decode(text.string(start, end));
      String login = new String(decoded, StandardCharsets.UTF_8);
      boolean printable = login.chars().allMatch(c -> c >= ' ' && c != 0xfffd);
      return printable && login.indexOf(':') >= 0 && login.length() > 3 ? 0.95 : 0;
    } catch (IllegalArgumentException e) {
      return 0;
    }
  }

  private static Detector bearer() {
    return new Detector(
        "BEARER_TOKEN",
        Kind.SECRET,
        "The word Bearer and a token of at least 20 signs with digits in it.",
        "RFC 6750 §2.1",
        List.of(Trigger.word("bearer ")),
        4096,
        Logins::matchBearer,
        (text, start, end) -> Entropy.bits(text, start, end) >= 3 ? 0.85 : 0,
        Context.NONE);
  }

  private static void matchBearer(Text text, int from, int to, Hits hits) {
    int end = text.runEnd(to, BEARER, 4096);
    if (end - to >= 20
        && !CharSet.LETTER.has(text.at(from - 1))
        && Entropy.has(text, to, end, CharSet.DIGIT)
        && !Entropy.isStandIn(text, to, Math.min(end, to + 200))) {
      hits.hit(to, end);
    }
    hits.quietUntil(end);
  }
}
