package io.tabellion.xds.snapshot;

import com.google.protobuf.Any;
import com.google.protobuf.BoolValue;
import com.google.protobuf.Duration;
import com.google.protobuf.Message;
import com.google.protobuf.UInt32Value;
import com.google.protobuf.util.Durations;
import io.envoyproxy.envoy.config.core.v3.Address;
import io.envoyproxy.envoy.config.core.v3.DataSource;
import io.envoyproxy.envoy.config.core.v3.HeaderValue;
import io.envoyproxy.envoy.config.core.v3.HeaderValueOption;
import io.envoyproxy.envoy.config.core.v3.HeaderValueOption.HeaderAppendAction;
import io.envoyproxy.envoy.config.core.v3.Pipe;
import io.envoyproxy.envoy.config.core.v3.SocketAddress;
import io.tabellion.xds.routes.Endpoint;
import java.nio.file.Path;

/** Small Envoy messages that stand in many places. */
final class Messages {

  private Messages() {}

  static Any any(Message message) {
    return Any.pack(message);
  }

  static Duration millis(long millis) {
    return Durations.fromMillis(millis);
  }

  static Duration seconds(long seconds) {
    return Durations.fromSeconds(seconds);
  }

  static UInt32Value number(int number) {
    return UInt32Value.of(number);
  }

  static BoolValue truth(boolean value) {
    return BoolValue.of(value);
  }

  static Address address(Endpoint endpoint) {
    return switch (endpoint) {
      case Endpoint.Tcp tcp ->
          Address.newBuilder()
              .setSocketAddress(
                  SocketAddress.newBuilder().setAddress(tcp.host()).setPortValue(tcp.port()))
              .build();
      case Endpoint.Unix unix ->
          Address.newBuilder().setPipe(Pipe.newBuilder().setPath(unix.path().toString())).build();
    };
  }

  static DataSource file(Path path) {
    return DataSource.newBuilder().setFilename(path.toString()).build();
  }

  static DataSource inline(String text) {
    return DataSource.newBuilder().setInlineString(text).build();
  }

  static HeaderValueOption overwrite(String key, String value) {
    return HeaderValueOption.newBuilder()
        .setHeader(HeaderValue.newBuilder().setKey(key).setValue(value))
        .setAppendAction(HeaderAppendAction.OVERWRITE_IF_EXISTS_OR_ADD)
        .build();
  }
}
