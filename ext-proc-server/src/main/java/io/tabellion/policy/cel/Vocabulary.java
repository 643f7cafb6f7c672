package io.tabellion.policy.cel;

import com.google.common.collect.ImmutableCollection;
import com.google.common.collect.ImmutableMap;
import dev.cel.common.types.CelType;
import dev.cel.common.types.CelTypeProvider;
import dev.cel.common.types.ListType;
import dev.cel.common.types.MapType;
import dev.cel.common.types.SimpleType;
import dev.cel.common.types.StructType;
import dev.cel.common.types.StructTypeReference;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * The variables that conditions may read, with their types.
 *
 * <p>Filled once, then read by many threads.
 */
public final class Vocabulary {
  private final Map<String, CelType> variables = new LinkedHashMap<>();
  private final Map<String, Map<String, CelType>> structs = new LinkedHashMap<>();

  /** What a variable or field may be. */
  public enum Kind {
    TEXT(SimpleType.STRING),
    TEXTS(ListType.create(SimpleType.STRING)),
    TRUTH(SimpleType.BOOL),
    NUMBER(SimpleType.INT),
    TIME(SimpleType.TIMESTAMP),
    /** A JSON object. */
    OBJECT(MapType.create(SimpleType.STRING, SimpleType.DYN)),
    /** Any JSON value. */
    ANY(SimpleType.DYN);

    @SuppressWarnings("ImmutableEnumChecker") // types of CEL are immutable
    private final CelType type;

    Kind(CelType type) {
      this.type = type;
    }
  }

  /** Adds a variable. */
  public Vocabulary variable(String name, Kind kind) {
    variables.put(name, kind.type);
    return this;
  }

  /** Adds a variable with fields; names and kinds take turns, a kind may be a struct's name. */
  public Vocabulary variable(String name, Struct struct) {
    variables.put(name, add(struct));
    return this;
  }

  /**
   * A type with fields.
   *
   * @param name unique among them
   */
  public record Struct(String name, Map<String, Kind> fields, Map<String, Struct> structs) {
    public Struct(String name, Map<String, Kind> fields) {
      this(name, fields, Map.of());
    }
  }

  private CelType add(Struct struct) {
    Map<String, CelType> fields = new LinkedHashMap<>();
    struct.fields.forEach((name, kind) -> fields.put(name, kind.type));
    struct.structs.forEach((name, inner) -> fields.put(name, add(inner)));
    structs.put(struct.name, fields);
    return StructTypeReference.create(struct.name);
  }

  /** The names of the variables. */
  public Set<String> names() {
    return variables.keySet();
  }

  Map<String, CelType> variables() {
    return variables;
  }

  /** The fields of what a path of names stands for, sorted; empty if it has none. */
  public Collection<String> fieldNames(String path) {
    return new TreeSet<>(fields(path));
  }

  private Collection<String> fields(String path) {
    @Nullable CelType type = null;
    for (String name : path.split("\\.", -1)) {
      type = type == null ? variables.get(name) : fieldsOf(type).get(name);
      if (type == null) {
        return Set.of();
      }
    }
    return type == null ? Set.of() : fieldsOf(type).keySet();
  }

  private Map<String, CelType> fieldsOf(CelType type) {
    return structs.getOrDefault(type.name(), Map.of());
  }

  /** The types, for CEL. */
  CelTypeProvider types() {
    ImmutableMap.Builder<String, CelType> builder = ImmutableMap.builder();
    structs.forEach((name, fields) -> builder.put(name, struct(name, fields)));
    ImmutableMap<String, CelType> types = builder.buildOrThrow();
    return new CelTypeProvider() {
      @Override
      public ImmutableCollection<CelType> types() {
        return types.values();
      }

      @Override
      public Optional<CelType> findType(String name) {
        return Optional.ofNullable(types.get(name));
      }
    };
  }

  private static StructType struct(String name, Map<String, CelType> of) {
    ImmutableMap<String, CelType> fields = ImmutableMap.copyOf(of);
    return StructType.create(
        name, fields.keySet(), field -> Optional.ofNullable(fields.get(field)));
  }
}
