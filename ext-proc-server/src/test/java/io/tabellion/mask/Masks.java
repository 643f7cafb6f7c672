package io.tabellion.mask;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.google.protobuf.ByteString;
import io.tabellion.detect.Detectors;
import io.tabellion.detect.Finding;
import io.tabellion.jsonrpc.Json;
import io.tabellion.jsonrpc.JsonReader;
import io.tabellion.jsonrpc.JsonWriter;
import io.tabellion.jsonrpc.Limits;
import io.tabellion.jsonrpc.Reading;
import io.tabellion.mask.made.MaskKeys;
import io.tabellion.mask.rule.MaskRule;
import io.tabellion.mask.rule.MaskRule.Where;
import io.tabellion.mask.rule.Masking;
import io.tabellion.mask.rule.Operator;
import io.tabellion.mask.rule.Plan;
import io.tabellion.mask.rule.Selector;
import io.tabellion.secret.HmacKeyedHash;
import io.tabellion.secret.SecretBytes;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Maskers over three plain detectors, so that the walk is tested by itself. */
final class Masks {
  static final MaskKeys KEYS =
      new MaskKeys(
          new HmacKeyedHash(SecretBytes.copyOf("0123456789abcdef0123456789abcdef".getBytes(UTF_8))),
          "tests",
          1);

  /** An address; a card that need not pass any check; a number behind the word ssn. */
  private static final Map<String, Pattern> PATTERNS =
      Map.of(
          "EMAIL", Pattern.compile("[a-z.]+@[a-z]+\\.[a-z]+"),
          "CARD",
              Pattern.compile(
                  "(?<![0-9])4[0-9]{3}[ -]?[0-9]{4}[ -]?[0-9]{4}[ -]?[0-9]{4}(?![0-9])"),
          "SSN", Pattern.compile("(?<=ssn.{0,4})[0-9]{3}-[0-9]{2}-[0-9]{4}", Pattern.DOTALL));

  static final Plan.Names NAMES =
      new Plan.Names() {
        @Override
        public Set<String> select(String nameOrGroup) {
          return nameOrGroup.equals("ALL")
              ? PATTERNS.keySet()
              : PATTERNS.containsKey(nameOrGroup) ? Set.of(nameOrGroup) : Set.of();
        }

        @Override
        public Plan.Scan scan(Set<String> names) {
          return text -> find(names, text);
        }
      };

  private Masks() {}

  private static List<Finding> find(Set<String> names, String text) {
    List<Finding> found = new ArrayList<>();
    for (String name : new TreeSet<>(names)) {
      Matcher matcher = pattern(name).matcher(text);
      while (matcher.find()) {
        found.add(new Finding(name, matcher.start(), matcher.end(), 0.9));
      }
    }
    found.sort(Comparator.comparingInt(Finding::start));
    return found;
  }

  private static Pattern pattern(String name) {
    Pattern pattern = PATTERNS.get(name);
    if (pattern == null) {
      throw new AssertionError(name);
    }
    return pattern;
  }

  /** A rule about everything that is found. */
  static MaskRule found(Operator operator, Where where) {
    return new MaskRule("found", null, Set.of("ALL"), 0.5, Map.of(), operator, where);
  }

  /** A rule about whole values. */
  static MaskRule selected(String selector, Operator operator, Where where) {
    return new MaskRule(
        "selected", Selector.parse(selector), Set.of(), 0, Map.of(), operator, where);
  }

  static Plan plan(MaskRule... rules) {
    return Plan.of(new Masking(List.of(rules), Detectors.builtIn()), NAMES);
  }

  /** What is sent and kept of a message in which everything that is found is replaced but here. */
  static String sentAllowing(String json, String... allowed) {
    Set<Selector> places = new HashSet<>();
    for (String place : allowed) {
      places.add(Selector.parse(place));
    }
    Masking masking =
        new Masking(
            List.of(found(Operator.Replace.NAMED, Where.BOTH)), places, Detectors.builtIn());
    Json tree = json(json);
    Masked masked = new Masker(KEYS, null).mask(tree, tree, Plan.of(masking, NAMES));
    if (!text(masked.forwarded()).equals(text(masked.recorded()))) {
      throw new AssertionError("other in the record (expected: what is sent)");
    }
    return text(masked.forwarded());
  }

  static Masked mask(String json, MaskRule... rules) {
    Json tree = json(json);
    return new Masker(KEYS, null).mask(tree, tree, plan(rules));
  }

  /** What is sent of a message in which everything that is found is replaced. */
  static String sent(String json) {
    return text(mask(json, found(Operator.Replace.NAMED, Where.BOTH)).forwarded());
  }

  /** What is sent and kept of a message, which must be the same. */
  static String sent(String json, MaskRule... rules) {
    return text(mask(json, rules).forwarded());
  }

  static String kept(String json, MaskRule... rules) {
    return text(mask(json, rules).recorded());
  }

  static String text(@Nullable ByteString bytes) {
    if (bytes == null) {
      throw new AssertionError("nothing (expected: a message)");
    }
    return bytes.toStringUtf8();
  }

  static Json json(String text) {
    Reading reading = new JsonReader(Limits.DEFAULT).read(ByteString.copyFromUtf8(text));
    if (reading instanceof Reading.Document(Json value)) {
      return value;
    }
    throw new AssertionError(reading + ": " + text);
  }

  /** A result of a tool, given as JSON. */
  static String result(String result) {
    return "{\"jsonrpc\":\"2.0\",\"id\":7,\"result\":" + result + "}";
  }

  /** A text as a JSON string. */
  static String quoted(String text) {
    return JsonWriter.toText(new Json.Text(text));
  }
}
