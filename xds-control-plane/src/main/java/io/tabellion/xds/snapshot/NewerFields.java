package io.tabellion.xds.snapshot;

import com.google.protobuf.UnknownFieldSet;
import io.envoyproxy.envoy.extensions.filters.http.ext_proc.v3.ExternalProcessor;
import io.envoyproxy.envoy.type.v3.HttpStatus;
import io.envoyproxy.envoy.type.v3.StatusCode;

/**
 * Fields that Envoy knows and the API classes on our class path do not: they are of Envoy 1.34.
 * Protobuf carries such a field by its number.
 */
final class NewerFields {
  /** {@code ExternalProcessor.status_on_error}, an {@code HttpStatus}; Envoy 1.36. */
  static final int STATUS_ON_ERROR = 24;

  private NewerFields() {}

  /** Makes a failure of the server a 503 rather than a 500. */
  static ExternalProcessor.Builder unavailableOnError(ExternalProcessor.Builder filter) {
    HttpStatus status = HttpStatus.newBuilder().setCode(StatusCode.ServiceUnavailable).build();
    return filter.setUnknownFields(
        UnknownFieldSet.newBuilder()
            .addField(
                STATUS_ON_ERROR,
                UnknownFieldSet.Field.newBuilder()
                    .addLengthDelimited(status.toByteString())
                    .build())
            .build());
  }
}
