package io.tabellion.bench.detection;

import io.tabellion.bench.detection.Labelled.Span;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.UUID;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

/**
 * Lines with the tokens of providers, each kind as its provider documents it, in the forms of
 * configuration, logs, requests and messages; and lines of ids, digests and encoded data that hold
 * none. Kinds and frames were written before the detectors of these tokens.
 */
final class Provided {
  /** The label of a token that has a shape of its own. */
  static final String SHAPED = "SHAPED";

  /** The label of a token that only its name tells. */
  static final String NAMED = "NAMED";

  private static final int FRAMES_EACH = 4;
  private static final int NOISE_ROUNDS = 20;
  private static final Pattern PART =
      Pattern.compile("\\{(?:uuid|([A-Za-z])([0-9]+))}|‹([A-Za-z][a-z]*)([0-9]*)›");

  private final Dice dice;
  private final List<String> named;
  private final List<String> shaped;
  private final List<String> nameless;

  private Provided(Random random, List<String> frames) {
    this.dice = new Dice(random);
    this.named = of(frames, "named");
    this.nameless = new ArrayList<>(named);
    nameless.addAll(of(frames, "generic"));
    this.shaped = new ArrayList<>(nameless);
    shaped.addAll(of(frames, "bare"));
  }

  /**
   * One kind of token.
   *
   * @param kind for people
   * @param name what it is assigned to
   * @param shaped whether it is told without its name
   * @param shape its signs
   */
  private record Kind(String kind, String name, boolean shaped, String shape) {
    static Kind of(String line) {
      String[] parts = line.split("\t", -1);
      boolean shaped = !parts[1].startsWith("*");
      return new Kind(parts[0], parts[1].replace("*", ""), shaped, parts[2]);
    }
  }

  static List<Labelled> set(long seed) {
    Provided provided =
        new Provided(new Random(seed), List.of(read("provided-frames.txt").split("\n%%\n", -1)));
    List<Labelled> all = new ArrayList<>();
    read("provided.txt")
        .lines()
        .filter(line -> !line.startsWith("#"))
        .map(Kind::of)
        .forEach(kind -> provided.add(kind, all));
    for (int i = 0; i < NOISE_ROUNDS; i++) {
      for (String line : read("provided-noise.txt").split("\n%%\n", -1)) {
        all.add(new Labelled(provided.filled(line.stripTrailing()), List.of()));
      }
    }
    return all;
  }

  private static List<String> of(List<String> frames, String use) {
    return frames.stream()
        .filter(frame -> frame.startsWith(use + "\n"))
        .map(frame -> frame.substring(use.length() + 1).stripTrailing())
        .toList();
  }

  private void add(Kind kind, List<Labelled> all) {
    List<String> frames = kind.shaped() ? shaped : nameless;
    int first = dice.between(0, frames.size() - 1);
    for (int i = 0; i < FRAMES_EACH; i++) {
      String frame = frames.get((first + i * 7) % frames.size());
      String value = filled(kind.shape());
      String text = named(frame, kind.name());
      int at = text.indexOf("‹VALUE›");
      String type = kind.shaped() ? SHAPED : NAMED;
      all.add(
          new Labelled(
              text.replace("‹VALUE›", value), List.of(new Span(type, at, at + value.length()))));
    }
  }

  private static String named(String frame, String name) {
    String small = name.toLowerCase(Locale.ROOT);
    String word = small.substring(0, (small + "_").indexOf('_'));
    return frame
        .replace("‹NAME›", name)
        .replace("‹small›", small)
        .replace("‹kebab›", small.replace('_', '-'))
        .replace("‹camel›", camel(small))
        .replace("‹Header›", "X-" + headed(small))
        .replace("‹word›", word)
        .replace("‹Word›", capital(word));
  }

  private static String camel(String small) {
    StringBuilder camel = new StringBuilder();
    for (String part : small.split("_", -1)) {
      camel.append(camel.isEmpty() ? part : capital(part));
    }
    return camel.toString();
  }

  private static String headed(String small) {
    List<String> parts = new ArrayList<>();
    for (String part : small.split("_", -1)) {
      parts.add(capital(part));
    }
    return String.join("-", parts);
  }

  private static String capital(String word) {
    return word.substring(0, 1).toUpperCase(Locale.ROOT) + word.substring(1);
  }

  private String filled(String shape) {
    return PART.matcher(shape)
        .replaceAll(part -> java.util.regex.Matcher.quoteReplacement(signs(part)));
  }

  private String signs(MatchResult part) {
    if (part.group(3) != null) {
      return part.group(3).equals("uuid")
          ? uuid()
          : dice.of(set(part.group(3)), Integer.parseInt(part.group(4)));
    }
    return part.group(1) == null
        ? uuid()
        : dice.of(set(part.group(1)), Integer.parseInt(part.group(2)));
  }

  private String uuid() {
    return UUID.nameUUIDFromBytes(dice.bytes(16)).toString();
  }

  private static String set(String letter) {
    return switch (letter) {
      case "A" -> Dice.ALNUM;
      case "a" -> Dice.SMALL + "0123456789";
      case "U" -> Dice.CAPITALS + "0123456789";
      case "h" -> "0123456789abcdef";
      case "H" -> "0123456789ABCDEF";
      case "d" -> "0123456789";
      case "s" -> Dice.ALNUM + "-_";
      case "b" -> Dice.ALNUM + "+/";
      case "w" -> Dice.ALNUM + "_";
      case "l" -> Dice.SMALL;
      case "L" -> Dice.CAPITALS + Dice.SMALL;
      case "q" -> Dice.CAPITALS + "234567";
      case "o" -> Dice.SMALL + "234567";
      case "e" -> "QPZRY9X8GF2TVDW0S3JN54KHCE6MUA7L";
      default -> throw new IllegalStateException("set: " + letter + " (expected: a known one)");
    };
  }

  private static String read(String file) {
    try (InputStream in = Provided.class.getResourceAsStream(file)) {
      if (in == null) {
        throw new IllegalStateException(file + ": missing (expected: beside the class)");
      }
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
