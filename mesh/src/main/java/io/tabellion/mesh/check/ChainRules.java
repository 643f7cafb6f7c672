package io.tabellion.mesh.check;

import io.tabellion.mesh.Filters;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Our rules for the HTTP filters of one listener: the three filters, in order, right before the
 * router, after whatever says who calls.
 */
final class ChainRules {
  /** Filters that leave messages as they are, wherever they stand. */
  private static final Set<String> HARMLESS =
      Set.of(
          "istio.stats",
          "istio_authn",
          "istio.alpn",
          "istio.metadata_exchange",
          "envoy.filters.http.grpc_stats",
          "envoy.filters.http.set_filter_state",
          "connect_authority",
          "waypoint_downstream_peer_metadata",
          "waypoint_upstream_peer_metadata",
          "io.istio.http.peer_metadata");

  /** Filters that can change a body, or answer with one of their own making. */
  private static final Set<String> CHANGING =
      Set.of(
          Messages.LUA,
          Messages.EXT_PROC,
          "envoy.extensions.filters.http.wasm.v3.Wasm",
          "envoy.extensions.filters.http.golang.v3alpha.Config",
          "envoy.extensions.filters.http.dynamic_modules.v3.DynamicModuleFilter",
          "envoy.extensions.filters.http.grpc_json_transcoder.v3.GrpcJsonTranscoder");

  private final List<Link> links;
  private final Where where;
  private final List<Finding> findings = new ArrayList<>();

  private ChainRules(List<Link> links, Where where) {
    this.links = links;
    this.where = where;
  }

  /**
   * Returns what is wrong with the filters of a listener.
   *
   * @param where the listener, for what has no place of its own
   */
  static List<Finding> check(List<Link> links, Where where) {
    ChainRules rules = new ChainRules(links, where);
    rules.check();
    return rules.findings;
  }

  private void check() {
    List<String> missing = Filters.ORDER.stream().filter(name -> position(name) < 0).toList();
    boolean refused = missing.contains(Filters.EXT_PROC) && !missing.contains(Filters.GUARD);
    (refused ? List.of(Filters.EXT_PROC) : missing).forEach(this::missing);
    if (missing.isEmpty()) {
      order();
    }
    links.forEach(this::link);
  }

  /** A guard without the filter that marks lets nothing through; the filter without it, all. */
  private void missing(String name) {
    boolean guarded = position(Filters.GUARD) >= 0;
    Severity severity = name.equals(Filters.EXT_PROC) && guarded ? Severity.BROKEN : Severity.OPEN;
    String effect =
        switch (name) {
          case Filters.EXT_PROC ->
              guarded ? "Every call is refused." : "Nobody judges these calls.";
          case Filters.GUARD ->
              "When the server closes its stream, Envoy lets the request pass unjudged.";
          default -> "When the server closes its stream, Envoy lets the answer pass unjudged.";
        };
    say(
        severity,
        Rule.FILTER_MISSING,
        where,
        "%s is missing (found: %s). %s".formatted(name, names(), effect),
        "Add it with ./tabellion mesh attach.");
  }

  private void order() {
    List<String> ours = links.stream().map(Link::name).filter(Filters.ORDER::contains).toList();
    if (!ours.equals(Filters.ORDER)) {
      say(
          Severity.OPEN,
          Rule.FILTER_ORDER,
          link(ours.getFirst()).where(),
          "The filters stand in the order %s.".formatted(String.join(", ", ours)),
          "Put them in the order %s, each once.".formatted(String.join(", ", Filters.ORDER)));
      return;
    }
    int first = position(Filters.ANSWER_GUARD);
    int guard = position(Filters.GUARD);
    for (int i = 0; i < links.size(); i++) {
      Link link = links.get(i);
      boolean own =
          Filters.ORDER.contains(link.name())
              || Set.of(Filters.ROUTER, Filters.CLOSED).contains(link.name());
      if (!own && !HARMLESS.contains(link.name())) {
        if (i > first && Auth.is(link)) {
          authAfter(link);
        } else if (i > first) {
          between(link, i > guard);
        } else if (changes(link)) {
          before(link);
        }
      }
    }
  }

  private static boolean changes(Link link) {
    return link.name().equals("wasm") || (CHANGING.contains(link.type()) && !requestsOnly(link));
  }

  /** Whether a Lua filter, by all of its texts, never sees an answer. */
  private static boolean requestsOnly(Link link) {
    List<String> texts =
        Tree.all(link.config())
            .flatMap(
                node -> Stream.of("inline_string", "inline_code").map(key -> Tree.text(node, key)))
            .filter(text -> !text.isEmpty())
            .toList();
    return link.is(Messages.LUA)
        && !texts.isEmpty()
        && texts.stream().noneMatch(text -> text.contains("envoy_on_response"));
  }

  private void authAfter(Link link) {
    say(
        Severity.WEAK,
        Rule.FILTER_ORDER,
        link.where(),
        "%s checks callers after our filters, so calls are judged before it is known who calls."
            .formatted(link.name()),
        "Put our filters directly before %s.".formatted(Filters.ROUTER));
  }

  private void between(Link link, boolean last) {
    say(
        Severity.OPEN,
        Rule.FILTER_AFTER,
        link.where(),
        "%s stands %s. What it changes in a request or answer, nobody judges."
            .formatted(
                link.name(), last ? "between our filters and the MCP server" : "among our filters"),
        "Move it before %s: give its EnvoyFilter a smaller priority than ours."
            .formatted(Filters.ANSWER_GUARD));
  }

  private void before(Link link) {
    say(
        Severity.WEAK,
        Rule.FILTER_BEFORE,
        link.where(),
        "%s can change an answer after it was judged and recorded.".formatted(link.name()),
        "Make sure that it leaves answers of MCP servers as they are, or remove it here.");
  }

  private void link(Link link) {
    if (link.name().equals(Filters.CLOSED)) {
      findings.addAll(GuardRules.guard(link));
    }
    if (!Filters.ORDER.contains(link.name())) {
      return;
    }
    for (String off : List.of("disabled", "is_optional")) {
      if (Tree.isTrue(link.filter(), off)) {
        say(
            Severity.OPEN,
            Rule.FILTER_OFF,
            link.at(link.filter()),
            "%s is set on %s.".formatted(off, link.name()),
            "Remove %s.".formatted(off));
      }
    }
    findings.addAll(Strict.check(link.config(), link.where()));
    findings.addAll(
        switch (link.name()) {
          case Filters.EXT_PROC -> ExtProcRules.check(link);
          case Filters.GUARD -> GuardRules.guard(link);
          default -> GuardRules.answerGuard(link);
        });
  }

  private Link link(String name) {
    return links.get(position(name));
  }

  private int position(String name) {
    for (int i = 0; i < links.size(); i++) {
      if (links.get(i).name().equals(name)) {
        return i;
      }
    }
    return -1;
  }

  private String names() {
    return links.stream().map(Link::name).collect(Collectors.joining(", "));
  }

  private void say(Severity severity, Rule rule, Where at, String reason, String remedy) {
    findings.add(new Finding(severity, rule, at, reason, remedy));
  }
}
