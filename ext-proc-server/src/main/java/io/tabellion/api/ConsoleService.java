package io.tabellion.api;

import com.google.protobuf.Timestamp;
import io.grpc.stub.StreamObserver;
import io.tabellion.console.v1.ConsoleServiceGrpc;
import io.tabellion.console.v1.OpenConsoleRequest;
import io.tabellion.console.v1.OpenConsoleResponse;
import io.tabellion.trail.Reader;

/**
 * The API of the web console (console.proto says what the call does). Every role may sign in; each
 * page asks for the rights that it needs.
 *
 * <p>Thread-safe.
 */
final class ConsoleService extends ConsoleServiceGrpc.ConsoleServiceImplBase {
  private final Door door;

  ConsoleService(Door door) {
    this.door = door;
  }

  @Override
  public void openConsole(
      OpenConsoleRequest request, StreamObserver<OpenConsoleResponse> observer) {
    try {
      Reader reader = Authenticator.READER.get();
      Door.Link link = door.open(reader, request.getApproval());
      observer.onNext(
          OpenConsoleResponse.newBuilder()
              .setLink(link.url().toString())
              .setExpires(Timestamp.newBuilder().setSeconds(link.expires().getEpochSecond()))
              .setReader(reader.name())
              .build());
      observer.onCompleted();
    } catch (RuntimeException e) {
      observer.onError(Errors.of(e));
    }
  }
}
