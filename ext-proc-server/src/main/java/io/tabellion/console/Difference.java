package io.tabellion.console;

import io.tabellion.jsonrpc.Json;
import io.tabellion.jsonrpc.JsonWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * How one JSON value differs from an earlier one, member by member; items of lists by their place.
 *
 * @param same members that are equal in both
 * @param more differences that are not shown, because they are too many
 * @param whole whether all that differs is shown to its end
 */
record Difference(List<Row> rows, int same, int more, boolean whole) {
  private static final int MOST_ROWS = 200;
  private static final int LONGEST = 200;

  /** Characters before the place where two long texts part. */
  private static final int LEAD = 24;

  Difference {
    rows = List.copyOf(rows);
  }

  /**
   * One difference.
   *
   * @param kind {@code added}, {@code removed} or {@code changed}
   * @param place of the member, e.g. {@code order.items[2]}
   * @param before null if it is new
   * @param after null if it is gone
   */
  record Row(String kind, String place, @Nullable String before, @Nullable String after) {}

  /** Whether some differences are not shown. */
  boolean cut() {
    return more > 0;
  }

  /** Whether something is equal in both. */
  boolean unchanged() {
    return same > 0;
  }

  /** Whether nothing differs. */
  boolean none() {
    return rows.isEmpty();
  }

  static Difference between(Json before, Json after) {
    Rows rows = new Rows();
    rows.compare("", before, after);
    return new Difference(rows.rows, rows.same, rows.more, rows.more == 0 && !rows.cut);
  }

  /** Collects differences. */
  private static final class Rows {
    private final List<Row> rows = new ArrayList<>();
    private int same;
    private int more;
    private boolean cut;

    void compare(String place, Json before, Json after) {
      if (before.equals(after)) {
        same++;
      } else if (before instanceof Json.Obj one && after instanceof Json.Obj other) {
        members(place, one, other);
      } else if (before instanceof Json.Array one && after instanceof Json.Array other) {
        items(place, one.items(), other.items());
      } else {
        changed(place, JsonWriter.toText(before), JsonWriter.toText(after));
      }
    }

    private void members(String place, Json.Obj before, Json.Obj after) {
      for (Map.Entry<String, Json> member : before.members().entrySet()) {
        String inner = inner(place, member.getKey());
        Json now = after.get(member.getKey());
        if (now == null) {
          add(new Row("removed", inner, shown(member.getValue()), null));
        } else {
          compare(inner, member.getValue(), now);
        }
      }
      for (Map.Entry<String, Json> member : after.members().entrySet()) {
        if (before.get(member.getKey()) == null) {
          add(new Row("added", inner(place, member.getKey()), null, shown(member.getValue())));
        }
      }
    }

    private void items(String place, List<Json> before, List<Json> after) {
      for (int i = 0; i < Math.max(before.size(), after.size()); i++) {
        String inner = place + "[" + i + "]";
        if (i >= after.size()) {
          add(new Row("removed", inner, shown(before.get(i)), null));
        } else if (i >= before.size()) {
          add(new Row("added", inner, null, shown(after.get(i))));
        } else {
          compare(inner, before.get(i), after.get(i));
        }
      }
    }

    /** Of long texts, the place where they part is shown. */
    private void changed(String place, String before, String after) {
      int parts = 0;
      int shorter = Math.min(before.length(), after.length());
      while (parts < shorter && before.charAt(parts) == after.charAt(parts)) {
        parts++;
      }
      int from = Math.max(before.length(), after.length()) <= LONGEST ? 0 : parts - LEAD;
      add(
          new Row(
              "changed", place.isEmpty() ? "all" : place, from(before, from), from(after, from)));
    }

    private String from(String text, int from) {
      if (from <= 0) {
        return brief(text);
      }
      cut = true;
      int begin = Character.isLowSurrogate(text.charAt(from)) ? from - 1 : from;
      return "…" + brief(text.substring(begin));
    }

    private String shown(Json value) {
      return brief(JsonWriter.toText(value));
    }

    private String brief(String text) {
      cut |= text.length() > LONGEST;
      return Visible.brief(text, LONGEST);
    }

    private String inner(String place, String key) {
      String shown = brief(key);
      String name = key.matches("[A-Za-z_][A-Za-z0-9_-]{0,63}") ? shown : "\"" + shown + "\"";
      return place.isEmpty() ? name : place + "." + name;
    }

    private void add(Row row) {
      if (rows.size() < MOST_ROWS) {
        rows.add(row);
      } else {
        more++;
      }
    }
  }
}
