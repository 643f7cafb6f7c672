package io.tabellion.schema;

import dev.harrel.jsonschema.EvaluationContext;
import dev.harrel.jsonschema.Evaluator;
import dev.harrel.jsonschema.EvaluatorFactory;
import dev.harrel.jsonschema.JsonNode;
import dev.harrel.jsonschema.Keyword;
import dev.harrel.jsonschema.SchemaParsingContext;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What the keywords of a schema ask for: as the validator has it, but counted, with patterns of
 * RE2, and with references that are never fetched. A keyword that cannot be understood asks for
 * nothing, and is noted.
 *
 * <p>Confined to the making of one schema; what it makes is thread-safe.
 */
final class Keywords implements EvaluatorFactory {
  private static final Set<String> REFERENCES =
      Set.of(Keyword.REF, Keyword.DYNAMIC_REF, Keyword.RECURSIVE_REF);

  private static final Set<String> GOES_THROUGH_ALL =
      Set.of(Keyword.UNEVALUATED_ITEMS, Keyword.UNEVALUATED_PROPERTIES);

  /** Keywords whose own values are gone through at each evaluation. */
  private static final Set<String> COMPARED = Set.of(Keyword.CONST, Keyword.ENUM, Keyword.REQUIRED);

  /** Keywords that say what a value must be. */
  private static final Set<String> ASSERTIONS =
      Set.of(
          Keyword.TYPE,
          Keyword.CONST,
          Keyword.ENUM,
          Keyword.MULTIPLE_OF,
          Keyword.MAXIMUM,
          Keyword.EXCLUSIVE_MAXIMUM,
          Keyword.MINIMUM,
          Keyword.EXCLUSIVE_MINIMUM,
          Keyword.MAX_LENGTH,
          Keyword.MIN_LENGTH,
          Keyword.MAX_ITEMS,
          Keyword.MIN_ITEMS,
          Keyword.MAX_PROPERTIES,
          Keyword.MIN_PROPERTIES,
          Keyword.REQUIRED,
          Keyword.DEPENDENT_REQUIRED,
          Keyword.PREFIX_ITEMS,
          Keyword.ITEMS,
          Keyword.CONTAINS,
          Keyword.ADDITIONAL_PROPERTIES,
          Keyword.ADDITIONAL_ITEMS,
          Keyword.PROPERTIES,
          Keyword.DEPENDENT_SCHEMAS,
          Keyword.DEPENDENCIES,
          Keyword.PROPERTY_NAMES,
          Keyword.IF,
          Keyword.ALL_OF,
          Keyword.ANY_OF,
          Keyword.ONE_OF,
          Keyword.NOT,
          Keyword.UNEVALUATED_ITEMS,
          Keyword.UNEVALUATED_PROPERTIES,
          Keyword.REF,
          Keyword.DYNAMIC_REF,
          Keyword.RECURSIVE_REF);

  private static final Evaluator NOTHING = (_, _) -> Evaluator.Result.success();

  private final Notes notes;

  /**
   * @param notes of keywords that ask for nothing
   */
  Keywords(Notes notes) {
    this.notes = notes;
  }

  @Override
  public Optional<Evaluator> create(SchemaParsingContext context, String keyword, JsonNode value) {
    if (value instanceof Node node && !node.isOfKeyword()) {
      return Optional.of(NOTHING);
    }
    return switch (keyword) {
      case Keyword.PATTERN -> pattern(value);
      case Keyword.PATTERN_PROPERTIES -> patternProperties(context, value);
      case Keyword.UNIQUE_ITEMS -> Optional.of(value.asBoolean() ? new UniqueItems() : NOTHING);
      default -> standard(context, keyword, value);
    };
  }

  private Optional<Evaluator> pattern(JsonNode value) {
    Ecma pattern = value.isString() ? Ecma.of(value.asString()) : null;
    if (pattern == null) {
      notes.add(Keyword.PATTERN, value);
      return Optional.of(NOTHING);
    }
    return Optional.of((_, text) ->
        !text.isString() || pattern.finds(text.asString())
            ? Evaluator.Result.success()
            : Evaluator.Result.failure("pattern"));
  }

  private Optional<Evaluator> patternProperties(SchemaParsingContext context, JsonNode value) {
    Map<Ecma, String> schemas = new LinkedHashMap<>();
    boolean whole = value.isObject();
    for (Map.Entry<String, JsonNode> entry : value.asObject().entrySet()) {
      Ecma pattern = Ecma.of(entry.getKey());
      whole &= pattern != null;
      if (pattern != null) {
        schemas.put(pattern, context.getAbsoluteUri(entry.getValue()));
      }
    }
    if (!whole) {
      notes.add(Keyword.PATTERN_PROPERTIES, value);
    }
    return Optional.of(new PatternProperties(schemas, whole));
  }

  private Optional<Evaluator> standard(
      SchemaParsingContext context, String keyword, JsonNode value) {
    if (!ASSERTIONS.contains(keyword)) {
      return Optional.of(NOTHING);
    }
    Optional<Evaluator> made = made(context, keyword, value);
    if (made.isEmpty()) {
      notes.add(keyword, value);
      return Optional.of(NOTHING);
    }
    return Optional.of(new Counted(keyword, value, made.get(), names(keyword, value)));
  }

  /** What the validator makes of a keyword; empty if it cannot be understood. */
  private static Optional<Evaluator> made(
      SchemaParsingContext context, String keyword, JsonNode value) {
    try {
      Optional<Evaluator> made =
          context.getDialect().getEvaluatorFactory().create(context, keyword, value);
      return REFERENCES.contains(keyword)
          ? made.map(_ -> reference(keyword, absolute(value.asString())))
          : made;
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  /** Where a reference leads; names in it may be escaped, or as they are. */
  private static String absolute(String reference) {
    int hash = reference.indexOf('#');
    return hash < 0
        ? ArgumentSchema.BASE.resolve(reference).toString()
        : ArgumentSchema.BASE.resolve(reference.substring(0, hash))
            + "#"
            + unescaped(reference.substring(hash + 1));
  }

  private static String unescaped(String fragment) {
    try {
      return URLDecoder.decode(fragment.replace("+", "%2B"), StandardCharsets.UTF_8);
    } catch (IllegalArgumentException e) {
      return fragment;
    }
  }

  /** A reference that leads nowhere is an exception, rather than a value that is not valid. */
  private static Evaluator reference(String keyword, String absolute) {
    return (context, at) -> {
      boolean valid =
          switch (keyword) {
            case Keyword.DYNAMIC_REF -> context.resolveDynamicRefAndValidate(absolute, at);
            case Keyword.RECURSIVE_REF -> context.resolveRecursiveRefAndValidate(absolute, at);
            default -> context.resolveRefAndValidate(absolute, at);
          };
      return valid ? Evaluator.Result.success() : Evaluator.Result.failure();
    };
  }

  /** The members that the keyword names; null if it names none. */
  private static @Nullable Names names(String keyword, JsonNode value) {
    if (keyword.equals(Keyword.PROPERTIES)) {
      return new Names(value.asObject().keySet());
    }
    if (keyword.equals(Keyword.REQUIRED) && value.isArray()) {
      Set<String> names = new LinkedHashSet<>();
      value.asArray().stream()
          .filter(JsonNode::isString)
          .forEach(name -> names.add(name.asString()));
      return new Names(names);
    }
    return null;
  }

  /** A keyword of the validator, counted; what it cannot evaluate asks for nothing. */
  private final class Counted implements Evaluator {
    private final String keyword;
    private final JsonNode value;
    private final Evaluator evaluator;
    private final @Nullable Names names;
    private final int width;

    Counted(String keyword, JsonNode value, Evaluator evaluator, @Nullable Names names) {
      this.keyword = keyword;
      this.value = value;
      this.evaluator = evaluator;
      this.names = names;
      this.width = COMPARED.contains(keyword) && value instanceof Node node ? node.weight() : 0;
    }

    @Override
    public Result evaluate(EvaluationContext context, JsonNode at) {
      Check check = Check.CURRENT.get();
      if (GOES_THROUGH_ALL.contains(keyword)) {
        check.stepOverAll();
      } else {
        check.step(width + (at.isObject() && at instanceof Node node ? node.width() : 0));
      }
      if (names != null) {
        check.names(at, names);
      }
      check.enter();
      try {
        return REFERENCES.contains(keyword) ? followed(check, context, at) : evaluated(context, at);
      } finally {
        check.leave();
      }
    }

    private Result followed(Check check, EvaluationContext context, JsonNode at) {
      if (!check.follows(this, at)) {
        return Result.success();
      }
      try {
        return evaluated(context, at);
      } finally {
        check.followed(this, at);
      }
    }

    private Result evaluated(EvaluationContext context, JsonNode at) {
      try {
        return evaluator.evaluate(context, at);
      } catch (Exhausted e) {
        throw e;
      } catch (RuntimeException e) {
        notes.add(keyword, value);
        return Result.success();
      }
    }

    @Override
    public int getOrder() {
      return evaluator.getOrder();
    }
  }

  /**
   * Members whose names match.
   *
   * @param schemas where the schema of each pattern is
   * @param whole false where there are patterns that cannot be matched: any member may be theirs
   */
  private record PatternProperties(Map<Ecma, String> schemas, boolean whole) implements Evaluator {
    @Override
    public Result evaluate(EvaluationContext context, JsonNode at) {
      if (!at.isObject()) {
        return Result.success();
      }
      Set<String> matched = new HashSet<>();
      boolean valid = true;
      for (Map.Entry<String, JsonNode> member : at.asObject().entrySet()) {
        for (Map.Entry<Ecma, String> schema : schemas.entrySet()) {
          Check.CURRENT.get().step(0);
          if (schema.getKey().finds(member.getKey())) {
            matched.add(member.getKey());
            valid &= context.resolveInternalRefAndValidate(schema.getValue(), member.getValue());
          }
        }
        if (!whole) {
          matched.add(member.getKey());
        }
      }
      return valid ? Result.success(matched) : Result.failure();
    }
  }

  /** Items that all differ. */
  private static final class UniqueItems implements Evaluator {
    @Override
    public Result evaluate(EvaluationContext context, JsonNode at) {
      if (!at.isArray()) {
        return Result.success();
      }
      // Texts are compared by order where their hashes are the same, so that none is slow.
      Set<String> seen = new HashSet<>();
      List<JsonNode> items = at.asArray();
      for (JsonNode item : items) {
        String text = item instanceof Node node ? Plain.of(node.json()) : "";
        Check.CURRENT.get().step(text.length() / 8);
        if (!seen.add(text)) {
          return Result.failure("uniqueItems");
        }
      }
      return Result.success();
    }
  }
}
