package io.tabellion.api;

import com.google.protobuf.Any;
import com.google.rpc.BadRequest;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.protobuf.StatusProto;
import io.tabellion.audit.AuditUnavailableException;
import io.tabellion.audit.index.IndexException;

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
  private static final System.Logger LOG = System.getLogger(Errors.class.getName());

  private Errors() {}

  static StatusRuntimeException of(Throwable failure) {
    return switch (failure) {
      case ApiException refused -> of(refused);
      case AuditUnavailableException down -> of(down);
      case IndexException index -> index(index);
      case InterruptedException stopping -> unavailable("the server is going down", stopping);
      case StatusRuntimeException status -> status;
      default -> internal(failure);
    };
  }

  private static StatusRuntimeException of(ApiException refused) {
    Status status =
        switch (refused.code()) {
          case INVALID -> Status.INVALID_ARGUMENT;
          case NOT_FOUND -> Status.NOT_FOUND;
          case PRECONDITION -> Status.FAILED_PRECONDITION;
          case UNAUTHENTICATED -> Status.UNAUTHENTICATED;
          case DENIED -> Status.PERMISSION_DENIED;
          case EXHAUSTED -> Status.RESOURCE_EXHAUSTED;
          case TOO_LONG -> Status.DEADLINE_EXCEEDED;
          case UNAVAILABLE -> Status.UNAVAILABLE;
        };
    String field = refused.field();
    return field == null
        ? status.withDescription(refused.text()).asRuntimeException()
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

  private static StatusRuntimeException of(AuditUnavailableException down) {
    return switch (down.code()) {
      case BUDGET, TOO_LARGE ->
          Status.RESOURCE_EXHAUSTED
              .withDescription("the log's budget is spent; ask again later")
              .withCause(down)
              .asRuntimeException();
      case FAILED, FULL, CLOSED ->
          unavailable("the read cannot be recorded, so nothing is shown: log " + down.code(), down);
    };
  }

  private static StatusRuntimeException index(IndexException failure) {
    if (failure.code() == IndexException.Code.TOO_MANY) {
      return violation("filter", "filter: " + failure.getMessage());
    }
    LOG.log(System.Logger.Level.WARNING, "the index cannot be read", failure);
    return unavailable("the search index is not available; it may be building anew", failure);
  }

  private static StatusRuntimeException unavailable(String message, Throwable cause) {
    return Status.UNAVAILABLE.withDescription(message).withCause(cause).asRuntimeException();
  }

  private static StatusRuntimeException internal(Throwable failure) {
    LOG.log(System.Logger.Level.ERROR, "a call of the audit API failed", failure);
    return Status.INTERNAL
        .withDescription("internal error; the server's log says more")
        .withCause(failure)
        .asRuntimeException();
  }
}
