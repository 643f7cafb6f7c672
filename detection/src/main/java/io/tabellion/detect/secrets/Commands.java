package io.tabellion.detect.secrets;

import io.tabellion.detect.engine.CharSet;
import io.tabellion.detect.engine.Context;
import io.tabellion.detect.engine.Detector;
import io.tabellion.detect.engine.Hits;
import io.tabellion.detect.engine.Kind;
import io.tabellion.detect.engine.Text;
import io.tabellion.detect.engine.Trigger;
import io.tabellion.detect.engine.WordSet;
import java.util.Map;
import java.util.stream.Stream;

/** Passwords that programs are given by an option that does not say password. */
final class Commands {
  /**
   * Programs and what stands before the password: an option (with a space where the value is a word
   * of its own), a sign within a word, or which word it is.
   */
  private static final Map<String, String> OPTIONS =
      Map.ofEntries(
          Map.entry("mysql", "-p"),
          Map.entry("mysqldump", "-p"),
          Map.entry("mysqladmin", "-p"),
          Map.entry("mariadb", "-p"),
          Map.entry("sshpass", "-p "),
          Map.entry("docker login", "-p "),
          Map.entry("podman login", "-p "),
          Map.entry("redis-cli", "-a "),
          Map.entry("mongosh", "-p "),
          Map.entry("mongodump", "-p "),
          Map.entry("sqlcmd", "-P "),
          Map.entry("openssl", "pass:"),
          Map.entry("mongorestore", "-p "),
          Map.entry("mongoexport", "-p "),
          Map.entry("cqlsh", "-p "),
          Map.entry("influx", "-password "),
          Map.entry("twine upload", "-p "),
          Map.entry("az login", "-p "),
          Map.entry("oc login", "-p "),
          Map.entry("registry login", "-p "),
          Map.entry("buildah login", "-p "),
          Map.entry("skopeo login", "-p "),
          Map.entry("bcp", "-P "),
          Map.entry("zip", "-P "),
          Map.entry("unzip", "-P "),
          Map.entry("mosquitto_pub", "-P "),
          Map.entry("mosquitto_sub", "-P "),
          Map.entry("ldapsearch", "-w "),
          Map.entry("ldapadd", "-w "),
          Map.entry("ldapmodify", "-w "),
          Map.entry("ldapwhoami", "-w "),
          Map.entry("ldappasswd", "-w "),
          Map.entry("keytool", "-storepass "),
          Map.entry("jarsigner", "-storepass "),
          Map.entry("nmcli", "password "),
          Map.entry("smbclient", "%"),
          Map.entry("rpcclient", "%"),
          Map.entry("rabbitmqctl add_user", "2"),
          Map.entry("rabbitmqctl change_password", "2"),
          Map.entry("rabbitmqctl authenticate_user", "2"),
          Map.entry("htpasswd -b", "3"),
          Map.entry("htpasswd -bc", "3"),
          Map.entry("htpasswd -cb", "3"),
          Map.entry("htpasswd -nb", "2"),
          Map.entry("login", "password "));

  private static final CharSet VALUE = CharSet.of("!#-&*-:=?-Z^-z~");
  private static final CharSet LINE = CharSet.of("\t -~");
  private static final CharSet SPACE = CharSet.of(" ");
  private static final CharSet WORD = CharSet.of("!-~");
  private static final CharSet BLANK = CharSet.of(" \t\r\n");
  private static final CharSet COMMAND = CharSet.of("0-9A-Za-z_./ -");
  private static final String FROM_INPUT = "--password-stdin";
  private static final WordSet ECHOES = WordSet.of("echo ", "printf ");
  private static final int BEFORE = 32;
  private static final int REACH = 160;
  private static final int LEAST = 6;
  private static final int LONGEST = 128;

  private Commands() {}

  static Detector detector() {
    return new Detector(
        "COMMAND_PASSWORD",
        Kind.SECRET,
        "The password in a command line behind an option of a program known to take it (mysql -p,"
            + " sshpass -p, docker login -p, redis-cli -a, sqlcmd -P, zip -P, ldapsearch -w, keytool -storepass,"
            + " openssl pass:, smbclient name%, rabbitmqctl add_user, htpasswd -b and more), what echo pipes into a login that"
            + " has --password-stdin or into chpasswd, and behind login and a name as in .netrc: at least 6 signs with letters and a digit or symbol.",
        "Manual pages of MySQL, sshpass, Docker, Podman, Redis, MongoDB, sqlcmd, Cassandra, InfluxDB,"
            + " twine, Azure CLI, OpenShift, skopeo, zip, Mosquitto, OpenLDAP, keytool, OpenSSL, nmcli,"
            + " Samba, RabbitMQ, htpasswd, chpasswd; netrc(5)",
        Stream.concat(
                OPTIONS.keySet().stream().sorted().map(name -> name + " "),
                Stream.of("| chpasswd", "| sudo chpasswd"))
            .map(Trigger::word)
            .toList(),
        LONGEST,
        Commands::match,
        Commands::score,
        Context.NONE);
  }

  private static void match(Text text, int from, int to, Hits hits) {
    if (CharSet.LETTER.has(text.at(from - 1))) {
      return;
    }
    if (text.at(from) == '|') {
      piped(text, from, true, hits);
      return;
    }
    String name = name(text, from, to - 1);
    String option = OPTIONS.getOrDefault(name, "-p");
    int line = text.runEnd(to, LINE, REACH);
    hits.quietUntil(line);
    if (text.contains(to, line, FROM_INPUT)) {
      piped(text, text.runStart(from, COMMAND, BEFORE) - 1, false, hits);
    }
    if (CharSet.DIGIT.has(option.charAt(0))) {
      offer(text, word(text, to, line, option.charAt(0) - '0'), hits);
      return;
    }
    boolean within = option.equals("%");
    for (int at = to; at < line; at++) {
      if ((within || text.at(at - 1) == ' ') && text.has(at, option)) {
        offer(text, at + option.length(), hits);
      }
    }
    if (name.equals("login")) {
      nextLine(text, to, hits);
    }
  }

  /** Returns where the word of that number starts; {@code line} if there are not so many. */
  private static int word(Text text, int from, int line, int number) {
    int at = from;
    for (int i = 1; i < number; i++) {
      at = text.runEnd(at, WORD, line - at);
      at = text.runEnd(at, SPACE, line - at);
    }
    return at;
  }

  /** Offers the word behind {@code password} in the line under {@code login NAME}. */
  private static void nextLine(Text text, int from, Hits hits) {
    int end = text.runEnd(from, WORD, REACH);
    int at = text.runEnd(end, BLANK, REACH);
    if (end > from && at > end && text.has(at, "password ")) {
      offer(text, at + 9, hits);
    }
  }

  /**
   * Offers the last word of what is piped into a command: {@code echo WORD | docker login}; of a
   * name, a colon and a password the last.
   */
  private static void piped(Text text, int bar, boolean login, Hits hits) {
    if (text.at(bar) != '|') {
      return;
    }
    int last = text.runStart(bar, SPACE, BEFORE);
    int quote = text.at(last - 1);
    boolean quoted = quote == '\'' || quote == '"';
    int end = quoted ? last - 1 : last;
    int start = text.runStart(end, VALUE, LONGEST);
    int word = quoted ? start - 1 : start;
    boolean opened = !quoted || text.at(word) == quote;
    boolean said = ECHOES.in(text, Math.max(0, word - BEFORE), word);
    int password = login ? behindColon(text, start, end) : start;
    if (opened && said && text.at(word - 1) == ' ' && end - password >= LEAST) {
      hits.hit(password, end);
    }
  }

  private static int behindColon(Text text, int start, int end) {
    int at = start;
    while (at < end && text.at(at) != ':') {
      at++;
    }
    return at + 1;
  }

  private static String name(Text text, int start, int end) {
    StringBuilder name = new StringBuilder();
    for (int i = start; i < end; i++) {
      name.append((char) Text.lower(text.at(i)));
    }
    return name.toString();
  }

  private static void offer(Text text, int from, Hits hits) {
    int first = text.at(from);
    boolean quoted = first == '\'' || first == '"';
    int start = quoted ? from + 1 : from;
    int end = text.runEnd(start, VALUE, LONGEST);
    if (end - start >= LEAST && (!quoted || text.at(end) == first)) {
      hits.hit(start, end);
    }
  }

  private static double score(Text text, int start, int end) {
    int first = text.at(start);
    boolean letters = Entropy.has(text, start, end, CharSet.LETTER);
    boolean more = text.runEnd(start, CharSet.LETTER, end - start) < end;
    return letters
            && more
            && first != '$'
            && first != '-'
            && first != '/'
            && !Entropy.isStandIn(text, start, end)
        ? 0.7
        : 0;
  }
}
