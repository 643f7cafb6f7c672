package io.tabellion.policy;

import io.tabellion.detect.Detectors;
import io.tabellion.detect.SettingsException;
import io.tabellion.detect.SettingsException.Flaw;
import io.tabellion.detect.engine.Kind;
import io.tabellion.jsonrpc.Json;
import io.tabellion.mask.rule.MaskRule;
import io.tabellion.mask.rule.Operator;
import io.tabellion.mask.rule.Selector;
import io.tabellion.policy.Decision.Action;
import io.tabellion.policy.PolicyDocument.Vars;
import io.tabellion.policy.PolicyTest.Tree;
import io.tabellion.policy.cel.Conditions;
import io.tabellion.policy.cel.Expression;
import io.tabellion.policy.cel.FlawedException;
import io.tabellion.policy.uri.UriPattern;
import io.tabellion.yaml.Binder;
import io.tabellion.yaml.DataSize;
import io.tabellion.yaml.Durations;
import io.tabellion.yaml.Nearest;
import io.tabellion.yaml.Place;
import io.tabellion.yaml.Problem;
import io.tabellion.yaml.Yaml;
import io.tabellion.yaml.YamlException;
import io.tabellion.yaml.YamlReader;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.Arrays;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.BiConsumer;
import java.util.function.Function;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Reads the values of a policy file: patterns, conditions, masks and trees of tests.
 *
 * <p>Not thread-safe: one reads one file.
 */
final class PolicyBinder {
  private static final Pattern VAR = Pattern.compile("[A-Za-z_][A-Za-z0-9_]{0,62}");
  private static final Pattern NUMBER =
      Pattern.compile("-?(0|[1-9][0-9]*)(\\.[0-9]+)?([eE][+-]?[0-9]+)?");
  private static final String OPERATORS =
      "redact, hash, pseudonym, token, formatPreserving, {replace: TEXT} or {keepLast: N}";

  private final Conditions rules = new Conditions(QuestionWords.vocabulary());
  private final Conditions approvers = new Conditions(QuestionWords.approverVocabulary());
  private final Set<String> ids = new HashSet<>();
  private final NamedFiles files;

  /** What the file can name in masks, once its part about them was read. */
  private Detectors detectors = Detectors.builtIn();

  /**
   * @param files through which those that the file names are read
   */
  PolicyBinder(NamedFiles files) {
    this.files = files;
  }

  /** Returns a binder for the file. */
  Binder binder(Path file) {
    return new Binder(file, Binder.Keys.CAMEL)
        .text(PolicyDocument.ApiVersion.class, PolicyDocument.ApiVersion::new)
        .text(PolicyDocument.Kind.class, PolicyDocument.Kind::new)
        .text(PolicyDocument.Name.class, PolicyDocument.Name::new)
        .text(PolicyDocument.Remark.class, PolicyDocument.Remark::new)
        .tree(Rule.Id.class, (yaml, wrong) -> once(yaml))
        .text(PolicyTest.RuleName.class, this::known)
        .text(Match.Method.class, Match.Method::parse)
        .text(Match.Tool.class, Match.Tool::parse)
        .text(Glob.class, Glob::new)
        .text(UriPattern.class, UriPattern::parse)
        .text(Action.class, PolicyBinder::action)
        .text(DataSize.class, DataSize::parse)
        .text(Duration.class, Durations::parse)
        .text(Instant.class, PolicyBinder::instant)
        .text(Boolean.class, PolicyBinder::truth)
        .text(Selector.class, Selector::parse)
        .text(MaskEntry.Detector.class, this::detector)
        .text(MaskEntry.Score.class, MaskEntry.Score::parse)
        .text(MaskRule.Where.class, PolicyBinder::where)
        .tree(MaskEntry.With.class, (yaml, wrong) -> with(yaml))
        .tree(
            PolicyDocument.Detection.class,
            (yaml, wrong) -> detection(new Source(file, yaml), wrong))
        .tree(Baseline.class, (yaml, wrong) -> baseline(new Source(file, yaml), wrong))
        .tree(Vars.class, this::vars)
        .tree(Rule.Condition.class, (yaml, wrong) -> condition(yaml, wrong))
        .tree(Rule.Approvers.class, this::approvers)
        .tree(PolicyTest.Named.class, (yaml, wrong) -> named(yaml))
        .tree(Tree.class, (yaml, wrong) -> new Tree(json(yaml)));
  }

  // Texts.

  private Rule.Id once(Yaml yaml) {
    try {
      Rule.Id id = new Rule.Id(yaml.place(), yaml instanceof Yaml.Scalar text ? text.text() : "");
      if (!ids.add(id.text())) {
        throw new IllegalArgumentException("an id that no other rule or limit has");
      }
      return id;
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(yaml.what() + " (expected: " + e.getMessage() + ")", e);
    }
  }

  private PolicyTest.RuleName known(String text) {
    if (!ids.contains(text)) {
      throw new IllegalArgumentException(
          Nearest.of(text, ids).orElse("the id of a rule or limit of this file"));
    }
    return new PolicyTest.RuleName(text);
  }

  private static Action action(String text) {
    return Arrays.stream(Action.values())
        .filter(action -> action.text().equals(text))
        .findFirst()
        .orElseThrow(() -> new IllegalArgumentException("allow, deny or requireApproval"));
  }

  private static Instant instant(String text) {
    try {
      return Instant.parse(text);
    } catch (DateTimeParseException e) {
      throw new IllegalArgumentException("a time such as 2026-11-24T12:00:00Z", e);
    }
  }

  private static Boolean truth(String text) {
    return switch (text) {
      case "true" -> true;
      case "false" -> false;
      default -> throw new IllegalArgumentException("true or false");
    };
  }

  private static MaskRule.Where where(String text) {
    return switch (text) {
      case "both" -> MaskRule.Where.BOTH;
      case "record" -> MaskRule.Where.RECORD;
      default -> throw new IllegalArgumentException("both or record");
    };
  }

  private MaskEntry.Detector detector(String text) {
    if (!text.equals(DetectionPart.ALL) && detectors.select(text).isEmpty()) {
      Set<String> names = new TreeSet<>(detectors.names());
      names.add(DetectionPart.ALL);
      names.add(Detectors.SECRET);
      names.add(Detectors.PII);
      throw new IllegalArgumentException(
          Nearest.of(text, names).orElse("one of " + String.join(", ", names)));
    }
    return new MaskEntry.Detector(text);
  }

  // What is found.

  /** A part of a file. */
  private record Source(Path file, Yaml yaml) {}

  private PolicyDocument.@Nullable Detection detection(
      Source source, BiConsumer<Place, String> wrong) {
    if (source.yaml() instanceof Yaml.Mapping mapping && mapping.members().isEmpty()) {
      return new PolicyDocument.Detection(detectors, List.of(), List.of());
    }
    Place place = source.yaml().place();
    Source part = source.yaml() instanceof Yaml.Scalar name ? named(source, name) : source;
    boolean elsewhere = !part.file().equals(source.file());
    BiConsumer<Place, String> told =
        elsewhere ? (at, text) -> wrong.accept(place, part.file() + ":" + at + ": " + text) : wrong;
    DetectionPart read =
        bound(DetectionPart.class, detectionBinder(part.file()), part.yaml(), told);
    if (read == null) {
      return null;
    }
    try {
      detectors = read.detectorsOf(files);
    } catch (SettingsException e) {
      e.flaws()
          .forEach(
              flaw -> told.accept(place(part.yaml(), flaw), flaw.setting() + ": " + flaw.text()));
      return null;
    }
    List<Problem> notes =
        detectors.notHonoured().stream()
            .map(note -> new Problem(place, "detection", note))
            .toList();
    return new PolicyDocument.Detection(detectors, read.allowed().paths(), notes);
  }

  /** Where the item stands that a flaw is about. */
  private static Place place(Yaml part, Flaw flaw) {
    Yaml at = part;
    for (String key : flaw.setting().split("\\.", -1)) {
      at = member(at, key).orElse(at);
    }
    return item(at, flaw.item()).orElse(at).place();
  }

  private static Optional<Yaml> member(Yaml yaml, String key) {
    return yaml instanceof Yaml.Mapping mapping
        ? mapping.members().stream()
            .filter(member -> member.key().equals(key))
            .map(Yaml.Member::value)
            .findFirst()
        : Optional.empty();
  }

  private static Optional<Yaml> item(Yaml yaml, String item) {
    return yaml instanceof Yaml.Sequence sequence
        ? sequence.items().stream().filter(one -> isNamed(one, item)).findFirst()
        : member(yaml, item);
  }

  private static boolean isNamed(Yaml yaml, String item) {
    return switch (yaml) {
      case Yaml.Scalar text -> text.text().equals(item) || text.text().endsWith("/" + item);
      case Yaml.Mapping _ -> member(yaml, "name").filter(name -> isNamed(name, item)).isPresent();
      case Yaml.Sequence _, Yaml.Empty _ -> false;
    };
  }

  private Source named(Source source, Yaml.Scalar name) {
    try {
      Path file = source.file().toAbsolutePath().resolveSibling(name.text()).normalize();
      return new Source(file, YamlReader.read(file, files.read(file)));
    } catch (InvalidPathException | YamlException e) {
      throw new IllegalArgumentException(
          name.text() + ": " + e.getMessage() + " (expected: a mapping, or a file with one)", e);
    }
  }

  private static Binder detectionBinder(Path file) {
    return new Binder(file, Binder.Keys.CAMEL)
        .text(MaskEntry.Score.class, MaskEntry.Score::parse)
        .text(DetectionPart.Digest.class, DetectionPart.Digest::new)
        .text(Kind.class, PolicyBinder::kind)
        .tree(AllowedPath.class, (yaml, wrong) -> allowed(new Source(file, yaml), wrong))
        .tree(DetectionPart.Thresholds.class, (yaml, _) -> thresholds(yaml));
  }

  private static @Nullable AllowedPath allowed(Source source, BiConsumer<Place, String> wrong) {
    if (source.yaml() instanceof Yaml.Scalar scalar) {
      return new AllowedPath(Selector.parse(scalar.text()));
    }
    Binder binder =
        new Binder(source.file(), Binder.Keys.CAMEL)
            .text(Selector.class, Selector::parse)
            .text(Glob.class, Glob::new)
            .text(UriPattern.class, UriPattern::parse)
            .text(Match.Tool.class, Match.Tool::parse);
    return bound(AllowedPath.class, binder, source.yaml(), wrong);
  }

  private static Kind kind(String text) {
    return Arrays.stream(Kind.values())
        .filter(kind -> kind != Kind.PUBLIC && kind.name().equals(text))
        .findFirst()
        .orElseThrow(() -> new IllegalArgumentException("SECRET or PII"));
  }

  private static DetectionPart.Thresholds thresholds(Yaml yaml) {
    if (!(yaml instanceof Yaml.Mapping mapping)) {
      throw new IllegalArgumentException(
          yaml.what() + " (expected: a mapping of detectors to scores)");
    }
    Map<String, Double> byName = new LinkedHashMap<>();
    for (Yaml.Member member : mapping.members()) {
      byName.put(member.key(), score(member));
    }
    return new DetectionPart.Thresholds(byName);
  }

  private static double score(Yaml.Member member) {
    try {
      return MaskEntry.Score.parse(member.value() instanceof Yaml.Scalar text ? text.text() : "")
          .value();
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(
          member.key() + ": " + member.value().what() + " (expected: " + e.getMessage() + ")", e);
    }
  }

  private @Nullable Baseline baseline(Source source, BiConsumer<Place, String> wrong) {
    if (source.yaml() instanceof Yaml.Scalar scalar) {
      if (!scalar.text().equals(Baseline.Originals.WORD)) {
        throw new IllegalArgumentException(
            scalar.text() + " (expected: detect, minScore, with, or the word originals)");
      }
      return new Baseline.Originals();
    }
    Binder binder =
        new Binder(source.file(), Binder.Keys.CAMEL)
            .text(MaskEntry.Detector.class, this::detector)
            .text(MaskEntry.Score.class, MaskEntry.Score::parse)
            .tree(MaskEntry.With.class, (yaml, _) -> with(yaml));
    return bound(Baseline.Found.class, binder, source.yaml(), wrong);
  }

  private static <T extends Record> @Nullable T bound(
      Class<T> type, Binder binder, Yaml yaml, BiConsumer<Place, String> wrong) {
    try {
      return binder.bind(type, yaml);
    } catch (YamlException e) {
      for (Problem problem : e.problems()) {
        String path = problem.path().isEmpty() ? "" : problem.path() + ": ";
        wrong.accept(problem.place(), path + problem.text());
      }
      return null;
    }
  }

  // Masks.

  private MaskEntry.With with(Yaml yaml) {
    if (!(yaml instanceof Yaml.Mapping mapping) || isOperator(mapping)) {
      return new MaskEntry.With(Map.of(), operator(yaml));
    }
    Map<String, Operator> byName = new LinkedHashMap<>();
    Operator otherwise = null;
    for (Yaml.Member member : mapping.members()) {
      if (member.key().equals("default")) {
        otherwise = operator(member.value());
      } else {
        byName.put(detectorName(member.key()), operator(member.value()));
      }
    }
    return new MaskEntry.With(byName, otherwise);
  }

  private String detectorName(String text) {
    try {
      return detector(text).name();
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(text + " (expected: " + e.getMessage() + ")", e);
    }
  }

  private static boolean isOperator(Yaml.Mapping mapping) {
    return mapping.members().size() == 1
        && Set.of("replace", "keepLast").contains(mapping.members().getFirst().key());
  }

  private static Operator operator(Yaml yaml) {
    return switch (yaml) {
      case Yaml.Scalar scalar -> operator(scalar.text());
      case Yaml.Mapping mapping when isOperator(mapping) -> operator(mapping.members().getFirst());
      default -> throw new IllegalArgumentException(yaml.what() + " (expected: " + OPERATORS + ")");
    };
  }

  private static Operator operator(String text) {
    return OperatorWords.of(text)
        .orElseThrow(() -> new IllegalArgumentException(text + " (expected: " + OPERATORS + ")"));
  }

  private static Operator operator(Yaml.Member member) {
    if (!(member.value() instanceof Yaml.Scalar scalar)) {
      throw new IllegalArgumentException(
          member.key() + ": " + member.value().what() + " (expected: " + OPERATORS + ")");
    }
    if (member.key().equals("replace")) {
      return new Operator.Replace(scalar.text());
    }
    if (!scalar.text().matches("[0-9]{1,3}")) {
      throw new IllegalArgumentException("keepLast: " + scalar.text() + " (expected: 1 to 8)");
    }
    return new Operator.KeepLast(Integer.parseInt(scalar.text()));
  }

  // Conditions.

  private Vars vars(Yaml yaml, BiConsumer<Place, String> wrong) {
    if (!(yaml instanceof Yaml.Mapping mapping)) {
      throw new IllegalArgumentException(
          yaml.what() + " (expected: a mapping of names to expressions)");
    }
    for (Yaml.Member member : mapping.members()) {
      if (!VAR.matcher(member.key()).matches()) {
        wrong.accept(
            member.place(), member.key() + ": no name (expected: letters, digits, underscores)");
      } else {
        Object defined = compiled(member.value(), wrong, text -> define(member.key(), text));
        if (defined == null && rules.named().get(member.key()) == null) {
          // What reads it is not to blame.
          define(member.key(), "dyn(true)");
        }
      }
    }
    return new Vars(rules.named());
  }

  private Object define(String name, String text) {
    rules.define(name, text);
    approvers.define(name, text);
    return name;
  }

  private Rule.@Nullable Condition condition(Yaml yaml, BiConsumer<Place, String> wrong) {
    Expression expression = compiled(yaml, wrong, rules::condition);
    return expression == null ? null : new Rule.Condition(expression);
  }

  private Rule.@Nullable Approvers approvers(Yaml yaml, BiConsumer<Place, String> wrong) {
    Expression expression = compiled(yaml, wrong, approvers::condition);
    return expression == null ? null : new Rule.Approvers(expression);
  }

  private static <T> @Nullable T compiled(
      Yaml yaml, BiConsumer<Place, String> wrong, Function<String, T> compiler) {
    if (!(yaml instanceof Yaml.Scalar scalar)) {
      throw new IllegalArgumentException(yaml.what() + " (expected: an expression in CEL)");
    }
    try {
      return compiler.apply(scalar.text());
    } catch (FlawedException e) {
      e.flaws().forEach(flaw -> wrong.accept(scalar.at(flaw.offset()), flaw.text()));
      return null;
    }
  }

  // Tests.

  private static PolicyTest.Named named(Yaml yaml) {
    if (!(yaml instanceof Yaml.Scalar scalar)) {
      throw new IllegalArgumentException(yaml.what() + " (expected: a text)");
    }
    return new PolicyTest.Named(scalar.place(), scalar.text());
  }

  private static Json json(Yaml yaml) {
    return switch (yaml) {
      case Yaml.Empty _ -> Json.Literal.NULL;
      case Yaml.Scalar scalar -> scalar(scalar);
      case Yaml.Sequence sequence -> {
        List<Json> items = sequence.items().stream().map(PolicyBinder::json).toList();
        yield new Json.Array(items);
      }
      case Yaml.Mapping mapping -> {
        LinkedHashMap<String, Json> members = new LinkedHashMap<>();
        mapping.members().forEach(member -> members.put(member.key(), json(member.value())));
        yield new Json.Obj(members);
      }
    };
  }

  private static Json scalar(Yaml.Scalar scalar) {
    String text = scalar.text();
    if (!scalar.plain()) {
      return new Json.Text(text);
    }
    return switch (text) {
      case "true" -> Json.Literal.TRUE;
      case "false" -> Json.Literal.FALSE;
      default -> NUMBER.matcher(text).matches() ? new Json.Num(text) : new Json.Text(text);
    };
  }
}
