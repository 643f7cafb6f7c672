package io.tabellion.policy.uri;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Holds the readings against what Python, Node and Go read. {@code uris.jsonl} is made by {@code
 * tests/uris/make.sh}; another file is taken where the property {@code tabellion.uris} names one.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@Tag("unit")
class RealParsersTest {
  private final List<Sample> samples = new ArrayList<>();

  /**
   * A URI, and what parsers read in it.
   *
   * @param reads paths and URLs, with the language whose parser read it first
   */
  private record Sample(String uri, UriReadings readings, Map<String, String> reads) {}

  @BeforeAll
  void load() throws IOException {
    JsonMapper mapper = JsonMapper.shared();
    String other = System.getProperty("tabellion.uris");
    try (InputStream in =
            other == null
                ? Objects.requireNonNull(getClass().getResourceAsStream("uris.jsonl"))
                : Files.newInputStream(Path.of(other));
        var lines = new BufferedReader(new InputStreamReader(in, UTF_8))) {
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        JsonNode node = mapper.readTree(line);
        Map<String, String> reads = new LinkedHashMap<>();
        node.get("reads").properties().forEach(e -> reads.put(e.getKey(), e.getValue().asString()));
        String uri = node.get("uri").asString();
        samples.add(new Sample(uri, UriReadings.of(uri), reads));
      }
    }
  }

  @Test
  void whateverAParserReadsIsAmongTheReadingsOrNoUriAtAll() {
    List<String> missed = new ArrayList<>();
    for (Sample sample : known()) {
      Set<String> ours =
          sample.readings().exact().stream().map(this::plain).collect(Collectors.toSet());
      sample
          .reads()
          .forEach((read, parser) -> {
            String url = read.startsWith("/") ? "file:///" + read.replaceFirst("^/+", "") : read;
            if (!ours.contains(plain(url))) {
              missed.add(parser + ": " + quoted(sample.uri()) + " -> " + quoted(read));
            }
          });
    }
    assertThat(missed).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "file:///tmp/pub/*, /tmp/pub",
    "https://wiki.example/docs/*, https://wiki.example/docs/",
    "docs://pub/*, docs://pub/",
  })
  void whatIsAllowedIsReadInsideByEveryParser(String pattern, String inside) {
    List<UriPattern> patterns = List.of(UriPattern.parse(pattern));
    List<String> outside = new ArrayList<>();
    int allowed = 0;
    for (Sample sample : samples) {
      if (UriPattern.matchAll(patterns, sample.readings())) {
        allowed++;
        reads(sample, inside).stream()
            .filter(read -> !isIn(read, inside))
            .forEach(read -> outside.add(quoted(sample.uri()) + " -> " + quoted(read)));
      }
    }
    assertThat(outside).isEmpty();
    assertThat(allowed).isPositive();
  }

  @ParameterizedTest
  @CsvSource({
    "file:///tmp/secret/*, /tmp/secret/",
    "file:///tmp/secret/key, /tmp/secret/key",
    "https://wiki.example/admin/*, https://wiki.example/admin/",
    "https://127.0.0.1/*, https://127.0.0.1/",
    "https://bücher.example/*, https://xn--bcher-kva.example/",
    "docs://secret/*, docs://secret/",
  })
  void whatAParserReadsInsideIsDenied(String pattern, String inside) {
    UriPattern denied = UriPattern.parse(pattern);
    List<String> passed = new ArrayList<>();
    int hit = 0;
    for (Sample sample : known()) {
      List<String> reads =
          reads(sample, inside).stream()
              .filter(read -> pattern.endsWith("*") ? isIn(read, inside) : read.equals(inside))
              .toList();
      hit += reads.isEmpty() ? 0 : 1;
      if (!reads.isEmpty() && !denied.matchesSome(sample.readings())) {
        passed.add(quoted(sample.uri()) + " -> " + reads);
      }
    }
    assertThat(passed).isEmpty();
    assertThat(hit).isPositive();
  }

  private List<Sample> known() {
    return samples.stream().filter(sample -> sample.readings().areKnown()).toList();
  }

  /** What parsers read that is of the kind of a folder: paths, or URLs of no files. */
  private static List<String> reads(Sample sample, String inside) {
    return sample.reads().keySet().stream()
        .filter(read -> !read.startsWith("file:"))
        .filter(read -> read.startsWith("/") == inside.startsWith("/"))
        .map(read -> read.replaceFirst("^/+", "/"))
        .toList();
  }

  private static boolean isIn(String read, String inside) {
    return (read + "/").startsWith(inside.endsWith("/") ? inside : inside + "/");
  }

  /** Without what stands in another spelling: escapes, slashes that say nothing. */
  private String plain(String url) {
    String decoded = url;
    for (int i = 0; i < 3; i++) {
      decoded = Escapes.decoded(decoded);
    }
    return decoded
        .replaceFirst("(://[^/?#]+)([?#])", "$1/$2")
        .replaceAll("/\\.?/+", "/")
        .replaceFirst("/+$", "");
  }

  private static String quoted(String text) {
    return JsonMapper.shared().writeValueAsString(text);
  }
}
