package io.tabellion.cli.mesh;

import com.google.protobuf.ByteString;
import io.tabellion.cli.audit.CliException;
import io.tabellion.mesh.check.Inputs;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/** Reads a running cluster by {@code kubectl get}. Nothing else is asked of it. */
final class Cluster {
  /** What is read, as kubectl names it in full. */
  private static final List<String> WANTED =
      List.of(
          "namespaces",
          "pods",
          "services",
          "configmaps",
          "deployments.apps",
          "statefulsets.apps",
          "daemonsets.apps",
          "envoyfilters.networking.istio.io",
          "gateways.networking.istio.io",
          "virtualservices.networking.istio.io",
          "destinationrules.networking.istio.io",
          "sidecars.networking.istio.io",
          "peerauthentications.security.istio.io",
          "requestauthentications.security.istio.io",
          "authorizationpolicies.security.istio.io",
          "wasmplugins.extensions.istio.io",
          "gateways.gateway.networking.k8s.io",
          "httproutes.gateway.networking.k8s.io");

  private Cluster() {}

  /**
   * Adds what a cluster has.
   *
   * @param context of kubectl's configuration; null for the current one
   * @param namespace the only one that is read beside Istio's and ours; null for all
   * @throws CliException if there is no kubectl, or no cluster answers
   */
  static void read(@Nullable String context, @Nullable String namespace, Inputs inputs)
      throws IOException, InterruptedException {
    List<String> known =
        run(context, "api-resources", "-o", "name").lines().map(String::strip).toList();
    List<String> kinds = WANTED.stream().filter(known::contains).toList();
    String all = String.join(",", kinds);
    if (namespace == null) {
      inputs.add(Inputs.CLUSTER, json(context, all, "-A"));
      return;
    }
    Set<String> namespaces = new LinkedHashSet<>(List.of(namespace, "istio-system", "tabellion"));
    inputs.add(Inputs.CLUSTER, json(context, "namespaces"));
    String rest = all.replace("namespaces,", "");
    for (String one : namespaces) {
      inputs.add(Inputs.CLUSTER, json(context, rest, "-n", one));
    }
  }

  private static ByteString json(@Nullable String context, String kinds, String... where)
      throws IOException, InterruptedException {
    List<String> words = new ArrayList<>(List.of("get", kinds, "-o", "json"));
    words.addAll(List.of(where));
    return ByteString.copyFromUtf8(run(context, words.toArray(String[]::new)));
  }

  private static String run(@Nullable String context, String... words)
      throws IOException, InterruptedException {
    List<String> command = new ArrayList<>(List.of("kubectl"));
    if (context != null) {
      command.addAll(List.of("--context", context));
    }
    command.addAll(List.of("--request-timeout=20s"));
    command.addAll(List.of(words));
    Process process;
    try {
      process = new ProcessBuilder(command).redirectInput(ProcessBuilder.Redirect.PIPE).start();
    } catch (IOException e) {
      throw new CliException(
          "kubectl cannot be run (expected: manifests, --config-dump FILE, or kubectl on the PATH)",
          e);
    }
    process.getOutputStream().close();
    AtomicReference<String> said = new AtomicReference<>("");
    Thread errors =
        Thread.startVirtualThread(() -> process.errorReader().lines().forEach(said::set));
    String text = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    errors.join();
    if (process.waitFor() != 0) {
      throw new CliException(
          "kubectl %s: %s (expected: a cluster that answers, manifests, or --config-dump FILE)"
              .formatted(words[0], said.get().strip()));
    }
    return text;
  }
}
