package io.tabellion.trail;

import io.tabellion.pin.LeftOut;
import io.tabellion.pin.Pin;
import io.tabellion.pin.Pins;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.function.Predicate;
import java.util.stream.Stream;

/**
 * Lists tools that were seen, without their definitions, and behind them what lists lost. Each page
 * is one {@code access.read}.
 *
 * <p>Thread-safe. Blocks its caller.
 */
public final class ListPins {
  private static final int PAGE_SIZE = 500;
  private static final int LARGEST_PAGE = 2_000;

  private final Pins pins;
  private final Accesses accesses;

  ListPins(Pins pins, Accesses accesses) {
    this.pins = pins;
    this.accesses = accesses;
  }

  /**
   * What is asked.
   *
   * @param server only tools of this one; empty means all
   * @param quarantined only tools that are
   */
  public record Question(String server, boolean quarantined, Paging paging) {}

  /**
   * A page.
   *
   * @param nextPage token of the page after; empty on the last
   */
  public record Answer(List<PinView> pins, List<LeftOut> leftOut, String nextPage) {
    public Answer {
      pins = List.copyOf(pins);
      leftOut = List.copyOf(leftOut);
    }
  }

  /** Lists a page. */
  public Shown<Answer> ask(Visit visit, Question question) throws InterruptedException {
    Permit permit = visit.permit(Right.READ);
    int size = question.paging().size(PAGE_SIZE, LARGEST_PAGE);
    String after = after(question.paging().token());
    List<Row> found =
        rows(question).filter(row -> row.place().compareTo(after) > 0).limit(size + 1L).toList();
    List<Row> shown = found.subList(0, Math.min(size, found.size()));
    Answer answer = answer(shown, found.size() > size);
    return accesses.read(permit, "pins shown=" + shown.size(), List.of()).shows(answer);
  }

  private Answer answer(List<Row> shown, boolean more) {
    List<PinView> views = new ArrayList<>();
    List<LeftOut> leftOut = new ArrayList<>();
    for (Row row : shown) {
      switch (row) {
        case Row.OfPin(Pin pin) -> views.add(PinView.brief(pin, pins));
        case Row.OfItem(LeftOut item) -> leftOut.add(item);
      }
    }
    return new Answer(views, leftOut, more ? token(shown.getLast()) : "");
  }

  /** All pins that are asked for, and behind them what lists lost. */
  private Stream<Row> rows(Question question) {
    Predicate<String> wanted =
        server -> question.server().isEmpty() || question.server().equals(server);
    return Stream.concat(
        pins.list().stream()
            .filter(pin -> wanted.test(pin.server()))
            .filter(pin -> !question.quarantined() || pin.quarantined())
            .map(Row.OfPin::new),
        pins.leftOut().list().stream()
            .filter(item -> wanted.test(item.server()))
            .map(Row.OfItem::new));
  }

  /** A row of the list; rows are in the order of their places. */
  private sealed interface Row {
    String place();

    record OfPin(Pin pin) implements Row {
      @Override
      public String place() {
        return String.join("\u0000", "0", pin.server(), pin.tool(), pin.caller());
      }
    }

    record OfItem(LeftOut item) implements Row {
      @Override
      public String place() {
        return String.join("\u0000", "1", item.server(), item.kind(), item.name());
      }
    }
  }

  private static String token(Row last) {
    byte[] place = last.place().getBytes(StandardCharsets.UTF_8);
    return Base64.getUrlEncoder().withoutPadding().encodeToString(place);
  }

  private static String after(String token) {
    try {
      return new String(Base64.getUrlDecoder().decode(token), StandardCharsets.UTF_8);
    } catch (IllegalArgumentException e) {
      throw TrailException.invalid("page_token", "unknown", "next_page_token of the page before");
    }
  }
}
