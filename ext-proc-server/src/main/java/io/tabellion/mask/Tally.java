package io.tabellion.mask;

import io.tabellion.jsonrpc.JsonPointer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Counts what was masked, by detector and place, as an entry lists it.
 *
 * <p>Not thread-safe: it belongs to one message.
 */
final class Tally {
  /** Lines in an entry at most; a leaf has no room for more. */
  static final int LINES = 48;

  /** Places that are told apart; what is masked elsewhere is counted together. */
  static final int PLACES = 10_000;

  /**
   * Bytes in a leaf that what was masked and what would have been may take together; what was
   * masked may take more by itself, and leaves the other only its counts then.
   */
  private static final int ROOM = 24 << 10;

  private static final int NOWHERE = -1;
  private static final int LONGEST_NAME = 48;
  private static final int LONGEST_PLACE = 160;

  private final Map<Integer, Count> sent = new HashMap<>();
  private final Map<String, Count> lines = new LinkedHashMap<>();
  private final Map<String, Count> counts = new TreeMap<>();

  /** Values at places that are not told apart. */
  private final Count elsewhere = new Count();

  private Line last = new Line(NOWHERE, "", "", List.of(), elsewhere, elsewhere);

  /** The site that was told of last, and what was masked there in what is sent, if anything. */
  private int lastSite = NOWHERE;

  private @Nullable Count left;

  /** Something was masked in what is sent, at a site of the tree that is kept too. */
  void sent(int site) {
    if (site != lastSite) {
      left = sent.computeIfAbsent(site, _ -> new Count());
      lastSite = site;
    }
    if (left != null) {
      left.value++;
    }
  }

  /** Something was masked in what is kept. */
  void kept(int site, String detector, List<Object> place) {
    if (site != lastSite) {
      left = sent.get(site);
      lastSite = site;
    }
    String legs = left != null && --left.value >= 0 ? "both" : "record";
    if (last.is(site, detector, legs)) {
      last.all.value++;
      last.count.value++;
    } else {
      line(site, detector, legs, place);
    }
  }

  /** Something was masked in what is sent, which is not what is kept. */
  void sentAlone(String detector, List<Object> place) {
    line(NOWHERE, detector, "sent", place);
  }

  /** A token of another holder stayed as it was. */
  void foreign(String detector, List<Object> place) {
    told(detector, "foreign", place);
  }

  /** A token was turned back. */
  void restored(String detector, List<Object> place) {
    line(NOWHERE, detector, "restored", place);
  }

  /** Of a value that was masked a part went out before. */
  void split(String detector, List<Object> place) {
    told(detector, "split", place);
  }

  /** A rule would have masked something in what is sent, were it enforced. */
  void wouldBe(String rule, String detector, List<Object> place) {
    told(rule, detector, place);
  }

  private void line(int site, String detector, String legs, List<Object> place) {
    Count all = counts.computeIfAbsent(detector, _ -> new Count());
    all.value++;
    told(site, detector, legs, place, all);
  }

  private void told(String detector, String legs, List<Object> place) {
    told(NOWHERE, detector, legs, place, elsewhere);
  }

  private void told(int site, String detector, String legs, List<Object> place, Count all) {
    if (!last.is(detector, legs, place)) {
      String line = detector + " " + legs + " %d " + pointer(place);
      boolean known = lines.size() < PLACES || lines.containsKey(line);
      Count count = known ? lines.computeIfAbsent(line, _ -> new Count()) : elsewhere;
      last = new Line(site, detector, legs, List.copyOf(place), count, all);
    }
    last.count.value++;
  }

  /** How often something was told. */
  private static final class Count {
    private int value;
  }

  /**
   * The line that was told of last: a text has many values of a kind, one after another.
   *
   * @param site of a tree that is kept, which is at one place; else {@value #NOWHERE}
   * @param all how many values the detector found
   */
  private record Line(
      int site, String detector, String legs, List<Object> place, Count count, Count all) {
    boolean is(int otherSite, String otherDetector, String otherLegs) {
      return site == otherSite && detector.equals(otherDetector) && legs.equals(otherLegs);
    }

    boolean is(String otherDetector, String otherLegs, List<Object> otherPlace) {
      return detector.equals(otherDetector) && legs.equals(otherLegs) && place.equals(otherPlace);
    }
  }

  /** How many values were masked, by detector. */
  Map<String, Integer> counts() {
    Map<String, Integer> numbers = new TreeMap<>();
    counts.forEach((detector, count) -> numbers.put(detector, count.value));
    return numbers;
  }

  /** Returns detector, legs, count and place of what was masked, one line each. */
  List<String> lines() {
    return lines(Integer.MAX_VALUE);
  }

  /** Returns the same, in the room that another tally leaves in the leaf. */
  List<String> linesBeside(Tally other) {
    return lines(ROOM - other.lines().stream().mapToInt(Tally::bytes).sum());
  }

  private List<String> lines(int room) {
    List<String> told = new ArrayList<>();
    int left = room;
    int values = elsewhere.value;
    for (Map.Entry<String, Count> line : lines.entrySet()) {
      String text = line.getKey().replace(" %d ", " " + line.getValue().value + " ");
      if (told.size() < LINES && bytes(text) <= left) {
        told.add(text);
        left -= bytes(text);
      } else {
        values += line.getValue().value;
      }
    }
    if (values > 0) {
      String places = (elsewhere.value > 0 ? "more than " : "") + (lines.size() - told.size());
      told.add("and %d values at %s places more".formatted(values, places));
    }
    return told;
  }

  /** The bytes of a line in a leaf, at most. */
  private static int bytes(String line) {
    return line.chars().map(c -> c < ' ' ? 6 : c < 0x80 ? 2 : 3).sum();
  }

  /** The place as a JSON Pointer, capped: what stands in a leaf stands there for ever. */
  private static String pointer(List<Object> place) {
    StringBuilder pointer = new StringBuilder();
    for (int i = 0; i < place.size() && pointer.length() <= LONGEST_PLACE; i++) {
      pointer.append('/');
      String name = place.get(i).toString();
      boolean tooLong = name.length() > LONGEST_NAME;
      pointer.append(JsonPointer.escaped(tooLong ? whole(name, LONGEST_NAME) + "…" : name));
    }
    return pointer.length() > LONGEST_PLACE
        ? whole(pointer.toString(), LONGEST_PLACE) + "…"
        : pointer.toString();
  }

  private static String whole(String text, int length) {
    return text.substring(
        0, Character.isHighSurrogate(text.charAt(length - 1)) ? length - 1 : length);
  }
}
