package io.tabellion.api;

import io.grpc.stub.StreamObserver;
import io.tabellion.stops.v1.LiftStopRequest;
import io.tabellion.stops.v1.ListStopsRequest;
import io.tabellion.stops.v1.ListStopsResponse;
import io.tabellion.stops.v1.PreviewStopRequest;
import io.tabellion.stops.v1.PreviewStopResponse;
import io.tabellion.stops.v1.SetStopRequest;
import io.tabellion.stops.v1.SetStopResponse;
import io.tabellion.stops.v1.Stop;
import io.tabellion.stops.v1.StopServiceGrpc;
import io.tabellion.trail.Trail;

/**
 * The API of the stop switch (stops.proto says what each call does) over the use cases of the
 * trail.
 *
 * <p>Thread-safe. Calls run on virtual threads and block on files.
 */
final class StopService extends StopServiceGrpc.StopServiceImplBase {
  private final Trail trail;
  private final Calls calls;

  StopService(Trail trail) {
    this.trail = trail;
    this.calls = new Calls(trail);
  }

  @Override
  public void setStop(SetStopRequest request, StreamObserver<SetStopResponse> observer) {
    calls.answer(
        observer,
        visit -> trail.setStop().ask(visit, StopAnswers.question(request)),
        StopAnswers::set);
  }

  @Override
  public void previewStop(
      PreviewStopRequest request, StreamObserver<PreviewStopResponse> observer) {
    calls.answer(
        observer,
        visit -> trail.previewStop().ask(visit, StopAnswers.what(request.getSelector())),
        StopAnswers::preview);
  }

  @Override
  public void listStops(ListStopsRequest request, StreamObserver<ListStopsResponse> observer) {
    calls.answer(observer, visit -> trail.stops().ask(visit), StopAnswers::list);
  }

  @Override
  public void liftStop(LiftStopRequest request, StreamObserver<Stop> observer) {
    calls.answer(
        observer, visit -> trail.liftStop().ask(visit, request.getId()), StopAnswers::stop);
  }
}
