package io.tabellion.policy.cel;

import dev.cel.common.exceptions.CelAttributeNotFoundException;
import dev.cel.common.types.CelType;
import dev.cel.common.types.SimpleType;
import dev.cel.common.values.CelValue;
import dev.cel.common.values.SelectableValue;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A variable with fields. A field without value is absent: reading it is an error, {@code has()} of
 * it false.
 *
 * <p>Filled once, then only read.
 */
@SuppressWarnings("Immutable") // not changed once it is filled
public final class Fields extends CelValue implements SelectableValue<String> {
  private final Map<String, Object> values = new HashMap<>();

  /** Sets a field to a text, truth value, long, list of texts, time or other fields. */
  public Fields put(String name, @Nullable Object value) {
    if (value != null) {
      values.put(name, value);
    }
    return this;
  }

  @Override
  public Object value() {
    return this;
  }

  @Override
  public boolean isZeroValue() {
    return values.isEmpty();
  }

  @Override
  public CelType celType() {
    return SimpleType.DYN;
  }

  @Override
  public Object select(String name) {
    Object value = values.get(name);
    if (value == null) {
      throw CelAttributeNotFoundException.forFieldResolution(name);
    }
    return value;
  }

  @Override
  public Optional<Object> find(String name) {
    return Optional.ofNullable(values.get(name));
  }

  /** Says nothing of what is in it: error texts of CEL quote their arguments. */
  @Override
  public String toString() {
    return "fields";
  }
}
