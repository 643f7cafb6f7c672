package io.tabellion.e2e;

import io.tabellion.parties.TabellionServer;
import io.tabellion.testing.RawServer;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.io.TempDir;

/**
 * What classes share that test answers of any bytes: a server that gives them, behind one Envoy and
 * one server of ours for all tests of the class.
 */
@TestInstance(Lifecycle.PER_CLASS)
abstract class RawAnswers {
  @SuppressWarnings("NullAway.Init") // by JUnit, before the tests
  RawServer server;

  @SuppressWarnings("NullAway.Init") // by JUnit, before the tests
  Gateway gateway;

  /** Returns how our server is set up. */
  TabellionServer.Setup setup(TabellionServer.Setup usual) {
    return usual;
  }

  @BeforeAll
  final void start(@TempDir Path folder) throws Exception {
    server = new RawServer();
    gateway = new Gateway(folder, server.port(), this::setup);
  }

  @AfterAll
  final void stop() {
    gateway.close();
    server.close();
  }
}
