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

  private static final Object ANYBODY = List.of(Map.of("any", "true"));

  private static final Object JUDGED =
      Map.of("permissions", List.of(Map.of("sourced_metadata", MARKED)), "principals", ANYBODY);

  /** The policy of ports that may be called unjudged. */
  private static final String EXEMPT = "exempt";

  private GuardRules() {}

  static List<Finding> guard(Link link) {
    boolean alone =
        Tree.members(link.config()).stream()
            .allMatch(member -> Set.of("@type", "rules").contains(member.key()));
    return link.is(Messages.RBAC) && alone && asks(link)
        ? List.of()
        : List.of(
            wrong(
                link,
                "%s does not ask for %s/%s and nothing else, so requests that nobody judged can pass."
                    .formatted(link.name(), Filters.METADATA, Filters.ENTRY)));
  }

  /** ALLOW is the default, which JSON leaves out. */
  private static boolean asks(Link link) {
    String action = Tree.text(link.config(), "rules", "action");
    List<Yaml.Member> policies = Tree.members(link.config(), "rules", "policies");
    boolean rules =
        Tree.members(link.config(), "rules").stream()
            .allMatch(member -> Set.of("action", "policies").contains(member.key()));
    return rules
        && (action.isEmpty() || action.equals("ALLOW"))
        && policies.stream().anyMatch(policy -> Tree.plain(policy.value()).equals(JUDGED))
        && policies.stream()
            .allMatch(policy -> Tree.plain(policy.value()).equals(JUDGED) || exempts(policy));
  }

  private static boolean exempts(Yaml.Member policy) {
    List<Yaml> permissions = Tree.items(policy.value(), "permissions");
    return policy.key().equals(EXEMPT)
        && Tree.members(policy.value()).size() == 2
        && Tree.at(policy.value(), "principals")
            .map(Tree::plain)
            .filter(ANYBODY::equals)
            .isPresent()
        && permissions.stream()
            .allMatch(
                one -> Tree.members(one).size() == 1 && Tree.number(one, "destination_port") != 0);
  }

  /** Whether a guard lets all calls of a port pass, on purpose. */
  static boolean exempts(Link link, int port) {
    return link.name().equals(Filters.GUARD)
        && Tree.items(link.config(), "rules", "policies", EXEMPT, "permissions").stream()
            .anyMatch(one -> Tree.number(one, "destination_port") == port);
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
