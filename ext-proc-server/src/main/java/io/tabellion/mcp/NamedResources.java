package io.tabellion.mcp;

import io.tabellion.jsonrpc.Json;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The URIs of resources that a message names, in whatever member they stand. */
final class NamedResources {
  private static final String SUBSCRIPTIONS = "resourceSubscriptions";

  /** Most URIs of one subscription, and their characters: each is read in many ways. */
  private static final int MOST = 1_000;

  private static final int MOST_CHARACTERS = 1 << 16;
  private static final Pattern EXPRESSION = Pattern.compile("\\{([+#./;?&]?)([^{}]*)}");

  private NamedResources() {}

  /** Returns them, each once; for a completion also the URI that the template comes to. */
  static List<String> of(Operation operation) {
    Set<String> found = new LinkedHashSet<>();
    String uri = operation.resource();
    if (uri != null) {
      boolean template = operation.known() == Method.COMPLETE;
      found.add(template ? expanded(uri, operation.params()) : uri);
    }
    if (operation.known() == Method.LISTEN) {
      found.addAll(subscriptions(operation.params()));
    }
    return List.copyOf(found);
  }

  private static List<String> subscriptions(Json.Obj params) {
    Json.Obj notifications = params.object("notifications");
    Json.Array uris = notifications == null ? null : notifications.array(SUBSCRIPTIONS);
    return uris == null
        ? List.of()
        : uris.items().stream()
            .map(uri -> uri instanceof Json.Text(String text) ? text : "")
            .toList();
  }

  /** What is wrong with the URIs that a client wants to hear of; null if nothing is. */
  static @Nullable Fault check(Json.Obj params) {
    Json notifications = params.get("notifications");
    Json.Obj wanted = notifications instanceof Json.Obj object ? object : Json.Obj.EMPTY;
    if (notifications != null && !(notifications instanceof Json.Obj)) {
      return new Fault(Fault.Kind.NOT_A_MESSAGE, "#/params/notifications", "an object");
    }
    Json uris = wanted.get(SUBSCRIPTIONS);
    return uris == null || areFew(uris)
        ? null
        : new Fault(
            Fault.Kind.NOT_A_MESSAGE,
            "#/params/notifications/" + SUBSCRIPTIONS,
            "at most %d strings of %d characters together".formatted(MOST, MOST_CHARACTERS));
  }

  private static boolean areFew(Json uris) {
    return uris instanceof Json.Array(List<Json> items)
        && items.size() <= MOST
        && items.stream().allMatch(Json.Text.class::isInstance)
        && items.stream().mapToInt(item -> ((Json.Text) item).value().length()).sum()
            <= MOST_CHARACTERS;
  }

  /**
   * The template (RFC 6570) with what is known of its variables; the others are empty. What becomes
   * longer than any URI that is judged ends there.
   */
  private static String expanded(String template, Json.Obj params) {
    Map<String, String> known = variables(params);
    Matcher matcher = EXPRESSION.matcher(template);
    StringBuilder to = new StringBuilder();
    while (to.length() <= MOST_CHARACTERS && matcher.find()) {
      String expansion = expansion(matcher.group(1), matcher.group(2), known);
      matcher.appendReplacement(to, Matcher.quoteReplacement(expansion));
    }
    return matcher.appendTail(to).toString();
  }

  private static String expansion(String operator, String names, Map<String, String> known) {
    boolean named = operator.equals(";") || operator.equals("?") || operator.equals("&");
    String first = operator.equals("+") ? "" : operator;
    String between =
        switch (operator) {
          case "", "+", "#" -> ",";
          case "?" -> "&";
          default -> operator;
        };
    StringBuilder to = new StringBuilder();
    for (String name : names.split(",", -1)) {
      String variable = name.replaceFirst("(\\*|:[0-9]+)$", "");
      String value = known.get(variable);
      if (value != null && to.length() <= MOST_CHARACTERS) {
        to.append(to.isEmpty() ? first : between).append(named ? variable + "=" + value : value);
      }
    }
    return to.toString();
  }

  private static Map<String, String> variables(Json.Obj params) {
    Map<String, String> known = new HashMap<>();
    Json.Obj context = params.object("context");
    Json.Obj others = context == null ? null : context.object("arguments");
    if (others != null) {
      others.members().forEach((name, value) -> put(known, name, value));
    }
    Json.Obj argument = params.object("argument");
    if (argument != null) {
      String name = argument.text("name");
      if (name != null) {
        put(known, name, argument.get("value"));
      }
    }
    return known;
  }

  private static void put(Map<String, String> known, String name, @Nullable Json value) {
    if (value instanceof Json.Text(String text)) {
      known.put(name, text.substring(0, Math.min(text.length(), MOST_CHARACTERS)));
    }
  }
}
