package io.tabellion.api;

import com.google.protobuf.Any;
import com.google.rpc.BadRequest;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.protobuf.StatusProto;
import io.tabellion.trail.TrailException;

/**
 * The one place where failures become gRPC statuses.
 *
 * <pre>
 * INVALID_ARGUMENT    a field of the request, named in message and details (google.rpc.BadRequest)
 * NOT_FOUND           no such entry or conversation
 * FAILED_PRECONDITION what was looked at is not what is there now
 * UNAUTHENTICATED     no token or certificate that we know, or one that expired
 * PERMISSION_DENIED   the role does not suffice
 * RESOURCE_EXHAUSTED  too many calls or tails at once; the log's budget is spent
 * DEADLINE_EXCEEDED   a search took longer than it may
 * CANCELLED           the caller went away
 * UNAVAILABLE         the log or its index cannot be used now; the server goes down
 * INTERNAL            a failure of ours; the server's own log says more
 * </pre>
 */
final class Errors {
  private Errors() {}

  static StatusRuntimeException of(Throwable failure) {
    return failure instanceof StatusRuntimeException status
        ? status
        : of(TrailException.of(failure));
  }

  private static StatusRuntimeException of(TrailException refused) {
    Status status =
        switch (refused.code()) {
          case INVALID -> Status.INVALID_ARGUMENT;
          case NOT_FOUND -> Status.NOT_FOUND;
          case PRECONDITION -> Status.FAILED_PRECONDITION;
          case UNAUTHENTICATED -> Status.UNAUTHENTICATED;
          case DENIED -> Status.PERMISSION_DENIED;
          case EXHAUSTED -> Status.RESOURCE_EXHAUSTED;
          case TOO_LONG -> Status.DEADLINE_EXCEEDED;
          case CANCELLED -> Status.CANCELLED;
          case UNAVAILABLE -> Status.UNAVAILABLE;
          case INTERNAL -> Status.INTERNAL;
        };
    String field = refused.field();
    return field == null
        ? status.withDescription(refused.text()).withCause(refused).asRuntimeException()
        : violation(field, refused.text());
  }

  private static StatusRuntimeException violation(String field, String message) {
    var violation =
        BadRequest.FieldViolation.newBuilder().setField(field).setDescription(message).build();
    return StatusProto.toStatusRuntimeException(
        com.google.rpc.Status.newBuilder()
            .setCode(Status.Code.INVALID_ARGUMENT.value())
            .setMessage(message)
            .addDetails(Any.pack(BadRequest.newBuilder().addFieldViolations(violation).build()))
            .build());
  }
}
