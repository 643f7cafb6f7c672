package io.tabellion.detect.rules;

import com.google.re2j.Pattern;
import io.tabellion.detect.engine.Detector;
import io.tabellion.detect.engine.Kind;
import io.tabellion.detect.engine.Text;
import io.tabellion.detect.engine.Validator;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.dataformat.toml.TomlMapper;

/**
 * A rule file in the format of gitleaks 8: {@code [[rules]]} with id, regex, keywords, entropy,
 * secretGroup and allowlists, and a global {@code [allowlist]}.
 *
 * <p>What needs a repository (path, commits, extend) has no meaning here and is named in {@link
 * #notHonoured}, as is every rule whose pattern RE2 does not take. A rule's detector has its id as
 * name, in upper case with underscores, with {@code RULE_} before it.
 *
 * @param detectors one for each rule that can be used
 * @param notHonoured what was left out, a sentence each
 */
public record GitleaksRules(List<Detector> detectors, List<String> notHonoured) {
  /** Rules of one file at most. */
  public static final int MOST_RULES = 1_000;

  private static final Set<String> KNOWN =
      Set.of(
          "id",
          "description",
          "regex",
          "keywords",
          "entropy",
          "secretGroup",
          "allowlist",
          "allowlists",
          "tags");

  private static final Set<String> ALLOWLIST =
      Set.of("description", "regexes", "stopwords", "regexTarget", "condition", "targetRules");

  /** Matches no text. */
  private static final Pattern NOTHING = Pattern.compile("[^\\x00-\\x{10FFFF}]");

  public GitleaksRules {
    detectors = List.copyOf(detectors);
    notHonoured = List.copyOf(notHonoured);
  }

  /**
   * Reads {@code toml}.
   *
   * @param file what to call it in messages
   * @throws IllegalArgumentException if it is no TOML, or has too many rules
   */
  public static GitleaksRules parse(String file, String toml) {
    try {
      return new Reading(file).read(new TomlMapper().readTree(toml));
    } catch (JacksonException e) {
      var place = e.getLocation();
      throw new IllegalArgumentException(
          file + ": line " + (place == null ? 0 : place.getLineNr()) + " (expected: TOML)", e);
    }
  }

  /** One file being read. Confined. */
  private static final class Reading {
    private final String file;
    private final List<Detector> detectors = new ArrayList<>();
    private final List<String> notes = new ArrayList<>();
    private final List<Allowlist> global = new ArrayList<>();

    Reading(String file) {
      this.file = file;
    }

    GitleaksRules read(JsonNode root) {
      for (Map.Entry<String, JsonNode> entry : root.properties()) {
        switch (entry.getKey()) {
          case "title", "minVersion", "rules" -> {}
          case "allowlist" -> global.add(allowlist(file, entry.getValue()));
          case "allowlists" -> entry.getValue().forEach(list -> global.add(allowlist(file, list)));
          default -> notes.add(file + ": " + entry.getKey() + ": not supported");
        }
      }
      if (root.path("rules").size() > MOST_RULES) {
        throw new IllegalArgumentException(
            file
                + ": "
                + root.path("rules").size()
                + " rules (expected: at most "
                + MOST_RULES
                + ")");
      }
      for (JsonNode rule : root.path("rules")) {
        rule(rule);
      }
      return new GitleaksRules(detectors, notes);
    }

    private void rule(JsonNode rule) {
      String id = rule.path("id").asString("");
      String where = file + ": rule " + id;
      for (String key : rule.propertyNames()) {
        if (!KNOWN.contains(key)) {
          notes.add(where + ": " + key + ": not supported");
        }
      }
      if (id.isEmpty() || rule.path("regex").isMissingNode()) {
        notes.add(where + ": left out (expected: id and regex)");
        return;
      }
      try {
        detectors.add(detector(where, id, rule));
      } catch (IllegalArgumentException e) {
        notes.add(where + ": left out: " + e.getMessage());
      }
    }

    private Detector detector(String where, String id, JsonNode rule) {
      List<String> keywords = strings(rule.path("keywords"));
      if (keywords.isEmpty()) {
        notes.add(where + ": no keywords: tried only where a digit stands");
      }
      List<Allowlist> allowed = new ArrayList<>();
      lists(rule).forEach(list -> allowed.add(allowlist(where, list)));
      global.stream().filter(list -> list.isFor(id)).forEach(allowed::add);
      String pattern = rule.path("regex").asString("");
      int group = group(rule, pattern);
      PatternRule made =
          PatternRule.of(name(id), Kind.SECRET, pattern)
              .keywords(keywords.stream().map(k -> k.toLowerCase(Locale.ROOT)).toList())
              .longest(PatternRule.LONGEST_MATCH)
              .group(group)
              .validator(validator(rule.path("entropy").asDouble(0), allowed));
      String says = rule.path("description").asString("");
      return made.detector(says.isBlank() ? "Rule " + id + "." : says, file);
    }

    private static List<JsonNode> lists(JsonNode rule) {
      List<JsonNode> lists = new ArrayList<>();
      if (rule.has("allowlist")) {
        lists.add(rule.path("allowlist"));
      }
      rule.path("allowlists").forEach(lists::add);
      return lists;
    }

    /** Where no group is named, gitleaks takes the first that there is. */
    private static int group(JsonNode rule, String pattern) {
      int named = rule.path("secretGroup").asInt(0);
      return named > 0 ? named : Math.min(1, PatternRule.compile("regex", pattern).groupCount());
    }

    private Allowlist allowlist(String where, JsonNode list) {
      Set<String> unknown = new TreeSet<>(list.propertyNames());
      unknown.removeAll(ALLOWLIST);
      unknown.forEach(key -> notes.add(where + ": allowlist " + key + ": not supported"));
      String target = list.path("regexTarget").asString("secret");
      if (!target.equals("secret")) {
        notes.add(where + ": allowlist regexTarget " + target + ": the secret is compared");
      }
      boolean all = isAll(where, list.path("condition").asString("OR"));
      List<String> words = new ArrayList<>();
      strings(list.path("stopwords")).forEach(word -> words.add(word.toLowerCase(Locale.ROOT)));
      if (all && !unknown.isEmpty()) {
        notes.add(where + ": allowlist: left out, as what it also asks for is not known here");
        return Allowlist.NONE;
      }
      return new Allowlist(
          patterns(where, list, all), words, all, Set.copyOf(strings(list.path("targetRules"))));
    }

    /** Whether all that a list has must hold; what is neither word is taken for that. */
    private boolean isAll(String where, String condition) {
      return switch (condition.toUpperCase(Locale.ROOT)) {
        case "OR", "||" -> false;
        case "AND", "&&" -> true;
        default -> {
          notes.add(where + ": allowlist condition: taken for AND (expected: OR or AND)");
          yield true;
        }
      };
    }

    /** The patterns that can be used; one that matches nothing where all others cannot. */
    private List<Pattern> patterns(String where, JsonNode list, boolean all) {
      List<Pattern> patterns = new ArrayList<>();
      List<String> given = strings(list.path("regexes"));
      for (String pattern : given) {
        try {
          patterns.add(PatternRule.compile("allowlist", pattern));
        } catch (IllegalArgumentException e) {
          notes.add(where + ": " + e.getMessage());
        }
      }
      return all && patterns.isEmpty() && !given.isEmpty() ? List.of(NOTHING) : patterns;
    }
  }

  private static List<String> strings(JsonNode array) {
    List<String> strings = new ArrayList<>();
    array.forEach(item -> strings.add(item.asString("")));
    return strings;
  }

  private static String name(String id) {
    String upper = id.toUpperCase(Locale.ROOT).replaceAll("[^A-Z0-9]", "_");
    return ("RULE_" + upper).substring(0, Math.min(64, upper.length() + 5));
  }

  private static Validator validator(double entropy, List<Allowlist> allowed) {
    return (text, start, end) -> {
      if (entropy > 0 && bits(text, start, end) <= entropy) {
        return 0;
      }
      String value = text.string(start, end);
      return allowed.stream().anyMatch(list -> list.has(value)) ? 0 : 0.8;
    };
  }

  private static double bits(Text text, int start, int end) {
    int[] counts = new int[256];
    for (int i = start; i < end; i++) {
      counts[text.at(i) & 0xff]++;
    }
    double bits = 0;
    for (int count : counts) {
      if (count > 0) {
        double share = (double) count / (end - start);
        bits -= share * Math.log(share) / Math.log(2);
      }
    }
    return bits;
  }

  /**
   * Values that rules do not mean.
   *
   * @param all whether a pattern and a word must be found, of what there is; else one does
   * @param rules ids of the rules that it is for; empty for all
   */
  private record Allowlist(
      List<Pattern> patterns, List<String> words, boolean all, Set<String> rules) {
    static final Allowlist NONE = new Allowlist(List.of(), List.of(), false, Set.of());

    Allowlist {
      patterns = List.copyOf(patterns);
      words = List.copyOf(words);
    }

    boolean isFor(String rule) {
      return rules.isEmpty() || rules.contains(rule);
    }

    boolean has(String value) {
      String lower = value.toLowerCase(Locale.ROOT);
      boolean pattern = patterns.stream().anyMatch(one -> one.matcher(value).find());
      boolean word = words.stream().anyMatch(lower::contains);
      return all
          ? (pattern || patterns.isEmpty()) && (word || words.isEmpty()) && (pattern || word)
          : pattern || word;
    }
  }
}
