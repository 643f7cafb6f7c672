package io.tabellion.policy;

import io.tabellion.mask.rule.MaskRule;
import io.tabellion.mask.rule.Masking;
import io.tabellion.mask.rule.Selector;
import io.tabellion.policy.PolicyDocument.Server;
import io.tabellion.policy.Question.Direction;
import io.tabellion.policy.Rule.Limit;
import io.tabellion.policy.cel.Expression;
import io.tabellion.schema.SchemaMode;
import io.tabellion.state.Changes;
import java.time.Duration;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A policy file, compiled. Of the rules that a message meets, one that denies is enough to deny it;
 * else one must allow it, and one that asks for approval asks in addition to that ({@link
 * Precedence}). The order of rules does not matter. Where none is met, a request is denied, but for
 * the plumbing of a conversation ({@link Methods#openByDefault}).
 */
final class RulePolicy implements Policy {
  private final String digest;
  private final Mode mode;
  private final List<Server> servers;
  private final Map<String, Expression> vars;
  private final CallCounts counts;
  private final Masking baseline;
  private final Masking headers;
  private final Masking unasked;
  private final List<AllowedPath> allowed;
  private final Map<Direction, RuleSet<Rule>> rules = new EnumMap<>(Direction.class);
  private final Map<Direction, RuleSet<Limit>> limits = new EnumMap<>(Direction.class);

  /** Rules that tell resources apart by their URIs, those that are enforced first. */
  private final List<Rule> aboutResources;

  /**
   * @param counts where calls are counted; the same for the policies before and after
   */
  RulePolicy(PolicyDocument document, String digest, CallCounts counts) {
    this.digest = digest;
    this.mode = document.mode();
    this.servers = document.servers();
    this.vars = document.vars().named();
    this.counts = counts;
    List<AllowedPath> places = document.detection().allowed();
    this.allowed = places.stream().filter(path -> !path.isGeneral()).toList();
    this.baseline =
        document
            .defaults()
            .record()
            .masking(document.detection().detectors())
            .allowing(
                places.stream()
                    .filter(AllowedPath::isGeneral)
                    .map(AllowedPath::select)
                    .collect(Collectors.toSet()));
    this.headers = HeaderMasking.of(baseline.detectors());
    this.unasked =
        baseline.and(new Masking(recordOnly(document), baseline.allowed(), baseline.detectors()));
    for (Direction direction : Direction.values()) {
      rules.put(direction, new RuleSet<>(rules(document, direction)));
      limits.put(direction, new RuleSet<>(limits(document, direction)));
    }
    this.aboutResources =
        counting(document)
            .filter(Rule::readsUri)
            .sorted(Comparator.comparing(rule -> rule.mode() == Mode.SHADOW))
            .toList();
  }

  private static List<Rule> rules(PolicyDocument document, Direction direction) {
    return counting(document)
        .filter(rule -> rule.match().direction() == direction)
        .flatMap(Rule::parts)
        .toList();
  }

  private static Stream<Rule> counting(PolicyDocument document) {
    return document.rules().stream()
        .filter(rule -> document.mode() != Mode.OFF && rule.mode() != Mode.OFF);
  }

  /** What any rule masks of any message, for the record alone. */
  private static List<MaskRule> recordOnly(PolicyDocument document) {
    return counting(document)
        .flatMap(rule -> rule.mask().stream().map(mask -> mask.recordOnly(rule.id().text())))
        .toList();
  }

  /** A limit of answers is found for answers, one of requests or calls for requests. */
  private static List<Limit> limits(PolicyDocument document, Direction direction) {
    return document.limits().stream()
        .filter(limit -> document.mode() != Mode.OFF && limit.mode() != Mode.OFF)
        .filter(limit ->
            switch (direction) {
              case REQUEST -> limit.calls() != null || limit.request() != null;
              case RESPONSE -> limit.answer() != null;
              case SERVER_REQUEST -> false;
            })
        .toList();
  }

  @Override
  public Decision decide(Question question) {
    return judge(question, Changes.none());
  }

  @Override
  public Decision judge(Question question, Changes changes) {
    return new Decider(this, question, changes).decision();
  }

  @Override
  public Masking baseline() {
    return baseline;
  }

  /** Returns the masking of a message by these rules alone, over the detectors of this policy. */
  Masking masking(List<MaskRule> masks, Question question) {
    Set<Selector> here =
        allowed.stream()
            .filter(path -> path.fits(question))
            .map(AllowedPath::select)
            .collect(Collectors.toSet());
    return masks.isEmpty() && here.isEmpty()
        ? Masking.NONE
        : new Masking(masks, baseline.allowed(), baseline.detectors()).allowing(here);
  }

  @Override
  public Masking headers() {
    return headers;
  }

  @Override
  public Masking unasked() {
    return unasked;
  }

  @Override
  public String digest() {
    return digest;
  }

  /** Whether the file is only looked at. */
  boolean inShadow() {
    return mode == Mode.SHADOW;
  }

  Map<String, Expression> vars() {
    return vars;
  }

  CallCounts counts() {
    return counts;
  }

  @Override
  public boolean readsUris(String server) {
    return aboutResources(server) != null;
  }

  /** The rule because of which a message about no URI is refused; null if it is not. */
  @Nullable Rule refusingUri(Question question, ResourceUri uri) {
    boolean odd = question.direction() != Direction.RESPONSE && uri.flaw() != null;
    return odd ? aboutResources(question.setting().server()) : null;
  }

  /**
   * A rule that tells resources of the server apart by their URIs, one that is enforced if there is
   * one; null if none does.
   */
  private @Nullable Rule aboutResources(String server) {
    return aboutResources.stream()
        .filter(rule -> rule.match().isAbout(server))
        .findFirst()
        .orElse(null);
  }

  boolean trusts(String server) {
    return servers.stream().anyMatch(known -> known.trusted() && known.name().matches(server));
  }

  @Override
  public Duration countsFor() {
    return limits(Direction.REQUEST).all().stream()
        .map(Limit::calls)
        .filter(Objects::nonNull)
        .map(calls -> Objects.requireNonNull(calls).per())
        .max(Comparator.naturalOrder())
        .orElse(Duration.ZERO);
  }

  @Override
  public void recount(Question question, Changes changes) {
    List<Limit> sure =
        limits(Direction.REQUEST).matching(question).stream()
            .filter(found -> found.fit() == Fit.YES && found.rule().calls() != null)
            .map(RuleSet.Found::rule)
            .toList();
    counts.recount(sure, question, changes);
  }

  /** A file in shadow refuses nothing. */
  @Override
  public SchemaMode schema(String server) {
    SchemaMode written =
        servers.stream()
            .filter(known -> known.name().matches(server))
            .map(Server::schema)
            .filter(Objects::nonNull)
            .map(Objects::requireNonNull)
            .findFirst()
            .orElse(SchemaMode.ENFORCE);
    return mode == Mode.SHADOW && written == SchemaMode.ENFORCE ? SchemaMode.RECORD : written;
  }

  @Override
  public Optional<RuleText> approvalRule(String id) {
    return rules(Direction.REQUEST).all().stream()
        .filter(rule -> rule.id().text().equals(id))
        .flatMap(rule -> Stream.ofNullable(RuleText.of(rule)))
        .findFirst();
  }

  RuleSet<Rule> rules(Direction direction) {
    return Objects.requireNonNull(rules.get(direction));
  }

  RuleSet<Limit> limits(Direction direction) {
    return Objects.requireNonNull(limits.get(direction));
  }
}
