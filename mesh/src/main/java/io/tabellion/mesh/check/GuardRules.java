package io.tabellion.mesh.check;

import io.tabellion.mesh.Filters;
import io.tabellion.yaml.Yaml;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Our rules for the two guards: each asks for our mark and for nothing else. */
final class GuardRules {
  private static final Object MARKED =
      Map.of(
          "metadata_matcher",
          Map.of(
              "filter", Filters.METADATA,
              "path", List.of(Map.of("key", Filters.ENTRY)),
              "value", Map.of("string_match", Map.of("safe_regex", Map.of("regex", ".+")))));

  private static final Object JUDGED =
      Map.of(
          "action",
          "ALLOW",
          "policies",
          Map.of(
              "judged",
              Map.of(
                  "permissions", List.of(Map.of("sourced_metadata", MARKED)),
                  "principals", List.of(Map.of("any", "true")))));

  private GuardRules() {}

  static List<Finding> guard(Link link) {
    Object rules = Tree.at(link.config(), "rules").map(Tree::plain).orElse(Map.of());
    boolean alone =
        Tree.members(link.config()).stream()
            .allMatch(member -> Set.of("@type", "rules").contains(member.key()));
    return link.is(Messages.RBAC) && alone && withAction(rules).equals(JUDGED)
        ? List.of()
        : List.of(
            wrong(
                link,
                "%s does not ask for %s/%s and nothing else, so requests that nobody judged can pass."
                    .formatted(link.name(), Filters.METADATA, Filters.ENTRY)));
  }

  /** ALLOW is the default, which JSON leaves out. */
  private static Object withAction(Object rules) {
    if (!(rules instanceof Map<?, ?> map)) {
      return rules;
    }
    Map<Object, Object> all = new java.util.HashMap<>(map);
    all.putIfAbsent("action", "ALLOW");
    return all;
  }

  static List<Finding> answerGuard(Link link) {
    List<Yaml> matchers =
        Tree.items(link.config(), "custom_response_matcher", "matcher_list", "matchers");
    List<Object> asked = new ArrayList<>();
    matchers.forEach(
        matcher -> asked.add(Tree.at(matcher, "predicate").map(Tree::plain).orElse("")));
    Object answer = without(Filters.ANSWER);
    Object left =
        Map.of("and_matcher", Map.of("predicate", List.of(answer, without(Filters.ENTRY))));
    boolean asks = asked.equals(List.of(answer)) || asked.equals(List.of(left, answer));
    if (!link.is(Messages.CUSTOM_RESPONSE) || !asks) {
      return List.of(
          wrong(
              link,
              "%s does not ask for %s/%s and nothing else, so answers that nobody judged can pass."
                  .formatted(link.name(), Filters.METADATA, Filters.ANSWER)));
    }
    return matchers.stream().allMatch(GuardRules::refuses)
        ? List.of()
        : List.of(
            wrong(
                link,
                "%s does not answer 503 with a body of its own, so an unjudged answer can pass."
                    .formatted(link.name())));
  }

  private static boolean refuses(Yaml matcher) {
    @Nullable Yaml policy = Tree.at(matcher, "on_match", "action", "typed_config").orElse(null);
    return policy != null
        && Tree.text(policy, "@type").equals(Messages.url(Messages.LOCAL_RESPONSE))
        && Tree.number(policy, "status_code") == 503
        && Tree.has(policy, "body");
  }

  private static Object without(String key) {
    return Map.of(
        "not_matcher",
        Map.of(
            "single_predicate",
            Map.of(
                "input",
                    Map.of(
                        "name",
                        key,
                        "typed_config",
                        Map.of(
                            "@type", Messages.url(Messages.METADATA_INPUT),
                            "filter", Filters.METADATA,
                            "path", List.of(Map.of("key", key)))),
                "custom_match",
                    Map.of(
                        "name",
                        "present",
                        "typed_config",
                        Map.of(
                            "@type", Messages.url(Messages.METADATA_MATCHER),
                            "value", Map.of("present_match", "true"))))));
  }

  private static Finding wrong(Link link, String reason) {
    return new Finding(
        Severity.OPEN,
        Rule.GUARD,
        link.at(link.filter()),
        reason,
        "Take the filter as ./tabellion mesh attach prints it.");
  }
}
