package io.tabellion.yaml;

import com.google.protobuf.ByteString;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.TokenStreamLocation;
import tools.jackson.dataformat.yaml.YAMLFactory;
import tools.jackson.dataformat.yaml.YAMLParser;

/**
 * Reads one YAML file into a tree. What a file could use to cost more than its size is refused:
 * more than 1 MiB, aliases, more than 32 levels; and what two readers could read differently:
 * duplicate keys, tags, bytes that are not UTF-8, a second document.
 *
 * <p>Not thread-safe: one reader reads one file.
 */
public final class YamlReader {
  /** The most bytes that a file may have. */
  public static final int MAX_BYTES = 1 << 20;

  private static final int MAX_DEPTH = 32;

  private final Path file;
  private final String text;

  /** A place in the text, in code points and in chars. */
  private int points;

  private int chars;

  private final YAMLParser parser;

  private YamlReader(Path file, String text, YAMLParser parser) {
    this.file = file;
    this.text = text;
    this.parser = parser;
  }

  /**
   * Returns the bytes of a file.
   *
   * @throws YamlException if it cannot be read or is larger than {@link #MAX_BYTES}
   */
  public static ByteString bytes(Path file) {
    try (InputStream in = Files.newInputStream(file)) {
      byte[] bytes = in.readNBytes(MAX_BYTES + 1);
      if (bytes.length > MAX_BYTES) {
        throw refused(file, Place.START, "more than 1 MiB (expected: a file written by hand)");
      }
      return ByteString.copyFrom(bytes);
    } catch (IOException e) {
      throw refused(file, Place.NOWHERE, "cannot be read: " + reason(e));
    }
  }

  /**
   * Returns the document in {@code bytes}.
   *
   * @param file its name, for messages
   * @throws YamlException if it is no YAML of the kind that we read
   */
  public static Yaml read(Path file, ByteString bytes) {
    String text = decode(file, bytes);
    try (YAMLParser parser =
        (YAMLParser) new YAMLFactory().createParser(ObjectReadContext.empty(), text)) {
      return new YamlReader(file, text, parser).document();
    } catch (JacksonException e) {
      throw refused(file, place(e.getLocation()), "not YAML: " + firstLine(e.getOriginalMessage()));
    }
  }

  /**
   * Returns the documents in {@code bytes}, in their order; more than one may stand in a file of
   * Kubernetes.
   *
   * @param file its name, for messages
   * @throws YamlException if it is no YAML of the kind that we read
   */
  public static List<Yaml> documents(Path file, ByteString bytes) {
    String text = decode(file, bytes);
    try (YAMLParser parser =
        (YAMLParser) new YAMLFactory().createParser(ObjectReadContext.empty(), text)) {
      return new YamlReader(file, text, parser).documents();
    } catch (JacksonException e) {
      throw refused(file, place(e.getLocation()), "not YAML: " + firstLine(e.getOriginalMessage()));
    }
  }

  private static String decode(Path file, ByteString bytes) {
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(bytes.asReadOnlyByteBuffer()).toString();
    } catch (CharacterCodingException e) {
      throw refused(file, Place.START, "not UTF-8");
    }
  }

  private Yaml document() {
    JsonToken first = parser.nextToken();
    if (first == null) {
      return new Yaml.Empty(Place.START);
    }
    Yaml root = value(first, 1);
    if (parser.nextToken() != null) {
      throw refused(file, here(), "a second document (expected: one)");
    }
    return root;
  }

  private List<Yaml> documents() {
    List<Yaml> documents = new ArrayList<>();
    for (JsonToken first = parser.nextToken(); first != null; first = parser.nextToken()) {
      documents.add(value(first, 1));
    }
    return documents;
  }

  private Yaml value(JsonToken token, int depth) {
    Place place = here();
    refuseExtras(place, depth);
    return switch (token) {
      case START_OBJECT -> mapping(place, depth);
      case START_ARRAY -> sequence(place, depth);
      case VALUE_NULL -> new Yaml.Empty(place);
      default -> scalar(place);
    };
  }

  private Yaml scalar(Place place) {
    String value = parser.getString();
    int start = offset((int) parser.currentTokenLocation().getCharOffset());
    return new Yaml.Scalar(place, value, new Layout(text, start, value));
  }

  /** Where in the text so many code points are over. Counts on from the scalar before. */
  private int offset(int wanted) {
    if (wanted < points) {
      points = 0;
      chars = 0;
    }
    while (points < wanted && chars < text.length()) {
      chars += Character.charCount(text.codePointAt(chars));
      points++;
    }
    return chars;
  }

  private void refuseExtras(Place place, int depth) {
    if (depth > MAX_DEPTH) {
      throw refused(file, place, "more than " + MAX_DEPTH + " levels");
    }
    if (parser.isCurrentAlias() || parser.getObjectId() != null) {
      throw refused(file, place, "an anchor or alias (expected: the value itself)");
    }
    if (parser.getTypeId() != null) {
      throw refused(file, place, "a tag (expected: none)");
    }
  }

  private Yaml mapping(Place place, int depth) {
    List<Yaml.Member> members = new ArrayList<>();
    Set<String> keys = new HashSet<>();
    for (JsonToken token = next(); token != JsonToken.END_OBJECT; token = next()) {
      Place keyPlace = here();
      String key = parser.currentName();
      if (!keys.add(key)) {
        throw refused(file, keyPlace, key + ": a second time (expected: once)");
      }
      members.add(new Yaml.Member(keyPlace, key, value(next(), depth + 1)));
    }
    return new Yaml.Mapping(place, members);
  }

  private Yaml sequence(Place place, int depth) {
    List<Yaml> items = new ArrayList<>();
    for (JsonToken token = next(); token != JsonToken.END_ARRAY; token = next()) {
      items.add(value(token, depth + 1));
    }
    return new Yaml.Sequence(place, items);
  }

  private JsonToken next() {
    @Nullable JsonToken token = parser.nextToken();
    if (token == null) {
      throw refused(file, here(), "ends too early");
    }
    return token;
  }

  private Place here() {
    return place(parser.currentTokenLocation());
  }

  private static Place place(TokenStreamLocation location) {
    return new Place(Math.max(1, location.getLineNr()), Math.max(1, location.getColumnNr()));
  }

  private static YamlException refused(Path file, Place place, String text) {
    return new YamlException(file, List.of(new Problem(place, "", text)));
  }

  private static String firstLine(String text) {
    return text.lines().findFirst().orElse("");
  }

  private static @Nullable String reason(IOException e) {
    return switch (e) {
      case NoSuchFileException _ -> "no such file";
      case AccessDeniedException _ -> "permission denied";
      default -> e.getMessage();
    };
  }
}
