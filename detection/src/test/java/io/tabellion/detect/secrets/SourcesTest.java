package io.tabellion.detect.secrets;

import static org.assertj.core.api.Assertions.assertThat;

import io.tabellion.detect.DetectionSettings;
import io.tabellion.detect.Detectors;
import io.tabellion.detect.engine.Detector;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Each detector and each kind of token says where its form is from: by name, not "the providers".
 */
@Tag("unit")
class SourcesTest {
  private static final Pattern COLLECTIVE =
      Pattern.compile(
          "(?i)(providers'|exchanges'|vendors'|these programs|and others|and more|various|several"
              + "|documentation of (api|sdk) keys)");

  /** What a kind is of: names of providers that begin with a capital or a digit. */
  private static final Pattern OF =
      Pattern.compile("(?:key|keys|token|secret|code|id) of ((?:the )?[A-Z0-9][^:;{]*): ");

  /** The providers before the category in parentheses. */
  private static final Pattern TITLE = Pattern.compile("^(.+?) \\([^)]+\\)\\. ");

  private static Stream<Detector> all() {
    return Detectors.of(
        DetectionSettings.DEFAULT.enabling(
            Set.of(Detectors.SECRET, Detectors.PII, Detectors.PUBLIC)))
        .all()
        .stream();
  }

  private static List<Detector> ofProviders() {
    List<Detector> all = new ArrayList<>(ProviderFile.secrets());
    all.addAll(ProviderFile.identifiers());
    return all;
  }

  @Test
  void noSourceIsCollective() {
    List<String> collective =
        all()
            .filter(detector -> isCollective(detector.source()))
            .map(detector -> detector.name() + ": " + detector.source())
            .toList();

    assertThat(collective).isEmpty();
  }

  private static boolean isCollective(String source) {
    return COLLECTIVE.matcher(source).find()
        || Stream.of(source.split("; ", -1)).anyMatch(String::isBlank);
  }

  /** Where one detector has tokens of several providers, each of them has a source. */
  @Test
  void everyProviderHasASourceOfItsOwn() {
    List<String> missing = new ArrayList<>();
    for (Detector detector : ofProviders()) {
      List<String> providers = providers(detector);
      if (providers.size() > 1) {
        missing.addAll(withoutSource(detector, providers));
      }
    }

    assertThat(missing).isEmpty();
  }

  /** A kind that is of another provider than the detector's first has that one's source. */
  @Test
  void everyKindOfAProviderHasItsSource() {
    List<String> missing = new ArrayList<>();
    for (Detector detector : ofProviders()) {
      Matcher kinds = OF.matcher(detector.rule());
      while (providers(detector).size() > 1 && kinds.find()) {
        List<String> named =
            Stream.of(kinds.group(1).split(", ", -1))
                .filter(name -> !name.startsWith("the ") && !name.equals("older"))
                .toList();
        missing.addAll(withoutSource(detector, named));
      }
    }

    assertThat(missing).isEmpty();
  }

  private static List<String> providers(Detector detector) {
    Matcher title = TITLE.matcher(detector.rule());
    assertThat(title.find()).as(detector.rule()).isTrue();
    return Arrays.asList(title.group(1).split(", ", -1));
  }

  private static List<String> withoutSource(Detector detector, List<String> providers) {
    return providers.stream()
        .filter(provider -> !names(detector.source(), provider))
        .map(provider -> detector.name() + ": " + provider)
        .toList();
  }

  private static boolean names(String source, String provider) {
    return plain(source).contains(plain(provider));
  }

  private static String plain(String text) {
    return text.toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9]", "");
  }
}
