/**
 * Whether every way to an MCP server goes through the three filters: manifests and Envoys' own
 * words, read and never changed.
 */
@NullMarked
package io.tabellion.mesh.check;

import org.jspecify.annotations.NullMarked;
