package io.tabellion.detect.personal;

import io.tabellion.detect.engine.Detector;
import java.util.ArrayList;
import java.util.List;

/** The detectors of personal data that come with the product. */
public final class PersonalDetectors {

  private PersonalDetectors() {}

  /** Returns them. */
  public static List<Detector> all() {
    List<Detector> all = new ArrayList<>();
    all.add(Emails.detector());
    all.add(Phones.detector());
    all.add(Cards.detector());
    all.add(Ibans.detector());
    all.addAll(NationalIds.all());
    all.addAll(Documents.all());
    all.addAll(Network.all());
    all.addAll(Crypto.all());
    all.addAll(Coins.all());
    return List.copyOf(all);
  }
}
