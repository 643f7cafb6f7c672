package io.tabellion.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.tabellion.parties.Checkout;
import io.tabellion.parties.Child;
import io.tabellion.testing.Tool;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.json.JsonMapper;

/**
 * Files behind a server that reads URIs as Node or Python do, asked for in spellings that open the
 * secret one: directly they are read, through the line none is, and what is plain is read by both.
 */
@Tag("conformance")
final class ResourcesTest {
  private static final String SECRET = "top-secret-0815";
  private static final JsonMapper MAPPER = JsonMapper.shared();

  private static final String ALLOWED =
      """
      - {id: talk, match: {methods: [initialize, "notifications/*"]}, then: allow}
      - {id: pub, match: {resources: ["file://%s/pub/*"]}, then: allow}
      """;

  private static final String DENIED =
      """
      - {id: all, match: {}, then: allow}
      - {id: secret, match: {resources: ["file://%s/secret/*"]}, then: deny}
      """;

  @TempDir private Path folder;
  private String files = "";

  @BeforeEach
  void write() throws Exception {
    Path root = Files.createDirectories(folder.resolve("files")).toRealPath();
    Files.createDirectories(root.resolve("pub/my docs"));
    Files.createDirectories(root.resolve("secret"));
    Files.writeString(root.resolve("secret/key"), SECRET);
    for (String name :
        List.of("a.txt", "my docs/b.txt", "\u00fcber.txt", "100%.txt", "a+b;c.txt")) {
      Files.writeString(root.resolve("pub").resolve(name), "public " + name);
    }
    files = root.toString();
  }

  /** Spellings that lead out of what is allowed. */
  private List<String> outside() {
    return Stream.of(
            "/../secret/key",
            "/.\t./secret/key",
            "/.%2e/secret/key",
            "/%2e%2e/secret/key",
            "/%2e%2e/secret/key?%",
            "/%252e%252e/secret/key",
            "/..%2fsecret/key",
            "/..%252fsecret%2fkey",
            "\\..\\secret\\key",
            "/x/..\\../secret/key",
            "/%/../../secret/key",
            "/..\n/secret/key",
            "/../secret/key#/pub/a.txt")
        .map(path -> "file://" + files + "/pub" + path)
        .toList();
  }

  /** Spellings of what is denied. */
  private List<String> inside() {
    String secret = files + "/secret/key";
    return Stream.of(
            "file:" + secret,
            "file:/" + secret,
            "file:///" + secret,
            "file:////" + secret,
            "FILE://" + secret,
            "file://localhost" + secret,
            "file://LOCALHOST" + secret,
            " file://" + secret,
            "\u0001file://" + secret,
            "file://" + secret + "\t",
            "fi\nle://" + secret,
            "URL:file://" + secret,
            "file://" + files + "//secret/key",
            "file://" + files + "/./secret/key",
            "file://" + files + "/pub/../secret/key",
            "file://" + files + "/%73ecret/key",
            "file://" + files + "/%2573ecret/key",
            "file://" + files + "/secret%2fkey",
            "file://" + files + "\\secret\\key",
            "file://" + files + "/se\rcret/key",
            "file://" + secret + "?x=1",
            "file://" + secret + "#x")
        .toList();
  }

  private List<String> plain() {
    return Stream.of(
            "a.txt", "my%20docs/b.txt", "%C3%BCber.txt", "\u00fcber.txt", "a+b;c.txt", "100%25.txt")
        .map(path -> "file://" + files + "/pub/" + path)
        .toList();
  }

  @Test
  void nothingIsReadOfANodeServerThatAPolicyDoesNotLetPass() throws Exception {
    drive(Tool.NODE_BINARY.toString(), "files.mjs");
  }

  @Test
  void nothingIsReadOfAPythonServerThatAPolicyDoesNotLetPass() throws Exception {
    drive("python3", "files.py");
  }

  private void drive(String program, String script) throws Exception {
    int port = Checkout.freePort();
    String path = Tool.NODE.resolve(script).toString();
    try (Child _ =
        Tool.startServer("files", folder, port, "ready", program, path, String.valueOf(port))) {
      String direct = "http://localhost:" + port + "/mcp";
      long out = secrets(read(direct, outside()));
      long in = secrets(read(direct, inside()));
      List<String> plain = read(direct, plain());

      assertThat(out).isGreaterThan(4);
      assertThat(in).isGreaterThan(8);
      assertThat(plain).allMatch(line -> line.contains("\"text\":\"public"));
      for (String rules : List.of(ALLOWED, DENIED)) {
        String policy =
            "apiVersion: tabellion.io/v1\nkind: Policy\nmetadata: {name: files}\nrules:\n"
                + rules.formatted(files);
        try (Gateway gateway =
            new Gateway(folder.resolve(rules.substring(7, 10)), port, s -> s.withPolicy(policy))) {
          List<String> all = new ArrayList<>(outside());
          all.addAll(inside());
          assertThat(read(gateway.url(), all)).noneMatch(line -> line.contains(SECRET));
          assertThat(read(gateway.url(), plain())).isEqualTo(plain);
        }
      }
    }
  }

  private static long secrets(List<String> lines) {
    return lines.stream().filter(line -> line.contains(SECRET)).count();
  }

  private List<String> read(String url, List<String> uris) throws Exception {
    Path list =
        Files.write(folder.resolve("uris"), uris.stream().map(MAPPER::writeValueAsString).toList());
    Tool.Ran ran =
        Tool.run(
            "client",
            folder,
            Duration.ofMinutes(1),
            List.of(
                Tool.NODE_BINARY.toString(),
                Tool.NODE.resolve("read.mjs").toString(),
                url,
                list.toString()));
    assertThat(ran.status()).as(ran.text()).isEqualTo(0);
    assertThat(ran.lines()).hasSameSizeAs(uris);
    return ran.lines();
  }
}
