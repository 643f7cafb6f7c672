package io.tabellion.detect.secrets;

import io.tabellion.detect.engine.CharSet;
import io.tabellion.detect.engine.Context;
import io.tabellion.detect.engine.Detector;
import io.tabellion.detect.engine.Hits;
import io.tabellion.detect.engine.Kind;
import io.tabellion.detect.engine.Text;
import io.tabellion.detect.engine.Trigger;
import java.util.Map;

/** Passwords that programs are given by an option that does not say password. */
final class Commands {
  /** Programs and their options; a space where the value is a word of its own. */
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
          Map.entry("login", "password "));

  private static final CharSet VALUE = CharSet.of("!#-&*-:=?-Z^-z~");
  private static final CharSet LINE = CharSet.of("\t -~");
  private static final int REACH = 160;
  private static final int LEAST = 6;
  private static final int LONGEST = 128;

  private Commands() {}

  static Detector detector() {
    return new Detector(
        "COMMAND_PASSWORD",
        Kind.SECRET,
        "The password in a command line behind an option of a program known to take it (mysql -p,"
            + " sshpass -p, docker login -p, redis-cli -a, sqlcmd -P, openssl pass:) and behind login and a name as in"
            + " .netrc: at least 6 signs with letters and a digit or symbol.",
        "Manual pages of these programs; netrc(5)",
        OPTIONS.keySet().stream().sorted().map(name -> Trigger.word(name + " ")).toList(),
        LONGEST,
        Commands::match,
        Commands::score,
        Context.NONE);
  }

  private static void match(Text text, int from, int to, Hits hits) {
    if (CharSet.LETTER.has(text.at(from - 1))) {
      return;
    }
    String option = OPTIONS.getOrDefault(name(text, from, to - 1), "-p");
    int line = text.runEnd(to, LINE, REACH);
    hits.quietUntil(line);
    for (int at = to; at < line; at++) {
      if (text.at(at - 1) == ' ' && text.has(at, option)) {
        offer(text, at + option.length(), hits);
      }
    }
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
