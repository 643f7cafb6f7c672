package io.tabellion.bench.detection;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Base64;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Random;
import java.util.UUID;
import java.util.function.Function;
import java.util.stream.Stream;

/** Material with nothing in it to find, made from a seed, and the source code of this checkout. */
final class Clean {
  private static final int BYTES = 1_000_000;
  private static final String[] WORDS = {
    "request", "build", "cache", "status", "worker", "index", "merge", "branch", "module", "update",
    "parser", "stream", "render", "client", "thread", "result", "config", "layout", "buffer",
        "queue"
  };

  private final Random random;

  private Clean(long seed) {
    this.random = new Random(seed);
  }

  /** Returns texts of about a megabyte each, by what they are. */
  static Map<String, String> texts(long seed, Path checkout) throws IOException {
    Clean clean = new Clean(seed);
    Map<String, String> texts = new LinkedHashMap<>();
    texts.put(
        "UUIDs",
        fill(i -> "{\"id\":\"" + clean.uuid() + "\",\"parent\":\"" + clean.uuid() + "\"}\n"));
    texts.put(
        "git log",
        fill(i ->
            "commit "
                + clean.hex(20)
                + "\n    "
                + clean.words(6)
                + "\n\nindex "
                + clean.hex(4).substring(0, 7)
                + ".."
                + clean.hex(4).substring(0, 7)
                + " 100644\n"));
    texts.put("lock file", fill(clean::lockEntry));
    texts.put("base64 images", fill(i -> "data:image/png;base64," + clean.base64(3000) + "\n"));
    texts.put("logs with times", fill(clean::logLine));
    texts.put("numbers", fill(clean::numbers));
    texts.put(
        "digests",
        fill(i ->
            "sha256:"
                + clean.hex(32)
                + "  "
                + clean.words(1)
                + "-"
                + clean.random.nextInt(99)
                + ".tar.gz\n"));
    texts.put("prose", fill(i -> clean.words(12) + ".\n"));
    texts.put("source code", source(checkout));
    return texts;
  }

  private static String fill(Function<Integer, String> piece) {
    StringBuilder text = new StringBuilder(BYTES + 10_000);
    for (int i = 0; text.length() < BYTES; i++) {
      text.append(piece.apply(i));
    }
    return text.toString();
  }

  private String uuid() {
    return new UUID(
            (random.nextLong() & ~0xf000L) | 0x4000L,
            (random.nextLong() & 0x3fffffffffffffffL) | Long.MIN_VALUE)
        .toString();
  }

  private String hex(int bytes) {
    byte[] raw = new byte[bytes];
    random.nextBytes(raw);
    return HexFormat.of().formatHex(raw);
  }

  private String base64(int bytes) {
    byte[] raw = new byte[bytes];
    random.nextBytes(raw);
    return Base64.getEncoder().encodeToString(raw);
  }

  private String words(int count) {
    StringBuilder words = new StringBuilder();
    for (int i = 0; i < count; i++) {
      words.append(i == 0 ? "" : " ").append(WORDS[random.nextInt(WORDS.length)]);
    }
    return words.toString();
  }

  private String version() {
    return random.nextInt(20) + "." + random.nextInt(30) + "." + random.nextInt(40);
  }

  private String lockEntry(int i) {
    String name = words(1) + "-" + words(1);
    String version = version();
    return "    \"node_modules/"
        + name
        + "\": {\n      \"version\": \""
        + version
        + "\",\n      \"resolved\": \"https://registry.example/"
        + name
        + "/-/"
        + name
        + "-"
        + version
        + ".tgz\",\n      \"integrity\": \"sha512-"
        + base64(64)
        + "\",\n      \"engines\": {\n        \"node\": \">="
        + random.nextInt(22)
        + "\"\n      }\n    },\n";
  }

  private String logLine(int i) {
    Instant time = Instant.ofEpochMilli(1_700_000_000_000L + random.nextInt(900_000_000) * 100L);
    return time
        + " INFO ["
        + words(1)
        + "-"
        + random.nextInt(64)
        + "] "
        + words(3)
        + " took "
        + random.nextInt(9000)
        + " ms, "
        + random.nextInt(1_000_000)
        + " bytes, at "
        + time.toEpochMilli()
        + ", nanos "
        + (time.toEpochMilli() * 1_000_000 + random.nextInt(1_000_000))
        + "\n";
  }

  private String numbers(int i) {
    return "{\"count\":"
        + random.nextInt()
        + ",\"ratio\":"
        + random.nextDouble()
        + ",\"serial\":"
        + random.nextLong(Long.MAX_VALUE)
        + ",\"box\":["
        + random.nextInt(4000)
        + ","
        + random.nextInt(4000)
        + "],\"range\":\""
        + random.nextInt(1000)
        + "-"
        + random.nextInt(1000)
        + "\",\"version\":\""
        + version()
        + "\"}\n";
  }

  private static String source(Path checkout) throws IOException {
    StringBuilder text = new StringBuilder();
    try (Stream<Path> files = Files.walk(checkout)) {
      files.filter(Clean::isSource).sorted().forEach(file -> append(text, file));
    }
    return text.toString();
  }

  private static boolean isSource(Path file) {
    String path = file.toString();
    return (path.endsWith(".java")
            || path.endsWith("pom.xml")
            || path.endsWith(".proto")
            || path.endsWith(".sh"))
        && !path.contains("/target/")
        && !path.contains("/test/")
        && !path.contains("/bench/detection/");
  }

  private static void append(StringBuilder text, Path file) {
    try {
      text.append(Files.readString(file, StandardCharsets.UTF_8));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
