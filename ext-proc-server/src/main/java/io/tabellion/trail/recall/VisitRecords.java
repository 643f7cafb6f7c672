package io.tabellion.trail.recall;

import com.google.protobuf.ByteString;
import io.tabellion.audit.index.Page;
import io.tabellion.trail.Filter;
import io.tabellion.trail.Paging;
import io.tabellion.trail.SearchEntries;
import io.tabellion.trail.ShowEntry;
import io.tabellion.trail.Trail;
import io.tabellion.trail.TrailException;
import io.tabellion.trail.Visit;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;

/**
 * The record as a visit reads it.
 *
 * @param trail that let the visit in
 */
public record VisitRecords(Trail trail, Visit visit) implements Records {

  private static ByteString encoded(Filter filter, Page.Order order) {
    return ByteString.copyFromUtf8(
        List.of(
                order,
                String.valueOf(filter.from()),
                String.valueOf(filter.until()),
                new TreeMap<>(filter.values()),
                filter.words())
            .toString());
  }

  @Override
  public One entry(ShowEntry.Key key, boolean withContent) throws InterruptedException {
    ShowEntry.Answer answer =
        trail.entry().ask(visit, new ShowEntry.Question(key, withContent)).answer();
    return new One(Recalled.of(answer.entry()), answer.content(), answer.proof().treeSize());
  }

  @Override
  public Optional<Recalled> find(String id) throws InterruptedException {
    try {
      return Optional.of(entry(new ShowEntry.Key.Id(id), false).entry());
    } catch (TrailException e) {
      if (e.code() == TrailException.Code.NOT_FOUND) {
        return Optional.empty();
      }
      throw e;
    }
  }

  @Override
  public Found search(Filter filter, Page.Order order, int size, String token)
      throws InterruptedException {
    ByteString encoded = encoded(filter, order);
    var question =
        new SearchEntries.Question(filter, order, false, new Paging(size, token), encoded);
    SearchEntries.Answer answer = trail.search().ask(visit, question).answer();
    return new Found(answer.entries().stream().map(Recalled::of).toList(), answer.nextPage());
  }
}
