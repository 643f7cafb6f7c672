package io.tabellion.docs;

import static org.assertj.core.api.Assertions.assertThat;

import io.tabellion.parties.Checkout;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What the documents link to within the checkout is there: the file, and the heading in it. */
@Tag("unit")
class LinksTest {
  private static final Pattern CODE = Pattern.compile("(?ms)^ *```.*?^ *```");
  private static final Pattern LINK = Pattern.compile("\\]\\(([^)\\s]+)\\)");
  private static final Pattern HEADING = Pattern.compile("(?m)^#+ (.*)$");

  @Test
  void eachLeadsToAFileAndAHeading() throws IOException {
    Path root = Checkout.root();
    List<String> wrong = new ArrayList<>();
    for (Path page : pages(root)) {
      for (String link : links(Files.readString(page))) {
        if (!leadsSomewhere(page, link)) {
          wrong.add(root.relativize(page) + ": " + link);
        }
      }
    }
    assertThat(wrong).isEmpty();
  }

  @Test
  void everyPageIsInTheIndex() throws IOException {
    Path docs = Checkout.root().resolve("docs");
    String index = Files.readString(docs.resolve("README.md"));
    assertThat(pages(docs).stream().map(page -> docs.relativize(page).toString()))
        .filteredOn(page -> !page.equals("README.md"))
        .allMatch(page -> index.contains("](" + page));
  }

  @Test
  void headingsAreNamedAsBrowsersShowThem() {
    assertThat(
            anchors(
                """
                # A `word`, and [a link](x.md)
                ```
                # no heading
                ```
                ## Over HTTP
                ## Over HTTP
                ### tabellion.audit.v1.Filter
                """))
        .containsExactlyInAnyOrder(
            "a-word-and-a-link", "over-http", "over-http-1", "tabellionauditv1filter");
    assertThat(
            links("[a](b.md#c) `[d](e.md)` [f](https://g.example/) ![h](i.png)\n```\n[j](k)\n```"))
        .contains("b.md#c", "i.png")
        .doesNotContain("k", "https://g.example/");
  }

  private static List<Path> pages(Path root) throws IOException {
    try (Stream<Path> files = Files.walk(root, 3)) {
      return files
          .filter(file -> file.toString().endsWith(".md"))
          .filter(file ->
              Stream.of("target", "node_modules", ".tabellion")
                  .noneMatch(folder -> root.relativize(file).startsWith(folder)))
          .filter(file -> !file.toString().contains("/node_modules/"))
          .filter(file -> !file.toString().contains("/target/"))
          .sorted()
          .toList();
    }
  }

  private static List<String> links(String text) {
    return LINK.matcher(CODE.matcher(text).replaceAll(""))
        .results()
        .map(found -> found.group(1))
        .filter(link -> !link.contains("://") && !link.startsWith("mailto:"))
        .toList();
  }

  private static boolean leadsSomewhere(Path page, String link) throws IOException {
    int hash = link.indexOf('#');
    String file = hash < 0 ? link : link.substring(0, hash);
    Path target = file.isEmpty() ? page : page.resolveSibling(file);
    if (!Files.exists(target)) {
      return false;
    }
    return hash < 0
        || !target.toString().endsWith(".md")
        || anchors(Files.readString(target)).contains(link.substring(hash + 1));
  }

  /** The names that GitHub gives to headings. */
  private static Set<String> anchors(String text) {
    Set<String> anchors = new HashSet<>();
    Map<String, Integer> seen = new HashMap<>();
    Matcher heading = HEADING.matcher(CODE.matcher(text).replaceAll(""));
    while (heading.find()) {
      String name =
          heading
              .group(1)
              .replace("`", "")
              .replaceAll("\\[([^]]*)\\]\\([^)]*\\)", "$1")
              .strip()
              .toLowerCase(Locale.ROOT)
              .replaceAll("[^\\p{L}\\p{N}_\\- ]", "")
              .replace(' ', '-');
      int before = seen.merge(name, 1, Integer::sum) - 1;
      anchors.add(before == 0 ? name : name + "-" + before);
    }
    return anchors;
  }
}
