package io.tabellion.demo.sample;

import io.modelcontextprotocol.server.McpServer;
import io.modelcontextprotocol.server.McpServerFeatures.SyncToolSpecification;
import io.modelcontextprotocol.server.McpSyncServer;
import io.modelcontextprotocol.server.McpSyncServerExchange;
import io.modelcontextprotocol.server.transport.HttpServletStreamableServerTransportProvider;
import io.modelcontextprotocol.spec.McpSchema;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import org.apache.catalina.LifecycleException;
import org.apache.catalina.Wrapper;
import org.apache.catalina.connector.Connector;
import org.apache.catalina.core.StandardContext;
import org.apache.catalina.startup.Tomcat;

/**
 * An MCP server on a loopback port: sessions by the Java SDK, and what that does not do (the
 * stateless era, and answers of a session's call as JSON) by {@link DeskServlet}; all at {@code
 * /mcp}.
 *
 * <p>Thread-safe.
 */
public final class SampleServer implements AutoCloseable {
  private final Tomcat tomcat;
  private final McpSyncServer mcp;
  private final CustomerDesk desk;

  private SampleServer(Tomcat tomcat, McpSyncServer mcp, CustomerDesk desk) {
    this.tomcat = tomcat;
    this.mcp = mcp;
    this.desk = desk;
  }

  /**
   * Starts one on a free port.
   *
   * @param folder for the servlet container's own files
   * @throws IOException if it cannot listen
   */
  public static SampleServer start(Path folder) throws IOException {
    return start(folder, 0, false);
  }

  /** Starts one on this port. */
  public static SampleServer start(Path folder, int port) throws IOException {
    return start(folder, port, false);
  }

  /**
   * The same, with what the official conformance suite asks a server for; the demo does not need
   * it.
   */
  public static SampleServer startForSuite(Path folder) throws IOException {
    return start(folder, 0, true);
  }

  private static SampleServer start(Path folder, int port, boolean suite) throws IOException {
    CustomerDesk desk = new CustomerDesk();
    var sessions =
        HttpServletStreamableServerTransportProvider.builder().mcpEndpoint("/mcp").build();
    var server =
        McpServer.sync(sessions)
            .serverInfo(DeskServlet.NAME, DeskServlet.VERSION)
            .capabilities(McpSchema.ServerCapabilities.builder().tools(false).build())
            .tools(CustomerDesk.tools().stream().map(tool -> specification(tool, desk)).toList());
    if (suite) {
      server.capabilities(SuiteSessions.capabilities());
      new SuiteSessions().addTo(server);
    }
    McpSyncServer mcp = server.build();
    var stateless = new StatelessDesk(desk, suite ? new SuiteStateless() : null);
    Tomcat tomcat = tomcat(folder, port, new DeskServlet(desk, stateless, sessions));
    try {
      tomcat.start();
    } catch (LifecycleException e) {
      throw new IOException("the sample server cannot listen", e);
    }
    return new SampleServer(tomcat, mcp, desk);
  }

  /** Where it is. */
  public URI url() {
    return URI.create("http://127.0.0.1:" + tomcat.getConnector().getLocalPort() + "/mcp");
  }

  /** Which tools were executed since start, in order. */
  public List<String> executed() {
    return desk.executed();
  }

  @Override
  public void close() {
    mcp.close();
    try {
      tomcat.stop();
      tomcat.destroy();
    } catch (LifecycleException e) {
      throw new IllegalStateException("the sample server does not stop", e);
    }
  }

  private static Tomcat tomcat(Path folder, int port, DeskServlet servlet) {
    Tomcat tomcat = new Tomcat();
    tomcat.setBaseDir(folder.toString());
    Connector connector = new Connector();
    connector.setPort(port);
    connector.setProperty("address", "127.0.0.1");
    tomcat.setConnector(connector);
    StandardContext context = (StandardContext) tomcat.addContext("", folder.toString());
    // It is loaded once: nothing to clean up after a reload, and no warnings that it cannot.
    context.setClearReferencesRmiTargets(false);
    context.setClearReferencesThreadLocals(false);
    Wrapper wrapper = Tomcat.addServlet(context, "desk", servlet);
    wrapper.setAsyncSupported(true);
    context.addServletMappingDecoded("/mcp", "desk");
    return tomcat;
  }

  private static SyncToolSpecification specification(CustomerDesk.Tool tool, CustomerDesk desk) {
    McpSchema.Tool shown =
        McpSchema.Tool.builder(tool.name(), tool.inputSchema())
            .title(tool.title())
            .description(tool.description())
            .annotations(
                McpSchema.ToolAnnotations.builder().destructiveHint(tool.destructive()).build())
            .build();
    return SyncToolSpecification.builder()
        .tool(shown)
        .callHandler((exchange, request) -> call(desk, exchange, request))
        .build();
  }

  private static McpSchema.CallToolResult call(
      CustomerDesk desk, McpSyncServerExchange exchange, McpSchema.CallToolRequest request) {
    Progress progress = new Progress(exchange, request.progressToken());
    String text = desk.execute(request.name(), request.arguments(), progress::step);
    return McpSchema.CallToolResult.builder().addTextContent(text).isError(false).build();
  }
}
