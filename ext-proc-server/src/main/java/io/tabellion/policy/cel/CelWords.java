package io.tabellion.policy.cel;

import io.tabellion.yaml.Nearest;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** What the compiler of CEL finds wrong at a place of an expression, in our words. */
final class CelWords {
  private static final String VALUE_OR_OPERATOR =
      "not expected here (expected: a value or an operator)";
  private static final String END = "<EOF>";

  private static final Pattern UNEXPECTED =
      Pattern.compile("(?:mismatched|extraneous) input '(.*?)' expecting .*", Pattern.DOTALL);
  private static final Pattern MISSING = Pattern.compile("missing '(.*?)' at '(.*?)'.*");
  private static final Pattern NO_WAY =
      Pattern.compile("no viable alternative at input '(.*?)'.*", Pattern.DOTALL);
  private static final Pattern TOKEN =
      Pattern.compile("token recognition error at: '(.*)'", Pattern.DOTALL);
  private static final Pattern OVERLOAD =
      Pattern.compile(
          "found no matching overload for '(.*?)' applied to '(.*?)' \\(candidates.*",
          Pattern.DOTALL);
  private static final Pattern TYPE =
      Pattern.compile("expected type '(.*?)' but found '(.*?)'.*", Pattern.DOTALL);
  private static final Pattern SELECT =
      Pattern.compile("type '(.*?)' does not support field selection.*", Pattern.DOTALL);
  private static final Pattern RESERVED = Pattern.compile("reserved identifier: (.*)");
  private static final Pattern MACRO = Pattern.compile("invalid argument to (.*?)\\(\\) macro.*");
  private static final Pattern NUMBER = Pattern.compile("For input string: \"(.*?)\".*");
  private static final Pattern LITERAL =
      Pattern.compile("(timestamp|duration) validation failed.*", Pattern.DOTALL);
  private static final Pattern WORD_BEFORE = Pattern.compile("([A-Za-z]+)\\s+$");

  /** What people write for operators of CEL. */
  private static final Map<String, String> OPERATORS =
      Map.ofEntries(
          Map.entry("and", "&&"),
          Map.entry("or", "||"),
          Map.entry("not", "!"),
          Map.entry("&", "&&"),
          Map.entry("|", "||"),
          Map.entry("=", "=="),
          Map.entry("===", "=="),
          Map.entry("!==", "!="),
          Map.entry("<>", "!="),
          Map.entry("=~", "a.matches('…')"),
          Map.entry("~=", "a.matches('…')"),
          Map.entry("~", "a.matches('…')"),
          Map.entry("is", "=="),
          Map.entry("like", "a.matches('…')"),
          Map.entry("matches", "a.matches('…')"),
          Map.entry("contains", "a.contains('…')"),
          Map.entry("startsWith", "a.startsWith('…')"),
          Map.entry("endsWith", "a.endsWith('…')"));

  /** How functions and macros are written. */
  private static final Map<String, String> FUNCTIONS =
      Map.ofEntries(
          Map.entry("contains", "a.contains('…'), both texts; 'x' in a for lists"),
          Map.entry("startsWith", "a.startsWith('…'), both texts"),
          Map.entry("endsWith", "a.endsWith('…'), both texts"),
          Map.entry("matches", "a.matches('…'), both texts"),
          Map.entry("size", "size(a) of a text, a list or an object"),
          Map.entry("has", "has(args.x); 'x' in args for other names"),
          Map.entry("all", "a.all(x, CONDITION)"),
          Map.entry("exists", "a.exists(x, CONDITION)"),
          Map.entry("exists_one", "a.exists_one(x, CONDITION)"),
          Map.entry("map", "a.map(x, VALUE)"),
          Map.entry("filter", "a.filter(x, CONDITION)"),
          Map.entry("int", "int(a) of a number, a text or a time"),
          Map.entry("uint", "uint(a) of a number or a text"),
          Map.entry("double", "double(a) of a number or a text"),
          Map.entry("string", "string(a) of a number, bytes, a time or true and false"),
          Map.entry("bytes", "bytes(a) of a text"),
          Map.entry("timestamp", "timestamp('2026-11-24T12:00:00Z')"),
          Map.entry("duration", "duration('1h30m')"),
          Map.entry("type", "type(a)"),
          Map.entry("getFullYear", "a.getFullYear() of a time"),
          Map.entry("getMonth", "a.getMonth() of a time"),
          Map.entry("getDate", "a.getDate() of a time"),
          Map.entry("getDayOfMonth", "a.getDayOfMonth() of a time"),
          Map.entry("getDayOfWeek", "a.getDayOfWeek() of a time"),
          Map.entry("getDayOfYear", "a.getDayOfYear() of a time"),
          Map.entry("getHours", "a.getHours('UTC') of a time"),
          Map.entry("getMinutes", "a.getMinutes() of a time"),
          Map.entry("getSeconds", "a.getSeconds() of a time"),
          Map.entry("getMilliseconds", "a.getMilliseconds() of a time"));

  private static final Set<String> NO_NAMES = Set.of("in", "true", "false", "null");

  private static final Map<String, String> TYPES =
      Map.ofEntries(
          Map.entry("bool", "true or false"),
          Map.entry("int", "an integer"),
          Map.entry("uint", "an unsigned integer"),
          Map.entry("double", "a number"),
          Map.entry("string", "a text"),
          Map.entry("bytes", "bytes"),
          Map.entry("google.protobuf.Timestamp", "a time"),
          Map.entry("google.protobuf.Duration", "a duration"),
          Map.entry("null_type", "null"),
          Map.entry("dyn", "any value"));

  private final String before;
  private final String rest;

  /**
   * @param offset where in the expression something is wrong
   */
  CelWords(String expression, int offset) {
    this.before = expression.substring(0, offset);
    this.rest = expression.substring(offset);
  }

  /** Returns the message in our words; as it is where we have none. */
  String of(String message) {
    Matcher found = UNEXPECTED.matcher(message);
    if (found.matches()) {
      return unexpected(found.group(1));
    }
    found = NO_WAY.matcher(message);
    if (found.matches()) {
      return unexpected(found.group(1));
    }
    found = MISSING.matcher(message);
    if (found.matches()) {
      String at = found.group(2);
      return found.group(1) + " is missing before " + (at.equals(END) ? "the end" : at);
    }
    found = TOKEN.matcher(message);
    if (found.matches()) {
      return token(found.group(1));
    }
    found = OVERLOAD.matcher(message);
    if (found.matches()) {
      return overload(found.group(1), arguments(found.group(2)));
    }
    return plain(message);
  }

  private static String plain(String message) {
    Matcher found = TYPE.matcher(message);
    if (found.matches()) {
      return "%s (expected: %s)".formatted(type(found.group(2)), type(found.group(1)));
    }
    found = SELECT.matcher(message);
    if (found.matches()) {
      return type(found.group(1)) + " has no fields";
    }
    found = RESERVED.matcher(message);
    if (found.matches()) {
      String word = found.group(1);
      String instead = word.equals("if") ? "CONDITION ? a : b" : "another name";
      return "%s: a reserved word (expected: %s)".formatted(word, instead);
    }
    found = MACRO.matcher(message);
    if (found.matches()) {
      String macro = found.group(1);
      return "%s: cannot be asked of that (expected: %s)"
          .formatted(macro, FUNCTIONS.getOrDefault(macro, "a place such as args.x"));
    }
    found = NUMBER.matcher(message);
    if (found.matches()) {
      return found.group(1) + ": no number (expected: at most 9223372036854775807)";
    }
    found = LITERAL.matcher(message);
    return found.matches()
        ? "no %s (expected: such as %s)"
            .formatted(
                found.group(1).equals("duration") ? "duration" : "time",
                FUNCTIONS.get(found.group(1)))
        : message.lines().findFirst().orElse("");
  }

  /** What is said of a function that nobody knows. */
  static String unknownFunction(String name) {
    String near =
        Nearest.of(name, FUNCTIONS.keySet())
            .map(known -> " (did you mean " + FUNCTIONS.get(known) + "?)")
            .orElse(
                " (expected: one of %s)"
                    .formatted(String.join(", ", new TreeSet<>(FUNCTIONS.keySet()))));
    return FUNCTIONS.containsKey(name)
        ? "%s: written in another way (expected: %s)".formatted(name, FUNCTIONS.get(name))
        : name + ": unknown function" + near;
  }

  // What is no CEL.

  private String unexpected(String input) {
    if (input.endsWith(END)) {
      return (before + rest).isBlank()
          ? "empty (expected: a condition, such as args.x == 1)"
          : "ends too early (expected: a value, or a closing bracket)";
    }
    String found = input.strip();
    if (found.startsWith(".")) {
      String name = found.substring(1);
      return NO_NAMES.contains(name)
          ? "%s: a reserved word, so no name (expected: ['%s'] in its place)".formatted(name, name)
          : "%s: no name of a member (expected: .name or ['name'])".formatted(found);
    }
    Matcher word = WORD_BEFORE.matcher(before);
    if (word.find() && word.group(1).equalsIgnoreCase("not")) {
      return noOperator(word.group(1));
    }
    return operator(found);
  }

  private String token(String input) {
    String found = input.strip();
    if (found.startsWith("'") || found.startsWith("\"")) {
      return "a text without its closing quote";
    }
    if ("“”‘’".contains(found)) {
      return found + ": no quote of CEL (expected: ' or \")";
    }
    return operator(found.isEmpty() ? input : found);
  }

  /** Says which operator was meant, where one is known. */
  private String operator(String found) {
    String run = signsAround();
    if (OPERATORS.containsKey(run)) {
      return noOperator(run);
    }
    return OPERATORS.containsKey(found) || OPERATORS.containsKey(found.toLowerCase(Locale.ROOT))
        ? noOperator(found)
        : found + ": " + VALUE_OR_OPERATOR;
  }

  private static String noOperator(String written) {
    String meant = OPERATORS.get(written);
    return "%s: no operator (expected: %s)"
        .formatted(
            written, meant == null ? OPERATORS.get(written.toLowerCase(Locale.ROOT)) : meant);
  }

  /** The signs that stand together at the place. */
  private String signsAround() {
    int start = before.length();
    while (start > 0 && isSign(before.charAt(start - 1))) {
      start--;
    }
    int end = 0;
    while (end < rest.length() && isSign(rest.charAt(end))) {
      end++;
    }
    return before.substring(start) + rest.substring(0, end);
  }

  private static boolean isSign(char c) {
    return "=<>!~&|".indexOf(c) >= 0;
  }

  // What does not fit together.

  private String overload(String function, List<String> types) {
    String operator = function.replace("_", "").replace("@", "");
    boolean written = !operator.isEmpty() && rest.startsWith(operator.substring(0, 1));
    return switch (function) {
      case "_==_", "_!=_", "_<_", "_<=_", "_>_", "_>=_" ->
          "%s: cannot compare %s with %s (expected: values of one type)"
              .formatted(operator, type(types.getFirst()), type(types.getLast()));
      case "_?_:_" -> written ? choice(types) : ofItems(types);
      case "_&&_", "_||_", "!_" ->
          written
              ? "%s: takes true or false (found: %s)".formatted(operator, list(types))
              : ofItems(types);
      case "@in" ->
          "in: looks in a list or an object (found: %s in %s)"
              .formatted(type(types.getFirst()), type(types.getLast()));
      case "_[_]" ->
          "[ ]: cannot look up %s in %s (expected: a number in a list, a name in an object)"
              .formatted(type(types.getLast()), type(types.getFirst()));
      default ->
          "%s: does not take %s (expected: %s)"
              .formatted(
                  operator, list(types), FUNCTIONS.getOrDefault(function, "values of one type"));
    };
  }

  private static String choice(List<String> types) {
    return Set.of("bool", "dyn").contains(types.getFirst())
        ? "? : has values of two types (found: %s)".formatted(list(types.subList(1, types.size())))
        : "? : asks for true or false (found: %s)".formatted(type(types.getFirst()));
  }

  /** Of all, exists and their like, which are written without these operators. */
  private static String ofItems(List<String> types) {
    return "the condition for each item is %s (expected: true or false)"
        .formatted(
            type(types.stream().filter(type -> !type.equals("bool")).findFirst().orElse("dyn")));
  }

  /**
   * Types that a function is applied to: {@code (a, b)}, or {@code a.(b)} for what stands before
   * it.
   */
  private static List<String> arguments(String applied) {
    int open = applied.indexOf(".(");
    List<String> types = new ArrayList<>();
    if (open > 0) {
      types.add(applied.substring(0, open));
    }
    String inner = applied.substring((open > 0 ? open + 2 : 1), applied.length() - 1);
    // At commas outside of brackets: list(string), map(string, dyn).
    types.addAll(List.of(inner.split(", (?![^(]*\\))", -1)));
    types.removeIf(String::isEmpty);
    return types;
  }

  private static String list(List<String> types) {
    return types.isEmpty()
        ? "nothing"
        : types.stream().map(CelWords::type).collect(Collectors.joining(" and "));
  }

  /** Returns the name of a type for people. */
  static String type(String type) {
    if (type.startsWith("list")) {
      return "a list";
    }
    if (type.startsWith("map")) {
      return "an object";
    }
    if (type.startsWith("type")) {
      return "a type";
    }
    boolean struct = !type.isEmpty() && Character.isUpperCase(type.charAt(0));
    return struct ? "an object" : TYPES.getOrDefault(type, type);
  }
}
