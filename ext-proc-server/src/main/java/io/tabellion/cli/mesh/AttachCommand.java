package io.tabellion.cli.mesh;

import io.tabellion.cli.audit.CliException;
import io.tabellion.mesh.attach.Attachment;
import io.tabellion.mesh.attach.Manifest;
import io.tabellion.mesh.attach.Mesh;
import io.tabellion.mesh.attach.Part;
import io.tabellion.terminal.WrongValueException;
import io.tabellion.yaml.Nearest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code mesh attach}: the manifests that put Tabellion before an MCP server. */
@Command(
    name = "attach",
    mixinStandardHelpOptions = true,
    description = {
      "Print the manifests that put Tabellion before an MCP server of a mesh. Nothing is applied.",
      "Say the server by options, or several of them in a file of kind Mesh (istio/README.md)."
    },
    footer = {
      "%nExamples:",
      "  ./tabellion mesh attach --server crm --to sidecar --issuer https://idp.example.com | kubectl apply -f -",
      "  ./tabellion mesh attach --file mesh.yaml --out manifests"
    })
final class AttachCommand implements Runnable {
  @Spec private @Nullable CommandSpec spec;

  @Option(
      names = "--file",
      paramLabel = "FILE",
      description = "Read servers, gateway and issuer from this file of kind Mesh.")
  private @Nullable Path file;

  @Option(
      names = "--part",
      paramLabel = "PART",
      split = ",",
      description =
          "Only these parts: authentication, routes, filters, closed (default: all). To detach"
              + " Tabellion delete filters and closed; authentication stays.")
  private List<String> parts = List.of();

  @Option(
      names = "--out",
      paramLabel = "DIR",
      description = "Write a file for each server and part into DIR instead of printing them.")
  private @Nullable Path directory;

  @Mixin private MeshOptions options = new MeshOptions();

  @Override
  public void run() {
    List<Part> wanted = parts.stream().map(AttachCommand::part).toList();
    List<Manifest> manifests =
        Attachment.of(mesh()).stream()
            .filter(manifest -> wanted.isEmpty() || wanted.contains(manifest.part()))
            .toList();
    if (directory == null) {
      print(manifests);
    } else {
      write(manifests, directory);
    }
  }

  private Mesh mesh() {
    if (file == null) {
      return options.mesh();
    }
    if (options.any()) {
      throw new CliException(
          "--file: given together with options that describe a server (expected: one of the two)");
    }
    return Mesh.read(file);
  }

  private void print(List<Manifest> manifests) {
    print(
        manifests.stream()
            .map(manifest -> "# " + manifest.file() + "\n" + manifest.text())
            .collect(Collectors.joining("---\n")));
  }

  private void write(List<Manifest> manifests, Path into) {
    try {
      Files.createDirectories(into);
      for (Manifest manifest : manifests) {
        Path written = into.resolve(manifest.file());
        Files.writeString(written, manifest.text());
        print(written + "\n");
      }
    } catch (IOException e) {
      throw new CliException(into + ": cannot be written (expected: a directory)", e);
    }
  }

  private void print(String text) {
    if (spec != null) {
      spec.commandLine().getOut().print(text);
      spec.commandLine().getOut().flush();
    }
  }

  private static Part part(String name) {
    List<String> names = Arrays.stream(Part.values()).map(Part::toString).toList();
    if (!names.contains(name)) {
      throw new WrongValueException(
          "--part",
          name,
          Nearest.of(name, names)
              .map(
                  meant -> "one of %s; did you mean %s?".formatted(String.join(", ", names), meant))
              .orElse("one of " + String.join(", ", names)));
    }
    return Part.valueOf(name.toUpperCase(Locale.ROOT));
  }
}
