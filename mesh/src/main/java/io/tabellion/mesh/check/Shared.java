package io.tabellion.mesh.check;

import java.util.ArrayList;
import java.util.List;

/** Our rules for what belongs to no single MCP server. */
final class Shared {
  private Shared() {}

  static List<Finding> check(Setting setting, List<McpServer> servers) {
    List<Finding> findings = new ArrayList<>();
    setting.inputs().twice().forEach(twice -> findings.add(sameName(twice)));
    List<Patch> nobodys =
        setting
            .ourPatches()
            .filter(
                patch -> servers.stream().noneMatch(server -> Attached.to(patch.filter(), server)))
            .toList();
    nobodys.forEach(patch -> findings.addAll(PatchRules.check(setting, patch)));
    for (Patch patch : setting.patches()) {
      if (patch.applyTo().equals("HTTP_FILTER") && !patch.ours()) {
        Link link = new Link(patch.name(), patch.value(), patch.where());
        findings.addAll(Strict.check(link.config(), link.where()));
      }
    }
    for (Workload pods : setting.inputs().workloads()) {
      if (pods.resource().name().startsWith("istiod")) {
        findings.addAll(Versions.check(pods));
      }
    }
    return findings;
  }

  private static Finding sameName(Inputs.Twice twice) {
    Resource first = twice.first();
    boolean ours =
        first.kind().equals("EnvoyFilter")
            || first.group().equals("security.istio.io")
            || first.kind().equals("VirtualService");
    return new Finding(
        ours ? Severity.OPEN : Severity.UNPROVED,
        Rule.SAME_NAME,
        twice.second().where(),
        "%s is there twice. In a cluster this one replaces the one at %s, and what that one did is gone."
            .formatted(first, first.where()),
        "Give each its own name, or remove one.");
  }
}
