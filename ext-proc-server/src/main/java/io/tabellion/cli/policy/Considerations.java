package io.tabellion.cli.policy;

import io.tabellion.jsonrpc.Json;
import io.tabellion.policy.Explanation.Considered;
import io.tabellion.terminal.Printable;
import java.io.PrintWriter;
import java.util.List;

/** Shows the rules that a message meets, and what came of their conditions. */
final class Considerations {
  private Considerations() {}

  static void print(List<Considered> rules, PrintWriter out) {
    if (rules.isEmpty()) {
      out.println();
      out.println("No rule matches: the default decides.");
    }
    rules.forEach(rule -> print(rule, out));
  }

  private static void print(Considered rule, PrintWriter out) {
    out.println();
    out.println("rule " + title(rule) + ": " + rule.fires());
    if (!rule.when().isEmpty()) {
      out.println("  when " + Printable.of(rule.when()));
    }
    rule.parts()
        .forEach(part ->
            out.printf("    %-40s  %s%n", Printable.of(part.text()), Printable.of(part.value())));
  }

  private static String title(Considered rule) {
    return rule.id() + " (" + then(rule) + (rule.shadow() ? ", in shadow)" : ")");
  }

  private static String then(Considered rule) {
    return rule.action() == null ? "mask" : rule.action().text();
  }

  static Json json(Considered rule) {
    List<Json> parts =
        rule.parts().stream()
            .<Json>map(part ->
                Json.Obj.EMPTY
                    .with("text", new Json.Text(part.text()))
                    .with("value", new Json.Text(part.value())))
            .toList();
    return Json.Obj.EMPTY
        .with("rule", new Json.Text(rule.id()))
        .with("then", new Json.Text(then(rule)))
        .with("fires", new Json.Text(rule.fires()))
        .with("shadow", Json.Literal.of(rule.shadow()))
        .with("when", new Json.Text(rule.when()))
        .with("parts", new Json.Array(parts));
  }
}
