package io.tabellion.config;

import static org.assertj.core.api.Assertions.assertThat;

import io.tabellion.yaml.Binder;
import io.tabellion.yaml.DataSize;
import io.tabellion.yaml.Default;
import java.io.IOException;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Tag("unit")
class ConfigurationDocTest {
  private static final Path DOC = Path.of("../docs/configuration.md");
  private static final Pattern ROW = Pattern.compile("(?m)^\\| `([^`]+)` \\|.*\\| ([^|]+) \\|$");

  @Test
  void theDocumentListsEveryKeyWithItsDefault() throws IOException {
    Map<String, String> documented = new LinkedHashMap<>();
    for (MatchResult row : ROW.matcher(Files.readString(DOC)).results().toList()) {
      documented.put(row.group(1), row.group(2).replace("`", ""));
    }

    assertThat(documented).containsExactlyInAnyOrderEntriesOf(declared(Config.class, ""));
  }

  @Test
  void theExampleInTheDocumentLoads(@TempDir Path folder) throws IOException {
    String doc = Files.readString(DOC);
    String example = doc.substring(doc.indexOf("```yaml\n") + 8);
    Path file = folder.resolve("tabellion.yaml");
    Files.writeString(file, example.substring(0, example.indexOf("```")));

    assertThat(Config.load(file).listeners()).hasSize(1);
  }

  private static Map<String, String> declared(Class<?> type, String prefix) {
    Binder binder = new Binder(DOC, Binder.Keys.DASHES);
    Map<String, String> keys = new LinkedHashMap<>();
    for (RecordComponent component : type.getRecordComponents()) {
      String key = prefix + binder.key(component);
      Class<?> item = item(component);
      if (item != null && item.isRecord()) {
        keys.putAll(declared(item, key + "[]."));
      } else if (mapping(component.getType())) {
        keys.putAll(declared(component.getType(), key + "."));
      } else {
        keys.put(key, standard(component));
      }
    }
    return keys;
  }

  private static @Nullable Class<?> item(RecordComponent component) {
    return component.getGenericType() instanceof ParameterizedType list
        ? (Class<?>) list.getActualTypeArguments()[0]
        : null;
  }

  private static boolean mapping(Class<?> type) {
    return type.isRecord() && !List.of(DataSize.class).contains(type);
  }

  private static String standard(RecordComponent component) {
    Default standard = component.getAnnotation(Default.class);
    if (standard != null) {
      return standard.value().isEmpty() ? "empty" : standard.value();
    }
    return component.getAnnotatedType().isAnnotationPresent(Nullable.class) ? "none" : "required";
  }
}
