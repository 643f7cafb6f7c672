package io.tabellion.detect.secrets;

import io.tabellion.detect.engine.Detector;
import java.util.ArrayList;
import java.util.List;

/** The detectors of secrets that come with the product. */
public final class SecretDetectors {

  private SecretDetectors() {}

  /** Returns them. */
  public static List<Detector> all() {
    List<Detector> all = new ArrayList<>();
    all.addAll(Keys.all());
    all.addAll(ProviderFile.secrets());
    all.addAll(Encoded.all());
    all.add(WebKeys.detector());
    all.add(Seeds.detector());
    all.add(Windows.detector());
    all.add(Prefixed.detector());
    all.addAll(Logins.all());
    all.add(GenericSecret.detector());
    all.add(Commands.detector());
    all.addAll(ProviderFile.identifiers());
    return List.copyOf(all);
  }
}
