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
  private static final CharSet SPACE = CharSet.of(" ");
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
            + " sshpass -p, docker login -p, redis-cli -a, sqlcmd -P, openssl pass:), what echo pipes into a login that"
            + " has --password-stdin, and behind login and a name as in .netrc: at least 6 signs with letters and a digit or symbol.",
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
    if (text.contains(to, line, FROM_INPUT)) {
      piped(text, from, hits);
    }
    for (int at = to; at < line; at++) {
      if (text.at(at - 1) == ' ' && text.has(at, option)) {
        offer(text, at + option.length(), hits);
      }
    }
  }

  /** Offers the last word of what is piped into the command: {@code echo WORD | docker login}. */
  private static void piped(Text text, int command, Hits hits) {
    int bar = text.runStart(command, COMMAND, BEFORE) - 1;
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
    if (opened && said && text.at(word - 1) == ' ' && end - start >= LEAST) {
      hits.hit(start, end);
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
