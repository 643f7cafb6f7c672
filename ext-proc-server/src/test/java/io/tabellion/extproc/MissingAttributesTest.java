package io.tabellion.extproc;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.Value;
import io.envoyproxy.envoy.service.ext_proc.v3.ProcessingRequest;
import io.tabellion.extproc.ExtProcSettings.Limits;
import io.tabellion.identity.IdentitySettings;
import io.tabellion.session.SessionOwners;
import io.tabellion.testing.EnvoyPeer;
import io.tabellion.testing.LineFixture;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** An Envoy that does not send what a listener knows its callers by. */
@Tag("unit")
class MissingAttributesTest {
  private static final IdentitySettings BY_CERTIFICATE =
      new IdentitySettings(
          null, new IdentitySettings.Certificates(Set.of(), true), null, false, Set.of());

  private final List<String> lines = new CopyOnWriteArrayList<>();
  private final Logger logger = Logger.getLogger(ProcessService.class.getName());
  private final Handler handler =
      new Handler() {
        @Override
        public void publish(LogRecord line) {
          lines.add(line.getMessage());
        }

        @Override
        public void flush() {}

        @Override
        public void close() {}
      };

  @BeforeEach
  void listen() {
    logger.addHandler(handler);
  }

  @AfterEach
  void hearNoMore() {
    logger.removeHandler(handler);
  }

  private void calls(LineFixture line, Map<String, Value> attributes) {
    ProcessingRequest.Builder head =
        EnvoyPeer.Stream.requestHead("POST", false, attributes, "content-type", "application/json");
    var answer = line.envoy().open().send(head).immediate().getImmediateResponse();
    assertThat(answer.getStatus().getCodeValue()).isEqualTo(403);
  }

  @Test
  void isNamedOnceToTheOperator() throws Exception {
    try (LineFixture line = new LineFixture(Limits.DEFAULTS, BY_CERTIFICATE, SessionOwners.NONE)) {
      calls(line, Map.of());
      calls(line, Map.of());
    }
    assertThat(lines).singleElement().asString().contains("connection.mtls", "request_attributes");
  }

  @Test
  void isNotSaidOfACallerWithoutACertificate() throws Exception {
    Value plain = Value.newBuilder().setBoolValue(false).build();
    try (LineFixture line = new LineFixture(Limits.DEFAULTS, BY_CERTIFICATE, SessionOwners.NONE)) {
      calls(line, Map.of("connection.mtls", plain));
    }
    assertThat(lines).isEmpty();
  }
}
