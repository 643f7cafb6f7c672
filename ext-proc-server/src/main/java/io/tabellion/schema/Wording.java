package io.tabellion.schema;

import dev.harrel.jsonschema.Error;
import dev.harrel.jsonschema.Keyword;
import io.tabellion.jsonrpc.Json;
import io.tabellion.jsonrpc.JsonPointer;
import io.tabellion.jsonrpc.JsonWriter;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Says what a schema expected, for a model: from the schema alone, never from what was sent.
 *
 * <p>Confined to one check.
 */
final class Wording {
  /** So many arguments are told of. */
  static final int MOST = 3;

  /** So many errors are looked at for them. */
  private static final int MOST_ERRORS = 200;

  private static final int LONGEST = 200;
  private static final int MOST_CHOICES = 10;

  private final Json.Obj schema;
  private final Json.Obj arguments;
  private final Check check;

  Wording(Json.Obj schema, Json.Obj arguments, Check check) {
    this.schema = schema;
    this.arguments = arguments;
    this.check = check;
  }

  /** One violation for each argument that something is wrong with, of the first few. */
  List<Violation> violations(List<Error> errors) {
    Map<String, Set<String>> expected = texts(errors, true);
    if (expected.isEmpty()) {
      expected = texts(errors, false);
    }
    boolean choice = errors.stream().limit(MOST_ERRORS).anyMatch(Wording::isChoice);
    List<Violation> violations = new ArrayList<>();
    expected.forEach((where, texts) -> {
      if (violations.size() < MOST) {
        violations.add(new Violation(where, cut(String.join(choice ? ", or " : ", and ", texts))));
      }
    });
    return violations.isEmpty()
        ? List.of(new Violation("arguments", "what the schema of the tool has"))
        : violations;
  }

  private Map<String, Set<String>> texts(List<Error> errors, boolean leavesOnly) {
    Map<String, Set<String>> expected = new LinkedHashMap<>();
    for (Error error : errors.subList(0, Math.min(MOST_ERRORS, errors.size()))) {
      if (expected.size() > MOST) {
        break;
      }
      String text = leavesOnly && ArgumentSchema.onlySums(error) ? null : text(error);
      if (text != null) {
        expected.computeIfAbsent(where(error), _ -> new LinkedHashSet<>()).add(text);
      }
    }
    return expected;
  }

  private static boolean isChoice(Error error) {
    return error.getEvaluationPath().contains("/anyOf/")
        || error.getEvaluationPath().contains("/oneOf/");
  }

  // Where.

  /** The place in the arguments; members that the schema does not name are not told. */
  private String where(Error error) {
    StringBuilder where = new StringBuilder("arguments");
    Json at = arguments;
    List<String> tokens = tokens(error.getInstanceLocation());
    boolean unknown = error.getKeyword() == null;
    for (int i = 0; i < tokens.size() - (unknown ? 1 : 0); i++) {
      boolean known = at instanceof Json.Array || check.named(at).has(tokens.get(i));
      where.append('/').append(known ? name(tokens.get(i)) : "*");
      at = step(at, tokens.get(i));
    }
    return where.toString();
  }

  private static Json step(Json at, String token) {
    Json next =
        switch (at) {
          case Json.Obj object -> object.get(token);
          case Json.Array array -> array.items().get(Integer.parseInt(token));
          case Json.Text _, Json.Num _, Json.Literal _ -> null;
        };
    return next == null ? Json.Literal.NULL : next;
  }

  private static List<String> tokens(String pointer) {
    List<String> tokens = new ArrayList<>();
    if (!pointer.isEmpty()) {
      for (String token : pointer.substring(1).split("/", -1)) {
        tokens.add(JsonPointer.unescaped(token));
      }
    }
    return tokens;
  }

  private @Nullable Json at(String pointer) {
    Json at = schema;
    for (String token : tokens(pointer)) {
      at =
          switch (at) {
            case Json.Obj object -> object.get(token);
            case Json.Array array -> item(array, token);
            case null -> null;
            case Json.Text _, Json.Num _, Json.Literal _ -> null;
          };
    }
    return at;
  }

  private static @Nullable Json item(Json.Array array, String token) {
    boolean index = token.matches("[0-9]{1,6}") && Integer.parseInt(token) < array.items().size();
    return index ? array.items().get(Integer.parseInt(token)) : null;
  }

  // What.

  private @Nullable String text(Error error) {
    String location = java.net.URI.create(error.getSchemaLocation()).getFragment();
    Json of = at(location == null ? "" : location);
    String keyword = error.getKeyword();
    if (keyword == null) {
      return noMore(error, location == null ? "" : location);
    }
    Json value = of instanceof Json.Obj object ? object.get(keyword) : null;
    String text = value == null ? null : text(keyword, value, error);
    return text == null || !error.getEvaluationPath().contains("/propertyNames/")
        ? text
        : "names of members: " + text;
  }

  /** A member or item that the schema has no place for. */
  private String noMore(Error error, String location) {
    List<String> tokens = tokens(error.getInstanceLocation());
    Json at = arguments;
    for (int i = 0; i < tokens.size() - 1; i++) {
      at = step(at, tokens.get(i));
    }
    if (!(at instanceof Json.Obj) || location.endsWith("/propertyNames")) {
      return "nothing more there";
    }
    List<String> names = check.named(at).some(MOST_CHOICES + 1);
    return names.isEmpty()
        ? "no arguments"
        : "no others than " + list(names.stream().map(Wording::name).toList());
  }

  private static @Nullable String text(String keyword, Json value, Error error) {
    return switch (keyword) {
      case Keyword.TYPE -> type(value);
      case Keyword.CONST -> shown(value);
      case Keyword.ENUM ->
          value instanceof Json.Array choices
              ? "one of " + list(choices.items().stream().map(Wording::shown).toList())
              : null;
      case Keyword.MULTIPLE_OF -> "a multiple of " + shown(value);
      case Keyword.MAXIMUM -> "at most " + shown(value);
      case Keyword.EXCLUSIVE_MAXIMUM -> "less than " + bound(value);
      case Keyword.MINIMUM -> "at least " + shown(value);
      case Keyword.EXCLUSIVE_MINIMUM -> "more than " + bound(value);
      case Keyword.MAX_LENGTH -> "at most " + shown(value) + " characters";
      case Keyword.MIN_LENGTH -> "at least " + shown(value) + " characters";
      case Keyword.PATTERN -> "a string that matches " + shown(value);
      case Keyword.MAX_ITEMS -> "at most " + shown(value) + " items";
      case Keyword.MIN_ITEMS -> "at least " + shown(value) + " items";
      case Keyword.UNIQUE_ITEMS -> "items that all differ";
      case Keyword.MAX_PROPERTIES -> "at most " + shown(value) + " members";
      case Keyword.MIN_PROPERTIES -> "at least " + shown(value) + " members";
      case Keyword.CONTAINS -> "an item of the kind that the schema asks for";
      case Keyword.MIN_CONTAINS, Keyword.MAX_CONTAINS ->
          "another number of items of the kind that the schema asks for";
      case Keyword.REQUIRED ->
          value instanceof Json.Array names
              ? "all of " + list(names.items().stream().map(Wording::shown).toList())
              : null;
      case Keyword.DEPENDENT_REQUIRED, Keyword.DEPENDENCIES, Keyword.DEPENDENT_SCHEMAS ->
          "the arguments that belong to those that are there";
      case Keyword.NOT -> "not what the schema excludes";
      case Keyword.IF -> "what the schema asks for in this case";
      case Keyword.ANY_OF -> "what one of the choices of the schema asks for";
      case Keyword.ONE_OF -> "what exactly one of the choices of the schema asks for";
      case Keyword.ALL_OF, Keyword.REF -> null;
      default -> error.getError() == null ? null : "what the schema has by " + keyword;
    };
  }

  /** In drafts before 6 a bound is excluded by a truth value. */
  private static String bound(Json value) {
    return value instanceof Json.Num ? shown(value) : "the bound of the schema";
  }

  private static String type(Json value) {
    if (value instanceof Json.Array types) {
      return String.join(" or ", types.items().stream().map(Wording::type).toList());
    }
    return switch (value instanceof Json.Text(String type) ? type : "") {
      case "string" -> "a string";
      case "integer" -> "an integer";
      case "number" -> "a number";
      case "boolean" -> "true or false";
      case "array" -> "an array";
      case "object" -> "an object";
      case "null" -> "null";
      default -> "another type";
    };
  }

  private static String list(List<String> items) {
    String first = String.join(", ", items.subList(0, Math.min(MOST_CHOICES, items.size())));
    return items.size() > MOST_CHOICES ? first + ", …" : first;
  }

  private static String shown(Json value) {
    return cut(plain(JsonWriter.write(value).toStringUtf8()));
  }

  /** A name of the schema as it may be shown. */
  static String name(String name) {
    return cut(plain(name));
  }

  /** Without what nobody would see. */
  private static String plain(String text) {
    return text.codePoints()
        .map(c -> c == ' ' || Character.isLetterOrDigit(c) || isSign(c) ? c : '?')
        .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
        .toString();
  }

  private static boolean isSign(int c) {
    return c > ' ' && c < 0x7F;
  }

  private static String cut(String text) {
    return text.length() <= LONGEST
        ? text
        : text.substring(
                0,
                text.offsetByCodePoints(
                    0, Math.min(LONGEST, text.codePointCount(0, text.length()) - 1)))
            + "…";
  }
}
