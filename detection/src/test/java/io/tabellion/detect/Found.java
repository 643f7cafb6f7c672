package io.tabellion.detect;

import java.util.ArrayList;
import java.util.List;

/** What the built-in detectors find, for people to read: {@code NAME:value}. */
public final class Found {

  private Found() {}

  public static List<String> in(String text) {
    return in(Detectors.builtIn(), text);
  }

  public static List<String> in(Detectors detectors, String text) {
    List<String> found = new ArrayList<>();
    for (Finding finding : detectors.scan(text)) {
      found.add(finding.detector() + ":" + text.substring(finding.start(), finding.end()));
    }
    return found;
  }
}
