/**
 * The real parties of a test, a benchmark or a fault: Envoy, our server, an MCP server, a client;
 * each a process or a socket of its own, on loopback, ended with us.
 */
@NullMarked
package io.tabellion.parties;

import org.jspecify.annotations.NullMarked;
