package io.tabellion.bench.masking;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Random;
import java.util.UUID;
import java.util.function.Supplier;

/**
 * Tool results of one size and many shapes: images and texts of random data, of one sign, of prose,
 * of ids, of numbers, of what is like what detectors look for, and of nothing but findings.
 */
final class Shapes {
  /** What the others are compared with. */
  static final String RANDOM = "image of random data";

  private static final String SIGNS =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

  private final int size;
  private final Random random = new Random(3);

  private Shapes(int size) {
    this.size = size;
  }

  /**
   * Returns the results, by what they hold.
   *
   * @param size of the value in each, in bytes
   */
  static Map<String, String> results(int size) {
    Shapes shapes = new Shapes(size);
    Map<String, String> results = new LinkedHashMap<>();
    shapes.images().forEach((name, value) -> results.put("image of " + name, image(value)));
    shapes.texts().forEach((name, value) -> results.put("text of " + name, text(value)));
    return results;
  }

  private Map<String, String> images() {
    Map<String, String> values = new LinkedHashMap<>();
    values.put("random data", signs(SIGNS));
    values.put("the letter A", run("A"));
    values.put("the letter Q", run("Q"));
    values.put("the letter x", run("x"));
    values.put("the digit 1", run("1"));
    values.put("a slash", run("/"));
    values.put("prose", base64(prose()));
    values.put("zeros and a text", run("AAAAIGEg"));
    return values;
  }

  private Map<String, String> texts() {
    Map<String, String> values = new LinkedHashMap<>();
    values.put("random base64", signs(SIGNS));
    values.put("prose", prose());
    values.put("base64 of prose", base64(prose()));
    for (String sign : new String[] {"A", "a", "x", "1", "/", "-", " ", "=", ".", ":", "@", "é"}) {
      values.put("the sign '" + sign + "'", run(sign));
    }
    values.put("line ends", run("\\n"));
    values.put("tabs", run("\\t"));
    values.put("quotes", run("\\\""));
    values.put("backslashes", run("\\\\"));
    values.put("escaped letters", run("\\u0041"));
    values.put("hexadecimal digits", signs("0123456789abcdef"));
    values.put("digits", signs("0123456789"));
    values.put("UUIDs", repeated(() -> UUID.nameUUIDFromBytes(bytes(16)) + "\\n"));
    values.put(
        "logs",
        repeated(() ->
            "2026-03-02T10:11:12.443Z INFO [w-"
                + random.nextInt(9)
                + "] request "
                + Integer.toHexString(random.nextInt())
                + " took "
                + random.nextInt(900)
                + " ms\\n"));
    values.put("brackets", run("["));
    values.put("assignments", run("token=a1 "));
    values.put("percent signs", run("%"));
    values.put("percent escapes", run("%41"));
    values.put("short numbers", repeated(() -> random.nextInt(100) + " "));
    values.put("rows of numbers", repeated(this::row));
    values.put("dates", repeated(() -> "2026-0" + (1 + random.nextInt(9)) + "-11 "));
    values.put("e-mail addresses", run("a@b.example "));
    values.put("IPv4 addresses", repeated(() -> "10." + random.nextInt(256) + ".7.1 "));
    values.put("IPv6 addresses", run("fe80::1 "));
    values.put("card numbers", run("4111 1111 1111 1111\\n"));
    values.put(
        "phone numbers", repeated(() -> "+49 30 " + (100_000 + random.nextInt(900_000)) + " "));
    return values;
  }

  private static String image(String value) {
    return "{\"jsonrpc\":\"2.0\",\"id\":1,\"result\":{\"content\":[{\"type\":\"image\",\"data\":\""
        + value
        + "\",\"mimeType\":\"image/png\"}]}}";
  }

  private static String text(String value) {
    return "{\"jsonrpc\":\"2.0\",\"id\":1,\"result\":{\"content\":[{\"type\":\"text\",\"text\":\""
        + value
        + "\"}]}}";
  }

  private String run(String piece) {
    return piece.repeat(Math.max(1, size / piece.getBytes(StandardCharsets.UTF_8).length));
  }

  private String signs(String set) {
    char[] signs = new char[size];
    for (int i = 0; i < size; i++) {
      signs[i] = set.charAt(random.nextInt(set.length()));
    }
    return new String(signs);
  }

  private byte[] bytes(int count) {
    byte[] bytes = new byte[count];
    random.nextBytes(bytes);
    return bytes;
  }

  private String row() {
    StringBuilder row = new StringBuilder();
    for (int i = 0; i < 4; i++) {
      row.append(1000 + random.nextInt(9000)).append(i < 3 ? " " : "\\n");
    }
    return row.toString();
  }

  private String prose() {
    String[] words = {
      "the", "harbour", "was", "quiet", "and", "nobody", "spoke", "of", "rain", "until", "noon",
      "when"
    };
    return repeated(() -> words[random.nextInt(words.length)] + " ");
  }

  private String repeated(Supplier<String> piece) {
    StringBuilder text = new StringBuilder(size + 64);
    while (text.length() < size) {
      text.append(piece.get());
    }
    return text.toString();
  }

  private String base64(String text) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    return Base64.getEncoder().encodeToString(Arrays.copyOf(bytes, Math.max(3, size / 4 * 3)));
  }
}
