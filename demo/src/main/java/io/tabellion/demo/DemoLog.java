package io.tabellion.demo;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.logging.FileHandler;
import java.util.logging.LogManager;
import java.util.logging.Logger;
import java.util.logging.SimpleFormatter;

/**
 * Sends what libraries log (servlet container, SDK, gRPC) to a file instead of the person's screen.
 */
record DemoLog(Path file) {

  void install() throws IOException {
    Logger root = LogManager.getLogManager().getLogger("");
    Arrays.stream(root.getHandlers()).forEach(root::removeHandler);
    FileHandler handler = new FileHandler(file.toString().replace("%", "%%"));
    handler.setFormatter(new SimpleFormatter());
    root.addHandler(handler);
  }
}
