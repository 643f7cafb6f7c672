package io.tabellion.mask;

import io.tabellion.jsonrpc.Json;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;

/** One walk over a tree for the rules that select whole values. */
final class Walk {
  private final List<MaskRule> rules;

  private Walk(List<MaskRule> rules) {
    this.rules = rules;
  }

  static Json masked(Json tree, Masking masking, MaskRule.Where where) {
    List<MaskRule> rules = new ArrayList<>();
    for (MaskRule rule : masking.rules()) {
      boolean counts = rule.where() == MaskRule.Where.BOTH || where == MaskRule.Where.RECORD;
      if (counts && rule.select() != null && rule.detect().isEmpty()) {
        rules.add(rule);
      }
    }
    if (rules.isEmpty()) {
      return tree;
    }
    Walk walk = new Walk(rules);
    long[] places = new long[rules.size()];
    for (int i = 0; i < places.length; i++) {
      places[i] = selector(rules.get(i)).start();
    }
    return walk.value(tree, places);
  }

  private Json value(Json value, long[] places) {
    for (int i = 0; i < places.length; i++) {
      if (selector(rules.get(i)).selects(places[i])) {
        return emptied(value, rules.get(i).otherwise());
      }
    }
    return switch (value) {
      case Json.Obj object -> object(object, places);
      case Json.Array array -> array(array, places);
      case Json.Text _, Json.Num _, Json.Literal _ -> value;
    };
  }

  private Json object(Json.Obj object, long[] places) {
    SequencedMap<String, Json> members = new LinkedHashMap<>();
    for (Map.Entry<String, Json> member : object.members().entrySet()) {
      members.put(member.getKey(), value(member.getValue(), step(places, member.getKey())));
    }
    return new Json.Obj(members);
  }

  private Json array(Json.Array array, long[] places) {
    List<Json> items = new ArrayList<>();
    for (Json item : array.items()) {
      items.add(value(item, step(places, Integer.toString(items.size()))));
    }
    return new Json.Array(items);
  }

  private long[] step(long[] places, String name) {
    long[] next = new long[places.length];
    for (int i = 0; i < places.length; i++) {
      next[i] = places[i] == 0 ? 0 : selector(rules.get(i)).step(places[i], name);
    }
    return next;
  }

  private static Selector selector(MaskRule rule) {
    if (rule.select() == null) {
      throw new IllegalStateException("select: none (expected: a rule that selects)");
    }
    return rule.select();
  }

  private static Json emptied(Json value, Operator operator) {
    return switch (value) {
      case Json.Obj _ -> Json.Obj.EMPTY;
      case Json.Array _ -> Json.Array.EMPTY;
      case Json.Text _ -> new Json.Text(operator instanceof Operator.Replace r ? r.text() : "");
      case Json.Num _ -> Json.Num.of(0);
      case Json.Literal literal -> literal == Json.Literal.NULL ? literal : Json.Literal.FALSE;
    };
  }
}
