package io.tabellion.policy.cel;

import dev.cel.common.exceptions.CelAttributeNotFoundException;
import dev.cel.common.types.CelType;
import dev.cel.common.types.MapType;
import dev.cel.common.types.SimpleType;
import dev.cel.common.values.CelValue;
import dev.cel.common.values.SelectableValue;
import io.tabellion.jsonrpc.Json;
import java.util.AbstractMap;
import java.util.AbstractSet;
import java.util.Collection;
import java.util.Iterator;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A JSON object as a map of CEL. It is a {@link CelValue}, so that CEL takes it as it is instead of
 * going through all of it at every access. It is read-only, as its view is.
 *
 * <p>Confined to the thread that judges.
 */
@SuppressWarnings("Immutable") // its budget counts; nothing else changes
final class JsonMap extends CelValue implements SelectableValue<String>, Map<String, Object> {
  private static final CelType TYPE = MapType.create(SimpleType.STRING, SimpleType.DYN);

  private final Json.Obj object;
  private final JsonValues values;
  private final Map<String, Object> view = new View();

  JsonMap(Json.Obj object, JsonValues values) {
    this.object = object;
    this.values = values;
  }

  Json json() {
    return object;
  }

  @Override
  public Object value() {
    return this;
  }

  @Override
  public boolean isZeroValue() {
    return isEmpty();
  }

  @Override
  public CelType celType() {
    return TYPE;
  }

  @Override
  public Object select(String name) {
    Object value = get(name);
    if (value == null) {
      throw CelAttributeNotFoundException.forMissingMapKey("");
    }
    return value;
  }

  @Override
  public Optional<Object> find(String name) {
    return Optional.ofNullable(get(name));
  }

  @Override
  public @Nullable Object get(@Nullable Object key) {
    if (!(key instanceof String name)) {
      return null;
    }
    values.look(object, name);
    Json value = object.get(name);
    return value == null ? null : values.of(value);
  }

  @Override
  public boolean containsKey(@Nullable Object key) {
    values.budget().step();
    if (!(key instanceof String name)) {
      return false;
    }
    values.look(object, name);
    return object.get(name) != null;
  }

  @Override
  public int size() {
    return object.members().size();
  }

  @Override
  public boolean isEmpty() {
    return object.members().isEmpty();
  }

  @Override
  public Set<Entry<String, Object>> entrySet() {
    return view.entrySet();
  }

  @Override
  public Set<String> keySet() {
    return view.keySet();
  }

  @Override
  public Collection<Object> values() {
    return view.values();
  }

  @Override
  public boolean containsValue(@Nullable Object value) {
    return view.containsValue(value);
  }

  @Override
  public @Nullable Object put(String key, Object value) {
    return view.put(key, value);
  }

  @Override
  public @Nullable Object remove(@Nullable Object key) {
    return view.remove(key);
  }

  @Override
  public void putAll(Map<? extends String, ? extends Object> map) {
    view.putAll(map);
  }

  @Override
  public void clear() {
    view.clear();
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof JsonMap map && map.object.equals(object);
  }

  @Override
  public int hashCode() {
    return object.hashCode();
  }

  /** Says nothing of what is in it: error texts of CEL quote their arguments. */
  @Override
  public String toString() {
    return "map";
  }

  /** The entries, each made when it is come to. */
  private final class View extends AbstractMap<String, Object> {
    @Override
    public Set<Entry<String, Object>> entrySet() {
      return new AbstractSet<>() {
        @Override
        public int size() {
          return JsonMap.this.size();
        }

        @Override
        public Iterator<Entry<String, Object>> iterator() {
          return object.members().entrySet().stream().map(JsonMap.this::entry).iterator();
        }
      };
    }
  }

  private Map.Entry<String, Object> entry(Map.Entry<String, Json> member) {
    return Map.entry(member.getKey(), values.of(member.getValue()));
  }
}
