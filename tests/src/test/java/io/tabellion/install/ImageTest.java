package io.tabellion.install;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.tabellion.parties.Checkout;
import io.tabellion.parties.Child;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.spi.ToolProvider;
import java.util.stream.Stream;
import java.util.zip.ZipFile;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * The image of the server: what is in it, and that the server runs in it as it must in a cluster.
 */
@Tag("install")
class ImageTest {
  private static final String READY = "ready";

  @TempDir private static Path folder;
  private static Path root = Path.of("");

  @BeforeAll
  static void make() throws InterruptedException {
    root = folder.resolve("root");
    Made.by(folder, "image", "--root", root.toString(), "--packages", Made.packages());
  }

  /** With its cache of classes: {@code AOTMode=on} ends a JVM that cannot use the one it has. */
  @Test
  void theServerRunsAsItsUserOnAReadOnlyRoot() throws Exception {
    int http = Checkout.freePort();
    Path config = configuration(http);
    Path volume = Files.createDirectories(folder.resolve("volume"));
    give(volume, "rwx------");
    Map<String, String> before = Made.snapshot(root);

    List<String> serve =
        inRoot(config, volume, "entry", "serve", "--config", "/etc/tabellion/tabellion.yaml");
    try (Child server = Child.start("server", folder, serve)) {
      server.await(line -> line.startsWith("metrics"), Made.PATIENCE);
      List<String> said = Made.run(folder, inRoot(config, volume, health(http)));

      assertThat(said).last().isEqualTo(READY);
      assertThat(get(http, "/readyz")).isEqualTo(READY + "\n");
      server.await(line -> line.contains("Amazon Corretto"), Made.PATIENCE);
      assertThat(server.lines()).noneMatch(line -> line.contains("warning"));
    }

    assertThat(Made.snapshot(root)).isEqualTo(before);
    try (Stream<Path> written = Files.list(volume)) {
      assertThat(written.map(path -> path.getFileName().toString())).containsExactly("log");
    }
  }

  private static String[] health(int http) {
    return new String[] {"health", "--url", "http://127.0.0.1:" + http, "--wait", "60s"};
  }

  /** {@code java @/opt/tabellion/FILE WORDS} in the root. */
  private static List<String> inRoot(Path config, Path volume, String file, String... words) {
    List<String> command = new ArrayList<>(List.of("/opt/java/bin/java", "-XX:AOTMode=on"));
    command.add("@/opt/tabellion/" + file);
    command.addAll(Arrays.asList(words));
    return InRoot.command(root, config, volume, command);
  }

  private static List<String> inRoot(Path config, Path volume, String[] words) {
    return inRoot(config, volume, words[0], Arrays.copyOfRange(words, 1, words.length));
  }

  /** As kubelet writes it: the token belongs to root and the pod's group, which may read it. */
  private static Path configuration(int http) throws IOException {
    Path config = Files.createDirectories(folder.resolve("config"));
    Files.writeString(
        config.resolve("tabellion.yaml"),
        """
        ext-proc: {address: "127.0.0.1:%d", insecure-loopback: true}
        api:
          address: "127.0.0.1:%d"
          insecure-loopback: true
          tokens: [{name: auditor, role: auditor, file: auditor, expires: 2099-01-01T00:00:00Z}]
        http: {address: "127.0.0.1:%d"}
        log: {directory: /var/lib/tabellion/log, origin: example.com/image}
        policy: policy.yaml
        listeners: [{identity: {anonymous: allow}}]
        """
            .formatted(Checkout.freePort(), Checkout.freePort(), http));
    Files.copy(
        Checkout.root().resolve("envoy-config/policies/read-only-agents.yaml"),
        config.resolve("policy.yaml"));
    Path token = Files.writeString(config.resolve("auditor"), "0123456789abcdef".repeat(4));
    if (InRoot.realRoot()) {
      Files.setAttribute(token, "unix:gid", 10001);
    }
    Files.setPosixFilePermissions(token, PosixFilePermissions.fromString("r--r-----"));
    return config;
  }

  private static void give(Path path, String mode) throws IOException {
    Files.setPosixFilePermissions(path, PosixFilePermissions.fromString(mode));
    if (InRoot.realRoot()) {
      Files.setAttribute(path, "unix:uid", 10001);
      Files.setAttribute(path, "unix:gid", 10001);
    }
  }

  private static String get(int port, String path) throws IOException, InterruptedException {
    URI uri = URI.create("http://127.0.0.1:" + port + path);
    try (HttpClient http = HttpClient.newHttpClient()) {
      return http.send(HttpRequest.newBuilder(uri).build(), BodyHandlers.ofString()).body();
    }
  }

  /** java.desktop is named by libraries for what we do not use. */
  @Test
  void itsJavaHasEveryModuleThatTheJarsUse() throws IOException {
    List<String> jars;
    try (Stream<Path> files = Files.list(root.resolve("opt/tabellion/lib"))) {
      jars = files.map(Path::toString).toList();
    }
    List<String> arguments =
        new ArrayList<>(
            List.of("--print-module-deps", "--ignore-missing-deps", "--multi-release", "25"));
    arguments.addAll(List.of("--class-path", String.join(":", jars)));
    arguments.addAll(jars);
    StringWriter said = new StringWriter();
    PrintWriter writer = new PrintWriter(said, true);
    int status =
        ToolProvider.findFirst("jdeps")
            .orElseThrow()
            .run(writer, writer, arguments.toArray(String[]::new));
    assertThat(status).as(said.toString()).isZero();

    TreeSet<String> needed =
        new TreeSet<>(List.of(said.toString().lines().toList().getLast().split(",", -1)));
    assertThat(needed).contains("java.base", "java.sql");
    needed.remove("java.desktop");
    assertThat(modules()).containsAll(needed);
  }

  private static List<String> modules() throws IOException {
    String line =
        Files.readAllLines(root.resolve("opt/java/release")).stream()
            .filter(each -> each.startsWith("MODULES="))
            .findFirst()
            .orElseThrow();
    return List.of(line.substring(line.indexOf('"') + 1, line.length() - 1).split(" ", -1));
  }

  @Test
  void thereIsNoShellAndTheSystemSaysWhatItIs() throws IOException {
    assertThat(root.resolve("bin")).doesNotExist();
    assertThat(root.resolve("usr/bin")).doesNotExist();
    assertThat(root.resolve("etc/os-release")).content().contains("ID=");
    assertThat(root.resolve("var/lib/dpkg/status.d/libc6")).content().contains("Version: ");
    assertThat(root.resolve("opt/tabellion/sbom.cdx.json"))
        .content()
        .contains("CycloneDX", "\"ext-proc-server\"", "grpc-netty");
  }

  @Test
  void withoutTheCacheTwoRunsGiveTheSameBytes() throws Exception {
    Path one = folder.resolve("one.tar");
    Path two = folder.resolve("two.tar");
    String[] args = {"image", "--no-cache", "--packages", Made.packages(), "--out"};
    Made.by(folder, with(args, one));
    Made.by(folder, with(args, two));

    assertThat(Files.mismatch(one, two)).isEqualTo(-1);
    assertThat(Files.size(one)).isLessThan(200_000_000);
    describesItself(one);
  }

  private static String[] with(String[] args, Path out) {
    String[] all = Arrays.copyOf(args, args.length + 1);
    all[args.length] = out.toString();
    return all;
  }

  /** As an OCI layout, and as Docker before 25 reads it. */
  private static void describesItself(Path archive) throws IOException {
    Map<String, JsonNode> texts = texts(archive);
    JsonNode descriptor = get(texts, "index.json").path("manifests").path(0);
    JsonNode manifest = get(texts, blob(descriptor));
    JsonNode old = get(texts, "manifest.json").path(0);
    assertThat(old.path("Config").asString("")).isEqualTo(blob(manifest.path("config")));
    assertThat(old.path("Layers").size()).isEqualTo(manifest.path("layers").size()).isEqualTo(4);

    JsonNode config = get(texts, blob(manifest.path("config"))).path("config");
    assertThat(config.path("User").asString("")).isEqualTo("10001:10001");
    assertThat(config.path("Entrypoint").toString())
        .isEqualTo("[\"/opt/java/bin/java\",\"@/opt/tabellion/entry\"]");
    assertThat(config.path("Volumes").has("/var/lib/tabellion")).isTrue();
    assertThat(config.path("ExposedPorts").has("9001/tcp")).isTrue();
    JsonNode labels = config.path("Labels");
    assertThat(labels.path("org.opencontainers.image.licenses").asString(""))
        .isEqualTo("Apache-2.0");
    assertThat(old.path("RepoTags").toString())
        .contains("tabellion:" + labels.path("org.opencontainers.image.version").asString(""));
  }

  private static JsonNode get(Map<String, JsonNode> texts, String name) {
    JsonNode text = texts.get(name);
    assertThat(text).as(name).isNotNull();
    return text == null ? JsonMapper.shared().missingNode() : text;
  }

  private static String blob(JsonNode descriptor) {
    return "blobs/sha256/" + descriptor.path("digest").asString("").replace("sha256:", "");
  }

  private static Map<String, JsonNode> texts(Path archive) throws IOException {
    Map<String, JsonNode> texts = new HashMap<>();
    try (var tar = new TarArchiveInputStream(Files.newInputStream(archive))) {
      for (TarArchiveEntry entry = tar.getNextEntry(); entry != null; entry = tar.getNextEntry()) {
        byte[] bytes = tar.readAllBytes();
        if (bytes.length > 0 && (bytes[0] == '{' || bytes[0] == '[')) {
          texts.put(entry.getName(), JsonMapper.shared().readTree(new String(bytes, UTF_8)));
        }
      }
    }
    return texts;
  }

  /** The libraries in machine code are files: a folder for temporary files may forbid execution. */
  @Test
  void librariesInMachineCodeAreThere() throws IOException {
    Path sqlite;
    try (Stream<Path> files = Files.list(root.resolve("opt/tabellion/lib"))) {
      sqlite =
          files
              .filter(file -> file.getFileName().toString().startsWith("sqlite-jdbc-"))
              .findFirst()
              .orElseThrow();
    }
    String kind = System.getProperty("os.arch").equals("aarch64") ? "aarch64" : "x86_64";
    try (ZipFile zip = new ZipFile(sqlite.toFile())) {
      var entry = zip.getEntry("org/sqlite/native/Linux/" + kind + "/libsqlitejdbc.so");
      assertThat(root.resolve("opt/tabellion/native/libsqlitejdbc.so")).hasSize(entry.getSize());
    }
  }
}
