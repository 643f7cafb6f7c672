package io.tabellion.mask;

import static io.tabellion.mask.Masks.KEYS;
import static io.tabellion.mask.Masks.NAMES;
import static io.tabellion.mask.Masks.found;
import static io.tabellion.mask.Masks.json;
import static io.tabellion.mask.Masks.mask;
import static io.tabellion.mask.Masks.plan;
import static io.tabellion.mask.Masks.quoted;
import static io.tabellion.mask.Masks.result;
import static io.tabellion.mask.Masks.selected;
import static io.tabellion.mask.Masks.text;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.tabellion.detect.Detectors;
import io.tabellion.jsonrpc.Json;
import io.tabellion.mask.rule.MaskRule;
import io.tabellion.mask.rule.MaskRule.Where;
import io.tabellion.mask.rule.Masking;
import io.tabellion.mask.rule.Operator;
import io.tabellion.mask.rule.Plan;
import io.tabellion.mask.rule.Selector;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What rules in shadow would have masked of what goes on. */
@Tag("unit")
final class ShadeTest {
  private static final String ADDRESS = "jane@example.com";
  private static final MaskRule ADDRESSES =
      rule("addresses", null, Set.of("EMAIL"), new Operator.Redact());
  private static final MaskRule NOTES =
      rule("notes", "/result/structuredContent/**/note", Set.of(), Operator.Replace.NAMED);
  private static final MaskRule RECORD = found(Operator.Replace.NAMED, Where.RECORD);

  private static MaskRule rule(
      String id, @Nullable String select, Set<String> detect, Operator operator) {
    Selector selector = select == null ? null : Selector.parse(select);
    return new MaskRule(id, selector, detect, 0.5, Map.of(), operator, Where.BOTH);
  }

  private static final String MESSAGE =
      result(
          "{\"content\":[{\"type\":\"text\",\"text\":\"to jane@example.com, joe@example.com\"}],"
              + "\"structuredContent\":{\"rows\":[{\"note\":\"a\",\"to\":\"ann@example.com\"},{\"note\":\"b\"}]}}");

  @Test
  void eachPlaceIsToldWithItsRule() {
    Masked masked = mask(MESSAGE, ADDRESSES.inShadow(), NOTES.inShadow());
    assertThat(masked.shadowed())
        .containsExactly(
            "addresses EMAIL 2 /result/content/*/text",
            "notes SELECTED 2 /result/structuredContent/rows/*/note",
            "addresses EMAIL 1 /result/structuredContent/rows/*/to");
  }

  @Test
  void itIsMaskedInTheRecordAlone() {
    Masked masked = mask(MESSAGE, ADDRESSES.inShadow(), NOTES.inShadow());
    assertThat(text(masked.forwarded())).isEqualTo(MESSAGE);
    assertThat(text(masked.recorded())).doesNotContain("@example.com", "\"note\":\"a\"");
    assertThat(masked.places()).noneMatch(place -> place.contains(" both "));
  }

  /**
   * What is told is what an enforced rule masks, in each place that is read in a way of its own.
   */
  @Test
  void whatIsToldIsWhatEnforcedRulesMask() {
    String nested = quoted("{\"deep\":{\"to\":\"" + ADDRESS + "\"}}");
    String encoded = Base64.getEncoder().encodeToString(("write to " + ADDRESS).getBytes(UTF_8));
    for (String message :
        List.of(
            MESSAGE,
            result("{\"content\":[{\"type\":\"text\",\"text\":" + nested + "}]}"),
            result("{\"blob\":\"" + encoded + "\"}"),
            result("{\"structuredContent\":{\"" + ADDRESS + "\":[1,\"" + ADDRESS + "\"]}}"),
            result(
                "{\"structuredContent\":{\"note\":12345},\"content\":[{\"text\":\"it is 12345\"}]}"))) {
      Masked enforced = mask(message, RECORD, ADDRESSES, NOTES);
      List<String> sent =
          enforced.places().stream()
              .filter(place -> place.contains(" both "))
              .map(place -> place.replace(" both", ""))
              .toList();
      Masked shadow = mask(message, RECORD, ADDRESSES.inShadow(), NOTES.inShadow());
      assertThat(sent).as(message).isNotEmpty();
      assertThat(shadow.shadowed().stream().map(line -> line.replaceFirst("[a-z]+ ", "")))
          .as(message)
          .containsExactlyInAnyOrderElementsOf(sent);
      assertThat(text(shadow.forwarded())).isEqualTo(message);
    }
  }

  @Test
  void whatIsMaskedAnywayIsNotTold() {
    MaskRule enforced = found(Operator.Replace.NAMED, Where.BOTH);
    assertThat(mask(MESSAGE, enforced, ADDRESSES.inShadow(), NOTES.inShadow()).shadowed())
        .containsExactly("notes SELECTED 2 /result/structuredContent/rows/*/note");
  }

  @Test
  void nothingIsToldOfRulesForTheRecordAlone() {
    MaskRule record = found(Operator.Replace.NAMED, Where.RECORD);
    assertThat(record.inShadow()).isEqualTo(record);
    assertThat(mask(MESSAGE, record).shadowed()).isEmpty();
  }

  /** A name that only the record masks is not told as it goes on. */
  @Test
  void namesInPlacesAreMaskedAsInTheRecord() {
    String named =
        result("{\"structuredContent\":{\"" + ADDRESS + "\":{\"note\":\"secret note\"}}}");
    Masked masked = mask(named, RECORD, NOTES.inShadow());
    assertThat(text(masked.forwarded())).isEqualTo(named);
    assertThat(masked.shadowed())
        .containsExactly("notes SELECTED 1 /result/structuredContent/[EMAIL]/note");
  }

  @Test
  void ofManyPlacesTheRestIsCounted() {
    StringBuilder rows = new StringBuilder("{\"structuredContent\":{\"x\":0");
    for (int i = 0; i < 60; i++) {
      rows.append(",\"f").append(i).append("\":{\"note\":\"v\"}");
    }
    List<String> told = mask(result(rows + "}}"), NOTES.inShadow()).shadowed();
    assertThat(told).hasSize(Tally.LINES + 1);
    assertThat(told.getLast()).isEqualTo("and 12 values at 12 places more");
  }

  /** What a server writes for names must not fill the leaf, or its answer could not be recorded. */
  @Test
  void longNamesAreCountedWhereTheLeafHasNoRoom() {
    for (String sign : List.of("n", "\\u0001", "\u540D")) {
      StringBuilder rows = new StringBuilder("{\"structuredContent\":{\"x\":0");
      for (int i = 0; i < 60; i++) {
        String name = sign.repeat(40);
        rows.append(
            ",\"f%d\":{\"%s\":{\"%s\":{\"%s\":{\"note\":\"v\"}}}}".formatted(i, name, name, name));
      }
      Masked masked = mask(result(rows + "}}"), RECORD, NOTES.inShadow());
      List<String> both = new ArrayList<>(masked.places());
      both.addAll(masked.shadowed());
      int bytes = both.stream().mapToInt(line -> quoted(line).getBytes(UTF_8).length).sum();
      int alone =
          masked.places().stream().mapToInt(line -> quoted(line).getBytes(UTF_8).length).sum();
      assertThat(bytes).isLessThan(Math.max(alone, 24 << 10) + 200);
      assertThat(masked.shadowed().getLast()).matches("and [0-9]+ values at [0-9]+ places more");
    }
  }

  @Test
  void nothingIsToldOfWhatDoesNotGoOn() {
    Json tree = json(MESSAGE);
    Masked masked = new Masker(KEYS, null).mask(null, tree, plan(ADDRESSES.inShadow()));
    assertThat(masked.shadowed()).isEmpty();
  }

  /** Texts are read once more only where a rule is in shadow. */
  @Test
  void rulesThatAreEnforcedCostNothing() {
    assertThat(scans(ADDRESSES))
        .isEqualTo(scans(ADDRESSES, selected("/x", Operator.Replace.NAMED, Where.BOTH)));
    assertThat(scans(ADDRESSES.inShadow())).isGreaterThan(scans(ADDRESSES));
  }

  private static int scans(MaskRule... rules) {
    AtomicInteger scans = new AtomicInteger();
    Plan.Names counting =
        new Plan.Names() {
          @Override
          public Set<String> select(String nameOrGroup) {
            return NAMES.select(nameOrGroup);
          }

          @Override
          public Plan.Scan scan(Set<String> names) {
            Plan.Scan scan = NAMES.scan(names);
            return text -> {
              scans.incrementAndGet();
              return scan.scan(text);
            };
          }
        };
    List<MaskRule> all = new ArrayList<>(Stream.of(rules).toList());
    Masking masking = new Masking(all, Detectors.builtIn());
    Json tree = json(MESSAGE);
    Masked _ = new Masker(KEYS, null).mask(tree, tree, Plan.of(masking, counting));
    return scans.get();
  }
}
