package io.tabellion.dist;

import com.google.cloud.tools.jib.api.Containerizer;
import com.google.cloud.tools.jib.api.Jib;
import com.google.cloud.tools.jib.api.JibContainer;
import com.google.cloud.tools.jib.api.JibContainerBuilder;
import com.google.cloud.tools.jib.api.TarImage;
import com.google.cloud.tools.jib.api.buildplan.AbsoluteUnixPath;
import com.google.cloud.tools.jib.api.buildplan.FileEntriesLayer;
import com.google.cloud.tools.jib.api.buildplan.FilePermissions;
import com.google.cloud.tools.jib.api.buildplan.ImageFormat;
import com.google.cloud.tools.jib.api.buildplan.Platform;
import com.google.cloud.tools.jib.api.buildplan.Port;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Writes a root as an image in one file: an OCI image layout that every Docker can load, too.
 *
 * <p>Layers go from what changes seldom to what changes with each build: system, Java, libraries,
 * our jars, the cache of classes. Only the last is another one each time.
 */
final class ImageArchive {
  private static final String OWNER = ImageRoot.USER + ":" + ImageRoot.USER;
  private static final FilePermissions FOLDER = FilePermissions.fromOctalString("755");

  private final Build build;
  private final Program program;

  ImageArchive(Build build, Program program) {
    this.build = build;
    this.program = program;
  }

  /**
   * How the image is named and what it stands on.
   *
   * @param name with its tag
   * @param base a reference with a digest; null for a root that has everything
   * @param source where its sources are, for whoever looks at the image; null if nobody says
   */
  record Frame(String name, @Nullable String base, @Nullable String source) {}

  /**
   * Writes the archive; returns the digest of the image's manifest.
   *
   * @param scratch a folder that may be written into
   * @throws DistException if the base cannot be had
   */
  String write(Tree root, Frame frame, Path out, Path scratch)
      throws IOException, InterruptedException {
    Path made = scratch.resolve("image.tar");
    try {
      JibContainer image =
          described(frame)
              .setFileEntriesLayers(layers(root))
              .containerize(
                  Containerizer.to(TarImage.at(made).named(frame.name()))
                      .setToolName("tabellion")
                      .setBaseImageLayersCache(scratch.resolve("base"))
                      .setApplicationLayersCache(scratch.resolve("layers")));
      LoadableByAll.rewrite(made, frame.name(), out);
      return image.getDigest().toString();
    } catch (ExecutionException | RuntimeException e) {
      throw new DistException("image: " + reason(e), e);
    } catch (IOException | InterruptedException e) {
      throw e;
    } catch (Exception e) { // names and references that are none, caches that cannot be written
      throw new DistException("image: " + reason(e), e);
    } finally {
      Files.deleteIfExists(made);
    }
  }

  private static String reason(Exception e) {
    Throwable cause = e instanceof ExecutionException && e.getCause() != null ? e.getCause() : e;
    String message = cause.getMessage();
    return message == null ? cause.getClass().getSimpleName() : message;
  }

  private JibContainerBuilder described(Frame frame) throws Exception {
    Set<Port> ports = program.ports().stream().map(Port::tcp).collect(Collectors.toSet());
    JibContainerBuilder image =
        (frame.base() == null ? Jib.fromScratch() : Jib.from(frame.base()))
            .setFormat(ImageFormat.OCI)
            .setPlatforms(Set.of(new Platform(architecture(), "linux")))
            .setCreationTime(build.time())
            .setUser(OWNER)
            .setWorkingDirectory(AbsoluteUnixPath.get("/var/lib/tabellion"))
            .setEntrypoint("/" + ImageRoot.JAVA + "/bin/java", "@/" + ImageRoot.OURS + "/entry")
            .setProgramArguments("--help")
            .addEnvironmentVariable("PATH", "/" + ImageRoot.JAVA + "/bin:/usr/bin:/bin")
            .addEnvironmentVariable("JAVA_HOME", "/" + ImageRoot.JAVA)
            .addEnvironmentVariable("LC_ALL", "C.UTF-8")
            .setExposedPorts(ports)
            .addVolume(AbsoluteUnixPath.get("/tmp"))
            .addVolume(AbsoluteUnixPath.get("/var/lib/tabellion"));
    labels(frame).forEach(image::addLabel);
    return image;
  }

  private Map<String, String> labels(Frame frame) {
    String name = "org.opencontainers.image.";
    Map<String, String> labels = new LinkedHashMap<>();
    labels.put(name + "title", program.image());
    labels.put(name + "description", "The notary for AI agents: " + program.text());
    labels.put(name + "version", build.version());
    labels.put(name + "licenses", "Apache-2.0");
    labels.put(name + "created", build.time().toString());
    build.revision().ifPresent(revision -> labels.put(name + "revision", revision));
    if (frame.source() != null) {
      labels.put(name + "source", frame.source());
    }
    if (frame.base() != null) {
      labels.put(name + "base.name", frame.base());
    }
    return labels;
  }

  private static String architecture() {
    return System.getProperty("os.arch", "").equals("aarch64") ? "arm64" : "amd64";
  }

  private List<FileEntriesLayer> layers(Tree root) throws IOException {
    Predicate<Path> java = file -> file.startsWith(ImageRoot.JAVA);
    Predicate<Path> cache = file -> file.toString().equals(ImageRoot.CACHE);
    Predicate<Path> library =
        file ->
            (file.startsWith(ImageRoot.OURS + "/lib") && !build.ours(file))
                || file.startsWith(ImageRoot.OURS + "/native");
    Predicate<Path> ours = file -> file.startsWith(ImageRoot.OURS);
    List<FileEntriesLayer> layers = new ArrayList<>();
    layers.add(layer(root, "system", java.or(ours).negate()));
    layers.add(layer(root, "java", java));
    layers.add(layer(root, "libraries", library));
    layers.add(layer(root, "tabellion", ours.and(library.or(cache).negate())));
    if (Files.exists(root.at(ImageRoot.CACHE))) {
      layers.add(layer(root, "cache", cache));
    }
    return layers;
  }

  private FileEntriesLayer layer(Tree root, String name, Predicate<Path> chosen)
      throws IOException {
    FileEntriesLayer.Builder layer = FileEntriesLayer.builder().setName(name);
    if (name.equals("system")) {
      addFolders(root, layer);
    }
    for (Path file : root.files()) {
      Path inside = root.folder().relativize(file);
      if (chosen.test(inside)) {
        layer.addEntry(
            file,
            AbsoluteUnixPath.get("/" + inside),
            FilePermissions.fromOctalString(Tree.executable(file) ? "755" : "644"),
            build.time());
      }
    }
    return layer.build();
  }

  /** The empty folders, and those that the program writes in. */
  private void addFolders(Tree root, FileEntriesLayer.Builder layer) throws IOException {
    for (String empty : List.of("dev", "proc", "sys", "etc/tabellion")) {
      if (Files.isDirectory(root.at(empty))) {
        layer.addEntry(root.at(empty), AbsoluteUnixPath.get("/" + empty), FOLDER, build.time());
      }
    }
    layer.addEntry(
        root.at("tmp"),
        AbsoluteUnixPath.get("/tmp"),
        FilePermissions.fromOctalString("777"),
        build.time());
    for (String own : List.of("var/lib/tabellion", "run/tabellion")) {
      layer.addEntry(
          root.at(own),
          AbsoluteUnixPath.get("/" + own),
          FilePermissions.fromOctalString("700"),
          build.time(),
          OWNER);
    }
  }
}
