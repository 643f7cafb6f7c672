package io.tabellion.xds.snapshot;

import com.google.protobuf.Message;
import com.google.protobuf.Struct;
import com.google.protobuf.Value;
import io.envoyproxy.envoy.config.accesslog.v3.AccessLog;
import io.envoyproxy.envoy.config.core.v3.SubstitutionFormatString;
import io.envoyproxy.envoy.extensions.access_loggers.file.v3.FileAccessLog;
import io.envoyproxy.envoy.extensions.access_loggers.stream.v3.StdoutAccessLog;
import io.tabellion.xds.routes.Routes;
import java.nio.file.Path;

/** One JSON line for each exchange; it names the audit entry, and carries no content. */
final class AccessLogs {

  private AccessLogs() {}

  static AccessLog of(Routes.AccessLog log) {
    Path file = log.file();
    return file == null
        ? logger(
            "envoy.access_loggers.stdout",
            StdoutAccessLog.newBuilder().setLogFormat(format()).build())
        : logger(
            "envoy.access_loggers.file",
            FileAccessLog.newBuilder().setPath(file.toString()).setLogFormat(format()).build());
  }

  private static AccessLog logger(String name, Message config) {
    return AccessLog.newBuilder().setName(name).setTypedConfig(Messages.any(config)).build();
  }

  private static SubstitutionFormatString format() {
    Struct.Builder line = Struct.newBuilder();
    add(line, "time", "%START_TIME%");
    add(line, "request_id", "%REQ(X-REQUEST-ID)%");
    add(line, "source", "%DOWNSTREAM_REMOTE_ADDRESS%");
    add(line, "route", "%ROUTE_NAME%");
    add(line, "method", "%REQ(:METHOD)%");
    add(line, "code", "%RESPONSE_CODE%");
    add(line, "details", "%RESPONSE_CODE_DETAILS%");
    add(line, "flags", "%RESPONSE_FLAGS%");
    add(line, "duration_ms", "%DURATION%");
    for (String key : new String[] {"entry", "answer", "decision", "rule"}) {
      add(line, key, "%DYNAMIC_METADATA(" + Names.METADATA + ":" + key + ")%");
    }
    add(line, "ext_proc", "%FILTER_STATE(" + Names.EXT_PROC + ":PLAIN)%");
    return SubstitutionFormatString.newBuilder().setJsonFormat(line).build();
  }

  private static void add(Struct.Builder line, String key, String format) {
    line.putFields(key, Value.newBuilder().setStringValue(format).build());
  }
}
