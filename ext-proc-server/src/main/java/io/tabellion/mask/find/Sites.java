package io.tabellion.mask.find;

import io.tabellion.jsonrpc.Json;
import io.tabellion.mask.text.Inside;
import io.tabellion.mask.text.Piece;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The numbers of the names and values of one tree, in the order in which they are met. What stands
 * in texts that are read further is numbered behind its text; {@code Rewrite} counts the same.
 *
 * <p>Not thread-safe: it belongs to one walk.
 */
final class Sites {
  private final Map<Integer, Inside> insides = new HashMap<>();
  private int next;

  /** The number of what is met now. */
  int next() {
    return next++;
  }

  /** The number of what will be met next. */
  int upcoming() {
    return next;
  }

  /** A text was read as JSON, to its end. */
  void tree(int site, Json tree) {
    insides.put(site, new Inside.Tree(tree, next));
  }

  /** Pieces of a text were read, to their ends. */
  void pieces(int site, List<Piece> pieces) {
    insides.put(site, new Inside.Pieces(pieces, next));
  }

  /** What a text holds that was read further; null if nothing was. */
  @Nullable Inside inside(int site) {
    return insides.get(site);
  }

  Map<Integer, Inside> insides() {
    return insides;
  }

  /** Number of the member's value in an object that begins at this site. */
  int member(Json.Obj object, int site, String name) {
    int at = site;
    for (Map.Entry<String, Json> member : object.members().entrySet()) {
      at++;
      if (member.getKey().equals(name)) {
        return at;
      }
      at = after(at, member.getValue());
    }
    throw new IllegalArgumentException("member: none (expected: one of the object)");
  }

  /** Number of the first site behind a value that begins at this one. */
  private int after(int site, Json value) {
    return switch (value) {
      case Json.Obj object -> {
        int at = site;
        for (Json member : object.members().values()) {
          at = after(at + 1, member);
        }
        yield at;
      }
      case Json.Array array -> {
        int at = site;
        for (Json item : array.items()) {
          at = after(at, item);
        }
        yield at;
      }
      case Json.Text _, Json.Num _, Json.Literal _ -> {
        Inside inside = insides.get(site);
        yield inside == null ? site + 1 : inside.next();
      }
    };
  }
}
