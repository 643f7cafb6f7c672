package io.tabellion.mask;

import com.google.protobuf.ByteString;
import io.tabellion.jsonrpc.Json;
import io.tabellion.jsonrpc.JsonWriter;
import io.tabellion.mask.made.Made;
import io.tabellion.mask.made.MaskKeys;
import io.tabellion.mask.made.MaskKeys.Opened;
import io.tabellion.mask.text.Lenient;
import io.tabellion.mask.text.NestedJson;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.function.UnaryOperator;
import java.util.regex.Matcher;
import org.jspecify.annotations.Nullable;

/**
 * Turns tokens of {@link Operator.Token} back into the values they stand for, in what an agent
 * sends. What only looks like a token stays, and so do tokens of others where only those of the
 * sender count.
 *
 * <p>Thread-safe.
 */
public final class MaskTokens {
  /** Stands for a name of which it is not known how it may be told. */
  private static final String UNTOLD = "*";

  private final MaskKeys keys;

  public MaskTokens(MaskKeys keys) {
    this.keys = keys;
  }

  /**
   * A tree with values in the place of tokens.
   *
   * @param places of what was turned back, {@code DETECTOR restored COUNT PLACE} each, and of
   *     tokens of others that stayed, {@code DETECTOR foreign COUNT PLACE}
   */
  public record Restored(Json tree, List<String> places) {
    public Restored {
      places = List.copyOf(places);
    }
  }

  /**
   * Returns the tree with its tokens turned back, in values and not in names.
   *
   * @param holder whose tokens are turned back; null for all of the tenant
   * @param masked gives the tree as it may be kept: what its members are called is told of places,
   *     for entries are for ever. It is asked if there is something to tell
   */
  public Restored restore(Json tree, @Nullable String holder, UnaryOperator<Json> masked) {
    ByteString mark = holder == null ? null : keys.mark(holder);
    Turn turn = new Turn(mark);
    Json restored = turn.value(tree, null);
    if (turn.lines().isEmpty()) {
      return new Restored(restored, List.of());
    }
    Turn told = new Turn(mark);
    told.value(tree, masked.apply(tree));
    return new Restored(restored, told.lines());
  }

  private @Nullable Opened open(Matcher token) {
    return token.group(2).equals("t") ? keys.open(token.group(1), token.group(3)) : null;
  }

  /** One walk over one tree. */
  private final class Turn {
    private final Tally tally = new Tally();
    private final List<Object> path = new ArrayList<>();
    private final @Nullable ByteString mark;
    private int depth;

    /**
     * @param mark of the tokens that are turned back; null for all
     */
    Turn(@Nullable ByteString mark) {
      this.mark = mark;
    }

    List<String> lines() {
      return tally.lines();
    }

    /**
     * @param shown the value as it may be told; null if that is not known
     */
    Json value(Json value, @Nullable Json shown) {
      return switch (value) {
        case Json.Obj object -> object(object, shown);
        case Json.Array array -> array(array, shown);
        case Json.Text(String text) -> {
          String restored = text(text, shown);
          yield restored.equals(text) ? value : new Json.Text(restored);
        }
        case Json.Num _, Json.Literal _ -> value;
      };
    }

    private Json object(Json.Obj object, @Nullable Json shown) {
      Iterator<Map.Entry<String, Json>> names =
          shown instanceof Json.Obj other && other.members().size() == object.members().size()
              ? other.members().entrySet().iterator()
              : Collections.emptyIterator();
      SequencedMap<String, Json> members = new LinkedHashMap<>();
      boolean same = true;
      for (Map.Entry<String, Json> member : object.members().entrySet()) {
        Map.Entry<String, Json> name = names.hasNext() ? names.next() : null;
        path.add(name == null ? UNTOLD : name.getKey());
        Json restored = value(member.getValue(), name == null ? null : name.getValue());
        path.removeLast();
        same &= restored.equals(member.getValue());
        members.put(member.getKey(), restored);
      }
      return same ? object : new Json.Obj(members);
    }

    private Json array(Json.Array array, @Nullable Json shown) {
      List<Json> others =
          shown instanceof Json.Array(List<Json> all) && all.size() == array.items().size()
              ? all
              : List.of();
      List<Json> items = new ArrayList<>(array.items().size());
      boolean same = true;
      path.add("*");
      for (Json item : array.items()) {
        Json restored = value(item, others.isEmpty() ? null : others.get(items.size()));
        same &= restored.equals(item);
        items.add(restored);
      }
      path.removeLast();
      return same ? array : new Json.Array(items);
    }

    /** A value may hold what JSON escapes; where that cannot be done, tokens stay. */
    private String nested(String text, @Nullable Json shown) {
      Json tree = NestedJson.read(text, depth);
      if (tree == null) {
        return text;
      }
      Json other =
          shown instanceof Json.Text(String masked) ? NestedJson.read(masked, depth) : null;
      depth++;
      Json restored = value(tree, other);
      depth--;
      return restored.equals(tree) ? text : JsonWriter.toText(restored);
    }

    private String text(String text, @Nullable Json shown) {
      if (!text.contains("_t_")) {
        return text;
      }
      if (Lenient.isLikeJson(text)) {
        return nested(text, shown);
      }
      StringBuilder restored = new StringBuilder();
      Matcher tokens = Made.PATTERN.matcher(text);
      int at = 0;
      while (tokens.find()) {
        Opened token = open(tokens);
        if (token != null && mark != null && !mark.equals(token.mark())) {
          tally.foreign(tokens.group(1), path);
        } else if (token != null) {
          restored.append(text, at, tokens.start()).append(token.value());
          at = tokens.end();
          tally.restored(tokens.group(1), path);
        }
      }
      return restored.append(text, at, text.length()).toString();
    }
  }
}
