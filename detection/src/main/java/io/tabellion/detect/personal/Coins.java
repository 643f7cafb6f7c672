package io.tabellion.detect.personal;

import io.tabellion.detect.engine.CharSet;
import io.tabellion.detect.engine.Context;
import io.tabellion.detect.engine.Detector;
import io.tabellion.detect.engine.Hits;
import io.tabellion.detect.engine.Kind;
import io.tabellion.detect.engine.Text;
import io.tabellion.detect.engine.Trigger;
import io.tabellion.detect.engine.Trigger.Before;
import io.tabellion.detect.personal.Table.Line;
import io.tabellion.detect.personal.Table.Row;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Addresses of crypto currencies beside the two large ones, from the table {@code coins.txt} beside
 * this class; its head says its form. Most of them begin with a letter, so they are looked for
 * where the first digit of a word stands; one without digits (of 34 signs one in 300) is not found.
 */
final class Coins {
  private static final String FILE = "coins.txt";
  private static final List<String> COLUMNS = List.of("NAME", "source");
  private static final Set<String> KEYS = Set.of("coin", "words", "rule");
  private static final double CHECKED = 0.95;

  /** Signs and bytes of an address without a checksum. */
  private static final int KEY_LEAST = 32;

  private static final int KEY_MOST = 44;
  private static final int KEY = 32;

  private Coins() {}

  static List<Detector> all() {
    return Table.read(FILE, COLUMNS, KEYS).rows().stream()
        .map(row -> row.has("coin") ? checked(row) : behindWords(row))
        .toList();
  }

  private static Detector checked(Row row) {
    List<Coin> coins = row.lines("coin").map(line -> coin(row, line)).toList();
    return new Detector(
        row.name(),
        Kind.PII,
        row.line("rule"),
        row.cells().get(1),
        triggers(coins),
        Monero.WITH_PAYMENT,
        (text, from, to, hits) -> match(coins, text, from, hits),
        (text, start, end) -> isAddress(coins, text.string(start, end)) ? CHECKED : 0,
        Context.NONE);
  }

  private static Coin coin(Row row, Line line) {
    String[] words = line.value().substring(line.value().indexOf(", ") + 2).split(" ", -1);
    return switch (words[0] + ' ' + Math.min(words.length, 3)) {
      case "base58 3" -> new Coin.Checked(Base58.BITCOIN, words[1], versions(words));
      case "ripple 3" -> new Coin.Checked(Base58.RIPPLE, words[1], versions(words));
      case "monero 2" -> new Coin.Blocks(words[1]);
      case "bech32 2" -> new Coin.Segwit(words[1]);
      default ->
          throw row.wrong(line.value(), "CURRENCY, one of base58, ripple, monero and bech32");
    };
  }

  private static int[] versions(String[] words) {
    return Stream.of(words).skip(2).mapToInt(Integer::parseInt).toArray();
  }

  private static List<Trigger> triggers(List<Coin> coins) {
    List<Trigger> triggers = new ArrayList<>();
    triggers.add(
        new Trigger.Digits(1, Integer.MAX_VALUE, Before.LETTER, "*.:-/ )A")
            .first(first(coins, CharSet.LETTER))
            .word(Coin.Checked.SHORTEST));
    triggers.add(
        new Trigger.Digits(1, Integer.MAX_VALUE, Before.NO_LETTER, "A")
            .first(first(coins, CharSet.DIGIT))
            .word(Coin.Checked.SHORTEST));
    coins.stream()
        .map(Coin::prefix)
        .filter(prefix -> !prefix.isEmpty())
        .forEach(prefix -> triggers.add(Trigger.word(prefix)));
    return triggers;
  }

  private static String first(List<Coin> coins, CharSet set) {
    return coins.stream()
        .flatMapToInt(coin -> coin.first().chars())
        .filter(set::has)
        .distinct()
        .sorted()
        .mapToObj(Character::toString)
        .collect(Collectors.joining());
  }

  private static void match(List<Coin> coins, Text text, int from, Hits hits) {
    int start = text.runStart(from, CharSet.LETTER, Coin.Checked.LONGEST);
    boolean longEnough = CharSet.ALNUM.has(text.at(start + Coin.Checked.SHORTEST - 1));
    if (longEnough && !CharSet.WORD.has(text.at(start - 1))) {
      for (Coin coin : coins) {
        coin.match(text, start, hits);
      }
    }
  }

  private static boolean isAddress(List<Coin> coins, String word) {
    return coins.stream().anyMatch(coin -> coin.isAddress(word));
  }

  private static Detector behindWords(Row row) {
    String[] words = row.list("words");
    return new Detector(
        row.name(),
        Kind.PII,
        row.line("rule"),
        row.cells().get(1),
        Stream.of(words).map(Trigger::word).toList(),
        KEY_MOST,
        Coins::matchKeys,
        Coins::scoreKey,
        Context.of(0.3, words));
  }

  private static void matchKeys(Text text, int from, int to, Hits hits) {
    int last = Math.min(text.length(), to + Context.BEFORE);
    int at = to;
    while (at < last) {
      int end = text.runEnd(at, CharSet.WORD, KEY_MOST + 1);
      Base58.BITCOIN.match(text, at, KEY_LEAST, KEY_MOST, hits);
      at = CharSet.WORD.has(text.at(end)) ? last : Math.max(end, at + 1);
    }
    hits.quietUntil(to);
  }

  private static double scoreKey(Text text, int start, int end) {
    return text.runEnd(start, CharSet.HEX, end - start) < end
            && Base58.BITCOIN.decode(text.string(start, end)).length == KEY
        ? 0.4
        : 0;
  }
}
