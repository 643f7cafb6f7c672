package io.tabellion.jsonrpc;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;
import org.jspecify.annotations.Nullable;

/**
 * A JSON value (RFC 8259) as it was read: members in their order, numbers as they were written.
 *
 * <p>Immutable and thread-safe.
 */
public sealed interface Json {

  /** An object. Member names are unique; order is kept. */
  record Obj(SequencedMap<String, Json> members) implements Json {
    public static final Obj EMPTY = new Obj(new LinkedHashMap<>());

    public Obj {
      members = Collections.unmodifiableSequencedMap(new LinkedHashMap<>(members));
    }

    /** Returns the member, or null when there is none. */
    public @Nullable Json get(String name) {
      return members.get(name);
    }

    /** Returns the member if it is a string, else null. */
    public @Nullable String text(String name) {
      return members.get(name) instanceof Text text ? text.value() : null;
    }

    /** Returns the member if it is an array, else null. */
    public @Nullable Array array(String name) {
      return members.get(name) instanceof Array array ? array : null;
    }

    /** Returns the member if it is an object, else null. */
    public @Nullable Obj object(String name) {
      return members.get(name) instanceof Obj object ? object : null;
    }

    /** Returns this object with the member set: in its old place, or at the end. */
    public Obj with(String name, Json value) {
      SequencedMap<String, Json> copy = new LinkedHashMap<>(members);
      copy.put(name, value);
      return new Obj(copy);
    }

    /** Returns this object without the member. */
    public Obj without(String name) {
      SequencedMap<String, Json> copy = new LinkedHashMap<>(members);
      copy.remove(name);
      return new Obj(copy);
    }
  }

  /** An array. */
  record Array(List<Json> items) implements Json {
    public static final Array EMPTY = new Array(List.of());

    public Array {
      items = List.copyOf(items);
    }
  }

  /** A string, decoded. Holds no lone surrogate. */
  record Text(String value) implements Json {}

  /** A number by its lexeme: {@code 1E2} and {@code 100} are different values here. */
  record Num(String lexeme) implements Json {
    public static Num of(long value) {
      return new Num(Long.toString(value));
    }
  }

  /** {@code true}, {@code false}, {@code null}. */
  enum Literal implements Json {
    TRUE("true"),
    FALSE("false"),
    NULL("null");

    private final String text;

    Literal(String text) {
      this.text = text;
    }

    /** The literal as JSON. */
    public String text() {
      return text;
    }

    /** Returns the literal of a truth value. */
    public static Literal of(boolean value) {
      return value ? TRUE : FALSE;
    }
  }
}
