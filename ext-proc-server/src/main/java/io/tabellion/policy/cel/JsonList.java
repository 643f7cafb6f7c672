package io.tabellion.policy.cel;

import dev.cel.common.types.CelType;
import dev.cel.common.types.ListType;
import dev.cel.common.types.SimpleType;
import dev.cel.common.values.CelValue;
import io.tabellion.jsonrpc.Json;
import java.util.AbstractList;
import java.util.Collection;
import java.util.Iterator;
import java.util.List;
import java.util.ListIterator;
import org.jspecify.annotations.Nullable;

/**
 * A JSON array as a list of CEL; a {@link CelValue} for the reason that {@link JsonMap} has. It is
 * read-only, as its view is.
 *
 * <p>Confined to the thread that judges.
 */
@SuppressWarnings("Immutable") // its budget counts; nothing else changes
final class JsonList extends CelValue implements List<Object> {
  private static final CelType TYPE = ListType.create(SimpleType.DYN);

  private final Json.Array array;
  private final List<Object> view;

  JsonList(Json.Array array, JsonValues values) {
    this.array = array;
    this.view = new View(array.items(), values);
  }

  private static final class View extends AbstractList<Object> {
    private final List<Json> items;
    private final JsonValues values;

    View(List<Json> items, JsonValues values) {
      this.items = items;
      this.values = values;
    }

    @Override
    public Object get(int index) {
      return values.of(items.get(index));
    }

    @Override
    public int size() {
      return items.size();
    }
  }

  Json json() {
    return array;
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
  public Object get(int index) {
    return view.get(index);
  }

  @Override
  public int size() {
    return view.size();
  }

  @Override
  public boolean isEmpty() {
    return view.isEmpty();
  }

  @Override
  public Iterator<Object> iterator() {
    return view.iterator();
  }

  @Override
  public boolean contains(@Nullable Object value) {
    return view.contains(value);
  }

  @Override
  public boolean containsAll(Collection<?> all) {
    return view.containsAll(all);
  }

  @Override
  public int indexOf(@Nullable Object value) {
    return view.indexOf(value);
  }

  @Override
  public int lastIndexOf(@Nullable Object value) {
    return view.lastIndexOf(value);
  }

  @Override
  public Object[] toArray() {
    return view.toArray();
  }

  @Override
  public <T> T[] toArray(T[] target) {
    return view.toArray(target);
  }

  @Override
  public ListIterator<Object> listIterator() {
    return view.listIterator();
  }

  @Override
  public ListIterator<Object> listIterator(int index) {
    return view.listIterator(index);
  }

  @Override
  public List<Object> subList(int from, int to) {
    return view.subList(from, to);
  }

  @Override
  public boolean add(Object value) {
    return view.add(value);
  }

  @Override
  public void add(int index, Object value) {
    view.add(index, value);
  }

  @Override
  public boolean addAll(Collection<? extends Object> all) {
    return view.addAll(all);
  }

  @Override
  public boolean addAll(int index, Collection<? extends Object> all) {
    return view.addAll(index, all);
  }

  @Override
  public Object set(int index, Object value) {
    return view.set(index, value);
  }

  @Override
  public Object remove(int index) {
    return view.remove(index);
  }

  @Override
  public boolean remove(@Nullable Object value) {
    return view.remove(value);
  }

  @Override
  public boolean removeAll(Collection<?> all) {
    return view.removeAll(all);
  }

  @Override
  public boolean retainAll(Collection<?> all) {
    return view.retainAll(all);
  }

  @Override
  public void clear() {
    view.clear();
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof JsonList list && list.array.equals(array);
  }

  @Override
  public int hashCode() {
    return array.hashCode();
  }

  /** Says nothing of what is in it: error texts of CEL quote their arguments. */
  @Override
  public String toString() {
    return "list";
  }
}
