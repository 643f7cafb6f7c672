package io.tabellion.policy.cel;

import com.google.errorprone.annotations.Immutable;
import dev.cel.common.types.CelType;
import dev.cel.common.types.SimpleType;
import dev.cel.common.values.CelValue;

/**
 * A null in a message, to be told from the {@code null} that is written out in a condition: see
 * {@link Sameness}.
 */
@Immutable
final class JsonNull extends CelValue {
  static final JsonNull VALUE = new JsonNull();

  private JsonNull() {}

  @Override
  public Object value() {
    return this;
  }

  @Override
  public boolean isZeroValue() {
    return true;
  }

  @Override
  public CelType celType() {
    return SimpleType.NULL_TYPE;
  }

  @Override
  public String toString() {
    return "null";
  }
}
