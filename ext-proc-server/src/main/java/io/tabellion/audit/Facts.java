package io.tabellion.audit;

import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What an entry says, without content: a map from {@link Fact} to text, whole number or list of
 * texts.
 *
 * <p>Immutable and thread-safe; the builder is neither.
 */
public final class Facts {
  public static final Facts NONE = builder().build();

  private final EnumMap<Fact, Object> values; // never changed: an EnumMap, which copies fast

  private Facts(EnumMap<Fact, Object> values) {
    this.values = values;
  }

  public static Builder builder() {
    return new Builder(new EnumMap<>(Fact.class));
  }

  /** Returns a builder that starts with these facts. */
  public Builder toBuilder() {
    return new Builder(values.clone());
  }

  /** Fact to {@link String}, {@link Long} or {@code List<String>}, in the order of the enum. */
  public Map<Fact, Object> values() {
    return Collections.unmodifiableMap(values);
  }

  /** Returns the fact if it is there and text, else null. */
  public @Nullable String text(Fact fact) {
    return values.get(fact) instanceof String text ? text : null;
  }

  /** Whether the fact is there, and is this word. */
  public boolean says(Fact fact, FactWord word) {
    return word.word().equals(values.get(fact));
  }

  /** Returns the texts of the fact: of a list its items, of a text itself, else none. */
  public List<String> texts(Fact fact) {
    return switch (values.get(fact)) {
      case String text -> List.of(text);
      case List<?> list -> list.stream().map(String::valueOf).toList();
      case null, default -> List.of();
    };
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof Facts facts && facts.values.equals(values);
  }

  @Override
  public int hashCode() {
    return values.hashCode();
  }

  @Override
  public String toString() {
    return values.toString();
  }

  /** Collects facts; a null value leaves the fact out. */
  public static final class Builder {
    private final EnumMap<Fact, Object> values;

    private Builder(EnumMap<Fact, Object> values) {
      this.values = values;
    }

    public Builder put(Fact fact, @Nullable String value) {
      if (value != null) {
        values.put(fact, value);
      }
      return this;
    }

    /** Puts a word of a closed set. */
    public Builder put(Fact fact, @Nullable FactWord value) {
      return put(fact, value == null ? null : value.word());
    }

    public Builder put(Fact fact, long value) {
      values.put(fact, value);
      return this;
    }

    /** Puts a list; an empty one leaves the fact out. */
    public Builder put(Fact fact, List<String> value) {
      if (!value.isEmpty()) {
        values.put(fact, List.copyOf(value));
      }
      return this;
    }

    public Builder putAll(Facts facts) {
      values.putAll(facts.values);
      return this;
    }

    public Facts build() {
      return new Facts(values.clone());
    }
  }
}
