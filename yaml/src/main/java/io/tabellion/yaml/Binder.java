package io.tabellion.yaml;

import java.lang.reflect.Constructor;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiConsumer;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Puts a YAML tree into records: one key for one component. A component without {@link Default} and
 * without {@link Nullable} must be there; a key without a component is refused with the nearest one
 * that exists. Everything that is wrong is collected and reported at once.
 *
 * <p>A type with text form is given with {@link #text}; it reports a bad text by an {@link
 * IllegalArgumentException} whose message is what was expected. A record that refuses its
 * components does so the same way.
 *
 * <p>Not thread-safe: one binder binds one file.
 */
public final class Binder {
  /** How keys are written. */
  public enum Keys {
    /** {@code client-ca}, as in our own files. */
    DASHES,
    /** {@code apiVersion}, as in Kubernetes. */
    CAMEL
  }

  private final Path file;
  private final Keys keys;
  private final List<Problem> problems = new ArrayList<>();
  private final Map<Class<?>, Function<String, ?>> texts = new HashMap<>();
  private final Map<Class<?>, TreeReader<?>> trees = new HashMap<>();

  /** What is known of record types: they are asked for it once, for it takes long. */
  private final Map<Class<?>, Shape> shapes = new HashMap<>();

  /** A binder for keys in dash-case. */
  public Binder(Path file) {
    this(file, Keys.DASHES);
  }

  public Binder(Path file, Keys keys) {
    this.file = file;
    this.keys = keys;
    text(String.class, text -> text);
    text(boolean.class, Binder::truth);
    text(int.class, Binder::number);
    text(Path.class, this::path);
  }

  /** Adds a type that is written as text. */
  public <T> Binder text(Class<T> type, Function<String, ? extends T> reader) {
    texts.put(type, reader);
    return this;
  }

  /** Reads a value from whatever stands in its place. */
  @FunctionalInterface
  public interface TreeReader<T> {
    /**
     * Returns the value, or null after it said what is wrong, and where.
     *
     * @throws IllegalArgumentException with what is wrong with the whole
     */
    @Nullable T read(Yaml yaml, BiConsumer<Place, String> wrong);
  }

  /** Adds a type that is read from whatever stands in its place. */
  public <T> Binder tree(Class<T> type, TreeReader<T> reader) {
    trees.put(type, reader);
    return this;
  }

  /**
   * Returns the record that the document says.
   *
   * @throws YamlException with all that is wrong
   */
  public <T extends Record> T bind(Class<T> type, Yaml root) {
    Object bound = value(type, root, "");
    if (bound == null || !problems.isEmpty()) {
      throw new YamlException(file, problems);
    }
    return type.cast(bound);
  }

  /** The key of a record component. */
  public String key(RecordComponent component) {
    Key given = component.getAnnotation(Key.class);
    if (given != null) {
      return given.value();
    }
    return keys == Keys.CAMEL ? component.getName() : dashes(component.getName());
  }

  private @Nullable Object value(Type type, Yaml yaml, String path) {
    if (type instanceof ParameterizedType list) {
      return list(list.getActualTypeArguments()[0], yaml, path);
    }
    Class<?> raw = (Class<?>) type;
    TreeReader<?> tree = trees.get(raw);
    if (tree != null) {
      return tree(tree, yaml, path);
    }
    if (raw.isRecord() && !texts.containsKey(raw)) {
      return record(raw, yaml, path);
    }
    return scalar(raw, yaml, path);
  }

  private @Nullable Object tree(TreeReader<?> reader, Yaml yaml, String path) {
    try {
      return reader.read(yaml, (place, text) -> wrong(place, path, text));
    } catch (IllegalArgumentException e) {
      return wrong(yaml.place(), path, e.getMessage());
    }
  }

  private @Nullable Object list(Type item, Yaml yaml, String path) {
    if (!(yaml instanceof Yaml.Sequence sequence)) {
      return wrong(yaml.place(), path, yaml.what() + " (expected: a list)");
    }
    List<Object> items = new ArrayList<>();
    for (int i = 0; i < sequence.items().size(); i++) {
      Object value = value(item, sequence.items().get(i), path + "[" + i + "]");
      if (value != null) {
        items.add(value);
      }
    }
    return items.size() == sequence.items().size() ? items : null;
  }

  private @Nullable Object scalar(Class<?> type, Yaml yaml, String path) {
    if (!(yaml instanceof Yaml.Scalar scalar)) {
      return wrong(yaml.place(), path, yaml.what() + " (expected: " + expected(type) + ")");
    }
    try {
      return type.isEnum() && !texts.containsKey(type)
          ? constant(type, scalar.text())
          : reader(type).apply(scalar.text());
    } catch (SecretValueException e) {
      return wrong(yaml.place(), path, "not shown (expected: " + e.getMessage() + ")");
    } catch (IllegalArgumentException e) {
      return wrong(yaml.place(), path, scalar.text() + " (expected: " + e.getMessage() + ")");
    }
  }

  private @Nullable Object record(Class<?> type, Yaml yaml, String path) {
    if (!(yaml instanceof Yaml.Mapping mapping)) {
      // Whoever names a wrong file is not shown what is in it.
      String what = path.isEmpty() && yaml instanceof Yaml.Scalar ? "a text" : yaml.what();
      return wrong(yaml.place(), path, what + " (expected: a mapping with " + keys(type) + ")");
    }
    Map<String, Yaml.Member> members = new HashMap<>();
    for (Yaml.Member member : mapping.members()) {
      members.put(member.key(), member);
    }
    int before = problems.size();
    Shape shape = shapes.computeIfAbsent(type, this::shape);
    @Nullable Object[] values = new Object[shape.parts().size()];
    for (int i = 0; i < values.length; i++) {
      Part part = shape.parts().get(i);
      values[i] = part(part, members.remove(part.key()), mapping, path);
    }
    members.values().forEach(member -> unknown(type, member, path));
    return problems.size() == before
        ? construct(shape.constructor(), values, mapping.place(), path)
        : null;
  }

  /** A record type: its components, and its constructor. */
  private record Shape(List<Part> parts, Constructor<?> constructor) {}

  /**
   * A component of a record type.
   *
   * @param standard what stands there if nothing does
   */
  private record Part(
      Class<?> raw, Type type, String key, @Nullable Default standard, boolean optional) {}

  private Shape shape(Class<?> type) {
    RecordComponent[] components = type.getRecordComponents();
    List<Part> parts = new ArrayList<>(components.length);
    Class<?>[] types = new Class<?>[components.length];
    for (int i = 0; i < components.length; i++) {
      types[i] = components[i].getType();
      parts.add(part(components[i]));
    }
    try {
      Constructor<?> constructor = type.getDeclaredConstructor(types);
      constructor.setAccessible(true);
      return new Shape(parts, constructor);
    } catch (NoSuchMethodException e) {
      throw new IllegalStateException(type.getName(), e);
    }
  }

  private Part part(RecordComponent component) {
    Default standard = component.getAnnotation(Default.class);
    return new Part(
        component.getType(),
        component.getGenericType(),
        key(component),
        standard,
        standard == null && optional(component));
  }

  private @Nullable Object part(
      Part part, Yaml.@Nullable Member member, Yaml.Mapping parent, String path) {
    String keyPath = join(path, part.key());
    if (member != null) {
      return value(part.type(), member.value(), keyPath);
    }
    Default standard = part.standard();
    if (standard != null) {
      return standard(part, standard.value(), parent.place(), keyPath);
    }
    return part.optional()
        ? null
        : wrong(parent.place(), keyPath, "missing (expected: " + expected(part.raw()) + ")");
  }

  private @Nullable Object standard(Part part, String text, Place place, String path) {
    Yaml yaml =
        !text.isEmpty()
            ? new Yaml.Scalar(place, text)
            : part.raw() == List.class
                ? new Yaml.Sequence(place, List.of())
                : new Yaml.Mapping(place, List.of());
    return value(part.type(), yaml, path);
  }

  private void unknown(Class<?> type, Yaml.Member member, String path) {
    String hint =
        nearest(type, member.key())
            .map(key -> "did you mean " + key + "?")
            .orElse("expected: one of " + keys(type));
    wrong(member.place(), join(path, member.key()), "unknown key (" + hint + ")");
  }

  private @Nullable Object construct(
      Constructor<?> constructor, @Nullable Object[] values, Place place, String path) {
    try {
      return constructor.newInstance(values);
    } catch (InvocationTargetException e) {
      if (e.getCause() instanceof IllegalArgumentException refusal) {
        return wrong(place, path, refusal.getMessage());
      }
      throw new IllegalStateException(constructor.getName(), e.getCause());
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException(constructor.getName(), e);
    }
  }

  private @Nullable Object wrong(Place place, String path, @Nullable String text) {
    problems.add(new Problem(place, path, String.valueOf(text)));
    return null;
  }

  private Function<String, ?> reader(Class<?> type) {
    Function<String, ?> reader = texts.get(type);
    if (reader == null) {
      throw new IllegalStateException("no text form: " + type.getName());
    }
    return reader;
  }

  private String expected(Class<?> type) {
    if (trees.containsKey(type)) {
      return "a value";
    }
    if (type.isEnum() && !texts.containsKey(type)) {
      return constants(type);
    }
    if (texts.containsKey(type)) {
      return type == String.class ? "a text" : "a " + type.getSimpleName().toLowerCase(Locale.ROOT);
    }
    return type == List.class ? "a list" : "a mapping with " + keys(type);
  }

  private static boolean optional(RecordComponent component) {
    return component.getAnnotatedType().isAnnotationPresent(Nullable.class);
  }

  private static Object constant(Class<?> type, String text) {
    return Arrays.stream(type.getEnumConstants())
        .filter(constant -> dashes(constant.toString()).equals(text))
        .findFirst()
        .orElseThrow(() -> new IllegalArgumentException(constants(type)));
  }

  private static String constants(Class<?> type) {
    return Arrays.stream(type.getEnumConstants())
        .map(constant -> dashes(constant.toString()))
        .collect(Collectors.joining(" or "));
  }

  private Optional<String> nearest(Class<?> type, String key) {
    return Nearest.of(key, Arrays.stream(type.getRecordComponents()).map(this::key).toList());
  }

  private String keys(Class<?> type) {
    return Arrays.stream(type.getRecordComponents())
        .map(this::key)
        .collect(Collectors.joining(", "));
  }

  private static String join(String path, String key) {
    return path.isEmpty() ? key : path + "." + key;
  }

  private static String dashes(String name) {
    return name.replace('_', '-').replaceAll("([a-z0-9])([A-Z])", "$1-$2").toLowerCase(Locale.ROOT);
  }

  private static boolean truth(String text) {
    return switch (text) {
      case "true" -> true;
      case "false" -> false;
      default -> throw new IllegalArgumentException("true or false");
    };
  }

  private static int number(String text) {
    try {
      return Integer.parseInt(text);
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException("a whole number", e);
    }
  }

  private Path path(String text) {
    try {
      return file.toAbsolutePath().resolveSibling(text).normalize();
    } catch (java.nio.file.InvalidPathException e) {
      throw new IllegalArgumentException("a path", e);
    }
  }
}
