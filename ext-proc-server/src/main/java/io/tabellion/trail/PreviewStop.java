package io.tabellion.trail;

import io.tabellion.identity.Caller;
import io.tabellion.stop.StopSwitch;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * Tells which open exchanges a stop would match, without setting one. One {@code access.read}.
 *
 * <p>Thread-safe. Blocks its caller.
 */
public final class PreviewStop {
  private static final int MOST_CALLERS = 50;

  private final StopSwitch operated;
  private final Accesses accesses;

  PreviewStop(StopSwitch operated, Accesses accesses) {
    this.operated = operated;
    this.accesses = accesses;
  }

  /**
   * What it would match.
   *
   * @param open exchanges
   * @param callers whose they are, those with the most first; not all where there are very many
   */
  public record Answer(int open, List<Whose> callers) {
    public Answer {
      callers = List.copyOf(callers);
    }
  }

  /**
   * Somebody with open exchanges.
   *
   * @param principal subject, or workload; empty of whom nothing is verified
   * @param actors who acts for them, outermost first
   */
  public record Whose(String principal, String issuer, List<String> actors, int open) {
    public Whose {
      actors = List.copyOf(actors);
    }
  }

  private record Name(String principal, String issuer, List<String> actors) {
    static Name of(Caller caller) {
      String workload = Objects.requireNonNullElse(caller.workload(), "");
      return new Name(
          Objects.requireNonNullElse(caller.subject(), workload),
          Objects.requireNonNullElse(caller.issuer(), ""),
          caller.actors());
    }
  }

  /**
   * Tells it.
   *
   * @throws TrailException if nothing can be stopped so
   */
  public Shown<Answer> ask(Visit visit, SetStop.What what) throws InterruptedException {
    Permit permit = visit.permit(Right.STOP);
    List<Caller> callers = operated.matching(what.selector());
    Map<Name, Integer> open = new LinkedHashMap<>();
    callers.forEach(caller -> open.merge(Name.of(caller), 1, Integer::sum));
    List<Whose> whose =
        open.entrySet().stream()
            .sorted(Map.Entry.comparingByValue(Comparator.reverseOrder()))
            .limit(MOST_CALLERS)
            .map(each -> {
              Name name = each.getKey();
              return new Whose(name.principal(), name.issuer(), name.actors(), each.getValue());
            })
            .toList();
    return accesses
        .read(permit, "stop preview open=" + callers.size(), List.of())
        .shows(new Answer(callers.size(), whose));
  }
}
