package io.tabellion.policy.cel;

import com.google.common.primitives.UnsignedLong;
import com.google.errorprone.annotations.Immutable;
import dev.cel.common.values.CelByteString;
import dev.cel.common.values.NullValue;
import dev.cel.runtime.RuntimeEquality;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Whether two values are the same, where values of different types cannot be compared: a server may
 * take {@code "777"} or {@code [777]} for 777, so that a condition that answered <i>false</i> would
 * be passed. Numbers are one type. {@code null} that is written out in a condition may be compared
 * with anything; a null in a message is a value of another type than a text or number.
 *
 * <p>Pure.
 */
@Immutable
@SuppressWarnings("Immutable") // the library does not say it of its class, but it has no state
final class Sameness {
  private final RuntimeEquality equality;

  Sameness(RuntimeEquality equality) {
    this.equality = equality;
  }

  /** What comes of a comparison. */
  private enum Answer {
    SAME,
    DIFFERENT,
    /** Nothing differs but types. */
    INCOMPARABLE
  }

  /**
   * Whether two values are the same.
   *
   * @throws Unevaluable if they are of different types
   */
  boolean same(Object one, Object other) {
    return truth(compared(one, other));
  }

  /**
   * Whether a value is one of a list.
   *
   * @throws Unevaluable if it is the same as none, and some are of another type
   */
  boolean in(Object value, List<?> list) {
    Answer whole = Answer.DIFFERENT;
    for (Object item : list) {
      switch (compared(value, item)) {
        case SAME -> {
          return true;
        }
        case INCOMPARABLE -> whole = Answer.INCOMPARABLE;
        case DIFFERENT -> {
          // The next may be it.
        }
      }
    }
    return truth(whole);
  }

  /**
   * Whether a value is a key of a map.
   *
   * @throws Unevaluable if it is none, and some are of another type
   */
  boolean in(Object value, Map<?, ?> map) {
    if (!(map instanceof JsonMap json)) {
      return in(value, List.copyOf(map.keySet()));
    }
    if (value instanceof String) {
      return json.containsKey(value);
    }
    return !json.isEmpty() && truth(Answer.INCOMPARABLE);
  }

  private static boolean truth(Answer answer) {
    if (answer == Answer.INCOMPARABLE) {
      throw new Unevaluable(Why.TYPE, "values of different types compared");
    }
    return answer == Answer.SAME;
  }

  private Answer compared(@Nullable Object one, @Nullable Object other) {
    if (one instanceof NullValue || other instanceof NullValue) {
      return answer(isNull(one) && isNull(other));
    }
    if (one instanceof List<?> list && other instanceof List<?> another) {
      return lists(list, another);
    }
    if (one instanceof Map<?, ?> map && other instanceof Map<?, ?> another) {
      return maps(map, another);
    }
    if (isNumber(one) && isNumber(other)) {
      return answer(equality.objectEquals(unsigned(one), unsigned(other)));
    }
    if (one == null || other == null || kind(one) != kind(other)) {
      return Answer.INCOMPARABLE;
    }
    return answer(equality.objectEquals(one, other));
  }

  private Answer lists(List<?> one, List<?> other) {
    if (one.size() != other.size()) {
      return Answer.DIFFERENT;
    }
    Answer whole = Answer.SAME;
    var theirs = other.iterator();
    for (Object item : one) {
      whole = both(whole, compared(item, theirs.next()));
      if (whole == Answer.DIFFERENT) {
        return whole;
      }
    }
    return whole;
  }

  private Answer maps(Map<?, ?> one, Map<?, ?> other) {
    if (one instanceof JsonMap && !(other instanceof JsonMap)) {
      // What a condition writes out is looked for in what came, where names can look alike.
      return maps(other, one);
    }
    if (one.size() != other.size()) {
      return Answer.DIFFERENT;
    }
    Answer whole = Answer.SAME;
    for (Map.Entry<?, ?> entry : one.entrySet()) {
      Object theirs = other.get(entry.getKey());
      whole = theirs == null ? Answer.DIFFERENT : both(whole, compared(entry.getValue(), theirs));
      if (whole == Answer.DIFFERENT) {
        return whole;
      }
    }
    return whole;
  }

  /** A difference is certain, whatever else could not be compared. */
  private static Answer both(Answer one, Answer other) {
    if (one == Answer.DIFFERENT || other == Answer.DIFFERENT) {
      return Answer.DIFFERENT;
    }
    return one == Answer.SAME ? other : one;
  }

  private static Answer answer(boolean same) {
    return same ? Answer.SAME : Answer.DIFFERENT;
  }

  private static boolean isNull(@Nullable Object value) {
    return value instanceof NullValue || value instanceof JsonNull;
  }

  private static boolean isNumber(@Nullable Object value) {
    return value instanceof Long || value instanceof Double || value instanceof UnsignedLong;
  }

  /** The number; 0 for the other zero of doubles, which is the same. */
  private static Object unsigned(@Nullable Object number) {
    return number instanceof Double real ? real + 0.0 : Objects.requireNonNull(number);
  }

  /** Values of one class are of one type; so are bytes of any. */
  private static Class<?> kind(Object value) {
    return value instanceof CelByteString
        ? CelByteString.class
        : Objects.requireNonNull(value).getClass();
  }
}
