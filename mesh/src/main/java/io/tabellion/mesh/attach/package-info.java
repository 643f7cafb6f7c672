/** Makes the manifests that put Tabellion before an MCP server. */
@NullMarked
package io.tabellion.mesh.attach;

import org.jspecify.annotations.NullMarked;
