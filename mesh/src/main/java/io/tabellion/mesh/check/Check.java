package io.tabellion.mesh.check;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Whether every way to each MCP server goes through the three filters. What the input does not show
 * is reported as well: a server without findings is covered.
 */
public final class Check {
  private Check() {}

  /**
   * What was found about one MCP server, or about what all of them share.
   *
   * @param server {@code NAMESPACE/NAME}
   * @param ways how calls come to it, one line each: {@code port 8080: sidecar}
   * @param findings the worst first; none if it is covered
   */
  public record Result(String server, List<String> ways, List<Finding> findings) {
    public Result {
      ways = List.copyOf(ways);
      findings = List.copyOf(findings);
    }

    /** Whether nothing was found. */
    public boolean covered() {
      return findings.isEmpty();
    }
  }

  /**
   * Returns a result for each MCP server.
   *
   * @param named {@code NAMESPACE/SERVICE} of MCP servers that no label and no filter marks
   */
  public static List<Result> of(Inputs inputs, Set<String> named) {
    Setting setting = new Setting(inputs);
    Map<String, Result> results = new LinkedHashMap<>();
    List<McpServer> servers = Servers.of(inputs, named);
    for (McpServer server : servers) {
      ServerCheck check = new ServerCheck(setting, server);
      check.run();
      results.put(server.toString(), check.result());
    }
    List<Finding> shared = Shared.check(setting, servers);
    List<Result> all = new ArrayList<>(results.values());
    if (!shared.isEmpty()) {
      all.add(new Result("", List.of(), sorted(shared)));
    }
    return all;
  }

  static List<Finding> sorted(List<Finding> findings) {
    return findings.stream().distinct().sorted(Finding.ORDER).toList();
  }
}
