package io.tabellion.console;

import io.tabellion.audit.EntryKind;
import io.tabellion.audit.Fact;
import io.tabellion.audit.Facts;
import io.tabellion.trail.EntryView;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Entries of a conversation, each on one line. Pure. */
final class Steps {
  private static final int LONGEST = 120;
  private static final Set<String> GOOD = Set.of("ok", "accepted");

  private Steps() {}

  /**
   * Returns the line of an entry.
   *
   * @param outcome how the call ended; null if it is open, or is none
   */
  static RequestPage.StepRow row(EntryView entry, @Nullable EntryView outcome) {
    Facts facts = entry.leaf().facts();
    String decision = Objects.requireNonNullElse(facts.text(Fact.DECISION), "");
    String ended =
        outcome == null
            ? ""
            : Objects.requireNonNullElse(outcome.leaf().facts().text(Fact.OUTCOME), "");
    boolean refused = decision.equals("denied");
    return new RequestPage.StepRow(
        Visible.Moment.of(entry.leaf().at()),
        what(entry.leaf().kind(), facts),
        verdict(decision, ended, facts.texts(Fact.RULES)),
        refused || (!ended.isEmpty() && !GOOD.contains(ended)));
  }

  private static String what(EntryKind kind, Facts facts) {
    String about =
        Stream.of(Fact.METHOD, Fact.TOOL, Fact.RESOURCE, Fact.PROMPT)
            .map(facts::text)
            .filter(Objects::nonNull)
            .collect(Collectors.joining(" "));
    String approval = facts.text(Fact.APPROVAL);
    String text =
        switch (kind) {
          case CALL_INTENT -> about;
          default -> kind.text() + " " + (approval != null ? approval : about);
        };
    return Visible.brief(text.strip(), LONGEST);
  }

  private static String verdict(String decision, String ended, List<String> rules) {
    String by =
        decision.equals("denied") && !rules.isEmpty() ? " by " + String.join(", ", rules) : "";
    String said = decision + by;
    return Visible.brief(
        said.isEmpty() || ended.isEmpty() ? said + ended : said + ", " + ended, LONGEST);
  }
}
