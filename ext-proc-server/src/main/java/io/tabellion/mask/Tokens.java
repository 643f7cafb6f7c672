package io.tabellion.mask;

import io.tabellion.jsonrpc.Json;
import io.tabellion.jsonrpc.JsonWriter;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.regex.Matcher;
import org.jspecify.annotations.Nullable;

/**
 * Turns tokens of {@link Operator.Token} back into the values they stand for, in what an agent
 * sends. What only looks like a token stays.
 *
 * <p>Thread-safe.
 */
public final class Tokens {
  private final MaskKeys keys;

  public Tokens(MaskKeys keys) {
    this.keys = keys;
  }

  /**
   * A tree with values in the place of tokens.
   *
   * @param places of what was turned back, {@code DETECTOR restored COUNT PLACE} each
   */
  public record Restored(Json tree, List<String> places) {
    public Restored {
      places = List.copyOf(places);
    }
  }

  /** Returns the tree with its tokens turned back, in values and not in names. */
  public Restored restore(Json tree) {
    Turn turn = new Turn();
    Json restored = turn.value(tree);
    return new Restored(restored, turn.lines());
  }

  private @Nullable String value(Matcher token) {
    return token.group(2).equals("t") ? keys.restore(token.group(1), token.group(3)) : null;
  }

  /** One walk over one tree. */
  private final class Turn {
    private final Tally tally = new Tally();
    private final List<Object> path = new ArrayList<>();
    private int depth;

    List<String> lines() {
      return tally.lines();
    }

    Json value(Json value) {
      return switch (value) {
        case Json.Obj object -> object(object);
        case Json.Array array -> array(array);
        case Json.Text(String text) -> {
          String restored = text(text);
          yield restored.equals(text) ? value : new Json.Text(restored);
        }
        case Json.Num _, Json.Literal _ -> value;
      };
    }

    private Json object(Json.Obj object) {
      SequencedMap<String, Json> members = new LinkedHashMap<>();
      boolean same = true;
      for (Map.Entry<String, Json> member : object.members().entrySet()) {
        path.add(member.getKey());
        Json restored = value(member.getValue());
        path.removeLast();
        same &= restored.equals(member.getValue());
        members.put(member.getKey(), restored);
      }
      return same ? object : new Json.Obj(members);
    }

    private Json array(Json.Array array) {
      List<Json> items = new ArrayList<>(array.items().size());
      boolean same = true;
      path.add("*");
      for (Json item : array.items()) {
        Json restored = value(item);
        same &= restored.equals(item);
        items.add(restored);
      }
      path.removeLast();
      return same ? array : new Json.Array(items);
    }

    /** A value may hold what JSON escapes; where that cannot be done, tokens stay. */
    private String nested(String text) {
      Json tree = NestedJson.read(text, depth);
      if (tree == null) {
        return text;
      }
      depth++;
      Json restored = value(tree);
      depth--;
      return restored.equals(tree) ? text : JsonWriter.toText(restored);
    }

    private String text(String text) {
      if (!text.contains("_t_")) {
        return text;
      }
      if (Lenient.isLikeJson(text)) {
        return nested(text);
      }
      StringBuilder restored = new StringBuilder();
      Matcher tokens = Made.PATTERN.matcher(text);
      int at = 0;
      while (tokens.find()) {
        String value = Tokens.this.value(tokens);
        if (value != null) {
          restored.append(text, at, tokens.start()).append(value);
          at = tokens.end();
          tally.restored(tokens.group(1), path);
        }
      }
      return restored.append(text, at, text.length()).toString();
    }
  }
}
