package io.tabellion.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.tabellion.parties.Checkout;
import io.tabellion.parties.TabellionServer;
import io.tabellion.testing.Tool;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The audit API with a stock gRPC client that knows nothing but what reflection tells it. */
@Tag("conformance")
final class GrpcurlTest {
  private static final String SERVICE = "tabellion.audit.v1.AuditService";

  @TempDir Path folder;

  @Test
  void aStockClientListsServicesAndSearchesWithAToken() throws Exception {
    TabellionServer.Setup setup = TabellionServer.Setup.in(folder);
    try (TabellionServer server = setup.start("server")) {
      String address = "127.0.0.1:" + setup.apiPort();
      assertThat(grpcurl(List.of(address, "list")).text())
          .contains(SERVICE, "grpc.health.v1.Health");
      String search = SERVICE + "/SearchEntries";
      Tool.Ran refused = grpcurl(List.of("-d", "{}", address, search));
      assertThat(refused.status()).isNotEqualTo(0);
      assertThat(refused.text()).contains("Unauthenticated");
      String token = "authorization: Bearer a-token-for-tests-0123456789abcdef0123456789";
      Tool.Ran found = grpcurl(List.of("-H", token, "-d", "{}", address, search));
      assertThat(found.status()).as(found.text()).isEqualTo(0);
      assertThat(found.text()).contains("\"start\"").contains("policy.loaded");
      assertThat(server.process().alive()).isTrue();
    }
  }

  private Tool.Ran grpcurl(List<String> arguments) throws InterruptedException {
    List<String> command = new ArrayList<>();
    command.add(Checkout.root().resolve(".tabellion/bin/grpcurl").toString());
    command.add("-plaintext");
    command.addAll(arguments);
    return Tool.run("grpcurl", folder, Duration.ofSeconds(30), command);
  }
}
