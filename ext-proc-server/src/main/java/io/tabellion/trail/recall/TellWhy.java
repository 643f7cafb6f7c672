package io.tabellion.trail.recall;

import io.tabellion.audit.Disposition;
import io.tabellion.audit.Fact;
import io.tabellion.audit.index.Page;
import io.tabellion.audit.index.Query.Field;
import io.tabellion.trail.ContentView;
import io.tabellion.trail.Filter;
import io.tabellion.trail.ShowEntry;
import io.tabellion.trail.recall.Records.Found;
import io.tabellion.trail.recall.Records.One;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Gathers what belongs to an entry: the call, what came of it, who loaded the policy that decided.
 */
public final class TellWhy {
  /** The largest page: where it is full, there may be more. */
  static final int MOST_EVENTS = 500;

  private final Records records;

  public TellWhy(Records records) {
    this.records = records;
  }

  /**
   * What belongs together.
   *
   * @param named the entry that was asked about, with its proof
   * @param call the same; of an answer, the call that it answers
   * @param outcome of the call, null if there is none
   * @param loaded when the policy that decided was loaded, null if that is not known
   * @param events of the stream that answered, as far as one page shows
   * @param answered what was answered, if it was asked for
   */
  public record Story(
      One named,
      One call,
      @Nullable Recalled outcome,
      @Nullable Recalled loaded,
      int events,
      ContentView answered) {}

  /**
   * Tells the story of an entry.
   *
   * @param withContent read what was asked and answered too
   */
  public Story tell(ShowEntry.Key key, boolean withContent) throws InterruptedException {
    One named = records.entry(key, withContent);
    String intent = named.entry().text(Fact.INTENT);
    One asked = intent.isEmpty() ? named : records.entry(new ShowEntry.Key.Id(intent), withContent);
    Recalled call = asked.entry();
    boolean isCall = call.kind().equals("call.intent");
    Recalled outcome = isCall ? newest(of(call, "call.outcome"), Long.MAX_VALUE) : null;
    ContentView answered =
        outcome != null && withContent
            ? records.entry(new ShowEntry.Key.Id(outcome.id()), true).content()
            : new ContentView.None();
    String policy = call.text(Fact.POLICY);
    boolean judged = !policy.isEmpty() && !call.kind().equals("policy.loaded");
    Recalled loaded = judged ? newest(loadOf(policy), call.index()) : null;
    int events = isCall ? events(call) : 0;
    return new Story(named, asked, outcome, loaded, events, answered);
  }

  private static Filter of(Recalled call, String kind) {
    return filter(Map.of(Field.INTENT, List.of(call.id()), Field.KIND, List.of(kind)));
  }

  private static Filter loadOf(String policy) {
    return filter(
        Map.of(
            Field.POLICY, List.of(policy),
            Field.KIND, List.of("policy.loaded"),
            Field.DECISION, List.of(Disposition.ALLOWED.word())));
  }

  private static Filter filter(Map<Field, List<String>> values) {
    return new Filter(null, null, values, "");
  }

  /** Returns the newest entry that is found before {@code end}; null if there is none. */
  private @Nullable Recalled newest(Filter filter, long end) throws InterruptedException {
    String token = "";
    do {
      Found page = records.search(filter, Page.Order.NEWEST_FIRST, 0, token);
      for (Recalled entry : page.entries()) {
        if (entry.index() < end) {
          return entry;
        }
      }
      token = page.nextPage();
    } while (!token.isEmpty());
    return null;
  }

  private int events(Recalled call) throws InterruptedException {
    return records
        .search(of(call, "stream.event"), Page.Order.NEWEST_FIRST, MOST_EVENTS, "")
        .entries()
        .size();
  }
}
