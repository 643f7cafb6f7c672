package io.tabellion.schema;

import dev.harrel.jsonschema.Dialects;
import dev.harrel.jsonschema.Error;
import dev.harrel.jsonschema.Keyword;
import dev.harrel.jsonschema.SchemaResolver;
import dev.harrel.jsonschema.Validator;
import dev.harrel.jsonschema.ValidatorFactory;
import io.tabellion.jsonrpc.Json;
import java.net.URI;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The {@code inputSchema} of a tool, compiled (JSON Schema 2020-12, or the draft that its {@code
 * $schema} names). {@code format} is not checked, as the standard has it.
 *
 * <p>Schemas come from servers and arguments from callers, so neither is trusted: nothing is ever
 * fetched, patterns are matched by RE2, and a check does counted work up to a limit. A schema takes
 * no tool away: a keyword that cannot be understood, or a reference that leads nowhere, is not
 * checked, and {@link #unchecked} says so.
 *
 * <p>Thread-safe.
 */
public final class ArgumentSchema {
  static final URI BASE = URI.create("https://schema.invalid/");

  /** Values in a schema. */
  private static final int LARGEST = 20_000;

  /** Levels of a schema. */
  private static final int DEEPEST = 128;

  private final Json.Obj schema;
  private final Validator validator;
  private final Notes notes;

  private ArgumentSchema(Json.Obj schema, Validator validator, Notes notes) {
    this.schema = schema;
    this.validator = validator;
    this.notes = notes;
  }

  /**
   * Compiles a schema.
   *
   * @throws IllegalArgumentException with why it cannot be used; never with what is in it
   */
  public static ArgumentSchema compile(@Nullable Json inputSchema) {
    if (!(inputSchema instanceof Json.Obj object)) {
      throw new IllegalArgumentException("no object");
    }
    if (values(object, DEEPEST) > LARGEST) {
      throw new IllegalArgumentException("more than %,d values".formatted(LARGEST));
    }
    Json.Obj schema = (Json.Obj) withoutIds(object, Place.SCHEMA, object.text("$id"));
    Notes notes = new Notes();
    Validator validator =
        new ValidatorFactory()
            .withJsonNodeFactory(Node.FACTORY)
            .withDefaultDialect(new Dialects.Draft2020Dialect())
            .withDisabledSchemaValidation(true)
            .withEvaluatorFactory(new Keywords(notes))
            .withSchemaResolver(_ -> SchemaResolver.Result.empty())
            .createValidator();
    try {
      validator.registerSchema(BASE, Node.root(schema));
    } catch (RuntimeException | StackOverflowError e) {
      throw new IllegalArgumentException("not understood", e);
    }
    var compiled = new ArgumentSchema(schema, validator, notes);
    // References are looked up as they are met: those that any object meets are met here.
    compiled.check(Json.Obj.EMPTY);
    return compiled;
  }

  private static int values(Json json, int levels) {
    if (levels == 0) {
      throw new IllegalArgumentException("nested deeper than " + DEEPEST);
    }
    int count = 1;
    switch (json) {
      case Json.Obj object -> {
        for (Json member : object.members().values()) {
          count += values(member, levels - 1);
        }
      }
      case Json.Array array -> {
        for (Json item : array.items()) {
          count += values(item, levels - 1);
        }
      }
      case Json.Text _, Json.Num _, Json.Literal _ -> {
        // One.
      }
    }
    return count;
  }

  /** Places are told by pointers into the schema: it is one document, whatever it calls itself. */
  private static Json withoutIds(Json json, Place place, @Nullable String id) {
    return switch (json) {
      case Json.Obj object -> {
        LinkedHashMap<String, Json> members = new LinkedHashMap<>();
        object
            .members()
            .forEach((name, member) -> {
              boolean keyword = place == Place.SCHEMA && member instanceof Json.Text;
              if (keyword && name.equals("$ref")) {
                members.put(name, local(((Json.Text) member).value(), id));
              } else if (!keyword || !(name.equals("$id") || name.equals("id"))) {
                members.put(name, withoutIds(member, place.member(name), id));
              }
            });
        yield new Json.Obj(members);
      }
      case Json.Array array ->
          new Json.Array(array.items().stream().map(item -> withoutIds(item, place, id)).toList());
      case Json.Text _, Json.Num _, Json.Literal _ -> json;
    };
  }

  /** The reference from within the document. */
  private static Json local(String reference, @Nullable String id) {
    if (id != null && !id.isEmpty()) {
      String own = id.split("#", 2)[0];
      if (reference.equals(own)) {
        return new Json.Text("#");
      }
      if (reference.startsWith(own + "#")) {
        return new Json.Text(reference.substring(own.length()));
      }
    }
    return new Json.Text(reference);
  }

  /** Keywords that are not checked, with their places in the schema. */
  public List<String> unchecked() {
    return notes.all();
  }

  /** Returns what is wrong with arguments; empty if they are as the schema has them. */
  public List<Violation> check(Json.Obj arguments) {
    Check check = new Check();
    return ScopedValue.where(Check.CURRENT, check).call(() -> violations(check, arguments));
  }

  private List<Violation> violations(Check check, Json.Obj arguments) {
    try {
      Validator.Result result = validator.validate(BASE, Node.root(arguments));
      List<Violation> found = new ArrayList<>();
      lookalikes(check, arguments, "arguments", found);
      if (!result.isValid()) {
        found.addAll(new Wording(schema, arguments, check).violations(result.getErrors()));
      }
      return found;
    } catch (Exhausted | StackOverflowError e) {
      return List.of(new Violation("arguments", "such that can be checked with less work"));
    }
  }

  /** Finds members that a server could take for one that the schema names. */
  private static void lookalikes(Check check, Json json, String where, List<Violation> found) {
    switch (json) {
      case Json.Obj object -> {
        Check.Named named = check.named(object);
        Set<String> told = new HashSet<>();
        object
            .members()
            .forEach((name, member) -> {
              String known = named.lookalike(name);
              if (known != null && told.add(known) && found.size() < Wording.MOST) {
                found.add(
                    new Violation(
                        where + "/" + Wording.name(known),
                        "this name, spelt exactly so, and no other of the same letters"));
              }
              lookalikes(
                  check, member, where + "/" + (named.has(name) ? Wording.name(name) : "*"), found);
            });
      }
      case Json.Array array -> {
        for (int i = 0; i < array.items().size(); i++) {
          lookalikes(check, array.items().get(i), where + "/" + i, found);
        }
      }
      case Json.Text _, Json.Num _, Json.Literal _ -> {
        // No members.
      }
    }
  }

  /** Whether an error only says that another one is there. */
  static boolean onlySums(Error error) {
    return error.getKeyword() != null
        && Set.of(
                Keyword.ALL_OF,
                Keyword.ANY_OF,
                Keyword.ONE_OF,
                Keyword.DEPENDENT_SCHEMAS,
                Keyword.REF)
            .contains(error.getKeyword());
  }
}
