package io.tabellion.api;

import io.grpc.stub.StreamObserver;
import io.tabellion.pins.v1.AcceptPinRequest;
import io.tabellion.pins.v1.GetPinRequest;
import io.tabellion.pins.v1.ListPinsRequest;
import io.tabellion.pins.v1.ListPinsResponse;
import io.tabellion.pins.v1.Pin;
import io.tabellion.pins.v1.PinServiceGrpc;
import io.tabellion.trail.AcceptPin;
import io.tabellion.trail.ListPins;
import io.tabellion.trail.Paging;
import io.tabellion.trail.ShowPin;
import io.tabellion.trail.Trail;

/**
 * The API of pins (pins.proto says what each call does) over the use cases of the trail.
 *
 * <p>Thread-safe. Calls run on virtual threads and block on files.
 */
final class PinService extends PinServiceGrpc.PinServiceImplBase {
  private final Trail trail;
  private final Calls calls;

  PinService(Trail trail) {
    this.trail = trail;
    this.calls = new Calls(trail);
  }

  @Override
  public void listPins(ListPinsRequest request, StreamObserver<ListPinsResponse> observer) {
    var question =
        new ListPins.Question(
            request.getServer(),
            request.getQuarantined(),
            new Paging(request.getPageSize(), request.getPageToken()));
    calls.answer(observer, visit -> trail.pins().ask(visit, question), PinAnswers::list);
  }

  @Override
  public void getPin(GetPinRequest request, StreamObserver<Pin> observer) {
    var question =
        new ShowPin.Question(request.getServer(), request.getCaller(), request.getTool());
    calls.answer(observer, visit -> trail.pin().ask(visit, question), PinAnswers::pin);
  }

  @Override
  public void acceptPin(AcceptPinRequest request, StreamObserver<Pin> observer) {
    var tool = new ShowPin.Question(request.getServer(), request.getCaller(), request.getTool());
    var question = new AcceptPin.Question(tool, request.getDigest());
    calls.answer(observer, visit -> trail.accept().ask(visit, question), PinAnswers::pin);
  }
}
