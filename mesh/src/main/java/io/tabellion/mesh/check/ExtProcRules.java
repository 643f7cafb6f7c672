package io.tabellion.mesh.check;

import io.tabellion.mesh.Filters;
import io.tabellion.yaml.Yaml;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** Our rules for the ext_proc filter itself. */
final class ExtProcRules {
  private static final Map<String, String> MODE = fullDuplex();

  private final Link link;
  private final List<Finding> findings = new ArrayList<>();

  private ExtProcRules(Link link) {
    this.link = link;
  }

  static List<Finding> check(Link link) {
    ExtProcRules rules = new ExtProcRules(link);
    rules.check();
    return rules.findings;
  }

  private void check() {
    if (!link.is(Messages.EXT_PROC)) {
      say(
          Severity.OPEN,
          Rule.FILTER_MISSING,
          link.filter(),
          "%s is no ExternalProcessor.".formatted(link.name()),
          "Take the filter as ./tabellion mesh attach prints it.");
      return;
    }
    failures();
    mode();
    metadata();
    attributes();
  }

  private void failures() {
    for (String key :
        List.of(
            "failure_mode_allow",
            "observability_mode",
            "allow_mode_override",
            "disable_immediate_response")) {
      Tree.at(link.config(), key)
          .filter(value -> Tree.isTrue(link.config(), key))
          .ifPresent(value ->
              say(
                  Severity.OPEN,
                  Rule.FAIL_OPEN,
                  value,
                  key + " is true: calls can pass although the server did not judge them.",
                  "Remove %s.".formatted(key)));
    }
    if (!Tree.text(link.config(), "status_on_error", "code").equals("ServiceUnavailable")) {
      say(
          Severity.WEAK,
          Rule.FAIL_OPEN,
          link.config(),
          "status_on_error is not ServiceUnavailable: clients get a status that does not say that the server is missing.",
          "Write status_on_error: { code: ServiceUnavailable }.");
    }
  }

  private void mode() {
    Map<String, String> mode = Tree.labels(link.config(), "processing_mode");
    Map<String, String> found = new LinkedHashMap<>();
    mode.forEach((key, value) -> found.put(Tree.snake(key), value));
    if (!found.equals(MODE)) {
      Yaml at = Tree.at(link.config(), "processing_mode").orElse(link.config());
      say(
          Severity.OPEN,
          Rule.PROCESSING_MODE,
          at,
          "processing_mode does not hand over whole messages of both directions.",
          "Write "
              + MODE.entrySet().stream()
                  .map(entry -> entry.getKey() + ": " + entry.getValue())
                  .collect(Collectors.joining(", ", "{ ", " }.")));
    }
  }

  private void metadata() {
    Yaml options = Tree.at(link.config(), "metadata_options").orElse(link.config());
    List<String> receives = Tree.texts(options, "receiving_namespaces", "untyped");
    if (!receives.equals(List.of(Filters.METADATA))) {
      say(
          Severity.BROKEN,
          Rule.METADATA,
          options,
          "receiving_namespaces are %s. Without %s the guards refuse every call; others let the server set what is not its own."
              .formatted(receives, Filters.METADATA),
          "Write receiving_namespaces: { untyped: [ %s ] }.".formatted(Filters.METADATA));
    }
    if (listener().isEmpty()) {
      say(
          Severity.WEAK,
          Rule.METADATA,
          Tree.at(link.config(), "grpc_service").orElse(link.config()),
          "x-tabellion-listener is missing, so the server takes the listener `default`.",
          "Add it to initial_metadata with the name of one of the server's listeners.");
    }
  }

  private void attributes() {
    needs("request_attributes", "xds.route_name", "which MCP server is called");
    needs("request_attributes", "source.address", "where a call comes from");
    needs("response_attributes", "response.code_details", "whether an answer is Envoy's own");
  }

  private void needs(String list, String attribute, String why) {
    if (!Tree.texts(link.config(), list).contains(attribute)) {
      say(
          Severity.BROKEN,
          Rule.METADATA,
          Tree.at(link.config(), list).orElse(link.config()),
          "%s lacks %s, which says %s.".formatted(list, attribute, why),
          "Add %s to %s.".formatted(attribute, list));
    }
  }

  private String listener() {
    return metadata(link, "x-tabellion-listener");
  }

  /** Returns a value of {@code initial_metadata}; empty if it is not there. */
  static String metadata(Link link, String key) {
    return Tree.items(link.config(), "grpc_service", "initial_metadata").stream()
        .filter(entry -> Tree.text(entry, "key").equals(key))
        .map(entry -> Tree.text(entry, "value"))
        .findFirst()
        .orElse("");
  }

  private void say(Severity severity, Rule rule, Yaml at, String reason, String remedy) {
    findings.add(new Finding(severity, rule, link.at(at), reason, remedy));
  }

  private static Map<String, String> fullDuplex() {
    Map<String, String> mode = new LinkedHashMap<>();
    for (String direction : List.of("request", "response")) {
      mode.put(direction + "_header_mode", "SEND");
      mode.put(direction + "_body_mode", "FULL_DUPLEX_STREAMED");
      mode.put(direction + "_trailer_mode", "SEND");
    }
    return mode;
  }
}
