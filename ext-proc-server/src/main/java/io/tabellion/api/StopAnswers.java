package io.tabellion.api;

import com.google.protobuf.util.Durations;
import io.tabellion.stops.v1.Caller;
import io.tabellion.stops.v1.ListStopsResponse;
import io.tabellion.stops.v1.PreviewStopResponse;
import io.tabellion.stops.v1.Selector;
import io.tabellion.stops.v1.SetStopRequest;
import io.tabellion.stops.v1.SetStopResponse;
import io.tabellion.stops.v1.Stop;
import io.tabellion.trail.PreviewStop;
import io.tabellion.trail.SetStop;
import io.tabellion.trail.StopView;
import io.tabellion.trail.TrailException;
import java.time.Duration;
import java.util.List;

/** Translates questions and answers of the trail about stops from and to those of the API. */
final class StopAnswers {
  private StopAnswers() {}

  static SetStop.Question question(SetStopRequest request) {
    return new SetStop.Question(
        what(request.getSelector()),
        request.getReason(),
        request.hasDuration() ? duration(request.getDuration()) : null);
  }

  private static Duration duration(com.google.protobuf.Duration asked) {
    if (!Durations.isValid(asked)) {
      throw TrailException.invalid("duration", "not one", "seconds and nanoseconds of one sign");
    }
    return Duration.ofSeconds(asked.getSeconds(), asked.getNanos());
  }

  static SetStop.What what(Selector selector) {
    return new SetStop.What(
        selector.getPrincipal(),
        selector.getIssuer(),
        selector.getServer(),
        selector.getTool(),
        selector.getAll());
  }

  static SetStopResponse set(SetStop.Answer answer) {
    return SetStopResponse.newBuilder()
        .setStop(stop(answer.view()))
        .setOpenExchanges(answer.open())
        .build();
  }

  static PreviewStopResponse preview(PreviewStop.Answer answer) {
    return PreviewStopResponse.newBuilder()
        .setOpenExchanges(answer.open())
        .addAllCallers(answer.callers().stream().map(StopAnswers::caller).toList())
        .build();
  }

  private static Caller caller(PreviewStop.Whose whose) {
    return Caller.newBuilder()
        .setPrincipal(whose.principal())
        .setIssuer(whose.issuer())
        .addAllActors(whose.actors())
        .setOpenExchanges(whose.open())
        .build();
  }

  static ListStopsResponse list(List<StopView> views) {
    return ListStopsResponse.newBuilder()
        .addAllStops(views.stream().map(StopAnswers::stop).toList())
        .build();
  }

  static Stop stop(StopView view) {
    var stop = view.stop();
    Stop.Builder shown =
        Stop.newBuilder()
            .setId(stop.id())
            .setSelector(selector(stop.selector()))
            .setReason(stop.reason())
            .setBy(stop.by())
            .setFrom(Entries.timestamp(stop.from()))
            .setRefused(view.refused());
    if (stop.until() != null) {
      shown.setUntil(Entries.timestamp(stop.until()));
    }
    return shown.build();
  }

  private static Selector selector(io.tabellion.stop.Selector selector) {
    var typed = selector.typed();
    return Selector.newBuilder()
        .setPrincipal(typed.principal())
        .setIssuer(typed.issuer())
        .setServer(typed.server())
        .setTool(typed.tool())
        .setAll(typed.all())
        .build();
  }
}
