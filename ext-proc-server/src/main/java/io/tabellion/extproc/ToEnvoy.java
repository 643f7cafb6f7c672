package io.tabellion.extproc;

import com.google.protobuf.ByteString;
import com.google.protobuf.Struct;
import com.google.protobuf.Value;
import io.envoyproxy.envoy.config.core.v3.HeaderValue;
import io.envoyproxy.envoy.config.core.v3.HeaderValueOption;
import io.envoyproxy.envoy.service.ext_proc.v3.BodyMutation;
import io.envoyproxy.envoy.service.ext_proc.v3.BodyResponse;
import io.envoyproxy.envoy.service.ext_proc.v3.CommonResponse;
import io.envoyproxy.envoy.service.ext_proc.v3.CommonResponse.ResponseStatus;
import io.envoyproxy.envoy.service.ext_proc.v3.HeaderMutation;
import io.envoyproxy.envoy.service.ext_proc.v3.HeadersResponse;
import io.envoyproxy.envoy.service.ext_proc.v3.ImmediateResponse;
import io.envoyproxy.envoy.service.ext_proc.v3.ProcessingResponse;
import io.envoyproxy.envoy.service.ext_proc.v3.StreamedBodyResponse;
import io.envoyproxy.envoy.service.ext_proc.v3.TrailersResponse;
import io.envoyproxy.envoy.type.v3.HttpStatus;
import io.tabellion.inspect.Marks;
import io.tabellion.inspect.Reply;
import io.tabellion.mcp.Header;
import io.tabellion.mcp.HeaderChanges;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** Writes our replies as Envoy's messages. Pure. */
final class ToEnvoy {
  private static final String NAMESPACE = "io.tabellion";

  private ToEnvoy() {}

  /** The reply to request headers: head, or head and whole body in one message. */
  static ProcessingResponse request(Reply.Release release) {
    return ProcessingResponse.newBuilder()
        .setRequestHeaders(headers(release))
        .setDynamicMetadata(metadata(release.marks(), "entry"))
        .build();
  }

  /** The reply to response headers, likewise. */
  static ProcessingResponse answer(Reply.Onward release) {
    return ProcessingResponse.newBuilder()
        .setResponseHeaders(headers(release))
        .setDynamicMetadata(metadata(release.marks(), "answer"))
        .build();
  }

  /** A piece of the request's body; trailers follow. */
  static ProcessingResponse requestBody(ByteString bytes) {
    return ProcessingResponse.newBuilder().setRequestBody(piece(bytes, false)).build();
  }

  /** A piece of the answer's body. */
  static ProcessingResponse answerBody(ByteString bytes, boolean end) {
    return ProcessingResponse.newBuilder().setResponseBody(piece(bytes, end)).build();
  }

  /** The end of a request that ended with trailers: they go no further. */
  static ProcessingResponse requestTrailers(List<String> dropped) {
    return ProcessingResponse.newBuilder().setRequestTrailers(trailers(dropped)).build();
  }

  /** The end of an answer that ended with trailers: they go no further. */
  static ProcessingResponse answerTrailers(List<String> dropped) {
    return ProcessingResponse.newBuilder().setResponseTrailers(trailers(dropped)).build();
  }

  /** An answer of our own. */
  static ProcessingResponse ours(Reply.Ours ours) {
    var immediate =
        ImmediateResponse.newBuilder()
            .setStatus(HttpStatus.newBuilder().setCodeValue(ours.status()))
            .setBody(ours.body())
            .setDetails(ours.details());
    HeaderMutation.Builder headers = immediate.getHeadersBuilder();
    ours.headers().forEach(header -> headers.addSetHeaders(option(header)));
    return ProcessingResponse.newBuilder()
        .setImmediateResponse(immediate)
        .setDynamicMetadata(metadata(ours.marks(), "entry", "answer"))
        .build();
  }

  private static BodyResponse piece(ByteString bytes, boolean end) {
    var piece = StreamedBodyResponse.newBuilder().setBody(bytes).setEndOfStream(end);
    return BodyResponse.newBuilder()
        .setResponse(
            CommonResponse.newBuilder()
                .setBodyMutation(BodyMutation.newBuilder().setStreamedResponse(piece)))
        .build();
  }

  private static TrailersResponse trailers(List<String> dropped) {
    return TrailersResponse.newBuilder()
        .setHeaderMutation(HeaderMutation.newBuilder().addAllRemoveHeaders(dropped))
        .build();
  }

  private static HeadersResponse headers(Reply.Onward release) {
    var common = CommonResponse.newBuilder().setHeaderMutation(mutation(release.headers()));
    switch (release) {
      case Reply.Whole whole ->
          common
              .setStatus(ResponseStatus.CONTINUE_AND_REPLACE)
              .setBodyMutation(BodyMutation.newBuilder().setBody(whole.body()));
      case Reply.HeadOnly _, Reply.OfEnvoy _ -> common.setStatus(ResponseStatus.CONTINUE);
    }
    return HeadersResponse.newBuilder().setResponse(common).build();
  }

  private static HeaderMutation mutation(HeaderChanges changes) {
    var mutation = HeaderMutation.newBuilder().addAllRemoveHeaders(changes.remove());
    changes.set().forEach(header -> mutation.addSetHeaders(option(header)));
    return mutation.build();
  }

  /** Only {@code raw_value} counts, and it overwrites by default. */
  private static HeaderValueOption option(Header header) {
    return HeaderValueOption.newBuilder()
        .setHeader(
            HeaderValue.newBuilder()
                .setKey(header.name())
                .setRawValue(ByteString.copyFrom(header.value(), StandardCharsets.ISO_8859_1)))
        .build();
  }

  private static Struct metadata(Marks marks, String... keys) {
    var ours = Struct.newBuilder();
    for (String key : keys) {
      ours.putFields(key, text(marks.entry()));
    }
    if (marks.decision() != null) {
      ours.putFields("decision", text(marks.decision().word()));
    }
    if (marks.rule() != null) {
      ours.putFields("rule", text(marks.rule()));
    }
    return Struct.newBuilder()
        .putFields(NAMESPACE, Value.newBuilder().setStructValue(ours).build())
        .build();
  }

  private static Value text(String text) {
    return Value.newBuilder().setStringValue(text).build();
  }
}
