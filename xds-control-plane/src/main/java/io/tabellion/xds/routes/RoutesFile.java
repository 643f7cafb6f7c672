package io.tabellion.xds.routes;

import io.tabellion.yaml.YamlException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The routes file over time. Reads by content, not by date or name: a Kubernetes mount swaps links,
 * an editor renames, and the key sets that it names count too.
 *
 * <p>Not thread-safe: one thread looks.
 */
public final class RoutesFile {
  private final Path file;
  private final Consumer<Routes> changed;
  private final Consumer<String> refused;
  private Routes current;
  private @Nullable String problem;

  private RoutesFile(Path file, Routes first, Consumer<Routes> changed, Consumer<String> refused) {
    this.file = file;
    this.current = first;
    this.changed = changed;
    this.refused = refused;
  }

  /**
   * Reads the file for the first time.
   *
   * @param changed gets these routes now, and others whenever they differ; an {@link
   *     UncheckedIOException} of it leaves the routes as they were
   * @param refused gets what is wrong, whenever a change of the file made it wrong or wrong in
   *     another way; the routes stay as they were
   * @throws YamlException if the file is bad now
   */
  public static RoutesFile open(Path file, Consumer<Routes> changed, Consumer<String> refused) {
    Routes first = Routes.load(file);
    changed.accept(first);
    return new RoutesFile(file, first, changed, refused);
  }

  /** Looks whether the file changed. */
  public void look() {
    try {
      Routes now = Routes.load(file);
      problem = null;
      if (!now.equals(current)) {
        changed.accept(now);
        current = now;
      }
    } catch (YamlException | UncheckedIOException e) {
      String text = String.valueOf(e.getMessage());
      if (!text.equals(problem)) {
        problem = text;
        refused.accept(text);
      }
    }
  }
}
