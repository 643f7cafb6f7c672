package io.tabellion.detect;

import io.tabellion.detect.SettingsException.Flaw;
import io.tabellion.detect.engine.Candidate;
import io.tabellion.detect.engine.Detector;
import io.tabellion.detect.engine.Engine;
import io.tabellion.detect.engine.Folding;
import io.tabellion.detect.engine.Kind;
import io.tabellion.detect.personal.PersonalDetectors;
import io.tabellion.detect.rules.GitleaksRules;
import io.tabellion.detect.secrets.SecretDetectors;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A set of detectors that read a text together, in one pass.
 *
 * <p>Thread-safe; nothing of it changes. Building one takes some milliseconds; keep it.
 */
public final class Detectors {
  /** Group of all detectors of secrets: keys, tokens, passwords. */
  public static final String SECRET = Kind.SECRET.name();

  /** Group of all detectors of personal data. */
  public static final String PII = Kind.PII.name();

  /** Group of identifiers that providers make public; its members run only if enabled by name. */
  public static final String PUBLIC = Kind.PUBLIC.name();

  private final List<Detector> all;
  private final String[] byIndex;
  private final Set<String> names;
  private final DetectionSettings settings;
  private final List<String> notes;
  private final Allowed allowed;

  /** Null until it is needed, where it is sure that it can be made. */
  private volatile @Nullable Engine engine;

  private Detectors(List<Detector> all, DetectionSettings settings, List<String> notes) {
    this.all = all;
    this.byIndex = all.stream().map(Detector::name).toArray(String[]::new);
    Set<String> sorted = new TreeSet<>();
    all.forEach(detector -> sorted.add(detector.name()));
    this.names = Collections.unmodifiableSet(sorted);
    this.settings = settings;
    this.notes = notes;
    this.allowed = Allowed.of(settings);
    if (!settings.detectors().isEmpty() || !settings.ruleFiles().isEmpty()) {
      ready(); // what users bring may be too much for it
    }
  }

  /** Holds what is built when it is first asked for. */
  private static final class BuiltIn {
    static final Detectors DETECTORS = of(DetectionSettings.DEFAULT);
  }

  /** Returns the detectors that come with the product, with the thresholds they come with. */
  public static Detectors builtIn() {
    return BuiltIn.DETECTORS;
  }

  /**
   * Returns the detectors that {@code settings} ask for.
   *
   * @throws SettingsException if a name is none of a detector or group, is given twice, or a
   *     pattern or rule file cannot be used
   */
  public static Detectors of(DetectionSettings settings) {
    return new Building(settings).detectors();
  }

  /** The settings while they are read, with what is wrong in them. Confined. */
  private static final class Building {
    private final DetectionSettings settings;
    private final Map<String, Detector> known = new LinkedHashMap<>();
    private final List<String> notes = new ArrayList<>();
    private final List<Flaw> flaws = new ArrayList<>();

    Building(DetectionSettings settings) {
      this.settings = settings;
      PersonalDetectors.all().forEach(detector -> add(known, detector));
      SecretDetectors.all().forEach(detector -> add(known, detector));
    }

    Detectors detectors() {
      settings
          .detectors()
          .forEach(user -> attempt("detectors", user.name(), () -> add(known, user.detector())));
      new TreeMap<>(settings.ruleFiles())
          .forEach((name, text) -> attempt("rules", name, () -> rules(name, text)));
      settings
          .thresholds()
          .keySet()
          .forEach(name -> attempt("thresholds", name, () -> select(known.values(), name)));
      Set<String> chosen = new TreeSet<>(settings.enabled().isEmpty() ? unlessPublic() : Set.of());
      each("enabled", settings.enabled(), chosen::addAll);
      each("disabled", settings.disabled(), chosen::removeAll);
      settings
          .allowedPatterns()
          .forEach(text -> attempt("allowed.patterns", text, () -> Allowed.compile(text)));
      if (!flaws.isEmpty()) {
        throw new SettingsException(flaws);
      }
      List<Detector> running =
          known.values().stream().filter(detector -> chosen.contains(detector.name())).toList();
      return new Detectors(running, settings, List.copyOf(notes));
    }

    private Set<String> unlessPublic() {
      Set<String> names = new TreeSet<>(known.keySet());
      names.removeAll(select(known.values(), PUBLIC));
      return names;
    }

    private void rules(String name, String text) {
      GitleaksRules rules = GitleaksRules.parse(name, text);
      rules.detectors().forEach(detector -> add(known, detector));
      notes.addAll(rules.notHonoured());
    }

    private void each(String setting, Set<String> names, Consumer<Set<String>> selected) {
      new TreeSet<>(names)
          .forEach(
              name -> attempt(setting, name, () -> selected.accept(select(known.values(), name))));
    }

    private void attempt(String setting, String item, Runnable step) {
      try {
        step.run();
      } catch (IllegalArgumentException e) {
        flaws.add(new Flaw(setting, item, String.valueOf(e.getMessage())));
      }
    }
  }

  private static void add(Map<String, Detector> known, Detector detector) {
    if (isGroup(detector.name()) || known.putIfAbsent(detector.name(), detector) != null) {
      throw new IllegalArgumentException(
          "detector: " + detector.name() + " (expected: a name that is not taken)");
    }
  }

  private static boolean isGroup(String name) {
    return name.equals(SECRET) || name.equals(PII) || name.equals(PUBLIC);
  }

  private static Set<String> select(Iterable<Detector> known, String nameOrGroup) {
    Set<String> selected = new TreeSet<>();
    for (Detector detector : known) {
      if (detector.name().equals(nameOrGroup) || detector.kind().name().equals(nameOrGroup)) {
        selected.add(detector.name());
      }
    }
    if (selected.isEmpty()) {
      throw new IllegalArgumentException(
          "detector: "
              + nameOrGroup
              + " (expected: SECRET, PII, PUBLIC or one of those that `./tabellion detectors list` shows)");
    }
    return selected;
  }

  private static double threshold(DetectionSettings settings, Detector detector) {
    Double own = settings.thresholds().get(detector.name());
    Double group = settings.thresholds().get(detector.kind().name());
    return own != null ? own : group != null ? group : settings.threshold();
  }

  /**
   * Makes what the first scan needs, which takes some milliseconds, so that it has not to. Whoever
   * only wants names needs none of it.
   */
  public Detectors ready() {
    engine();
    return this;
  }

  private Engine engine() {
    Engine made = engine;
    if (made == null) {
      synchronized (this) {
        made = engine;
        if (made == null) {
          made = new Engine(all, detector -> threshold(settings, detector));
          engine = made;
        }
      }
    }
    return made;
  }

  /** Returns the names of these detectors, sorted. */
  public Set<String> names() {
    return names;
  }

  /** Returns these detectors, to show what each declares. */
  public List<Detector> all() {
    return all;
  }

  /** Returns the least score of a finding of {@code detector}. */
  public double threshold(Detector detector) {
    return threshold(settings, detector);
  }

  /** Returns what of rule files could not be honoured, a sentence each. */
  public List<String> notHonoured() {
    return notes;
  }

  /**
   * Returns the names that {@code nameOrGroup} stands for: itself, or the members of group {@link
   * #SECRET}, {@link #PII} or {@link #PUBLIC}; empty if there is no such detector.
   */
  public Set<String> select(String nameOrGroup) {
    Set<String> selected = new TreeSet<>();
    for (Detector detector : all) {
      if (detector.name().equals(nameOrGroup) || detector.kind().name().equals(nameOrGroup)) {
        selected.add(detector.name());
      }
    }
    return Collections.unmodifiableSet(selected);
  }

  /**
   * Returns those of these detectors that {@code namesOrGroups} selects.
   *
   * @throws IllegalArgumentException if a name selects none
   */
  public Detectors only(Set<String> namesOrGroups) {
    Set<String> chosen = new TreeSet<>();
    for (String name : namesOrGroups) {
      chosen.addAll(select(all, name));
    }
    List<Detector> kept =
        all.stream().filter(detector -> chosen.contains(detector.name())).toList();
    return new Detectors(kept, settings, notes);
  }

  /**
   * Returns what the detectors found in {@code text}, in its order. Findings do not overlap: of two
   * that would, the one with the better score stays, then the longer one. Time is linear in the
   * length of the text.
   */
  public List<Finding> scan(String text) {
    Folding folding = Folding.of(text);
    List<Candidate> candidates = engine().scan(folding.text());
    return candidates.isEmpty() ? List.of() : findings(text, folding, candidates, 0);
  }

  /**
   * Returns what was found in {@code text}, which stands behind {@code before} where it comes from:
   * the name of a JSON member before its value. What stands before counts as context and as the
   * name that a value is assigned to; nothing in it is found. Places are those in {@code text}.
   */
  public List<Finding> scan(String before, String text) {
    String head = before + ": ";
    String whole = head + text;
    Folding folding = Folding.of(whole);
    List<Candidate> candidates = engine().scan(folding.text());
    return candidates.isEmpty() ? List.of() : findings(whole, folding, candidates, head.length());
  }

  private List<Finding> findings(
      String text, Folding folding, List<Candidate> candidates, int head) {
    FindingList findings = new FindingList(byIndex, candidates.size());
    Folding.Cursor cursor = folding.cursor();
    for (Candidate candidate : candidates) {
      int start = Math.max(head, cursor.start(candidate.start()));
      int end = cursor.end(candidate.end());
      if (end > start && !allowed.has(text, start, end)) {
        findings.add(candidate.detector(), start - head, end - head, candidate.score());
      }
    }
    return findings;
  }
}
