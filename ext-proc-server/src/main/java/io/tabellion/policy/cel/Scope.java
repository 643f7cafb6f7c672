package io.tabellion.policy.cel;

import com.google.common.collect.ImmutableList;
import dev.cel.runtime.CelAttributePattern;
import dev.cel.runtime.CelEvaluationException;
import dev.cel.runtime.CelVariableResolver;
import io.tabellion.jsonrpc.Json;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The values of the variables while one message is judged. Variables of the question are made when
 * they are first read, and so are the named ones of the file ({@code vars.NAME}), once.
 *
 * <p>Confined to the thread that judges.
 */
public final class Scope implements CelVariableResolver {
  static final String VARS = "vars.";

  private final Function<String, @Nullable Object> question;
  private final Map<String, Expression> named;
  private final ImmutableList<CelAttributePattern> unknown;
  private final Budget budget;
  private final JsonValues json;
  private final JsonValues args;
  private final Map<String, Object> values = new HashMap<>();

  /**
   * @param question gives the value of a variable: what {@link Fields} and {@link #json} make, or a
   *     plain text, truth value, long or list of texts; null if there is none
   * @param named the variables of the file
   * @param unknown places that nobody knows, such as {@code args} or {@code args.sql}
   */
  public Scope(
      Function<String, @Nullable Object> question,
      Map<String, Expression> named,
      Collection<String> unknown,
      Budget budget) {
    this.question = question;
    this.named = named;
    this.unknown =
        unknown.stream()
            .map(CelAttributePattern::fromQualifiedIdentifier)
            .collect(ImmutableList.toImmutableList());
    this.budget = budget;
    this.json = new JsonValues(budget);
    this.args = JsonValues.withoutLookalikes(budget);
  }

  /** A JSON value as conditions read it. */
  public Object json(Json value) {
    return json.of(value);
  }

  /**
   * Arguments as conditions read them: to read one beside another whose name a server could take
   * for it is an error.
   */
  public Object args(Json value) {
    return args.of(value);
  }

  @Override
  public Optional<Object> find(String name) {
    budget.step();
    Object value = values.get(name);
    if (value == null) {
      value = name.startsWith(VARS) ? named(name.substring(VARS.length())) : question.apply(name);
      if (value == null) {
        return Optional.empty();
      }
      values.put(name, value);
    }
    if (value instanceof Unevaluable failed) {
      throw failed;
    }
    return Optional.of(value);
  }

  private @Nullable Object named(String name) {
    Expression expression = named.get(name);
    if (expression == null) {
      return null;
    }
    try {
      return expression.evaluate(this);
    } catch (CelEvaluationException e) {
      return Unevaluable.of(e);
    }
  }

  ImmutableList<CelAttributePattern> unknown() {
    return unknown;
  }

  Budget budget() {
    return budget;
  }
}
