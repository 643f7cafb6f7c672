package io.tabellion.mesh.check;

import com.google.protobuf.ByteString;
import io.tabellion.yaml.Place;
import io.tabellion.yaml.Problem;
import io.tabellion.yaml.Yaml;
import io.tabellion.yaml.YamlException;
import io.tabellion.yaml.YamlReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.core.TokenStreamLocation;
import tools.jackson.core.json.JsonFactory;

/** Files as trees: YAML with any number of documents, or one document of JSON. */
final class Documents {
  private static final int LARGEST = 256 << 20;

  private Documents() {}

  /** Returns the files below a folder that may hold manifests; a file as it is. */
  static List<Path> files(Path given) {
    if (!Files.isDirectory(given)) {
      return List.of(given);
    }
    try (Stream<Path> below = Files.walk(given)) {
      return below.filter(Files::isRegularFile).filter(Documents::manifest).sorted().toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static boolean manifest(Path file) {
    return file.getFileName().toString().matches(".*\\.(ya?ml|json)");
  }

  /**
   * Returns the documents of a text.
   *
   * @param name of the text, for messages
   * @throws YamlException if it is neither YAML nor JSON
   */
  static List<Yaml> of(String name, ByteString text) {
    if (text.size() > LARGEST) {
      throw refused(name, Place.START, "more than 256 MiB");
    }
    for (byte first : text) {
      if (!Character.isWhitespace(first)) {
        return first == '{' ? List.of(json(name, text)) : YamlReader.documents(Path.of(name), text);
      }
    }
    return List.of();
  }

  private static Yaml json(String name, ByteString text) {
    JsonFactory factory =
        JsonFactory.builder().enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION).build();
    try (JsonParser parser = factory.createParser(ObjectReadContext.empty(), text.toByteArray())) {
      Yaml root = json(parser, parser.nextToken());
      if (parser.nextToken() != null) {
        throw refused(name, place(parser), "something after the JSON document");
      }
      return root;
    } catch (JacksonException e) {
      throw refused(name, place(e.getLocation()), "not JSON");
    }
  }

  private static Yaml json(JsonParser parser, JsonToken token) {
    Place place = place(parser);
    return switch (token) {
      case START_OBJECT -> {
        List<Yaml.Member> members = new ArrayList<>();
        while (parser.nextToken() != JsonToken.END_OBJECT) {
          Place at = place(parser);
          String key = parser.currentName();
          members.add(new Yaml.Member(at, key, json(parser, parser.nextToken())));
        }
        yield new Yaml.Mapping(place, members);
      }
      case START_ARRAY -> {
        List<Yaml> items = new ArrayList<>();
        for (JsonToken next = parser.nextToken();
            next != JsonToken.END_ARRAY;
            next = parser.nextToken()) {
          items.add(json(parser, next));
        }
        yield new Yaml.Sequence(place, items);
      }
      case VALUE_NULL -> new Yaml.Empty(place);
      default -> new Yaml.Scalar(place, parser.getString());
    };
  }

  private static Place place(JsonParser parser) {
    return place(parser.currentTokenLocation());
  }

  private static Place place(TokenStreamLocation location) {
    return new Place(Math.max(1, location.getLineNr()), Math.max(1, location.getColumnNr()));
  }

  private static YamlException refused(String name, Place place, String text) {
    return new YamlException(Path.of(name), List.of(new Problem(place, "", text)));
  }
}
